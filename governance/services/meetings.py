from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from cite_educative.common import journal
from cite_educative.common.locks import lock_version
from cite_educative.common.transitions import TransitionError
from governance.enums import MeetingStatus, Presence
from governance.models import AgendaItem, Attendance, Body, BodyMember, Meeting
from partners.models import Mandate

EDITABLE = (MeetingStatus.PLANNED, MeetingStatus.CONVENED, MeetingStatus.IN_PROGRESS)


def _journal(meeting, actor, verb, sentence, **values):
    journal.record(cite_id=meeting.body.cite_id, actor=actor, verb=verb, subject=meeting, sentence=sentence, **values)


def _lock(meeting):
    return Meeting.objects.select_for_update(of=("self",)).select_related("body__cite").get(pk=meeting.pk)


def _lock_editable(meeting):
    """Raises `TransitionError` once the meeting is over."""
    row = _lock(meeting)
    if row.status not in EDITABLE:
        raise TransitionError("Cette réunion est close\u00a0: son ordre du jour et ses décisions ne changent plus.")
    return row


@transaction.atomic
def create_body(body, *, actor, mandates=()):
    """Create a body and seat these mandates. Raises `ValidationError`."""
    if any(mandate.cite_id != body.cite_id for mandate in mandates):
        raise ValueError("A mandate belongs to another Cité.")
    body.full_clean()
    body.save()
    BodyMember.objects.bulk_create([BodyMember(body=body, mandate=mandate) for mandate in mandates])
    journal.record(
        cite_id=body.cite_id,
        actor=actor,
        verb="body.created",
        subject=body,
        sentence=f"{actor} a créé l’instance «\u00a0{body.label}\u00a0».",
    )
    return body


@transaction.atomic
def plan_meeting(*, body, actor, starts_at, place=""):
    """Raises `ValidationError` when this body already meets at that moment (a double click)."""
    Body.objects.select_for_update(of=("self",)).get(pk=body.pk)
    given_up = (MeetingStatus.CANCELLED, MeetingStatus.POSTPONED)
    if body.meetings.filter(starts_at=starts_at).exclude(status__in=given_up).exists():
        raise ValidationError("Cette instance a déjà une réunion ce jour-là, à cette heure.")
    meeting = Meeting(body=body, starts_at=starts_at, place=place, created_by=actor)
    meeting.full_clean()
    meeting.save()
    _journal(meeting, actor, "meeting.planned", f"{actor} a fixé la réunion «\u00a0{meeting}\u00a0».")
    return meeting


@transaction.atomic
def update_meeting(meeting, *, actor, version, starts_at, place):
    """Raises `ConflictError`, `TransitionError` once the meeting is over, `ValidationError`."""
    _lock_editable(meeting)
    row = lock_version(Meeting.objects.select_related("body"), meeting.pk, version)
    before = {"starts_at": row.starts_at, "place": row.place}
    row.starts_at, row.place = starts_at, place
    row.version += 1
    row.full_clean()
    row.save()
    after = {"starts_at": starts_at, "place": place}
    _journal(row, actor, "meeting.updated", f"{actor} a modifié la réunion.", before=before, after=after)
    return row


def _move(meeting, name, actor, sentence, **changes):
    row = _lock(meeting)
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
def publish_meeting(meeting, *, actor):
    """Opens the agenda and the "relevé" to every member of the body."""
    return _move(meeting, "publish", actor, f"{actor} a publié le relevé de décisions.")


def expected_mandates(meeting):
    """Active members of the body on the day, in protocol order."""
    on = timezone.localdate(meeting.starts_at)
    return Mandate.objects.active(on).filter(memberships__body=meeting.body).in_protocol_order()


@transaction.atomic
def open_meeting(meeting, *, actor):
    """Everybody expected is marked excused until ticked present, except substitutes, who are left out."""
    row = _move(meeting, "open", actor, f"{actor} a ouvert la séance.", opened_at=timezone.now())
    expected = expected_mandates(row).filter(substitute_of__isnull=True)
    Attendance.objects.bulk_create(
        [Attendance(meeting=row, mandate=mandate, presence=Presence.EXCUSED) for mandate in expected],
        ignore_conflicts=True,
    )
    return row


