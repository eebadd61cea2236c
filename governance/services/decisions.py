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
from governance.services.undoing import check_refused, check_replaced, effects_given_back, refusing_decisions
from governance.voices import Voice, voices

WAITING = (ActionStatus.SUBMITTED, ActionStatus.DEFERRED)


@dataclass(frozen=True)
class PlannedEffect:
    """One thing a decision will change when its meeting closes; `after` in euros, for `PROGRAMME` only."""

    kind: EffectKind
    action: Action
    funding: Funding | None = None
    after: Decimal | None = None
    reopens: Decision | None = None  # for `REOPEN` of a refused action: the decision that refused it
    gives_back: bool = False


def proposed_effects(item):
    """By default: retain every action of the item that waits, and programme what is proposed, else requested."""
    return usual_effects(list(item_fundings(item)))


def usual_effects(fundings):
    effects, retained = [], set()
    planned = planned_amounts(fundings)
    for funding in fundings:
        amount = planned[funding.pk]
        if amount is None or funding.action.status == ActionStatus.REJECTED:
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
def save_decision(
    *, item, actor, title, text, is_agreed, effects, positions=None, replaces=None, decision=None, version=None
):
    """Write or rewrite a draft decision of an open meeting and what it will change.

    `effects` replaces the earlier ones, `positions` (dicts of side, organisation, verdict, comment) too when given.
    The amounts and statuses of now are kept: closing refuses them if they have
    moved since. `replaces` is the adopted decision that this one cancels: what it had changed and the new one does
    not decide is given back. The same draft sent twice (a double click) is written once. Raises `ConflictError`, `TransitionError`, `ValidationError`; `ValueError` for another Cité's rows.
    """
    meeting = _lock_open(item)
    if decision is None:
        same = _same_draft(item, title, text, replaces, effects)
        if same:
            return same
        row = Decision(body=meeting.body, meeting=meeting, item=item, created_by=actor)
    else:
        row = lock_version(Decision.objects.all(), decision.pk, version)
        row.version += 1
    row.title, row.text, row.is_agreed, row.replaces = title, text, is_agreed, replaces
    if replaces:
        check_replaced(replaces, row, meeting.body.cite_id)
    row.full_clean()
    row.save()
    replace_effects(row, effects)
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


def replace_effects(row, effects):
    """Rewrite them all with the amounts of now, an action's status as the effects before have left it. Raises
    `ValueError` for another Cité's rows, `ValidationError` for a refused action that nobody reopens.
    """
    row.effects.all().delete()
    effects = list(effects)
    if row.replaces:
        given_back = effects_given_back(row.replaces, effects)
        effects += [
            PlannedEffect(kind, action, funding, after, _refusing(kind, action), gives_back=True)
            for kind, action, funding, after in given_back
        ]
    check_refused(effects)
    statuses = {}
    for effect in effects:
        _save_effect(row, effect, statuses)


def _refusing(kind, action):
    return refusing_decisions([action]).get(action.pk) if kind == EffectKind.REOPEN else None


def _same_draft(item, title, text, replaces, effects):
    wanted = {(str(e.kind), e.action.pk, e.funding and e.funding.pk, e.after) for e in effects}
    drafts = item.decisions.filter(
        status=DecisionStatus.DRAFT, title=title, text=text, replaces=replaces
    ).prefetch_related("effects")
    for draft in drafts:
        if {(e.kind, e.action_id, e.funding_id, e.after) for e in draft.effects.all() if not e.gives_back} == wanted:
            return draft
    return None


def _save_effect(decision, effect, statuses):
    action = Action.objects.get(pk=effect.action.pk)
    if action.cite_id != decision.body.cite_id:
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
        before_status=statuses.get(action.pk, action.status),
        reopens=effect.reopens,
        gives_back=effect.gives_back,
    )
    if effect.kind == EffectKind.REOPEN:
        statuses[action.pk] = ActionStatus.SUBMITTED
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
    """Enter what one side said, possibly for it; the decision is then no longer "prise en accord".

    Raises `TransitionError`, and `ValidationError` for who does not sit among the pilots.
    """
    meeting = _lock_open(decision.item)
    if side.cite_id != meeting.body.cite_id:
        raise ValidationError("Ce pilote n’est pas de cette Cité éducative.")
    if organisation and Voice(side, organisation) not in voices(meeting.body.cite):
        raise ValidationError(
            f"{organisation} ne siège pas parmi les pilotes du côté «\u00a0{side.label}\u00a0»\u00a0: sa position n’est pas notée."
        )
    position = Position.objects.filter(decision=decision, side=side, organisation=organisation).first()
    position = position or Position(decision=decision, side=side, organisation=organisation)
    position.verdict, position.comment, position.entered_by = verdict, comment, actor
    position.full_clean()
    position.save()
    Decision.objects.filter(pk=decision.pk).update(is_agreed=False)
    return position
