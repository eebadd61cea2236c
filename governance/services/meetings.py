from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from cite_educative.common import journal
from cite_educative.common.locks import lock_version
from cite_educative.common.transitions import TransitionError
from governance.convocation_content import is_called_for
from governance.enums import MeetingStatus, Presence
from governance.models import AgendaItem, Attendance, Body, Invitee, Meeting
from partners.models import Mandate

EDITABLE = (MeetingStatus.PLANNED, MeetingStatus.CONVENED, MeetingStatus.IN_PROGRESS)


def _journal(meeting, actor, verb, sentence, **values):
    journal.record(cite_id=meeting.body.cite_id, actor=actor, verb=verb, subject=meeting, sentence=sentence, **values)


def lock_meeting(meeting):
    return Meeting.objects.select_for_update(of=("self",)).select_related("body__cite").get(pk=meeting.pk)


def lock_editable(meeting):
    """Raises `TransitionError` once the meeting is over."""
    row = lock_meeting(meeting)
    if row.status not in EDITABLE:
        raise TransitionError("Cette réunion est close\u00a0: son ordre du jour et ses décisions ne changent plus.")
    return row


@transaction.atomic
def plan_meeting(*, body, actor, starts_at, place="", minutes_planned=None):
    """Raises `ValidationError` when this body already meets at that moment (a double click)."""
    Body.objects.select_for_update(of=("self",)).get(pk=body.pk)
    given_up = (MeetingStatus.CANCELLED, MeetingStatus.POSTPONED)
    if body.meetings.filter(starts_at=starts_at).exclude(status__in=given_up).exists():
        raise ValidationError("Cette instance a déjà une réunion ce jour-là, à cette heure.")
    meeting = Meeting(body=body, starts_at=starts_at, place=place, minutes_planned=minutes_planned, created_by=actor)
    meeting.full_clean()
    meeting.save()
    _journal(meeting, actor, "meeting.planned", f"{actor} a fixé la réunion «\u00a0{meeting}\u00a0».")
    return meeting


@transaction.atomic
def update_meeting(meeting, *, actor, version, starts_at, place, minutes_planned):
    """Raises `ConflictError`, `TransitionError` once the meeting is over, `ValidationError`."""
    lock_editable(meeting)
    row = lock_version(Meeting.objects.select_related("body"), meeting.pk, version)
    before = {"starts_at": row.starts_at, "place": row.place, "minutes_planned": row.minutes_planned}
    row.starts_at, row.place, row.minutes_planned = starts_at, place, minutes_planned
    row.version += 1
    row.full_clean()
    row.save()
    after = {"starts_at": starts_at, "place": place, "minutes_planned": minutes_planned}
    _journal(row, actor, "meeting.updated", f"{actor} a modifié la réunion.", before=before, after=after)
    return row


def _move(meeting, name, actor, sentence, **changes):
    row = lock_meeting(meeting)
    row.move(name, actor=actor, **changes)
    _journal(row, actor, f"meeting.{name}", sentence)
    return row


@transaction.atomic
def convene_meeting(meeting, *, actor):
    return _move(meeting, "convene", actor, f"{actor} a convoqué la réunion.")


@transaction.atomic
def cancel_meeting(meeting, *, actor):
    return _move(meeting, "cancel", actor, f"{actor} a annulé la réunion.")


@transaction.atomic
def postpone_meeting(meeting, *, actor):
    """Without a new date: who moves a meeting changes its date."""
    return _move(meeting, "postpone", actor, f"{actor} a reporté la réunion sans nouvelle date.")


@transaction.atomic
def publish_meeting(meeting, *, actor):
    """Opens the agenda and the "relevé" to every member of the body."""
    return _move(meeting, "publish", actor, f"{actor} a publié le relevé de décisions.")


def expected_mandates(meeting):
    """Active members of the body on the day, in protocol order."""
    on = timezone.localdate(meeting.starts_at)
    return Mandate.objects.active(on).filter(memberships__body=meeting.body).in_protocol_order()


@transaction.atomic
def open_meeting(meeting, *, actor):
    """Everybody is as announced in reply to the convocation; who announced nothing is excused until ticked present.

    Substitutes are left out, and guests too, unless they said that they come. A meeting moved since its convocation has
    no replies.
    """
    row = _move(meeting, "open", actor, f"{actor} a ouvert la séance.", opened_at=timezone.now())
    expected = expected_mandates(row).filter(substitute_of__isnull=True)
    rows = {mandate.pk: Attendance(meeting=row, mandate=mandate, presence=Presence.EXCUSED) for mandate in expected}
    replied = Invitee.objects.in_force(row).exclude(reply="") if is_called_for(row) else ()
    for invitee in replied:
        if invitee.mandate_id in rows or invitee.reply != Presence.EXCUSED:
            rows[invitee.mandate_id] = _announced(row, invitee)
    Attendance.objects.bulk_create(rows.values(), ignore_conflicts=True)
    return row


def _announced(meeting, invitee):
    presence = Presence.GUEST if invitee.is_guest and invitee.reply == Presence.PRESENT else invitee.reply
    return Attendance(
        meeting=meeting, mandate=invitee.mandate, presence=presence, represented_by=invitee.represented_by
    )


@transaction.atomic
def set_attendance(*, meeting, mandate, presence, actor, represented_by=""):
    """Raises `ValidationError` when somebody is represented by nobody, `ValueError` for another Cité's mandate."""
    row = lock_editable(meeting)
    if mandate.cite_id != row.body.cite_id:
        raise ValueError("The mandate belongs to another Cité.")
    attendance = Attendance.objects.filter(meeting=row, mandate=mandate).first()
    attendance = attendance or Attendance(meeting=row, mandate=mandate)
    attendance.presence = presence
    attendance.represented_by = represented_by if presence == Presence.REPRESENTED else ""
    attendance.full_clean()
    attendance.save()
    return attendance


