"""What became of a decision: its amounts granted, notified, paid; else what was entered."""

from datetime import timedelta

from django.db.models import Case, Count, F, Max, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from actions.enums import Outcome, Step
from actions.models import FundingEntry
from cite_educative.common.dates import date_fr
from cite_educative.common.money import ZERO, money
from governance.enums import DecisionStatus, EffectKind, Execution

SLOW = timedelta(days=60)
NOT_EXECUTED = (Execution.TO_DO, Execution.UNDER_WAY)


def with_effect(decisions):
    """Adds `effect`: what the decision changed in programmed euros, None when it programmed nothing."""
    programmed = Q(effects__kind=EffectKind.PROGRAMME)
    change = F("effects__after") - Coalesce(F("effects__before"), money(ZERO))
    return decisions.annotate(effect=Sum(change, filter=programmed))


def with_execution(decisions):
    """Adds `effect`, `execution`, and how many of its amounts were granted, notified, paid, and when the last was.

    An amount counts while the funder has not refused it. It is paid as soon as a first payment is known: the balance
    waits for the justification, and is followed with the payments.
    """
    counted = Q(effects__kind=EffectKind.PROGRAMME, effects__after__gt=ZERO, effects__funding__outcome=Outcome.OPEN)
    notified = counted & Q(effects__funding__notified_on__isnull=False)
    first_paid = FundingEntry.objects.filter(
        funding__decision_effects__decision=OuterRef("pk"), step=Step.PAID, before__isnull=True
    )
    return with_effect(decisions).annotate(
        nb_effects=Count("effects"),
        nb_amounts=Count("effects", filter=counted),
        nb_granted=Count("effects", filter=counted & Q(effects__funding__granted__isnull=False)),
        nb_notified=Count("effects", filter=notified),
        nb_paid=Count("effects", filter=counted & Q(effects__funding__paid__gt=ZERO)),
        notified_on=Max("effects__funding__notified_on", filter=counted),
        paid_on=Subquery(first_paid.order_by("-fact_on").values("fact_on")[:1]),
        execution=_execution(),
    )


def _execution():
    all_paid = Q(nb_amounts__gt=0, nb_paid=F("nb_amounts"))
    begun = Q(nb_granted__gt=0) | Q(nb_notified__gt=0) | Q(nb_paid__gt=0)
    applied = Q(nb_amounts=0, nb_effects__gt=0)
    ratifies = Q(item__ratifies__isnull=False)  # what it ratifies is carried out under its own number
    return Case(
        When(status=DecisionStatus.CANCELLED, then=Value(Execution.CANCELLED)),
        When(Q(executed_on__isnull=False) | all_paid | applied, then=Value(Execution.EXECUTED)),
        When(begun, then=Value(Execution.UNDER_WAY)),
        When(ratifies, then=Value(Execution.NONE)),
        default=Value(Execution.TO_DO),
    )


def slow(decisions, today):
    """Those not executed more than sixty days after they were adopted."""
    return decisions.filter(execution__in=NOT_EXECUTED, adopted_on__lt=today - SLOW)


def execution_counts(decisions):
    """{"effect": sum, state: number} of rows read with their execution; one query."""
    counts = {f"nb_{state.value}": Count("pk", filter=Q(execution=state)) for state in Execution}
    return decisions.order_by().aggregate(sum_effect=Sum("effect"), **counts)


# --- In words ---------------------------------------------------------------------------------------

CODES = {
    Execution.TO_DO: "attendu",
    Execution.UNDER_WAY: "encours",
    Execution.EXECUTED: "fait",
    Execution.NONE: "close",
    Execution.CANCELLED: "close",
}


def execution_status(decision):
    """What `_status.html` needs."""
    state = Execution(decision.execution)
    return {"code": CODES[state], "label": state.label.capitalize()}


def execution_detail(decision):
    """ "14 actes reçus sur 16", the first step that lacks something; or when, or for when."""
    if decision.execution == Execution.CANCELLED:
        return ""
    if decision.executed_on:
        return f"le {date_fr(decision.executed_on)}"
    if decision.nb_amounts:
        return _missing_step(decision)
    if decision.execution == Execution.EXECUTED:
        return "à la clôture de la séance"
    return f"pour le {date_fr(decision.due_on)}" if decision.due_on else ""


def _missing_step(decision):
    total = decision.nb_amounts
    for number, word in (
        (decision.nb_granted, ("acte reçu", "actes reçus")),
        (decision.nb_notified, ("notification faite", "notifications faites")),
        (decision.nb_paid, ("versement commencé", "versements commencés")),
    ):
        if number < total:
            return f"{number} {word[number > 1]} sur {total}"
    return "premiers versements faits"


def delays(decision):
    """(days to the last notification, days to the last first payment), None while some are waited for."""
    return (
        _days(decision, decision.notified_on, decision.nb_notified),
        _days(decision, decision.paid_on, decision.nb_paid),
    )


def _days(decision, on, number):
    is_whole = on is not None and decision.nb_amounts and number == decision.nb_amounts
    return (on - decision.adopted_on).days if is_whole else None


def delays_text(decision):
    """ "notifiée en 23 jours, versée en 61 jours"; empty while nothing is whole."""
    said = [
        f"{word} en {days} jour{'s' if abs(days) > 1 else ''}"
        for word, days in zip(("notifiée", "versée"), delays(decision), strict=True)
        if days is not None
    ]
    return ", ".join(said)
