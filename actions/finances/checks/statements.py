"""Agreements that the ledger contradicts or that end unpaid; statements that do not come; money that does not come back."""

from django.urls import reverse
from django.utils import timezone

from actions.enums import Step
from actions.finances.checks.registry import SPENDING, Finding, check, on_funding
from cite_educative.common.dates import date_fr
from cite_educative.common.money import euros


@check(
    "agreement-differs",
    group=SPENDING,
    label="Engagés autrement que par la convention",
    why="La convention signée porte un autre montant que celui qui est engagé.",
)
def agreement_differs(books):
    for row in books.cash:
        amount = books.agreed.get(row.pk)
        if amount is not None and Step.COMMITTED in row.steps and row.committed != amount:
            detail = f"{euros(row.committed)} engagés, {euros(amount)} dans la convention."
            yield on_funding(row, detail, amount=amount, gesture="Voir les écritures")


@check(
    "agreement-ended-unpaid",
    group=SPENDING,
    label="Conventions finies avant leur dernier versement",
    why="La convention est arrivée à son terme et un versement prévu n’est pas payé\u00a0: un avenant, ou l’annulation.",
)
def agreement_ended_unpaid(books):
    for agreement, amount in books.ended_unpaid:
        url = reverse("actions:agreement", args=[agreement.pk])
        detail = f"Finie le {date_fr(agreement.ends_on)}, {euros(amount)} restent prévus."
        yield Finding(str(agreement), detail, "Ouvrir la convention", url, amount, agreement.funder.name)


@check(
    "statement-late",
    group=SPENDING,
    label="Comptes rendus financiers en retard",
    why="Le porteur devait dire ce qu’il a fait de la subvention, au plus tard six mois après la fin de l’exercice.",
)
def statement_late(books):
    today = timezone.localdate()
    granted = {row.action_id for row in books.cash if row.granted}
    for key in sorted(granted, key=lambda key: (books.actions[key].code or "", key)):
        due, is_filed = books.statements[key]
        if not is_filed and due < today:
            url = f"{reverse('actions:statement', args=[key])}?exercice={books.year}"
            yield Finding(str(books.actions[key]), f"Attendu le {date_fr(due)}.", "Relancer le porteur", url)


@check(
    "justified-above-paid",
    group=SPENDING,
    label="Justifiés au-dessus du versé",
    why="Le porteur justifie plus qu’il n’a reçu.",
)
def justified_above_paid(books):
    for row in books.cash:
        if row.justified is not None and row.paid is not None and row.justified > row.paid:
            detail = f"{euros(row.justified)} justifiés, {euros(row.paid)} versés."
            yield on_funding(row, detail, amount=row.justified - row.paid, gesture="Voir les écritures")


@check(
    "refund-missing",
    group=SPENDING,
    label="Reversements à demander",
    why="Le compte rendu accepté laisse une somme que le porteur n’a pas employée, et personne ne l’a demandée.",
)
def refund_missing(books):
    for share in books.unasked_refunds:
        url = reverse("actions:refund", args=[share.pk])
        detail = f"{euros(share.unspent)} n’ont pas été employés."
        source = share.funding.source.short_label
        action = str(share.statement.action)
        yield Finding(action, detail, "Noter la demande", url, share.unspent, source, is_reserved=True)
