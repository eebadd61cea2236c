from django.http import HttpResponse
from django.views.decorators.http import require_safe


@require_safe
def action_documents(request, pk):
    return HttpResponse("")
