"""A decision that comes back on an earlier one: it cancels and replaces it, or reopens what it refused."""

from django.core.exceptions import ValidationError

from actions.enums import ActionStatus
from cite_educative.common.money import ZERO
from governance.enums import DecisionStatus, EffectKind
from governance.models import Decision, DecisionEffect

UNDONE = {
    EffectKind.RETAIN: ActionStatus.RETAINED,
    EffectKind.REJECT: ActionStatus.REJECTED,
    EffectKind.DEFER: ActionStatus.DEFERRED,
}


def refusing_decisions(actions):
    """{action pk: the adopted decision that refused it last}, for those refused today."""
    refused = [action.pk for action in actions if action.status == ActionStatus.REJECTED]
    effects = DecisionEffect.objects.filter(
        action__in=refused, kind=EffectKind.REJECT, decision__status=DecisionStatus.ADOPTED, applied_at__isnull=False
    )
    rows = effects.select_related("decision__body").order_by("applied_at", "pk")
    return {effect.action_id: effect.decision for effect in rows}


def check_refused(effects):
    """Nothing is decided of a refused action but by reopening it, naming the decision that refused it.

    Raises `ValidationError`.
    """
    actions = {effect.action.pk: effect.action for effect in effects}
    refusing = refusing_decisions(actions.values())
    reopening = {effect.action.pk: effect for effect in effects if effect.kind == EffectKind.REOPEN}
    for pk, action in actions.items():
        if action.status != ActionStatus.REJECTED:
            continue
        earlier, effect = refusing.get(pk), reopening.get(pk)
        by = f" par {earlier.reference}" if earlier else ""
        if effect is None:
            raise ValidationError(
                f"{action} a été refusée{by}\u00a0: choisissez «\u00a0Rouvrir\u00a0» pour en décider de nouveau, ou laissez-la sans "
                "effet et sans montant."
            )
        if effect.reopens != earlier:
            raise ValidationError(
                f"{action} a été refusée{by} entre-temps\u00a0: relisez cette décision, puis enregistrez de nouveau la vôtre."
            )


def check_replaced(replaces, decision, cite_id):
    """Raises `ValidationError` unless `replaces` is an adopted decision of the Cité that no other draft cancels."""
    if replaces.body.cite_id != cite_id:
        raise ValueError("The decision belongs to another Cité.")
    if replaces.status != DecisionStatus.ADOPTED:
        by = f" par {replaces.cancelled_by.reference}" if replaces.cancelled_by_id else ""
        raise ValidationError({"replaces": f"La décision {replaces.reference} est déjà annulée{by}."})
    drafts = Decision.objects.filter(replaces=replaces, status=DecisionStatus.DRAFT).exclude(pk=decision.pk)
    if other := drafts.first():
        raise ValidationError(
            {
                "replaces": f"Un autre projet, «\u00a0{other.title}\u00a0», annule déjà {replaces.reference}\u00a0: modifiez-le."
            }
        )


def effects_given_back(replaces, written):
    """What cancelling writes besides the effects `written`: (kind, action, funding, after) for each, in order.

    An amount comes back to what it was, unless a later decision or the new one changed it; an action comes back to its
    appraisal, unless its status moved since or the new decision says something of it.
    """
    fundings = {effect.funding.pk for effect in written if effect.funding}
    actions = {effect.action.pk for effect in written}
    earlier = replaces.effects.filter(applied_at__isnull=False).select_related("action", "funding__source")
    for effect in earlier.order_by("pk"):
        if effect.kind in UNDONE and effect.action_id not in actions:
            if effect.action.status == UNDONE[effect.kind]:
                yield EffectKind.REOPEN, effect.action, None, None
        elif effect.kind == EffectKind.PROGRAMME and effect.funding_id not in fundings:
            funding = effect.funding
            if funding.programmed_reference == replaces.reference and funding.programmed == effect.after:
                yield EffectKind.PROGRAMME, effect.action, funding, effect.before or ZERO
