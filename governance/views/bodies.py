from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from governance import services
from governance.forms import MembersForm
from governance.models import Body
from governance.permissions import can_prepare
from governance.views.common import require


@require_http_methods(["GET", "POST"])
def body_members(request, pk):
    body = get_object_or_404(Body.objects.visible_to(request.user).select_related("cite"), pk=pk)
    require(can_prepare(request.user, body.cite))
    seated = body.members.values_list("mandate", flat=True)
    # Nobody ticked is an answer too.
    data = request.POST if request.method == "POST" else None
    form = MembersForm(data, candidates=services.candidates(body), seated=seated)
    if request.method == "POST" and form.is_valid():
        services.set_members(body, actor=request.user, mandates=form.cleaned_data["mandates"])
        messages.success(request, f"La composition de «\u00a0{body.label}\u00a0» est enregistrée.")
        return redirect("governance:home")
    return render(request, "governance/body_members.html", {"form": form, "body": body})
