"""What was arbitrated goes to a meeting: a point of its agenda, with the note that helps to decide it."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils.text import Truncator

from actions.enums import Step
from actions.finances.cells import board_fundings
from actions.models import Action, Call
from cite_educative.common.money import euros
from cite_educative.common.once import lock_row
from governance.convocation_content import signatories_of
from governance.enums import DecisionStatus, EffectKind, ItemKind, MeetingStatus
from governance.models import AgendaItem, Meeting
from governance.services.meetings import add_item
from governance.services.notes import WRITTEN, save_note

MINUTES, USUAL_MINUTES = 30, 10
LEFT_BEHIND = (
    *(MeetingStatus.HELD, MeetingStatus.CLOSED, MeetingStatus.PUBLISHED),
    *(MeetingStatus.CANCELLED, MeetingStatus.POSTPONED),
)
REQUEST = "Programmer {number} pour {amount}, selon l’arbitrage de «\u00a0{call}\u00a0»."
PROPOSAL = (
    "Les pilotes approuvent la programmation des actions énumérées au tableau annexé. Chaque financeur se prononce "
    "ensuite par son propre acte."
)


def proposed_of(call):
    """The fundings of the call's requests for which something is proposed, in cash, and not programmed so already."""
    waiting = Q(programmed__isnull=True) | ~Q(programmed=F("proposed"))
    return board_fundings(call).in_cash().filter(waiting, proposed__isnull=False)


def carried_points(call):
    """Where this arbitration was taken, the last meeting first."""
    return AgendaItem.objects.filter(call=call).select_related("meeting__body").order_by("-meeting__starts_at", "pk")


@transaction.atomic
def carry_to_meeting(*, call, meeting, title, actor):
    """The point of `meeting` on what is proposed for `call`, and its note. Returns (item, created).

    A second run finds the point of the first. The decision is written in session, from the same amounts. Raises
    `ValidationError` when nothing is proposed, `TransitionError` once the meeting is over.
    """
    lock_row(meeting)
    lock_row(Call.objects.get(pk=call.pk))
    known = AgendaItem.objects.filter(meeting=meeting, call=call, actions__isnull=False).first()
    if known:
        return known, False
    fundings = proposed_of(call)
    actions = list(Action.objects.filter(pk__in=fundings.order_by().values("action")).order_by("code", "pk"))
    if not actions:
        raise ValidationError("Rien n’est proposé pour cet appel\u00a0: retenez d’abord un scénario.")
    item = add_item(
        meeting=meeting,
        actor=actor,
        title=title,
        kind=ItemKind.DECISION,
        actions=actions,
        minutes_planned=MINUTES,
        about={"call": call},
    )
    amount = fundings.sums(Step.PROPOSED)[Step.PROPOSED]
    number = f"{len(actions)} actions" if len(actions) > 1 else "une action"
    request = REQUEST.format(number=number, amount=euros(amount), call=call.label)
    save_note(item=item, actor=actor, title=title, request=request, proposal=PROPOSAL)
    return item, True


@transaction.atomic
def carry_actions(*, meeting, actions, title, kind, actor):
    """A point on these actions, those already on the agenda left out. (point, the left out ones).

    When all of them are, the point is that which examines the first; nothing is written. Raises `TransitionError` once
    the meeting is over, `ValidationError`.
    """
    lock_row(meeting)
    known = list(Action.objects.filter(agenda_items__meeting=meeting, pk__in=[one.pk for one in actions]).distinct())
    fresh = [action for action in actions if action not in known]
    if not fresh:
        return meeting.items.filter(actions=known[0]).first(), known
    item = add_item(meeting=meeting, actor=actor, title=title, kind=kind, actions=fresh, minutes_planned=USUAL_MINUTES)
    return item, known


@transaction.atomic
def carry_subject(*, meeting, name, subject, title, kind, actor):
    """A point about a scenario, an agreement, an action point or a call. (point, created).

    Already on the agenda, its point is returned and nothing is written. Raises as `carry_actions`.
    """
    if name not in AgendaItem.SUBJECTS:
        raise ValueError("Nothing of the sort goes to an agenda.")
    lock_row(meeting)
    known = meeting.items.filter(**{name: subject}).first()
    if known:
        return known, False
    about = {name: subject}
    item = add_item(meeting=meeting, actor=actor, title=title, kind=kind, minutes_planned=USUAL_MINUTES, about=about)
    return item, True


