"""The questions of a Cité: written, put in order, retired and asked again."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from cite_educative.common.locks import next_version
from cite_educative.common.once import lock_row
from evaluation.arrangement import arrangement
from evaluation.models import EvaluationQuestion
from evaluation.services.writing import first_click, record

CHANGED = "L’ordre des questions a changé pendant que vous aviez la page ouverte\u00a0: le voici tel qu’il est, rien n’a été déplacé."
OTHER_LEVEL = "Une question ne se range que parmi celles du même niveau."


@transaction.atomic
def save_question(question, *, actor, version=None, themes=None):
    """Create or change a question, the last of its Cité when it is new. A second click on a new one finds the first.

    `themes` replaces its themes; None leaves them. Raises `ValidationError`, and `ConflictError` when somebody saved
    since `version`.
    """
    lock_row(question.cite)
    created = question.pk is None
    if created:
        question.created_by = actor
        known = first_click(question, EvaluationQuestion.objects.filter(cite=question.cite))
        if known:
            return known
        question.order = (question.cite.evaluation_questions.aggregate(last=Max("order"))["last"] or 0) + 1
    question.version = next_version(question, version)
    _check_themes(question, themes)
    question.full_clean()
    question.save()
    if themes is not None:
        question.themes.set(themes)
    words = "ajouté" if created else "modifié"
    _record(
        question, actor, "created" if created else "updated", f"a {words} la question évaluative {_named(question)}"
    )
    return question


def _check_themes(question, themes):
    if any(theme.cite_id != question.cite_id for theme in themes or ()):
        raise ValueError("Some themes belong to another Cité.")


@transaction.atomic
def place_question(question, *, actor, seen, before=None):
    """Put a question just before another of its level, or last of them. Returns its place among them, and their number.

    `seen` is the `arrangement` that the user had before the eyes. Raises `ValidationError`.
    """
    cite = question.cite
    lock_row(cite)
    if seen != arrangement(cite):
        raise ValidationError(CHANGED)
    rows = list(cite.evaluation_questions.all())
    row = next(one for one in rows if one.pk == question.pk)
    if before and before.level != row.level:
        raise ValidationError(OTHER_LEVEL)
    alike = [one for one in rows if one.level == row.level and one.is_active]
    rows.remove(row)
    others = [one for one in alike if one.pk != row.pk]
    target = next((one for one in others if before and one.pk == before.pk), None)
    if target:
        rows.insert(rows.index(target), row)
    else:
        rows.insert(rows.index(others[-1]) + 1 if others else len(rows), row)
    _number(rows)
    placed = [one.pk for one in rows if one.level == row.level and one.is_active]
    if placed != [one.pk for one in alike]:
        _record(row, actor, "placed", f"a changé le rang de la question évaluative {_named(row)}")
    return placed.index(row.pk) + 1, len(placed)


def _number(rows):
    for rank, row in enumerate(rows, start=1):
        if row.order != rank:
            EvaluationQuestion.objects.filter(pk=row.pk).update(order=rank)


@transaction.atomic
def retire_question(question, *, actor):
    """No longer asked: its indicators and its answers stay. A second click changes nothing."""
    _set_active(question, False, actor, "retired", "a retiré du protocole la question évaluative")


@transaction.atomic
def restore_question(question, *, actor):
    """Asked again. A second click changes nothing."""
    _set_active(question, True, actor, "restored", "a repris dans le protocole la question évaluative")


def _set_active(question, is_active, actor, verb, words):
    row = EvaluationQuestion.objects.select_for_update(of=("self",)).get(pk=question.pk)
    if row.is_active == is_active:
        return
    row.is_active, row.version = is_active, row.version + 1
    row.save(update_fields=["is_active", "version"])
    _record(row, actor, verb, f"{words} {_named(row)}")


def _named(question):
    return f"«\u00a0{question}\u00a0»"


def _record(question, actor, verb, sentence):
    record(question, question.cite_id, actor, f"evaluation_question.{verb}", sentence)
