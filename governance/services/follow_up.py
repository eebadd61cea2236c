"""Who carries a decision out, by when, and the day it was: what no other fact tells."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cite_educative.common import journal
from cite_educative.common.dates import date_fr
from cite_educative.common.locks import lock_version
from cite_educative.common.transitions import TransitionError
from governance.enums import DecisionStatus
from governance.models import Decision


@transaction.atomic
def follow_decision(decision, *, actor, version, owner=None, due_on=None, executed_on=None, word=""):
    """Raises `ConflictError`, `TransitionError` unless the decision is adopted, `ValidationError`."""
    rows = Decision.objects.select_related("body", "owner__person")
    row = lock_version(rows, decision.pk, version)
    if row.status != DecisionStatus.ADOPTED:
        raise TransitionError("Seule l’exécution d’une décision adoptée se suit.")
    if owner and owner.cite_id != row.body.cite_id:
        raise ValidationError(
            {"owner": "Cette personne n’agit pas dans la Cité éducative\u00a0: choisissez-en une autre."}
        )
    _check_day(row, executed_on)
    if word and not executed_on:
        raise ValidationError({"executed_on": "Dites quel jour cela a été fait, ou effacez ce qui a été fait."})
    before = _facts(row)
    row.owner, row.due_on, row.executed_on, row.execution_word = owner, due_on, executed_on, word
    after = _facts(row)
    if after == before:
        return row
    row.version += 1
    row.save(update_fields=["owner", "due_on", "executed_on", "execution_word", "version"])
    journal.record(
        cite_id=row.body.cite_id,
        actor=actor,
        verb="decision.followed",
        subject=row,
        sentence=f"{actor} {_said(before, after)} la décision {row.reference}.",
        before=before,
        after=after,
    )
    return row


def _check_day(row, executed_on):
    if executed_on and executed_on > timezone.localdate():
        raise ValidationError({"executed_on": "Ce jour n’est pas encore venu\u00a0: donnez celui où cela a été fait."})
    if executed_on and executed_on < row.adopted_on:
        raise ValidationError(
            {"executed_on": f"La décision a été adoptée le {date_fr(row.adopted_on)}\u00a0: pas avant."}
        )


def _facts(row):
    owner = row.owner.person.formal_name if row.owner else ""
    return {"owner": owner, "due_on": row.due_on, "executed_on": row.executed_on, "word": row.execution_word}


def _said(before, after):
    if after["executed_on"] and not before["executed_on"]:
        return f"a noté l’exécution, le {date_fr(after['executed_on'])}, de"
    if before["executed_on"] and not after["executed_on"]:
        return "a remis à exécuter"
    return "a mis à jour le suivi de"
