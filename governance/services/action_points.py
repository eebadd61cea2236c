"""Action points: written in one line, done with what proves it, dropped with a reason, taken up again."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cite_educative.common import journal
from cite_educative.common.dates import date_fr
from cite_educative.common.locks import lock_version
from cite_educative.common.once import is_same_file, just_written, lock_row
from cite_educative.common.transitions import TransitionError
from governance.enums import PointStatus
from governance.models import ActionPoint, ActionPointFile


@transaction.atomic
def create_action_point(*, cite, actor, text, owner, due_on=None, body=None, meeting=None, item=None, decision=None):
    """`owner` is a mandate or an organisation. A second click finds the row of the first one.

    The body is that of the decision or of the meeting when there is one. Raises `ValidationError`.
    """
    if item:
        meeting = item.meeting
    if decision:
        meeting, item = meeting or decision.meeting, item or decision.item
    source = decision or meeting
    body = source.body if source else body
    if body and body.cite_id != cite.pk:
        raise ValueError("The body belongs to another Cité.")
    row = ActionPoint(
        cite=cite, text=text, due_on=due_on, body=body, meeting=meeting, item=item, decision=decision, created_by=actor
    )
    _give(row, owner)
    row.full_clean()
    known = just_written(row, lock=cite)
    if known:
        return known
    row.save()
    until = f", pour le {date_fr(due_on)}" if due_on else ""
    _record(row, actor, "created", f"a confié à {row.owner}{until}\u00a0: {text}")
    return row


def _give(row, owner):
    is_person = owner._meta.label == "partners.Mandate"
    row.mandate, row.organisation = (owner, None) if is_person else (None, owner)
    if is_person and owner.cite_id != row.cite_id:
        raise ValidationError(
            {"owner": "Cette personne n’agit pas dans la Cité éducative\u00a0: choisissez-en une autre."}
        )


@transaction.atomic
def update_action_point(point, *, actor, version, text, owner, due_on, body=None):
    """Change an open one. Raises `ConflictError`, `TransitionError` once it is closed, `ValidationError`."""
    row = lock_version(ActionPoint.objects.for_list().select_related("cite"), point.pk, version)
    _check_open(row)
    before = _facts(row)
    row.text, row.due_on, row.version = text, due_on, row.version + 1
    if not (row.meeting_id or row.decision_id):
        row.body = body
    _give(row, owner)
    row.full_clean()
    row.save()
    if _facts(row) != before:
        sentence = f"a modifié la suite à donner «\u00a0{text}\u00a0»"
        _record(row, actor, "updated", sentence, before=before, after=_facts(row))
    return row


def _facts(row):
    return {"text": row.text, "owner": row.owner, "due_on": row.due_on}


def _check_open(row):
    if not row.is_open:
        raise TransitionError(
            f"Cette suite est {row.get_status_display()}\u00a0: remettez-la à faire avant de la modifier."
        )


@transaction.atomic
def finish_action_point(point, *, actor, on=None, word="", upload=None):
    """Done on that day, with what proves it. A second click changes nothing; a new file is kept all the same.

    Raises `ValidationError`, `TransitionError` when it was dropped meanwhile.
    """
    row = _locked(point)
    on = on or timezone.localdate()
    if on > timezone.localdate():
        raise ValidationError({"on": "Ce jour n’est pas encore venu\u00a0: donnez celui où cela a été fait."})
    if row.status == PointStatus.DROPPED:
        raise TransitionError("Cette suite a été abandonnée entre-temps\u00a0: remettez-la d’abord à faire.")
    if upload and not any(is_same_file(file, upload) for file in row.files.all()):
        file = ActionPointFile.objects.create(point=row, file=upload, author=actor)
        _record(row, actor, "file", f"a joint «\u00a0{file.filename}\u00a0» à la suite «\u00a0{row.text}\u00a0»")
    if row.is_open:
        _close(row, PointStatus.DONE, on, word)
        said = "" if _is_of(row, actor) else f", pour {row.owner}"
        _record(row, actor, "done", f"a noté comme faite{said}\u00a0: {row.text}{f'. {word}' if word else ''}")
    return row


def _is_of(row, actor):
    return row.mandate_id is not None and row.mandate.person_id == actor.person_id


@transaction.atomic
def drop_action_point(point, *, actor, word):
    """Given up, and why. A second click changes nothing. Raises `TransitionError` when it was done meanwhile."""
    row = _locked(point)
    if row.status == PointStatus.DONE:
        raise TransitionError("Cette suite a été faite entre-temps\u00a0: elle ne s’abandonne plus.")
    if row.is_open:
        _close(row, PointStatus.DROPPED, timezone.localdate(), word)
        _record(row, actor, "dropped", f"a abandonné la suite «\u00a0{row.text}\u00a0»\u00a0: {word}")
    return row


@transaction.atomic
def reopen_action_point(point, *, actor):
    """To do again; what was said of its end stays in the journal, and its files with it."""
    row = _locked(point)
    if not row.is_open:
        _close(row, PointStatus.OPEN, None, "")
        _record(row, actor, "reopened", f"a remis à faire\u00a0: {row.text}")
    return row


def _locked(point):
    lock_row(point)
    return ActionPoint.objects.for_list().get(pk=point.pk)


def _close(row, status, on, word):
    row.status, row.closed_on, row.closing_word = status, on, word
    row.version += 1
    row.save(update_fields=["status", "closed_on", "closing_word", "version"])


def _record(row, actor, verb, sentence, **values):
    journal.record(
        cite_id=row.cite_id,
        actor=actor,
        verb=f"action_point.{verb}",
        subject=row,
        sentence=f"{actor} {sentence.rstrip('.')}.",
        **values,
    )
