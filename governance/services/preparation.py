"""Before a meeting: steps ticked, the next ones of a series fixed; in it, an absent quorum seen by somebody."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cite_educative.common import journal
from cite_educative.common.once import lock_row
from cite_educative.common.transitions import TransitionError
from governance.models import Meeting, StepDone
from governance.quorum import quorum_of
from governance.services.meetings import add_item, plan_meeting
from governance.services.papers import GIVEN_UP


@transaction.atomic
def tick_step(step, *, meeting, done, actor):
    """Say that a step is done, or take it back; a second click changes nothing. Raises `ValueError`.

    Only those that no fact tells; the others are read from the meeting.
    """
    if step.body_id != meeting.body_id or step.fact:
        raise ValueError("This step is not ticked by hand in this meeting.")
    lock_row(meeting)
    if done:
        _, changed = StepDone.objects.get_or_create(meeting=meeting, step=step, defaults={"done_by": actor})
    else:
        changed, _ = StepDone.objects.filter(meeting=meeting, step=step).delete()
    if changed:
        words = "a fait" if done else "a remis à faire"
        _record(meeting, actor, "step", f"{actor} {words} l’étape «\u00a0{step.label}\u00a0».")


@transaction.atomic
def acknowledge_quorum(meeting, *, actor):
    """Written once, with the name and the sentence of that moment. Raises `TransitionError` when there is no need to."""
    lock_row(meeting)
    row = Meeting.objects.select_related("body").get(pk=meeting.pk)
    if not row.is_open:
        raise TransitionError("La séance n’est pas ouverte\u00a0: il n’y a pas de quorum à constater.")
    quorum = quorum_of(row)
    if quorum is None or quorum.is_reached:
        raise TransitionError("Le quorum est atteint, ou l’instance n’en demande pas\u00a0: rien n’est à acter.")
    if row.quorum_seen_by_id is None:
        row.quorum_seen_by, row.quorum_seen_at = actor, timezone.now()
        row.save(update_fields=["quorum_seen_by", "quorum_seen_at"])
        _record(row, actor, "quorum", f"{actor} a pris acte. {quorum.sentence}")
    return row


@transaction.atomic
def plan_series(meeting, *, days, items, actor):
    """A meeting of the same body on each of these days: same hour, place and length, with these points of its agenda.

    Each is an ordinary meeting afterwards. A day on which the body meets already is left alone, so that a second click
    adds nothing. Returns those created.
    """
    lock_row(meeting.body)
    hour = timezone.localtime(meeting.starts_at).time()
    created = []
    for day in days:
        if meeting.body.meetings.filter(starts_at__date=day).exclude(status__in=GIVEN_UP).exists():
            continue
        starts_at = timezone.make_aware(datetime.combine(day, hour))
        one = plan_meeting(
            body=meeting.body,
            actor=actor,
            starts_at=starts_at,
            place=meeting.place,
            minutes_planned=meeting.minutes_planned,
        )
        for item in items:
            add_item(
                meeting=one,
                actor=actor,
                title=item.title,
                kind=item.kind,
                presenter=item.presenter,
                minutes_planned=item.minutes_planned,
            )
        created.append(one)
    return created


def _record(meeting, actor, verb, sentence):
    journal.record(
        cite_id=meeting.body.cite_id, actor=actor, verb=f"meeting.{verb}", subject=meeting, sentence=sentence
    )
