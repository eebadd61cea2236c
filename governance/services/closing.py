"""Closing a meeting, or adopting without one: numbers given, effects applied, relevé frozen, in one transaction or not
at all."""

from collections import defaultdict
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from actions.models import Action, Envelope, Funding
from cite_educative.common import journal
from cite_educative.common.money import ZERO, euros, total
from governance.enums import DecisionStatus, EffectKind
from governance.models import Body, Decision, DecisionEffect, Meeting
from governance.services.minutes import prepare_minutes
from governance.services.records import issue_record

STATUS_MOVES = {
    EffectKind.RETAIN: "retain",
    EffectKind.DEFER: "defer",
    EffectKind.REJECT: "reject",
    EffectKind.REOPEN: "reopen",
}


class ClosingRefused(Exception):
    """Some effects no longer start from what they were prepared on; `problems` are sentences for the user."""

    def __init__(self, problems):
        super().__init__(" ".join(problems))
        self.problems = problems


class AcknowledgementNeeded(Exception):
    """The programming overdraws envelopes: `overdrawn` is a list of `EnvelopeChange`."""

    def __init__(self, overdrawn):
        super().__init__("Une enveloppe serait dépassée.")
        self.overdrawn = overdrawn


@dataclass(frozen=True)
class EnvelopeChange:
    """What closing does to one source and civil year, in euros."""

    source: object
    budget_year: int
    envelope: object
    before: object
    after: object

    @property
    def remaining(self):
        return None if self.envelope is None else self.envelope - self.after

    @property
    def is_overdrawn(self):
        return self.remaining is not None and self.remaining < 0 and self.after > self.before


@dataclass(frozen=True)
class ClosingPreview:
    decisions: list
    effects: list
    envelopes: list
    problems: list

    @property
    def overdrawn(self):
        return [change for change in self.envelopes if change.is_overdrawn]


def _drafts(meeting):
    return list(
        meeting.decisions.filter(status=DecisionStatus.DRAFT)
        .select_related("body", "item", "replaces__body")
        .order_by("item__order", "pk")
    )


def _effects(decisions):
    rows = DecisionEffect.objects.filter(decision__in=decisions).select_related("decision")
    by_decision = defaultdict(list)
    for effect in rows.order_by("pk"):
        by_decision[effect.decision_id].append(effect)
    # A status moves before money is programmed, whatever the order of entry.
    return [
        effect
        for decision in decisions
        for effect in sorted(by_decision[decision.pk], key=lambda e: e.kind == EffectKind.PROGRAMME)
    ]


def _problems(effects, fundings, actions):
    """Sentences for every effect whose starting point moved, earlier effects of the same closing taken into account."""
    amounts = {pk: funding.programmed for pk, funding in fundings.items()}
    statuses = {pk: action.status for pk, action in actions.items()}
    problems, decided = [], {}
    for effect in effects:
        action = actions[effect.action_id]
        earlier = decided.setdefault((effect.action_id, effect.funding_id), effect.decision)
        if earlier.pk != effect.decision_id:
            problems.append(
                f"{action}\u00a0: «\u00a0{earlier.title}\u00a0» et «\u00a0{effect.decision.title}\u00a0» décident "
                f"toutes deux de {'son montant' if effect.funding_id else 'son sort'}. "
                "Retirez cet effet de l’une des deux."
            )
        elif effect.kind == EffectKind.PROGRAMME:
            funding = fundings[effect.funding_id]
            if amounts[effect.funding_id] != effect.before:
                problems.append(
                    f"{action}\u00a0: le montant programmé de {funding.source} est maintenant de "
                    f"{euros(amounts[effect.funding_id])}, il était de {euros(effect.before)} quand la décision a été "
                    "écrite. Ouvrez la décision et enregistrez-la de nouveau."
                )
            amounts[effect.funding_id] = effect.after
        else:
            transition = Action.TRANSITIONS[STATUS_MOVES[effect.kind]]
            if statuses[effect.action_id] != effect.before_status or not transition.allows(statuses[effect.action_id]):
                problems.append(
                    f"{action}\u00a0: son statut a changé depuis que la décision a été écrite. "
                    "Ouvrez la décision et enregistrez-la de nouveau."
                )
            statuses[effect.action_id] = transition.target
    return problems


