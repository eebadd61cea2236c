"""One Troïka held in April, whose decision programmed the first wave; one being prepared for the second."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from cite_educative.home.demo import texts
from governance.enums import BodyKind, ItemKind, Presence
from governance.models import Body
from governance.services import (
    add_item,
    close_meeting,
    convene_meeting,
    create_body,
    expected_mandates,
    issue_note,
    open_meeting,
    plan_meeting,
    proposed_effects,
    publish_meeting,
    save_decision,
    save_note,
    set_attendance,
)
from partners.enums import Role


def _at(day, hour):
    return timezone.make_aware(datetime.combine(day, time(hour)))


def create_troika(dunkerque):
    body = Body(cite=dunkerque.cite, kind=BodyKind.TROIKA, label="Troïka", code="TR")
    pilots = [mandate for mandate in dunkerque.mandates if mandate.role == Role.PILOT]
    return create_body(body, actor=dunkerque.actor, mandates=pilots)


def hold_first(dunkerque, body):
    """From the agenda to the relevé, as a lead would do it alone."""
    actor = dunkerque.actor
    meeting = plan_meeting(
        body=body, actor=actor, starts_at=_at(date(2026, 4, 21), 14), place="Sous-préfecture de Dunkerque"
    )
    item = add_item(
        meeting=meeting,
        actor=actor,
        title="Programmation de la première vague 2026",
        kind=ItemKind.DECISION,
        actions=dunkerque.first_wave,
        presenter=actor.person,
        minutes_planned=40,
    )
    note = save_note(
        item=item,
        actor=actor,
        **texts.FIRST_NOTE,
    )
    issue_note(note, actor=actor)
    convene_meeting(meeting, actor=actor)
    meeting = open_meeting(meeting, actor=actor)
    _seat(meeting, actor)
    save_decision(
        item=item,
        actor=actor,
        title="Programme de la première vague, 320\u00a0000\u00a0€",
        text=note.proposal,
        is_agreed=True,
        effects=proposed_effects(item),
    )
    close_meeting(meeting, actor=actor)
    publish_meeting(meeting, actor=actor)


def _seat(meeting, actor):
    """Everybody is there but one."""
    for mandate in expected_mandates(meeting):
        if mandate.person.last_name != "Hennebelle":
            set_attendance(meeting=meeting, mandate=mandate, presence=Presence.PRESENT, actor=actor)


def prepare_second(dunkerque, body):
    """A meeting to come: the note of its first point is being written, the second point has none yet."""
    actor = dunkerque.actor
    day = timezone.localdate() + timedelta(days=9)
    while day.weekday() != 1:
        day += timedelta(days=1)
    meeting = plan_meeting(
        body=body, actor=actor, starts_at=_at(day, 14), place="Hôtel communautaire, salle du Conseil"
    )
    item = add_item(
        meeting=meeting,
        actor=actor,
        title="Programmation de la seconde vague 2026",
        kind=ItemKind.DECISION,
        actions=dunkerque.second_wave,
        presenter=actor.person,
        minutes_planned=45,
    )
    save_note(
        item=item,
        actor=actor,
        **texts.SECOND_NOTE,
    )
    add_item(
        meeting=meeting,
        actor=actor,
        title="Calendrier de la revue de projet",
        kind=ItemKind.INFORMATION,
        presenter=actor.person,
        minutes_planned=10,
    )
    return meeting
