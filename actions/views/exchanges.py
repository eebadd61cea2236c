from django.http import HttpResponse
from django.views.decorators.http import require_safe


@require_safe
def exchange_list(request):
    return HttpResponse("")


@require_safe
def exchange_create(request):
    return HttpResponse("")


@require_safe
def exchange_detail(request, pk):
    return HttpResponse("")


@require_safe
def organisation_exchanges(request, pk):
    return HttpResponse("")


@require_safe
def person_exchanges(request, pk):
    return HttpResponse("")


@require_safe
def action_exchanges(request, pk):
    return HttpResponse("")


@require_safe
def national(request):
    return HttpResponse("")
