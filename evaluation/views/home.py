from django.contrib import messages
from django.db.models import Count, Q
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from actions.strategy_page import places
from evaluation import services
from evaluation.arrangement import arrangement
from evaluation.enums import QuestionLevel
from evaluation.models import EvaluationQuestion, Judgement, ProtocolEdition
from evaluation.permissions import can_read_project
from evaluation.views.common import page, read_cite, written_cite


@require_safe
def home(request):
    """The questions of the current Cité, by level, with what answers them."""
    cite = read_cite(request)
    rows = EvaluationQuestion.objects.visible_to(request.user).filter(cite=cite)
    followed = Count("indicators", filter=Q(indicators__is_active=True), distinct=True)
    questions = list(rows.annotate(nb_indicators=followed))
    context = page(
        request,
        cite,
        "home",
        levels=_levels(request, [one for one in questions if one.is_active]),
        retired=[one for one in questions if not one.is_active],
        seen=arrangement(cite),
        edition=ProtocolEdition.objects.visible_to(request.user).filter(cite=cite).defer("content").first(),
        reads_project=can_read_project(request.user, cite),
    )
    return render(request, "evaluation/home.html", context)


def _levels(request, questions):
    """[{label, rows}] in the order of the three levels; nothing when no question is asked."""
    if not questions:
        return []
    answers = {}
    seen = Judgement.objects.visible_to(request.user).filter(question__in=questions)
    for judgement in seen.order_by("-year"):
        answers.setdefault(judgement.question_id, judgement)
    return [
        {"label": level.label[:1].upper() + level.label[1:], "rows": _rows(level, questions, answers)}
        for level in QuestionLevel
    ]


def _rows(level, questions, answers):
    alike = [question for question in questions if question.level == level]
    return [
        {"question": question, "place": place, "answer": answers.get(question.pk)}
        for question, place in zip(alike, places([one.pk for one in alike]), strict=True)
    ]


@require_POST
def usual_protocol(request):
    cite = written_cite(request)
    added = services.add_usual_protocol(cite, actor=request.user)
    if added:
        messages.success(
            request, f"{added} questions et indicateurs du modèle sont repris\u00a0: relisez-les, changez-les."
        )
    else:
        messages.info(request, "Tout le modèle est déjà repris\u00a0: rien n’a été ajouté.")
    return redirect("evaluation:home")
