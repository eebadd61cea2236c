"""Part F of the review: the money of a civil year, from the same lines as the pages of finance."""

from actions.circuits import OWN
from actions.enums import ExpenseNature, MainstreamKind, Step, Valuation
from actions.finances.books import Books
from actions.finances.envelopes import source_figures
from actions.models import Expense, Receipt
from cite_educative.common.money import total
from evaluation.computed.money import LOCAL_CIRCUITS, funding_list, policy_lines, step_total
from evaluation.computed.registry import Computed, fact
from evaluation.computed.words import DASH, NBSP, count, day, decimal_fr, known_euros, listed, names, share
from evaluation.enums import Unit
from partners.enums import OrganisationKind

TOWNS = (OrganisationKind.COMMUNE, OrganisationKind.INTERCOMMUNALITY)
SCHOOL_FUND = "school_fund"


def _lines_named(lines):
    return names(line.source.label for line in lines) or "aucune ligne de l’État"


def _of_policy(cite, year, words, read, url):
    """One amount of the lines of the "politique de la ville", line by line."""
    lines = policy_lines(source_figures(cite, year))
    amounts = [read(line) for line in lines]
    value = total(amounts)
    rows = tuple((line.source.label, known_euros(amount)) for line, amount in zip(lines, amounts, strict=True))
    told = f"{words} en {year} ({_lines_named(lines)}){NBSP}: {known_euros(value)}."
    return Computed(value, told=told, url=url, columns=("Ligne", words), rows=rows)


@fact("f1", "Enveloppe notifiée de la politique de la ville", Unit.EUROS, is_money=True)
def notified(cite, year):
    url = listed("actions:finances")
    return _of_policy(cite, year, "Enveloppes notifiées", lambda line: line.announced("notified"), url)


@fact("f2", "Montant engagé de la politique de la ville", Unit.EUROS, is_money=True)
def committed(cite, year):
    url = funding_list(year, etape="committed")
    return _of_policy(cite, year, "Montants engagés", lambda line: line.sums.get(Step.COMMITTED), url)


@fact("f3", "Montant payé de la politique de la ville", Unit.EUROS, is_money=True)
def paid(cite, year):
    url = funding_list(year, etape="paid")
    return _of_policy(cite, year, "Montants versés", lambda line: line.sums.get(Step.PAID), url)


@fact("f4", "Taux d’engagement et de paiement de la politique de la ville", is_money=True)
def rates(cite, year):
    lines = [line for line in policy_lines(source_figures(cite, year)) if line.announced("notified") is not None]
    whole = total(line.announced("notified") for line in lines)
    parts = {label: step_total(lines, step) for label, step in (("Engagé", Step.COMMITTED), ("Versé", Step.PAID))}
    shares = {label: share(amount, whole) for label, amount in parts.items()}
    rows = tuple((label, known_euros(parts[label]), known_euros(whole), _percent(shares[label])) for label in parts)
    told = f"Montants engagés et versés sur enveloppes notifiées en {year} ({_lines_named(lines)})."
    known = [f"{label.lower()}{NBSP}: {_percent(value)}" for label, value in shares.items() if value is not None]
    columns = ("Étape", "Montant", "Notifié", "Taux")
    return Computed(", ".join(known) or None, told=told, url=funding_list(year), columns=columns, rows=rows)


def _percent(value):
    return decimal_fr(value) if value is None else f"{decimal_fr(value)}{NBSP}%"


def is_of_towns(source):
    return source.circuit in LOCAL_CIRCUITS or source.organisation.kind in TOWNS


@fact("f7", "Contribution des communes et de l’intercommunalité", Unit.EUROS, is_money=True)
def towns(cite, year):
    """`value` is cash; what is valued is told beside it and never added to it."""
    lines = [line for line in source_figures(cite, year) if is_of_towns(line.source)]
    books = Books(cite, year)
    valued = [
        (row.institution.name, row.label, row.amount)
        for row in books.mainstream
        if row.institution.kind in TOWNS and (row.kind != MainstreamKind.EUROS or row.valuation == Valuation.VALUED)
    ]
    in_kind = [
        (row.source.label, str(row.action), row.granted)
        for row in books.fundings
        if row.in_kind and is_of_towns(row.source)
    ]
    cash = step_total(lines, Step.GRANTED)
    worth = total(amount for *_, amount in (*valued, *in_kind))
    rows = (
        *(("Numéraire", line.source.label, known_euros(line.sums.get(Step.GRANTED))) for line in lines),
        *(("Valorisé", f"{one}, {words}", known_euros(amount)) for one, words, amount in (*valued, *in_kind)),
    )
    told = (
        f"Communes et intercommunalité en {year}{NBSP}: {known_euros(cash)} accordés en numéraire, {known_euros(worth)} valorisés (apports en "
        "nature et droit commun), à lire à part."
    )
    columns = ("Nature", "Ligne ou apport", "Montant")
    return Computed(cash, told=told, url=funding_list(year, etape="granted"), columns=columns, rows=rows)


