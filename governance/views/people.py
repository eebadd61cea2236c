from django.http import HttpResponse
from django.views.decorators.http import require_safe


@require_safe
def people(request):
    return HttpResponse("")


@require_safe
def person_bodies(request, pk):
    return HttpResponse("")
