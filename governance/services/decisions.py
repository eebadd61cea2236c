from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction

from actions.enums import ActionStatus
from actions.models import Action, Funding
from cite_educative.common import journal
from cite_educative.common.locks import lock_version
from cite_educative.common.transitions import TransitionError
from governance.enums import DecisionStatus, EffectKind
from governance.figures import item_fundings, planned_amounts
from governance.models import Decision, DecisionEffect, Meeting, Position

WAITING = (ActionStatus.SUBMITTED, ActionStatus.DEFERRED)


@dataclass(frozen=True)
class PlannedEffect:
    """One thing a decision will change when its meeting closes; `after` in euros, for `PROGRAMME` only."""

    kind: EffectKind
    action: Action
    funding: Funding | None = None
    after: Decimal | None = None


def proposed_effects(item):
    """By default: retain every action of the item that waits, and programme what is proposed, else requested."""
    effects, retained = [], set()
    fundings = list(item_fundings(item))
    planned = planned_amounts(fundings)
    for funding in fundings:
        amount = planned[funding.pk]
        if amount is None:
            continue
        if funding.action.status in WAITING and funding.action_id not in retained:
            retained.add(funding.action_id)
            effects.append(PlannedEffect(EffectKind.RETAIN, funding.action))
        effects.append(PlannedEffect(EffectKind.PROGRAMME, funding.action, funding, amount))
    return effects


def _lock_open(item):
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("body").get(pk=item.meeting_id)
    if not meeting.is_open:
        raise TransitionError("La séance n’est pas ouverte\u00a0: une décision s’écrit en séance.")
    return meeting


@transaction.atomic
def save_decision(*, item, actor, title, text, is_agreed, effects, positions=None, decision=None, version=None):
    """Write or rewrite a draft decision of an open meeting and what it will change.

    `effects` replaces the earlier ones, `positions` (dicts of side, organisation, verdict, comment) too when given.
    The amounts and statuses of now are kept: closing refuses them if they have
    moved since. The same draft sent twice (a double click) is written once. Raises `ConflictError`, `TransitionError`, `ValidationError`; `ValueError` for another Cité's rows.
    """
    meeting = _lock_open(item)
    if decision is None:
        same = _same_draft(item, title, text, effects)
        if same:
            return same
        row = Decision(body=meeting.body, meeting=meeting, item=item, created_by=actor)
    else:
        row = lock_version(Decision.objects.all(), decision.pk, version)
        row.version += 1
    row.title, row.text, row.is_agreed = title, text, is_agreed
    row.full_clean()
    row.save()
    row.effects.all().delete()
    for effect in effects:
        _save_effect(row, meeting.body.cite_id, effect)
    if is_agreed or positions is not None:
        row.positions.all().delete()
    for position in positions or ():
        set_position(decision=row, actor=actor, **position)
    journal.record(
        cite_id=meeting.body.cite_id,
        actor=actor,
        verb="decision.drafted",
        subject=row,
        sentence=f"{actor} a écrit la décision «\u00a0{title}\u00a0».",
    )
    return row


def _same_draft(item, title, text, effects):
    wanted = {(str(e.kind), e.action.pk, e.funding and e.funding.pk, e.after) for e in effects}
    drafts = item.decisions.filter(status=DecisionStatus.DRAFT, title=title, text=text).prefetch_related("effects")
    for draft in drafts:
        if {(e.kind, e.action_id, e.funding_id, e.after) for e in draft.effects.all()} == wanted:
            return draft
    return None


def _save_effect(decision, cite_id, effect):
    action = Action.objects.get(pk=effect.action.pk)
    if action.cite_id != cite_id:
        raise ValueError("The action belongs to another Cité.")
    funding = Funding.objects.get(pk=effect.funding.pk) if effect.funding else None
    if funding and funding.action_id != action.pk:
        raise ValueError("The funding belongs to another action.")
    row = DecisionEffect(
        decision=decision,
        kind=effect.kind,
        action=action,
        funding=funding,
        before=funding.programmed if funding else None,
        after=effect.after,
        before_status=action.status,
    )
    row.full_clean()
    row.save()


@transaction.atomic
def remove_decision(decision, *, actor):
    """Take back a draft; an adopted decision is only cancelled by another."""
    meeting = _lock_open(decision.item)
    row = Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    if row.status != DecisionStatus.DRAFT:
        raise TransitionError("Une décision adoptée ne s’efface pas\u00a0: prenez une nouvelle décision qui l’annule.")
    journal.record(
        cite_id=meeting.body.cite_id,
        actor=actor,
        verb="decision.removed",
        subject=row,
        sentence=f"{actor} a retiré le projet de décision «\u00a0{row.title}\u00a0».",
        before={"title": row.title, "text": row.text},
    )
    row.delete()


@transaction.atomic
def set_position(*, decision, side, verdict, actor, organisation=None, comment=""):
    """Enter what one side said, possibly for it; the decision is then no longer "prise en accord"."""
    meeting = _lock_open(decision.item)
    if side.cite_id != meeting.body.cite_id:
        raise ValidationError("Ce pilote n’est pas de cette Cité éducative.")
    position = Position.objects.filter(decision=decision, side=side, organisation=organisation).first()
    position = position or Position(decision=decision, side=side, organisation=organisation)
    position.verdict, position.comment, position.entered_by = verdict, comment, actor
    position.full_clean()
    position.save()
    Decision.objects.filter(pk=decision.pk).update(is_agreed=False)
    return position
