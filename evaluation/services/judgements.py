"""The answers to the questions, year by year: written, validated, taken up again."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cite_educative.common.locks import ConflictError, next_version
from cite_educative.common.once import lock_row
from evaluation.enums import JudgementState
from evaluation.models import Judgement
from evaluation.services.writing import first_click, record

IS_VALIDATED = "Cette réponse est validée\u00a0: reprenez-la comme projet avant de la modifier."


@transaction.atomic
def save_judgement(judgement, *, actor, version=None, decisions=None):
    """Write the answer to a question for one year. A second click on a new one finds the first.

    `decisions` replaces those it led to; None leaves them. Raises `ValidationError` for one that is validated, and
    `ConflictError` when somebody saved since `version`, or wrote one for that year meanwhile.
    """
    lock_row(judgement.question)
    created = judgement.pk is None
    if created:
        judgement.created_by = actor
        rows = Judgement.objects.filter(question=judgement.question, year=judgement.year)
        known = first_click(judgement, rows)
        if known:
            return known
        if rows.exists():
            raise ConflictError(rows.get())
    judgement.version = next_version(judgement, version)
    if not created and Judgement.objects.validated().filter(pk=judgement.pk).exists():
        raise ValidationError(IS_VALIDATED)
    if any(decision.body.cite_id != judgement.question.cite_id for decision in decisions or ()):
        raise ValueError("Some decisions belong to another Cité.")
    judgement.full_clean()
    judgement.save()
    if decisions is not None:
        judgement.decisions.set(decisions)
    _record(judgement, actor, "saved", f"a {'écrit' if created else 'modifié'}")
    return judgement


@transaction.atomic
def validate_judgement(judgement, *, actor, version):
    """From now on, whoever follows the plan reads it. A second click changes nothing.

    Raises `ConflictError` when somebody saved it since `version`: one validates what one has read.
    """
    row = _locked(judgement)
    if row.is_validated:
        return row
    if row.version != version:
        raise ConflictError(row)
    row.state, row.validated_by, row.validated_at = JudgementState.VALIDATED, actor, timezone.now()
    return _moved(row, actor, "validated", "a validé")


@transaction.atomic
def reopen_judgement(judgement, *, actor):
    """A draft again, hidden from those who only read. A second click changes nothing."""
    row = _locked(judgement)
    if not row.is_validated:
        return row
    row.state, row.validated_by, row.validated_at = JudgementState.DRAFT, None, None
    return _moved(row, actor, "reopened", "a repris comme projet")


def _locked(judgement):
    rows = Judgement.objects.select_for_update(of=("self",)).select_related("question")
    return rows.get(pk=judgement.pk)


def _moved(row, actor, verb, words):
    row.version += 1
    row.full_clean()
    row.save()
    _record(row, actor, verb, words)
    return row


def _record(row, actor, verb, words):
    question = row.question
    sentence = f"{words} la réponse de {row.year} à la question «\u00a0{question}\u00a0»"
    record(row, question.cite_id, actor, f"judgement.{verb}", sentence)