def _find_again(meeting):
    """Its points changed: it is found by the titles that they have now."""
    meeting.save(update_fields=["search_text"])


def _check_cite(meeting, actions, presenter):
    cite = meeting.body.cite_id
    if any(action.cite_id != cite for action in actions):
        raise ValueError("An action belongs to another Cité.")
    if presenter and not presenter.mandates.filter(cite=cite).exists():
        raise ValueError("The presenter belongs to another Cité.")


def _set_subject(item, about):
    for name in AgendaItem.SUBJECTS:
        setattr(item, name, about.get(name))


@transaction.atomic
def add_item(*, meeting, actor, title, kind, actions=(), presenter=None, minutes_planned=10, about=None):
    """Goes last. `about`: `{column of AgendaItem.SUBJECTS: row}`.

    Raises `TransitionError` once the meeting is over, `ValidationError`.
    """
    row = lock_editable(meeting)
    _check_cite(row, actions, presenter)
    last = row.items.aggregate(last=Max("order"))["last"] or 0
    item = AgendaItem(
        meeting=row, order=last + 1, title=title, kind=kind, presenter=presenter, minutes_planned=minutes_planned
    )
    _set_subject(item, about or {})
    item.full_clean()
    item.save()
    item.actions.set(actions)
    _find_again(row)
    _journal(row, actor, "item.added", f"{actor} a ajouté le point «\u00a0{title}\u00a0».")
    return item


@transaction.atomic
def update_item(item, *, actor, version, title, kind, actions, presenter, minutes_planned, about):
    """`about` as in `add_item`. Raises `ConflictError`, `TransitionError`, `ValidationError`."""
    meeting = lock_editable(item.meeting)
    _check_cite(meeting, actions, presenter)
    row = lock_version(AgendaItem.objects.all(), item.pk, version)
    row.title, row.kind, row.presenter, row.minutes_planned = title, kind, presenter, minutes_planned
    _set_subject(row, about)
    row.version += 1
    row.full_clean()
    row.save()
    row.actions.set(actions)
    _find_again(meeting)
    _journal(meeting, actor, "item.updated", f"{actor} a modifié le point «\u00a0{title}\u00a0».")
    return row


@transaction.atomic
def move_item(item, *, actor, up):
    """Exchange with its neighbour; at either end nothing moves. Raises `TransitionError` for the point being discussed."""
    meeting = lock_editable(item.meeting)
    items = list(meeting.items.all())
    index = items.index(item)
    target = index - 1 if up else index + 1
    if 0 <= target < len(items):
        items[index], items[target] = items[target], items[index]
        _reorder(meeting, items, item, actor)


@transaction.atomic
def place_item(item, *, actor, before=None):
    """Put it just before another point of its meeting, or last. Raises `TransitionError` when that would move the point
    being discussed.
    """
    meeting = lock_editable(item.meeting)
    items = list(meeting.items.all())
    if before == item:
        return
    if before and before not in items:
        raise TransitionError("Ce point n’est pas de cette réunion\u00a0: rien n’a été déplacé.")
    rest = [one for one in items if one != item]
    rest.insert(rest.index(before) if before else len(rest), item)
    if rest != items:
        _reorder(meeting, rest, item, actor)


def _reorder(meeting, items, moved, actor):
    """Write `items` in this order; the point being discussed keeps its rank."""
    known = [row.pk for row in meeting.items.all()]
    current = meeting.current_item_id
    if current and known.index(current) != [row.pk for row in items].index(current):
        raise TransitionError(
            f"Le point «\u00a0{meeting.current_item}\u00a0» est en discussion\u00a0: il garde sa place. "
            "Passez d’abord à un autre point."
        )
    for order, row in enumerate(items, start=1):
        row.order = order
    AgendaItem.objects.bulk_update(items, ["order"])
    _journal(meeting, actor, "item.moved", f"{actor} a déplacé le point «\u00a0{moved.title}\u00a0».")


@transaction.atomic
def remove_item(item, *, actor):
    """Raises `TransitionError` for the point being discussed, and when a note was issued or a decision is written for
    it: nothing said is lost.
    """
    meeting = lock_editable(item.meeting)
    if meeting.current_item_id == item.pk:
        raise TransitionError(
            f"Le point «\u00a0{item.title}\u00a0» est en discussion\u00a0: passez à un autre point avant de le retirer."
        )
    if hasattr(item, "note") or item.decisions.exists():
        raise TransitionError("Ce point porte une note ou une décision\u00a0: il ne peut plus être retiré.")
    if item.annexes.filter(removed_at=None).exists():
        raise TransitionError("Ce point a une annexe\u00a0: retirez-la d’abord, ou laissez le point.")
    title = item.title
    item.annexes.update(item=None)
    item.delete()
    _find_again(meeting)
    _journal(meeting, actor, "item.removed", f"{actor} a retiré le point «\u00a0{title}\u00a0».")


@transaction.atomic
def save_discussion(item, *, actor, version, html):
    """What is typed live; raises `ConflictError` when a second secretary saved first."""
    lock_editable(item.meeting)
    row = lock_version(AgendaItem.objects.select_related("meeting__body"), item.pk, version)
    row.discussion = html
    row.version += 1
    row.save(update_fields=["discussion", "version"])
    return row
