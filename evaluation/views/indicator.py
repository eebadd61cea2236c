"""One indicator: what it is, what is aimed at, what is measured."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from actions.models import Action
from evaluation.enums import Nature
from evaluation.indicator_page import indicator_context
from evaluation.models import EvaluationQuestion, Indicator
from evaluation.permissions import can_measure
from evaluation.views.common import entries_of, page


@require_safe
def indicator(request, pk):
    indicators = Indicator.objects.visible_to(request.user).select_related("cite", "owner")
    row = get_object_or_404(indicators.prefetch_related("themes", "targets"), pk=pk)
    user, cite = request.user, row.cite
    context = page(
        request,
        cite,
        "indicators",
        indicator=row,
        questions=EvaluationQuestion.objects.visible_to(user).filter(indicators=row),
        actions=Action.objects.visible_to(user).filter(indicators=row).order_by("code", "title", "pk"),
        entries=entries_of(request, cite, row),
        can_enter=row.nature == Nature.MEASURED and can_measure(user, row),
    )
    context |= indicator_context(user, row, asked=request.GET.get("periode", ""))
    return render(request, "evaluation/indicator.html", context)
