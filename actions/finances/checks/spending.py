"""What is committed, paid and justified stays within what was granted, in the order of days."""

from django.utils import timezone

from actions.enums import Step
from actions.finances.checks.registry import DATA, SPENDING, check, on_funding
from actions.finances.order import ceiling
from cite_educative.common.dates import date_fr
from cite_educative.common.money import ZERO, euros

NBSP = "\u00a0"


@check(
    "committed-above-granted",
    group=SPENDING,
    label="Engagés au-dessus de l’accordé",
    why="L’engagement comptable dépasse ce que l’acte du financeur accorde.",
)
def committed_above_granted(books):
    return _above(books, Step.COMMITTED)


@check(
    "paid-above-ceiling",
    group=SPENDING,
    label="Versés au-dessus du plus bas plafond connu",
    why="Le versement dépasse ce qui est accordé ou engagé, à défaut programmé.",
)
def paid_above_ceiling(books):
    return _above(books, Step.PAID)


@check(
    "paid-without-act",
    group=SPENDING,
    label="Versés sans acte du financeur",
    why="L’accordé vient d’un acte\u00a0: ce qui est programmé par les pilotes ne suffit pas pour verser.",
)
def paid_without_act(books):
    for row in books.cash:
        if row.paid and row.granted is None and Step.GRANTED in row.steps:
            yield on_funding(
                row, f"{euros(row.paid)} versés, rien d’accordé.", amount=row.paid, gesture="Voir les écritures"
            )


@check(
    "paid-below-payments",
    group=SPENDING,
    label="Versés au-dessous des versements",
    why="Un tableau importé dit moins que les versements enregistrés un par un.",
)
def paid_below_payments(books):
    for row in books.cash:
        made = books.made.get(row.pk, ZERO)
        if made > (row.paid or ZERO):
            detail = f"{euros(row.paid)} versés, {euros(made)} de versements."
            yield on_funding(row, detail, amount=made - (row.paid or ZERO), gesture="Voir les écritures")


@check(
    "justified-above-ceiling",
    group=SPENDING,
    label="Justifiés au-dessus de l’accordé",
    why="Le compte rendu justifie plus que ce que ce financeur accorde ou engage.",
)
def justified_above_ceiling(books):
    return _above(books, Step.JUSTIFIED)


def _above(books, step):
    for row in books.cash:
        amount = getattr(row, step)
        highest = ceiling(row, step) if amount is not None else None
        if highest and amount > highest[0]:
            detail = f"{euros(amount)} {step.label}, {euros(highest[0])} {highest[1].label}."
            yield on_funding(row, detail, amount=amount - highest[0], gesture="Voir les écritures")


@check(
    "unused-step",
    group=SPENDING,
    label="Montants dans une étape que la ligne n’utilise pas",
    why="Un tableau importé ou une saisie ancienne a rempli une étape que la ligne de financement n’a pas.",
)
def unused_step(books):
    for row in books.fundings:
        outside = [step for step in Step if getattr(row, step) is not None and step not in row.steps]
        for step in outside:
            detail = f"{euros(getattr(row, step))} {step.label}, une étape que la ligne n’utilise pas."
            yield on_funding(row, detail, amount=getattr(row, step), gesture="Voir les écritures")


@check(
    "dates-in-disorder",
    group=DATA,
    label="Dates dans le désordre",
    why="Un versement avant l’acte qui l’accorde, une notification avant l’acte, un acte avant le dépôt de la demande.",
)
def dates_in_disorder(books):
    for row in books.fundings:
        if books.is_taken_over(row):
            continue
        paid, granted, filed = books.first_payments.get(row.pk), row.granted_on, _filed_on(row.action)
        if paid and granted and paid < granted:
            yield _dates(row, f"versé le {date_fr(paid)}, accordé le {date_fr(granted)}")
        if row.notified_on and granted and row.notified_on < granted:
            yield _dates(row, f"notifié le {date_fr(row.notified_on)}, accordé le {date_fr(granted)}")
        if granted and filed and granted < filed:
            yield _dates(row, f"accordé le {date_fr(granted)}, demande déposée le {date_fr(filed)}")


def _filed_on(action):
    """None when its day is only the one when the row was entered here."""
    is_entry_day = action.submitted_on == timezone.localdate(action.created_at)
    return None if is_entry_day else action.submitted_on


def _dates(row, words):
    return on_funding(row, f"{words[:1].upper()}{words[1:]}.", gesture="Voir les écritures")
