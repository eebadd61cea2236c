"""The meetings, decisions and documents of a scratch Cité: one to prepare, one under way, many held."""

from django.db import transaction
from django.utils import timezone

from actions.enums import ActionStatus, Step
from actions.models import FundingEntry
from cite_educative.documents.enums import State
from cite_educative.documents.models import GeneratedFile
from cite_educative.home.bench import texts
from cite_educative.home.bench.data import BATCH
from governance.enums import BodyKind, DecisionStatus, EffectKind, ItemKind, MeetingStatus, Presence
from governance.models import (
    AgendaItem,
    Body,
    BodyMember,
    Decision,
    DecisionEffect,
    DecisionRecord,
    DecisionRecordFile,
    Meeting,
)
from governance.services import (
    add_item,
    expected_mandates,
    open_meeting,
    plan_meeting,
    proposed_effects,
    save_decision,
    save_note,
    set_attendance,
)
from governance.services.records import RECORD_KIND

POINT = 14  # actions of the point that is prepared and decided
PER_MEETING = 5  # decisions of each meeting held
VERSIONS = 3  # of each relevé
POINTS = ("Calendrier de la revue de projet", "Point d’étape sur les conventions", "Communication de rentrée")


@transaction.atomic
def add_meetings(plan):
    """Fill a `Plan` just built: bodies, meetings and decisions, and the files asked for. Publishes no task."""
    plan.body = Body.objects.create(cite=plan.cite, kind=BodyKind.TROIKA, label="Troïka", code="TR")
    BodyMember.objects.bulk_create([BodyMember(body=plan.body, mandate=mandate) for mandate in plan.pilots])
    _hold_meetings(plan)
    prepare_meeting(plan, days=9)
    _open_sitting(plan)
    _ask_files(plan)


def prepare_meeting(plan, *, days):
    """A meeting to come, by the services: its first point bears on fourteen actions and has its note."""
    meeting = plan_meeting(body=plan.body, actor=plan.actor, starts_at=plan.moment(days), place="Hôtel communautaire")
    item = add_noted_point(plan, meeting)
    for title in POINTS:
        add_item(meeting=meeting, actor=plan.actor, title=title, kind=ItemKind.INFORMATION)
    return item


def add_noted_point(plan, meeting):
    item = add_item(
        meeting=meeting,
        actor=plan.actor,
        title="Programmation de la seconde vague",
        kind=ItemKind.DECISION,
        actions=plan.waiting[:POINT],
        presenter=plan.actor.person,
        minutes_planned=45,
    )
    save_note(
        item=item,
        actor=plan.actor,
        title="Programmer les actions de la seconde vague",
        request="La Troïka est invitée à programmer les actions de la seconde vague, selon le tableau annexé.",
        sections=[{"title": "Ce qu’il faut savoir", "text": texts.NOTE_CONTEXT}],
        proposal="La Troïka programme les actions de la seconde vague, selon le tableau annexé.",
        follow_up=texts.NOTE_FOLLOW_UP,
        options=texts.NOTE_OPTIONS,
    )
    return item


def _open_sitting(plan):
    item = prepare_meeting(plan, days=0)
    meeting = open_meeting(item.meeting, actor=plan.actor)
    for mandate in expected_mandates(meeting):
        set_attendance(meeting=meeting, mandate=mandate, presence=Presence.PRESENT, actor=plan.actor)
    item.refresh_from_db()
    save_decision(
        item=item,
        actor=plan.actor,
        title="Programme de la seconde vague",
        text="La Troïka programme les actions de la seconde vague, selon le tableau annexé.",
        is_agreed=True,
        effects=proposed_effects(item),
    )


def _hold_meetings(plan):
    count = max(2, plan.size // PER_MEETING)
    held = timezone.now()
    plan.held = Meeting.objects.bulk_create(
        [
            Meeting(
                body=plan.body,
                starts_at=plan.moment(-1 - rank % 300),
                place="Sous-préfecture",
                status=MeetingStatus.PUBLISHED,
                opened_at=held,
                closed_at=held,
                created_by=plan.actor,
            )
            for rank in range(count)
        ],
        batch_size=BATCH,
    )
    items = AgendaItem.objects.bulk_create(
        [
            AgendaItem(meeting=meeting, order=order, title=f"Examen d’une demande ({order})")
            for meeting in plan.held
            for order in range(1, PER_MEETING + 1)
        ],
        batch_size=BATCH,
    )
    decisions = Decision.objects.bulk_create(
        [_decision(plan, number, item) for number, item in enumerate(items, start=1)], batch_size=BATCH
    )
    _write_effects(plan, decisions)


def _decision(plan, number, item):
    return Decision(
        body=plan.body,
        meeting=item.meeting,
        item=item,
        title=f"Programmation de l’action {plan.retained[(number - 1) % len(plan.retained)].code}",
        text="La Troïka programme l’action pour les montants proposés.",
        status=DecisionStatus.ADOPTED,
        year=plan.year,
        number=number,
        adopted_on=plan.today,
        created_by=plan.actor,
    )


def _write_effects(plan, decisions):
    """Each decision programmed the three fundings of one action, as long as there are actions; the rest only says."""
    entries = dict(
        FundingEntry.objects.filter(funding__action__cite=plan.cite, step=Step.PROGRAMMED).values_list("funding", "pk")
    )
    by_action = {}
    for funding in plan.fundings:
        by_action.setdefault(funding.action_id, []).append(funding)
    effects = []
    for decision, action in zip(decisions, plan.retained, strict=False):
        action.agenda_items.add(decision.item)
        effects += [
            DecisionEffect(
                decision=decision,
                kind=EffectKind.PROGRAMME,
                action=action,
                funding=funding,
                after=funding.programmed,
                before_status=ActionStatus.SUBMITTED,
                entry_id=entries[funding.pk],
                applied_at=timezone.now(),
            )
            for funding in by_action[action.pk]
        ]
    DecisionEffect.objects.bulk_create(effects, batch_size=BATCH)


def _ask_files(plan):
    """The relevés of the meetings held, in their two formats and in several versions."""
    now = timezone.now()
    records = DecisionRecord.objects.bulk_create(
        [
            DecisionRecord(meeting=meeting, number=number, content={}, issued_at=now, issued_by=plan.actor)
            for meeting in plan.held
            for number in range(1, VERSIONS + 1)
        ],
        batch_size=BATCH,
    )
    pairs = [(record, _file(plan, record, name, now)) for record in records for name in ("pdf", "docx")]
    GeneratedFile.objects.bulk_create([file for _, file in pairs], batch_size=BATCH)
    DecisionRecordFile.objects.bulk_create(
        [DecisionRecordFile(record=record, file=file) for record, file in pairs], batch_size=BATCH
    )


def _file(plan, record, name, now):
    filename = f"releve-{record.meeting_id}-v{record.number}.{name}"
    return GeneratedFile(
        kind=RECORD_KIND,
        format=name,
        title=f"Relevé de décisions, version {record.number}",
        filename=filename,
        cite_id=plan.cite.pk,
        author=plan.actor,
        state=State.READY,
        attempts=1,
        file=f"documents/{filename}",
        sha256="0" * 64,
        size=84_000,
        pages=1 if name == "pdf" else None,
        queued_at=now,
        finished_at=now,
    )
