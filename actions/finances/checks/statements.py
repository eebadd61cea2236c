"""Agreements that the ledger contradicts or that end unpaid; statements that do not come; money that does not come back."""

from django.urls import reverse
from django.utils import timezone

from actions.enums import Step
from actions.finances.checks.registry import SPENDING, Finding, check, on_funding
from cite_educative.common.dates import date_fr
from cite_educative.common.money import ZERO, euros


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
    "agreement-above-granted",
    group=SPENDING,
    label="Conventions au-dessus de l’accordé, ou sans acte",
    why="L’acte du financeur a été corrigé après la signature\u00a0: un avenant, ou l’acte à relire.",
)
def agreement_above_granted(books):
    for row in books.cash:
        amount = books.agreed.get(row.pk, ZERO)
        if amount > (row.granted or ZERO):
            granted = "rien n’est accordé" if row.granted is None else f"{euros(row.granted)} accordés"
            detail = f"{euros(amount)} dans la convention, {granted}."
            yield on_funding(row, detail, amount=amount - (row.granted or ZERO), gesture="Voir les écritures")


@check(
    "agreement-below-granted",
    group=SPENDING,
    label="Conventions au-dessous de l’accordé",
    why="Le financeur accorde plus que ce que la convention signée porte\u00a0: un avenant, pour que tout soit versé.",
)
def agreement_below_granted(books):
    for row in books.cash:
        amount = books.agreed.get(row.pk)
        if amount is not None and row.settled is None and row.granted is not None and amount < row.granted:
            detail = f"{euros(row.granted)} accordés, {euros(amount)} dans la convention."
            yield on_funding(row, detail, amount=row.granted - amount, gesture="Voir les écritures")


@check(
    "agreement-ended-unpaid",
    group=SPENDING,
    label="Conventions finies avant leur dernier versement",
    why="La convention est arrivée à son terme et un versement prévu n’est pas payé\u00a0: un avenant, ou l’annulation.",
)
def agreement_ended_unpaid(books):
    for agreement, amount in books.ended_unpaid:
        url = reverse("actions:agreement", args=[agreement.pk])
        detail = f"Finie le {date_fr(agreement.standing_ends_on)}, {euros(amount)} restent prévus."
        yield Finding(str(agreement), detail, "Ouvrir la convention", url, amount, agreement.funder.name)


@check(
    "statement-late",
    group=SPENDING,
    label="Comptes rendus financiers en retard",
    why="Le porteur devait dire ce qu’il a fait de la subvention, au plus tard six mois après la fin de l’exercice.",
)
def statement_late(books):
    today = timezone.localdate()
    granted = {row.action_id for row in books.cash if row.granted or row.paid}
    for key in sorted(granted, key=lambda key: (books.actions[key].code or "", key)):
        due, is_filed = books.statements[key]
        if not is_filed and due < today:
            url = f"{reverse('actions:statement', args=[key])}?exercice={books.year}"
            yield Finding(str(books.actions[key]), f"Attendu le {date_fr(due)}.", "Relancer le porteur", url)


@check(
    "granted-after-statement",
    group=SPENDING,
    label="Accordés ou versés hors du compte rendu accepté",
    why="Ce financeur a accordé ou versé après l’acceptation du compte rendu\u00a0: rien ne justifie son argent.",
)
def granted_after_statement(books):
    accepted = {share.statement.action_id for share in books.shares}
    for row in books.cash:
        amount = max(row.granted or ZERO, row.paid or ZERO)
        if amount and row.action_id in accepted and row.settled is None:
            url = f"{reverse('actions:statement', args=[row.action_id])}?exercice={books.year}"
            detail = f"{euros(amount)} que le compte rendu accepté ne dit pas."
            yield Finding(str(row.action), detail, "Rouvrir le compte rendu", url, amount, row.source.short_label)


@check(
    "justified-above-paid",
    group=SPENDING,
    label="Justifiés au-dessus du versé et du prévu",
    why="Le porteur justifie plus qu’il n’a reçu, et aucun versement n’est prévu pour la différence.",
)
def justified_above_paid(books):
    for row in books.cash:
        if row.justified is None or row.paid is None:
            continue
        coming = books.coming.get(row.pk, ZERO)
        left = row.justified - row.paid - coming
        if left > ZERO:
            planned = f", {euros(coming)} prévus" if coming else ""
            detail = f"{euros(row.justified)} justifiés, {euros(row.paid)} versés{planned}."
            yield on_funding(row, detail, amount=left, gesture="Voir les écritures")


@check(
    "refund-missing",
    group=SPENDING,
    label="Reversements à demander",
    why="Le compte rendu accepté laisse une somme que le porteur n’a pas employée, et personne ne l’a demandée.",
)
def refund_missing(books):
    for share in books.unasked_refunds:
        url = reverse("actions:refund", args=[share.pk])
        detail = f"{euros(share.to_refund)} versés n’ont pas été justifiés."
        source = share.funding.source.short_label
        action = str(share.statement.action)
        yield Finding(action, detail, "Noter la demande", url, share.to_refund, source, is_reserved=True)
