from django.http import HttpResponse
from django.views.decorators.http import require_safe


@require_safe
def network(request):
    return HttpResponse("")


@require_safe
def commune(request, pk):
    return HttpResponse("")


@require_safe
def network_message(request):
    return HttpResponse("")