def _envelope_changes(effects, fundings, envelopes):
    moves = defaultdict(lambda: ZERO)
    sources = {}
    for effect in effects:
        if effect.kind == EffectKind.PROGRAMME and not fundings[effect.funding_id].in_kind:
            funding = fundings[effect.funding_id]
            sources[funding.source_id, funding.budget_year] = funding.source
            moves[funding.source_id, funding.budget_year] += effect.after - (effect.before or ZERO)
    changes = []
    for (source_id, year), move in moves.items():
        before = Funding.objects.in_cash().filter(source=source_id, budget_year=year).sums("programmed")["programmed"]
        before = before or ZERO
        envelope = envelopes.get((source_id, year))
        changes.append(EnvelopeChange(sources[source_id, year], year, envelope, before, before + move))
    return sorted(changes, key=lambda change: (change.source.order, change.source.pk, change.budget_year))


def _replaced(decisions, lock):
    """{pk: row} of the decisions that these cancel, as they are now."""
    rows = Decision.objects.filter(pk__in={decision.replaces_id for decision in decisions} - {None}).order_by("pk")
    return {row.pk: row for row in (rows.select_for_update(of=("self",)) if lock else rows)}


def _replacing_problems(decisions, replaced):
    return [
        f"«\u00a0{decision.title}\u00a0» annule {decision.replaces.reference}, qui est déjà annulée. Ouvrez la décision, "
        "et effacez ce numéro."
        for decision in decisions
        if decision.replaces_id and replaced[decision.replaces_id].status != DecisionStatus.ADOPTED
    ]


def gather(decisions, *, lock):
    """Everything closing reads, locked in the order meeting → body → envelopes → fundings → actions when `lock`.

    The meeting, or the consultation, is locked by the caller.
    """
    effects = _effects(decisions)
    funding_ids = {effect.funding_id for effect in effects if effect.funding_id}
    envelopes = Envelope.objects.filter(source__fundings__in=funding_ids)
    fundings = Funding.objects.filter(pk__in=funding_ids).select_related("source").order_by("pk")
    actions = Action.objects.filter(pk__in={effect.action_id for effect in effects}).order_by("pk")
    if lock:
        envelopes = Envelope.objects.filter(pk__in=envelopes.values("pk")).select_for_update(of=("self",))
        fundings = fundings.select_for_update(of=("self",))
        actions = actions.select_for_update(of=("self",))
    envelopes = {(row.source_id, row.budget_year): row.available for row in envelopes}
    fundings = {row.pk: row for row in fundings}
    actions = {row.pk: row for row in actions}
    decisions_replaced = _replaced(decisions, lock)
    preview = ClosingPreview(
        decisions=decisions,
        effects=effects,
        envelopes=_envelope_changes(effects, fundings, envelopes),
        problems=[*_problems(effects, fundings, actions), *_replacing_problems(decisions, decisions_replaced)],
    )
    for effect in effects:
        effect.action, effect.funding = actions[effect.action_id], fundings.get(effect.funding_id)
    return preview


def closing_preview(meeting):
    """What closing would write now, and what prevents it. Writes nothing."""
    return gather(_drafts(meeting), lock=False)


@transaction.atomic
def close_meeting(meeting, *, actor, acknowledgement=""):
    """Adopt the decisions, apply their effects, freeze the relevé and ask for its files, draft the minutes.

    All or nothing. Raises `TransitionError` when the meeting is not open (a second click), `ClosingRefused` with
    sentences, `AcknowledgementNeeded` when an envelope would be overdrawn and nobody says why. Returns the
    `DecisionRecord`.
    """
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("body__cite").get(pk=meeting.pk)
    Meeting.TRANSITIONS["close"].check(meeting.status)
    on = min(timezone.localdate(meeting.starts_at), timezone.localdate())
    preview = adopt(meeting.body, lambda: _drafts(meeting), on=on, actor=actor, acknowledgement=acknowledgement)
    meeting.move("close", actor=actor, closed_at=timezone.now(), current_item=None)
    _journal_closing(meeting, preview, acknowledgement, actor)
    prepare_minutes(meeting, actor=actor)
    return issue_record(meeting, actor=actor)


