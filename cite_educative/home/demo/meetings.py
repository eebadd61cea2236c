"""One Troïka held in April, whose decision programmed the first wave; one being prepared for the second."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from cite_educative.home.demo import plan, texts
from governance.enums import Approval, BodyKind, ItemKind, NoteKind, Presence, QuorumRule
from governance.models import Body
from governance.note_templates import shipped
from governance.presets import PRESETS
from governance.services import (
    add_item,
    answer_note,
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
    save_discussion,
    save_note,
    send_note,
    set_attendance,
    validate_note,
)
from partners.enums import Role, SideKind


def _at(day, hour):
    return timezone.make_aware(datetime.combine(day, time(hour)))


def create_troika(dunkerque):
    preset = PRESETS[BodyKind.TROIKA]
    body = Body(
        cite=dunkerque.cite,
        kind=preset.kind,
        label=preset.label,
        code=preset.code,
        competence=preset.competence,
        rhythm_every=preset.every,
        rhythm_unit=preset.unit,
        quorum_rule=QuorumRule.HALF,
    )
    pilots = [mandate for mandate in dunkerque.mandates if mandate.role == Role.PILOT]
    body = create_body(body, actor=dunkerque.actor, mandates=pilots, steps=preset.steps)
    body.required_sides.set(dunkerque.cite.sides.filter(kind=SideKind.STATE))
    body.members.filter(mandate__side__kind=SideKind.STATE).update(presides=True)
    return body


def hold_first(dunkerque, body):
    """From the agenda to the relevé, as a lead would do it alone."""
    actor = dunkerque.actor
    meeting = plan_meeting(
        body=body,
        actor=actor,
        starts_at=_at(date(2026, 4, 21), 14),
        place="Sous-préfecture de Dunkerque",
        minutes_planned=90,
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
    save_discussion(item, actor=actor, version=item.version, html=texts.FIRST_DISCUSSION)
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
        body=body,
        actor=actor,
        starts_at=_at(day, 14),
        place="Hôtel communautaire, salle du Conseil",
        minutes_planned=60,
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
    note = save_note(
        item=item,
        actor=actor,
        **texts.SECOND_NOTE,
    )
    _read_again(note, actor, day)
    add_item(
        meeting=meeting,
        actor=actor,
        title="Calendrier de la revue de projet",
        kind=ItemKind.INFORMATION,
        presenter=actor.person,
        minutes_planned=10,
    )
    _report(dunkerque, meeting)
    return meeting


def _read_again(note, actor, day):
    """Asked of every pilot: one approves, one asks for a change."""
    sides = list(note.cite.sides.order_by("order", "pk"))
    send_note(note, sides=sides, due_on=day - timedelta(days=4), actor=actor)
    received = {"received_by": "courriel", "received_on": timezone.localdate()}
    approving, asking = note.reviews.in_protocol_order()[:2]
    answer_note(approving, state=Approval.APPROVED, actor=actor, received_from="le secrétariat", **received)
    answer_note(
        asking,
        state=Approval.CHANGES,
        remark=texts.NOTE_REMARK,
        actor=actor,
        received_from="le secrétariat",
        **received,
    )


def _report(dunkerque, meeting):
    """What the community council will be asked to vote of its own line; ready to be issued."""
    actor = dunkerque.actor
    item = add_item(
        meeting=meeting,
        actor=actor,
        title="Rapport au conseil communautaire\u00a0: subventions de la seconde vague",
        kind=ItemKind.INFORMATION,
        actions=dunkerque.second_wave,
        presenter=actor.person,
        minutes_planned=10,
    )
    note = save_note(
        item=item,
        actor=actor,
        kind=NoteKind.REPORT,
        title="Attribuer les subventions de la seconde vague",
        addressee="Conseil communautaire",
        source=dunkerque.sources[plan.CUD],
        **shipped(NoteKind.REPORT),
    )
    validate_note(note, actor=actor)
