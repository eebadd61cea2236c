"""The answer to one question for one year: read, written, validated, taken up again."""

from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cite_educative.common.dates import date_fr
from cite_educative.common.forms import read_key
from cite_educative.common.locks import ConflictError
from evaluation import services
from evaluation.enums import EvidenceLevel
from evaluation.forms.judgements import JudgementForm
from evaluation.models import Judgement
from evaluation.services.judgements import IS_VALIDATED
from evaluation.views.common import drawn_empty, entries_of, form_page, name_of, page
from evaluation.views.questions import read_question, written_question
from governance.models import Decision

FIRST_YEAR, LAST_YEAR = 2019, 2099  # the programme began in 2019


@require_safe
def judgement(request, pk, year):
    """404 where there is no answer that the reader may see."""
    question = read_question(request, pk)
    cite, user = question.cite, request.user
    answers = Judgement.objects.visible_to(user).filter(question=question)
    row = get_object_or_404(answers.select_related("validated_by__person"), year=year)
    decisions = Decision.objects.visible_to(user).filter(judgements=row).select_related("body")
    context = page(
        request,
        cite,
        "home",
        question=question,
        judgement=row,
        status=_status(row),
        facts=_facts(request, row, cite),
        verbatims=[said.strip() for said in row.verbatims.splitlines() if said.strip()],
        decisions=list(decisions),
        other_years=list(answers.exclude(pk=row.pk).order_by("-year").values_list("year", flat=True)),
        entries=entries_of(request, cite, row),
    )
    return render(request, "evaluation/judgement.html", context)


def _status(row):
    return {
        "code": "fait" if row.is_validated else "preparation",
        "label": "Validée" if row.is_validated else "Projet",
    }


def _facts(request, row, cite):
    facts = [
        (
            "Solidité des preuves",
            EvidenceLevel(row.evidence).label[:1].upper() + EvidenceLevel(row.evidence).label[1:],
        ),
        ("Qui a contribué", row.contributors),
    ]
    if row.is_validated:
        who = name_of(request, cite, row.validated_by)
        facts.append(("Validée", f"le {date_fr(row.validated_at)}{f' par {who}' if who else ''}"))
    return [{"label": label, "value": value} for label, value in facts if value]


@require_http_methods(["GET", "POST"])
def judgement_update(request, pk, year):
    """Writes the answer of that year, or changes it."""
    question = written_question(request, pk)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    answers = Judgement.objects.visible_to(request.user).filter(question=question)
    row = answers.select_related("question__cite").filter(year=year).first()
    if row and row.is_validated and request.method == "GET":
        messages.info(request, IS_VALIDATED)
        return redirect("evaluation:judgement", pk, year)
    if row is None or drawn_empty(request):
        row = Judgement(question=question, year=year)
    back = reverse("evaluation:question", args=[pk])
    return form_page(
        request,
        question.cite,
        partial(JudgementForm, user=request.user),
        row,
        save=services.save_judgement,
        words=(
            f"Réponse de {year} à la question {question.code}",
            "Enregistrer le projet",
            "La réponse est enregistrée.",
        ),
        cancel_url=judgement_url(row) if row.pk else back,
        done_url=judgement_url,
        asked=question,
    )


def judgement_url(row):
    return reverse("evaluation:judgement", args=[row.question_id, row.year])


def _written_judgement(request, pk, year):
    question = written_question(request, pk)
    answers = Judgement.objects.visible_to(request.user).filter(question=question)
    return get_object_or_404(answers, year=year)


@require_POST
def judgement_validate(request, pk, year):
    row = _written_judgement(request, pk, year)
    try:
        services.validate_judgement(row, actor=request.user, version=read_key(request.POST.get("version", "")))
    except ConflictError:
        messages.error(
            request, "Cette réponse a changé pendant que vous la lisiez\u00a0: relisez-la, puis validez-la."
        )
    else:
        messages.success(request, "La réponse est validée\u00a0: tous ceux qui suivent le plan la lisent.")
    return redirect(judgement_url(row))


@require_POST
def judgement_reopen(request, pk, year):
    row = _written_judgement(request, pk, year)
    services.reopen_judgement(row, actor=request.user)
    messages.success(
        request, "La réponse est de nouveau un projet\u00a0: seuls l’équipe et les évaluateurs la lisent."
    )
    return redirect(judgement_url(row))