def adopt(body, drafts, *, on, actor, acknowledgement):
    """Number the decisions that `drafts()` reads once the body is locked, and apply their effects. Returns the preview.

    Raises `ClosingRefused`, `AcknowledgementNeeded`. Call it in a transaction that locks the meeting or the
    consultation first.
    """
    Body.objects.select_for_update(of=("self",)).get(pk=body.pk)
    preview = gather(drafts(), lock=True)
    if preview.problems:
        raise ClosingRefused(preview.problems)
    if preview.overdrawn and not acknowledgement.strip():
        raise AcknowledgementNeeded(preview.overdrawn)
    _number(preview.decisions, body, on)
    _cancel_replaced(preview.decisions, actor)
    references = {decision.pk: decision.reference for decision in preview.decisions}
    for effect in preview.effects:
        _apply(effect, reference=references[effect.decision_id], on=on, actor=actor)
    _journal_decisions(body, preview, actor)
    return preview


def _number(decisions, body, on):
    """Gapless per body and civil year: the body is locked by the caller."""
    last = Decision.objects.filter(body=body, year=on.year).aggregate(last=Max("number"))["last"] or 0
    for number, decision in enumerate(decisions, start=last + 1):
        decision.status, decision.year, decision.number = DecisionStatus.ADOPTED, on.year, number
        decision.adopted_on = on
        decision.version += 1
        decision.save(update_fields=["status", "year", "number", "adopted_on", "version"])


def _cancel_replaced(decisions, actor):
    for decision in decisions:
        if decision.replaces_id is None:
            continue
        earlier = Decision.objects.select_related("body").get(pk=decision.replaces_id)
        earlier.status, earlier.cancelled_by = DecisionStatus.CANCELLED, decision
        earlier.version += 1
        earlier.save(update_fields=["status", "cancelled_by", "version"])
        journal.record(
            cite_id=decision.body.cite_id,
            actor=actor,
            verb="decision.cancelled",
            subject=earlier,
            sentence=f"La décision {earlier.reference} est annulée et remplacée par {decision.reference}.",
        )


def _apply(effect, *, reference, on, actor):
    if effect.kind == EffectKind.PROGRAMME:
        effect.entry = effect.funding.programme(effect.after, on=on, reference=reference, actor=actor)
    else:
        effect.action.move(STATUS_MOVES[effect.kind], actor=actor, happened_on=on, reference=reference)
    effect.applied_at = timezone.now()
    effect.save(update_fields=["entry", "applied_at"])


def _counted(decisions):
    return f"{len(decisions)} décision{'s' if len(decisions) > 1 else ''}"


def closing_values(preview, acknowledgement):
    """What the journal keeps of a closing."""
    programmed = total(effect.after for effect in preview.effects if effect.kind == EffectKind.PROGRAMME)
    return {
        "decisions": [decision.reference for decision in preview.decisions],
        "programmed": str(programmed) if programmed is not None else None,
        "acknowledgement": acknowledgement.strip(),
    }


def _journal_closing(meeting, preview, acknowledgement, actor):
    journal.record(
        cite_id=meeting.body.cite_id,
        actor=actor,
        verb="meeting.closed",
        subject=meeting,
        sentence=f"{actor} a clos la séance\u00a0: {_counted(preview.decisions)}.",
        after=closing_values(preview, acknowledgement),
    )


def _journal_decisions(body, preview, actor):
    for decision in preview.decisions:
        amounts, seen = defaultdict(list), {}
        for effect in preview.effects:
            if effect.decision_id == decision.pk:
                seen[effect.action_id] = effect.action
                if effect.kind == EffectKind.PROGRAMME:
                    amounts[effect.action_id].append(effect.after)
        for pk, action in seen.items():
            said = f"{euros(total(amounts[pk]))} programmés" if amounts[pk] else "suite donnée à la demande"
            journal.record(
                cite_id=body.cite_id,
                actor=actor,
                verb="decision.adopted",
                subject=action,
                sentence=f"Décision {decision.reference} ({body.label})\u00a0: {said}.",
            )