@transaction.atomic
def carry_item(item, *, meeting, actor, title="", actions=None):
    """The same point for another meeting, with its note as a draft to read again. (point, created).

    `actions`: when only some of them are to be examined again. A second run finds the first copy. Raises as
    `carry_actions`.
    """
    lock_row(meeting)
    known = item if item.meeting_id == meeting.pk else meeting.items.filter(carried_from=item).first()
    if known:
        return known, False
    copy = add_item(
        meeting=meeting,
        actor=actor,
        title=title or item.title,
        kind=item.kind,
        actions=list(item.actions.all()) if actions is None else actions,
        presenter=item.presenter,
        minutes_planned=item.minutes_planned,
        about={name: getattr(item, name) for name in AgendaItem.SUBJECTS},
    )
    copy.carried_from = item
    copy.save(update_fields=["carried_from"])
    if hasattr(item, "note"):
        _copy_note(item.note, copy, actor)
    return copy, True


def _copy_note(note, item, actor):
    words = {name: getattr(note, name) for name in WRITTEN}
    options = note.options.values("label", "interest", "risk", "cost", "is_proposed")
    able = [mandate.pk for mandate in signatories_of(item.meeting)]
    signatories = note.signatories.filter(pk__in=able)
    save_note(item=item, actor=actor, options=list(options), signatories=signatories, **words)


# --- The last meeting -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Unfinished:
    """`actions`: those put off, None when the point is taken up whole. `copy`: its point in the next meeting, if any."""

    item: AgendaItem
    why: str
    actions: list | None
    copy: AgendaItem | None


def last_meeting(meeting):
    """The one of the same body just before, held or given up."""
    rows = Meeting.objects.filter(body=meeting.body_id, starts_at__lt=meeting.starts_at, status__in=LEFT_BEHIND)
    return rows.select_related("body").order_by("-starts_at", "-pk").first()


def unfinished_items(last, meeting):
    """What `last` (or None) left aside: not treated, without a decision, put off; all of it when it was not held."""
    if last is None:
        return []
    copies = {copy.carried_from_id: copy for copy in meeting.items.filter(carried_from__meeting=last)}
    items = last.items.prefetch_related("decisions__effects__action")
    found = [(item, *_left(last, item)) for item in items]
    return [Unfinished(item, why, actions, copies.get(item.pk)) for item, why, actions in found if why]


def _left(last, item):
    if not last.is_over:
        return "la réunion n’a pas eu lieu", None
    adopted = [decision for decision in item.decisions.all() if decision.status == DecisionStatus.ADOPTED]
    effects = [effect for decision in adopted for effect in decision.effects.all()]
    put_off = [effect.action for effect in effects if effect.kind == EffectKind.DEFER]
    if put_off:
        number = len(put_off)
        return (f"{number} actions ajournées" if number > 1 else "une action ajournée"), put_off
    if item.kind == ItemKind.DECISION and not adopted:
        return "sans décision", None
    return ("non traité" if not adopted and not item.discussion else ""), None


@transaction.atomic
def carry_over(*, meeting, last, items, points, actor):
    """Take up in `meeting` these points of `last` (their keys) and these action points; returns how many were not there yet.

    A meeting without a length takes that of `last` too.
    """
    lock_row(meeting)
    if last:
        Meeting.objects.filter(pk=meeting.pk, minutes_planned=None).update(minutes_planned=last.minutes_planned)
    number = 0
    for left in unfinished_items(last, meeting):
        if left.item.pk in items:
            number += carry_item(left.item, meeting=meeting, actor=actor, actions=left.actions)[1]
    for point in points:
        _, created = carry_subject(
            meeting=meeting,
            name="action_point",
            subject=point,
            title=Truncator(point.text).chars(200),
            kind=ItemKind.INFORMATION,
            actor=actor,
        )
        number += created
    return number
