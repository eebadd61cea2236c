from django.http import HttpResponse
from django.views.decorators.http import require_safe


@require_safe
def library(request):
    return HttpResponse("")


@require_safe
def library_item(request, pk):
    return HttpResponse("")
