"""What one decision changed and what became of it, as its page shows it."""

from django.urls import reverse

from cite_educative.common.dates import date_fr
from cite_educative.common.money import euros
from governance.enums import DecisionStatus, EffectKind
from governance.tables import STATUS_SENTENCES


def effect_rows(decision):
    """One row per action, with what the decision said of it, and each amount with what became of it."""
    effects = decision.effects.select_related(
        "action__holder", "funding__source", "funding__act", "reopens__body"
    ).order_by("action__code", "pk")
    rows = {}
    for effect in effects:
        row = rows.setdefault(effect.action_id, {"action": effect.action, "said": [], "amounts": []})
        if effect.kind == EffectKind.PROGRAMME:
            row["amounts"].append(_amount(decision, effect))
        else:
            said = STATUS_SENTENCES[effect.kind]
            row["said"].append(f"{said}, refusée par {effect.reopens.reference}" if effect.reopens_id else said)
    return list(rows.values())


def _amount(decision, effect):
    funding = effect.funding
    is_last = funding.programmed_reference == decision.reference
    return {
        "source": funding.source.label,
        "before": euros(effect.before) if effect.before is not None else "",
        "after": euros(effect.after),
        "since": "" if is_last or not effect.applied_at else _since(funding),
        "granted": euros(funding.granted) if funding.granted is not None else "",
        "granted_on": date_fr(funding.granted_on) if funding.granted_on else "",
        "act_url": reverse("actions:act", args=[funding.act_id]) if funding.act_id else "",
        "act": str(funding.act) if funding.act_id else "",
        "notified_on": date_fr(funding.notified_on) if funding.notified_on else "",
        "paid": euros(funding.paid) if funding.paid is not None else "",
    }


def _since(funding):
    return f"puis {euros(funding.programmed)} par {funding.programmed_reference}"


def chain_of(user, decision, visible):
    """(what the page says, the other decision) for all that it cancels, reopens, or that does so to it."""
    known = visible.select_related("body")
    links = []
    if decision.cancelled_by_id:
        links += [("Annulée par", row) for row in known.filter(pk=decision.cancelled_by_id)]
    if decision.replaces_id:
        word = "Annule et remplace" if decision.status != DecisionStatus.DRAFT else "Annulera à la clôture"
        links += [(word, row) for row in known.filter(pk=decision.replaces_id)]
    links += [("Rouvre ce que refusait", row) for row in known.filter(reopened_by__decision=decision).distinct()]
    reopening = known.filter(effects__reopens=decision, number__isnull=False).distinct()
    return links + [("Rouverte par", row) for row in reopening]