@fact("f8", "Autres financeurs", Unit.EUROS, is_money=True)
def others(cite, year):
    """Neither the State, nor the towns, nor the fund of the lead school, nor what holders bring themselves."""
    lines = [
        line
        for line in source_figures(cite, year)
        if not line.source.is_state
        and not is_of_towns(line.source)
        and line.source.circuit not in (OWN, SCHOOL_FUND)
        and line.sums.get(Step.GRANTED) is not None
    ]
    value = step_total(lines, Step.GRANTED)
    rows = tuple((line.source.label, known_euros(line.sums[Step.GRANTED])) for line in lines)
    told = (
        f"Montants accordés en {year} par les financeurs autres que l’État, les communes, l’intercommunalité et le fonds du collège chef de "
        f"file{NBSP}: {known_euros(value)}."
    )
    url = funding_list(year, etape="granted")
    return Computed(value, told=told, url=url, columns=("Ligne", "Accordé"), rows=rows)


@fact("f9", "Ingénierie", Unit.EUROS, is_money=True)
def engineering(cite, year):
    """What is granted, else programmed, to the actions of engineering, and direct spending of this nature."""
    books = Books(cite, year)
    actions = [
        (f"{row.action}, {row.source.label}", amount)
        for row, amount in books.decided
        if row.action_id in books.engineering
    ]
    spending = Expense.objects.filter(source__cite=cite, budget_year=year, cancelled_on=None)
    direct = [(row.label, row.amount) for row in spending.filter(nature=ExpenseNature.ENGINEERING).order_by("pk")]
    value = total(amount for _, amount in (*actions, *direct))
    every = [amount for _, amount in books.decided], spending.values_list("amount", flat=True)
    whole = total(amount for amounts in every for amount in amounts)
    rows = (
        *(("Action", label, known_euros(amount)) for label, amount in actions),
        *(("Dépense directe", label, known_euros(amount)) for label, amount in direct),
    )
    part = share(value, whole)
    told = (
        f"Actions de la thématique d’ingénierie et dépenses directes d’ingénierie de {year}{NBSP}: {known_euros(value)} sur "
        f"{known_euros(whole)} décidés ou dépensés{f', soit {_percent(part)}' if part is not None else ''}."
    )
    columns = ("Nature", "Objet", "Montant")
    return Computed(value, value, whole, told, funding_list(year), columns, rows)


@fact("f11", "Dates de notification et de versement", is_money=True)
def days(cite, year):
    lines = policy_lines(source_figures(cite, year))
    books = Books(cite, year)
    paid_on, received_on = {}, {}
    for row in books.cash:
        if row.pk in books.first_payments:
            paid_on.setdefault(row.source_id, []).append(books.first_payments[row.pk])
    receipts = Receipt.objects.filter(source__cite=cite, budget_year=year, received_on__isnull=False)
    for source, on in receipts.order_by("received_on").values_list("source", "received_on"):
        received_on.setdefault(source, on)
    rows = tuple(
        (
            line.source.label,
            day(line.envelope.notified_on if line.envelope else None),
            (line.envelope.notified_reference if line.envelope else "") or DASH,
            day(received_on.get(line.source.pk)),
            day(min(paid_on.get(line.source.pk, [None]))),
        )
        for line in lines
    )
    known = [line for line in lines if line.envelope and line.envelope.notified_on]
    value = "\u00a0; ".join(f"{line.source.label}, notifiée le {day(line.envelope.notified_on)}" for line in known)
    told = f"Notification des enveloppes de la politique de la ville en {year}, première recette reçue et premier versement aux porteurs."
    columns = ("Ligne", "Notifiée le", "Acte", "Première recette", "Premier versement")
    return Computed(value or None, told=told, url=listed("actions:finances"), columns=columns, rows=rows)


TABLE_STEPS = (Step.REQUESTED, Step.PROGRAMMED, Step.GRANTED, Step.PAID)


@fact("f13", "Tableau des actions financées", Unit.NUMBER, is_money=True)
def funded(cite, year):
    """One row per action that was programmed or granted some money, in cash; the sum of the Cité closes it."""
    amounts = {}
    for row in Books(cite, year).cash:
        mine = amounts.setdefault(row.action, {step: [] for step in TABLE_STEPS})
        for step in TABLE_STEPS:
            mine[step].append(getattr(row, step))
    sums = {action: {step: total(mine[step]) for step in TABLE_STEPS} for action, mine in amounts.items()}
    kept = {action: mine for action, mine in sums.items() if mine[Step.PROGRAMMED] or mine[Step.GRANTED]}
    rows = tuple(
        (str(action), action.holder.name, *(known_euros(mine[step]) for step in TABLE_STEPS))
        for action, mine in kept.items()
    )
    sums_of_all = (known_euros(total(mine[step] for mine in kept.values())) for step in TABLE_STEPS)
    totals = ("Total", "", *sums_of_all) if kept else ()
    told = f"{count(len(kept), 'action', 'actions')} pour lesquelles un montant en numéraire est programmé ou accordé en {year}."
    columns = ("Action", "Porteur", *(step.label.capitalize() for step in TABLE_STEPS))
    return Computed(len(kept), told=told, url=funding_list(year), columns=columns, rows=rows, totals=totals)
