"""What was entered and waits for the team: validated, or given back with a reason."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from evaluation import services
from evaluation.enums import MeasurementState
from evaluation.models import Measurement
from evaluation.validation_page import SHOWN, chosen_versions, waiting_rows
from evaluation.views.common import page, written_cite


@require_http_methods(["GET", "POST"])
def to_validate(request):
    cite = written_cite(request)
    if request.method == "POST":
        return _answered(request, cite)
    return _page(request, cite)


def _answered(request, cite):
    versions = chosen_versions(request.POST)
    if not versions:
        return _page(request, cite, error="Cochez au moins un chiffre.")
    try:
        if "renvoyer" in request.POST:
            done, passed = services.return_measurements(
                cite, versions, reason=request.POST.get("motif", "")[:300], actor=request.user
            )
        else:
            done, passed = services.validate_measurements(cite, versions, actor=request.user)
    except ValidationError as error:
        return _page(request, cite, error=error.messages[0])
    word = "renvoyé" if "renvoyer" in request.POST else "validé"
    if done:
        told = f"Un chiffre est {word}." if len(done) == 1 else f"{len(done)} chiffres sont {word}s."
        messages.success(request, told)
    if passed:
        messages.warning(
            request,
            "Quelqu’un s’en est occupé entre-temps, ou le chiffre a changé\u00a0: "
            + ("un chiffre n’a pas été touché." if passed == 1 else f"{passed} chiffres n’ont pas été touchés."),
        )
    return redirect("evaluation:to_validate")


def _page(request, cite, *, error=""):
    rows = Measurement.objects.visible_to(request.user).filter(indicator__cite=cite)
    rows = rows.select_related("indicator", "commune", "neighbourhood", "school", "entered_by__person")
    rows = rows.order_by("indicator__order", "indicator", "-starts_on", "place", "category", "pk")
    waiting = list(rows.filter(state=MeasurementState.DRAFT)[: SHOWN + 1])
    returned = rows.filter(state=MeasurementState.RETURNED)[:SHOWN]
    context = page(request, cite, "grid", rows=waiting_rows(waiting[:SHOWN]), has_more=len(waiting) > SHOWN)
    context |= {
        "returned": waiting_rows(returned),
        "error": error,
        "chosen": set(chosen_versions(request.POST)),
        "reason": request.POST.get("motif", ""),
    }
    return render(request, "evaluation/to_validate.html", context)
