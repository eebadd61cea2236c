"""One question: read, written, put in order, retired and asked again."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from actions.strategy_page import LAST
from cite_educative.common.dates import date_fr
from cite_educative.common.forms import read_key
from evaluation import services
from evaluation.forms.questions import QuestionForm
from evaluation.models import EvaluationQuestion, ImprovementPoint, Indicator, Judgement
from evaluation.permissions import can_evaluate
from evaluation.surveys import number_words, surveys_of
from evaluation.views.common import entries_of, form_page, name_of, page, written_cite
from governance.views.common import require
from partners.context import current_year


def read_question(request, pk):
    questions = EvaluationQuestion.objects.visible_to(request.user).select_related("cite")
    return get_object_or_404(questions, pk=pk)


def written_question(request, pk):
    question = read_question(request, pk)
    require(can_evaluate(request.user, question.cite))
    return question


def question_url(question):
    return reverse("evaluation:question", args=[question.pk])


@require_safe
def question(request, pk):
    row, user, year = read_question(request, pk), request.user, int(current_year(request))
    cite = row.cite
    indicators = Indicator.objects.visible_to(user).filter(questions=row).select_related("owner")
    judgements = list(Judgement.objects.visible_to(user).filter(question=row).order_by("-year"))
    points = ImprovementPoint.objects.visible_to(user).filter(question=row).select_related("owner")
    context = page(
        request,
        cite,
        "home",
        question=row,
        facts=_facts(row),
        indicators=[
            {"indicator": one, "owner": name_of(request, cite, one.owner)} for one in indicators.order_by("order")
        ],
        judgements=judgements,
        improvements=list(points),
        surveys=[{"survey": one, "responses": number_words(one, user)} for one in surveys_of(row, user)],
        year=year,
        is_answered=any(one.year == year for one in judgements),
        entries=entries_of(request, cite, row),
    )
    return render(request, "evaluation/question.html", context)


def _facts(row):
    facts = (
        ("Niveau", row.get_level_display()[:1].upper() + row.get_level_display()[1:]),
        ("Qui répond", row.respondents),
        ("Quand", row.calendar),
        ("Thématiques", ", ".join(theme.label for theme in row.themes.all())),
        ("Ajoutée le", date_fr(row.created_at)),
    )
    return [{"label": label, "value": value} for label, value in facts if value]


def _question_page(request, row, heading, cancel_url):
    return form_page(
        request,
        row.cite,
        QuestionForm,
        row,
        save=services.save_question,
        words=(heading, "Enregistrer la question", "La question est enregistrée."),
        cancel_url=cancel_url,
        done_url=question_url,
    )


@require_http_methods(["GET", "POST"])
def question_create(request):
    row = EvaluationQuestion(cite=written_cite(request))
    return _question_page(request, row, "Nouvelle question évaluative", reverse("evaluation:home"))


@require_http_methods(["GET", "POST"])
def question_update(request, pk):
    row = written_question(request, pk)
    return _question_page(request, row, f"Modifier la question {row.code}", question_url(row))


@require_POST
def question_place(request, pk):
    row = written_question(request, pk)
    asked = request.POST.get("avant", LAST)
    questions = EvaluationQuestion.objects.visible_to(request.user).filter(cite=row.cite)
    before = None if asked in (LAST, "") else get_object_or_404(questions, pk=read_key(asked))
    try:
        place, number = services.place_question(
            row, actor=request.user, seen=request.POST.get("vu", ""), before=before
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        rank = f"{place}{'re' if place == 1 else 'e'} sur {number}"
        messages.success(request, f"La question {row.code} est la {rank} de son niveau.")
    return redirect(f"{reverse('evaluation:home')}#question-{pk}")


@require_POST
def question_retire(request, pk):
    row = written_question(request, pk)
    services.retire_question(row, actor=request.user)
    messages.success(
        request, f"La question {row.code} n’est plus posée\u00a0: ses indicateurs et ses réponses restent."
    )
    return redirect("evaluation:home")


@require_POST
def question_restore(request, pk):
    row = written_question(request, pk)
    services.restore_question(row, actor=request.user)
    messages.success(request, f"La question {row.code} est de nouveau posée.")
    return redirect("evaluation:home")