@transaction.atomic
def set_attendance(*, meeting, mandate, presence, actor, represented_by=""):
    """Raises `ValidationError` when somebody is represented by nobody, `ValueError` for another Cité's mandate."""
    row = _lock_editable(meeting)
    if mandate.cite_id != row.body.cite_id:
        raise ValueError("The mandate belongs to another Cité.")
    attendance = Attendance.objects.filter(meeting=row, mandate=mandate).first()
    attendance = attendance or Attendance(meeting=row, mandate=mandate)
    attendance.presence = presence
    attendance.represented_by = represented_by if presence == Presence.REPRESENTED else ""
    attendance.full_clean()
    attendance.save()
    return attendance


def _check_cite(meeting, actions, presenter):
    cite = meeting.body.cite_id
    if any(action.cite_id != cite for action in actions):
        raise ValueError("An action belongs to another Cité.")
    if presenter and not presenter.mandates.filter(cite=cite).exists():
        raise ValueError("The presenter belongs to another Cité.")


@transaction.atomic
def add_item(*, meeting, actor, title, kind, actions=(), presenter=None, minutes_planned=10):
    """Goes last. Raises `TransitionError` once the meeting is over, `ValidationError`."""
    row = _lock_editable(meeting)
    _check_cite(row, actions, presenter)
    last = row.items.aggregate(last=Max("order"))["last"] or 0
    item = AgendaItem(
        meeting=row, order=last + 1, title=title, kind=kind, presenter=presenter, minutes_planned=minutes_planned
    )
    item.full_clean()
    item.save()
    item.actions.set(actions)
    _journal(row, actor, "item.added", f"{actor} a ajouté le point «\u00a0{title}\u00a0».")
    return item


@transaction.atomic
def update_item(item, *, actor, version, title, kind, actions, presenter, minutes_planned):
    """Raises `ConflictError`, `TransitionError`, `ValidationError`."""
    meeting = _lock_editable(item.meeting)
    _check_cite(meeting, actions, presenter)
    row = lock_version(AgendaItem.objects.all(), item.pk, version)
    row.title, row.kind, row.presenter, row.minutes_planned = title, kind, presenter, minutes_planned
    row.version += 1
    row.full_clean()
    row.save()
    row.actions.set(actions)
    _journal(meeting, actor, "item.updated", f"{actor} a modifié le point «\u00a0{title}\u00a0».")
    return row


@transaction.atomic
def move_item(item, *, actor, up):
    """Exchange with its neighbour; at either end nothing moves."""
    meeting = _lock_editable(item.meeting)
    items = list(meeting.items.all())
    index = next(i for i, other in enumerate(items) if other.pk == item.pk)
    target = index - 1 if up else index + 1
    if not 0 <= target < len(items):
        return
    items[index], items[target] = items[target], items[index]
    for order, row in enumerate(items, start=1):
        if row.order != order:
            row.order = order
            row.save(update_fields=["order"])
    _journal(meeting, actor, "item.moved", f"{actor} a déplacé le point «\u00a0{item.title}\u00a0».")


@transaction.atomic
def remove_item(item, *, actor):
    """Raises `TransitionError` when a note was issued or a decision is written for it: nothing said is lost."""
    meeting = _lock_editable(item.meeting)
    if hasattr(item, "note") or item.decisions.exists():
        raise TransitionError("Ce point porte une note ou une décision\u00a0: il ne peut plus être retiré.")
    title = item.title
    item.delete()
    _journal(meeting, actor, "item.removed", f"{actor} a retiré le point «\u00a0{title}\u00a0».")


@transaction.atomic
def save_discussion(item, *, actor, version, html):
    """What is typed live; raises `ConflictError` when a second secretary saved first."""
    _lock_editable(item.meeting)
    row = lock_version(AgendaItem.objects.select_related("meeting__body"), item.pk, version)
    row.discussion = html
    row.version += 1
    row.save(update_fields=["discussion", "version"])
    return row
