"""Payments of 2026 by the CUD's own officer: what is left of each grant, at every moment of its life."""

from datetime import date

from actions.enums import PaymentKind
from actions.models import Funding, Payment
from actions.services import (
    meet_condition,
    order_payment,
    pay_payment,
    plan_payments,
    settle_accounting,
    start_accounting,
)
from cite_educative.common.money import ZERO, round_cents
from cite_educative.home.demo import plan

MIDTERM, RIB = "bilan intermédiaire reçu", "RIB à jour"
DUE = (
    (date(2026, 10, 30), MIDTERM),
    (date(2026, 11, 20), MIDTERM),
    (date(2026, 12, 15), RIB),
    (date(2027, 1, 29), MIDTERM),
)
MET, ORDERED, PAID = date(2026, 10, 26), date(2026, 11, 3), date(2026, 11, 12)


ADVANCE_PERCENT, ADVANCE_ON, BALANCE_ON = 70, date(2025, 7, 11), date(2025, 11, 21)


def pay_last_year(dunkerque):
    """All that was granted in 2025, in two payments, so that this year's pace has one to be compared with."""
    actor, parts = dunkerque.actor, []
    fundings = Funding.objects.filter(source__cite=dunkerque.cite, budget_year=2025, granted__gt=ZERO)
    for funding in fundings.order_by("pk"):
        advance = round_cents(funding.granted * ADVANCE_PERCENT / 100)
        parts.append((funding, PaymentKind.ADVANCE, advance, ADVANCE_ON, ""))
        parts.append((funding, PaymentKind.BALANCE, funding.granted - advance, BALANCE_ON, ""))
    for row in plan_payments(None, parts, actor=actor):
        reference = f"exemple {row.code}"
        pay_payment(row, version=row.version, on=row.due_on, reference=reference, actor=actor)


def schedule_payments(dunkerque):
    cite, actor = dunkerque.cite, dunkerque.actor
    fundings = Funding.objects.filter(source=dunkerque.sources[plan.CUD], budget_year=2026, granted__gt=ZERO)
    left = [
        (row, row.granted - (row.paid or ZERO))
        for row in fundings.select_related("source", "action").order_by("action__code")
    ]
    parts = [
        (row, PaymentKind.BALANCE if row.paid else PaymentKind.SINGLE, amount, *DUE[rank % len(DUE)])
        for rank, (row, amount) in enumerate((row, amount) for row, amount in left if amount > ZERO)
    ]
    plan_payments(None, parts, actor=actor)
    settled = Payment.objects.filter(funding__source__cite=cite, funding__budget_year=2026).order_by("due_on", "pk")[
        :2
    ]
    for rank, payment in enumerate(settled):
        row = meet_condition(payment, version=payment.version, on=MET, actor=actor)
        row = order_payment(
            row, version=row.version, on=ORDERED, reference=f"Bordereau 118, mandat {2041 + rank}", actor=actor
        )
        if rank == 0:
            pay_payment(row, version=row.version, on=PAID, reference="Virement du 12 novembre 2026", actor=actor)
    _give_export(dunkerque)


EXPORT = """Exercice;N° mandat;Tiers;Montant TTC;Date de paiement;Référence du virement
2026;2041;COMMUNAUTE URBAINE DE DUNKERQUE;14000,00;12/11/2026;Virement du 12 novembre 2026
2026;2042;CHANTIERS DES DUNES;900,00;24/11/2026;VIR 2026-3391
2026;;Écrans du Beffroi;1200,00;25/11/2026;VIR 2026-3402
2026;2077;PAPETERIE DU PORT;312,80;25/11/2026;VIR 2026-3405
"""


def _give_export(dunkerque):
    """One line paid already, one sure, one to confirm, one that is no payment of ours."""
    run = start_accounting(
        cite=dunkerque.cite, actor=dunkerque.actor, content=EXPORT.encode(), filename="mandats-novembre-2026.csv"
    )
    settle_accounting(run, mapping=run.mapping, actor=dunkerque.actor)
