"""The agreement of the press service of one side on one line of the communication plan."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from cite_educative.common.locks import ConflictError
from governance import services
from governance.forms import PressAgreementForm, PressAnswerForm
from governance.models import PressAgreement
from governance.permissions import can_answer_press, can_prepare
from governance.views.common import add_errors, require
from governance.views.communication import page, readable_item, two_versions


@require_http_methods(["GET", "POST"])
def press_agreement(request, pk, side):
    """The team enters it for the side, with how it was received; a pilot answers for the own side."""
    item = readable_item(request, pk)
    side = get_object_or_404(item.cite.sides.select_related("cite"), pk=side)
    require(can_answer_press(request.user, side))
    kind = PressAgreementForm if can_prepare(request.user, item.cite) else PressAnswerForm
    known = PressAgreement.objects.visible_to(request.user).filter(item=item, side=side).first()
    form = kind(request.POST or None, instance=known or PressAgreement(item=item, side=side))
    if request.method == "POST" and form.is_valid():
        answer = _saved(request, item, side, form)
        if answer:
            return answer
    context = page(request, item.cite, "communication", form=form, item=item, side=side)
    return render(request, "governance/press_agreement.html", context)


def _saved(request, item, side, form):
    back = reverse("governance:communication_item", args=[item.pk])
    fields = form.row_fields
    if isinstance(form, PressAnswerForm):
        fields["said_by"] = ""
    try:
        services.set_press_agreement(item=item, side=side, actor=request.user, version=form.read_version, **fields)
    except ConflictError as error:
        theirs = type(form)(instance=error.current)
        return two_versions(request, form, theirs, error.current, subject=f"Accord {side}", cancel_url=back)
    except ValidationError as error:
        add_errors(form, error)
        return None
    messages.success(request, f"L’accord de presse «\u00a0{side}\u00a0» est noté.")
    return redirect(back)
