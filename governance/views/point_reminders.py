"""Reminding people of what they have to do: chosen, read again, sent."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from cite_educative.common.forms import read_key
from governance import services
from governance.filters import ActionPointFilter
from governance.forms import PointReminderForm
from governance.models import ActionPoint
from governance.permissions import can_prepare
from governance.views.common import chosen_cite, require
from partners.services import PartnersError

MOST = 300


@require_http_methods(["GET", "POST"])
def action_points_remind(request):
    """Of the open ones that the filters of the list hold: who is written to, who is not and why; then the letters."""
    cite = chosen_cite(request)
    require(can_prepare(request.user, cite))
    keys = [read_key(key) for key in request.POST.getlist("cle")][:MOST]
    form = PointReminderForm(request.POST or None)
    chosen = _open_points(request, cite)
    if request.method == "POST" and "reprendre" not in request.POST:
        if not keys:
            messages.error(request, "Cochez au moins une suite à rappeler.")
        elif form.is_valid():
            if "envoyer" in request.POST:
                return _send(request, cite, keys, form)
            return _preview(request, chosen.filter(pk__in=keys), form)
    letters, refused = services.point_letters(chosen)
    ticked = set(keys) or {point.pk for letter in letters for point in letter.points}
    context = {"form": form, "letters": letters, "refused": refused, "ticked": ticked}
    return render(request, "governance/points_remind.html", context, status=422 if form.errors else 200)


def _open_points(request, cite):
    rows = ActionPoint.objects.visible_to(request.user).filter(cite=cite).to_do()
    filtered = ActionPointFilter(request.GET, queryset=rows, request=request)
    return filtered.qs if filtered.is_valid() else rows.none()


def _preview(request, chosen, form):
    letters, _ = services.point_letters(chosen)
    body = form.cleaned_data["body"]
    context = {
        "form": form,
        "letters": [(letter, letter.text(body)) for letter in letters],
        "keys": [point.pk for letter in letters for point in letter.points],
    }
    return render(request, "governance/points_remind_check.html", context)


def _send(request, cite, keys, form):
    data = form.cleaned_data
    try:
        letters = services.remind_action_points(
            cite=cite, keys=keys, subject=data["subject"], body=data["body"], actor=request.user
        )
    except PartnersError as error:
        messages.error(request, str(error))
        return redirect("governance:action_points")
    number = len(letters)
    if number:
        messages.success(request, f"{number} message{'s partent' if number > 1 else ' part'}. La relance est notée.")
    else:
        messages.info(request, "Tout était déjà relancé aujourd’hui\u00a0: rien n’est parti une seconde fois.")
    return redirect("governance:action_points")
