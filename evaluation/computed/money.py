"""The means of a civil year, from what the pages of finance print. Euros in cash, exact to the cent."""

from django.utils import timezone

from actions.circuits import STATE
from actions.enums import ActionStatus, Step
from actions.finances.books import Books
from actions.finances.consumption import Consumption
from actions.finances.envelopes import source_figures
from actions.finances.statements import owing
from actions.models import Action, FinancialStatement, Funding, usual_due_day
from cite_educative.common.money import ZERO, total
from evaluation.computed.alliance import decided_on
from evaluation.computed.registry import Computed, computation
from evaluation.computed.reports import validated_reports
from evaluation.computed.words import (
    DASH,
    NBSP,
    count,
    day,
    decimal_fr,
    known_euros,
    listed,
    persons,
    ratio,
    share,
)
from evaluation.enums import Unit
from evaluation.numbers import FEW
from partners.enums import OrganisationKind

LOCAL_KINDS = (
    OrganisationKind.COMMUNE,
    OrganisationKind.INTERCOMMUNALITY,
    OrganisationKind.DEPARTEMENT,
    OrganisationKind.REGION,
)
LOCAL_CIRCUITS = ("commune", "intercommunality")
POLICY_NUMBER = "147"


def policy_lines(figures):
    """The lines of the "politique de la ville": the State's that name programme 147, all of the State's when none does."""
    state = [line for line in figures if line.source.circuit in STATE]
    named = [line for line in state if POLICY_NUMBER in f"{line.source.label} {line.source.detail}"]
    return named or state


def is_local(source):
    """A line of a commune, of the intercommunality, of the Département or of the Région."""
    return source.circuit in LOCAL_CIRCUITS or source.organisation.kind in LOCAL_KINDS


def step_total(figures, step):
    return total(line.sums.get(step) for line in figures)


def funding_list(year, **query):
    return listed("actions:fundings", exercice=year, **query)


def one_over_another(value, lines, columns, told, url):
    """A `Computed` of the sum of one amount over the sum of another; `lines` are (label, amount, amount).

    An amount that is no matter for a line is "", one that is not known None. `told` is a sentence and the figures that
    end it, where `{part}` and `{whole}` stand for the sums.
    """
    part, whole = (_sum_of(lines, rank) for rank in (1, 2))
    sentence, figures = told
    is_known = part is not None or whole is not None
    words = figures.format(part=known_euros(part), whole=known_euros(whole)) if is_known else "aucun montant connu"
    return Computed(
        value(part, whole),
        part,
        whole,
        f"{sentence}{NBSP}: {words}.",
        url,
        columns,
        tuple((label, _cell(one), _cell(other)) for label, one, other in lines),
        totals=("Total", known_euros(part), known_euros(whole)),
    )


def _sum_of(lines, rank):
    return total(line[rank] for line in lines if line[rank] != "")


def _cell(amount):
    return DASH if amount == "" else known_euros(amount)


@computation("commitment_rate", "Taux d’engagement", Unit.PERCENT, is_money=True)
def commitment_rate(cite, period):
    """Only lines whose commitment is followed and whose envelope is notified: others would lower the rate for nothing."""
    lines = [
        (line.source.label, line.sums.get(Step.COMMITTED), line.announced("notified"))
        for line in source_figures(cite, period.year)
        if line.announced("notified") is not None and line.uses(Step.COMMITTED)
    ]
    sentence = (
        f"Montants engagés sur enveloppes notifiées en {period.year}, pour les lignes dont l’engagement est suivi"
    )
    url = funding_list(period.year, etape="committed")
    return one_over_another(share, lines, ("Ligne", "Engagé", "Notifié"), (sentence, "{part} sur {whole}"), url)


@computation("payment_rate", "Taux de paiement", Unit.PERCENT, is_money=True)
def payment_rate(cite, period):
    consumption = Consumption(cite, period.year, today=timezone.localdate())
    lines = [(line.source.label, line.paid, line.granted) for line in consumption.lines]
    sentence = f"Montants versés sur montants accordés en {period.year}"
    url = funding_list(period.year, etape="paid")
    return one_over_another(share, lines, ("Ligne", "Versé", "Accordé"), (sentence, "{part} sur {whole}"), url)


def granted_lines(cite, year):
    """(all the lines of the year, those where something is granted or refused)."""
    figures = source_figures(cite, year)
    return figures, [line for line in figures if line.sums.get(Step.GRANTED) is not None]


@computation("leverage", "Effet levier", Unit.NUMBER, is_money=True)
def leverage(cite, period):
    figures, kept = granted_lines(cite, period.year)
    policy = {line.source.pk for line in policy_lines(figures)}
    lines = [
        (line.source.label, *(("", amount) if line.source.pk in policy else (amount, "")))
        for line, amount in ((line, line.sums[Step.GRANTED]) for line in kept)
    ]
    named = ", ".join(line.source.label for line in policy_lines(figures)) or "aucune ligne de l’État"
    told = (
        f"Montants accordés en {period.year}",
        f"{{part}} par les autres financeurs, {{whole}} par la politique de la ville ({named})",
    )
    columns = ("Ligne", "Accordé par les autres", "Accordé par la politique de la ville")
    return one_over_another(ratio, lines, columns, told, funding_list(period.year, etape="granted"))


@computation("local_share", "Part des collectivités", Unit.PERCENT, is_money=True)
def local_share(cite, period):
    _, kept = granted_lines(cite, period.year)
    lines = [
        (line.source.label, line.sums[Step.GRANTED] if is_local(line.source) else ZERO, line.sums[Step.GRANTED])
        for line in kept
    ]
    sentence = f"Montants accordés en {period.year} par les communes, l’intercommunalité, le Département et la Région"
    columns = ("Ligne", "Dont collectivités", "Accordé")
    url = funding_list(period.year, etape="granted")
    return one_over_another(share, lines, columns, (sentence, "{part} sur {whole} accordés"), url)


@computation("cost_per_person", "Coût par personne touchée", Unit.EUROS, is_money=True)
def cost_per_person(cite, period):
    reports = [one for one in validated_reports(cite, period.year) if one.persons]
    granted = {}
    rows = Funding.objects.in_cash().filter(source__cite=cite, budget_year=period.year, granted__isnull=False)
    for action, amount in rows.exclude(action__status=ActionStatus.DRAFT).values_list("action", "granted"):
        granted[action] = granted.get(action, ZERO) + amount
    kept = [(one, granted[one.action.pk]) for one in reports if one.action.pk in granted]
    money, reached = total(amount for _, amount in kept), sum(one.persons for one, _ in kept) if kept else None
    told = (
        f"Montants accordés en {period.year} aux {count(len(kept), 'action', 'actions')} dont un bilan validé dit combien de personnes ont "
        f"été touchées{NBSP}: {known_euros(money)} pour {persons(reached)}{' personnes' if kept else ''}."
    )
    lines = tuple(
        (str(one.action), known_euros(amount), persons(one.persons), _cost(amount, one.persons))
        for one, amount in kept
    )
    columns = ("Action", "Accordé", "Personnes touchées", "Coût par personne")
    return Computed(
        ratio(money, reached), money, reached, told, funding_list(period.year, etape="granted"), columns, lines
    )


def _cost(amount, number):
    """Not told of fewer than five persons: it would tell their number."""
    return DASH if number < FEW else known_euros(ratio(amount, number))


@computation("days_to_payment", "Délai entre la décision et le premier versement", Unit.DAYS, is_money=True)
def days_to_payment(cite, period):
    """First payments are those of the ledger that the checks of finance read."""
    decided, books = decided_on(cite, period.year), Books(cite, period.year)
    known = [
        (row, decided[row.pk], books.first_payments[row.pk])
        for row in books.cash
        if row.pk in decided and row.pk in books.first_payments
    ]
    days = [(paid - start).days for _, start, paid in known]
    value = ratio(sum(days), len(days)) if days else None
    told = (
        f"Moyenne entre la décision qui programme et le premier versement, sur {count(len(days), 'financement versé', 'financements versés')} "
        f"de {period.year}{NBSP}: {decimal_fr(value)}{f'{NBSP}jours' if days else ''}."
    )
    rows = tuple(
        (str(row.action), row.source.label, day(start), day(paid), str((paid - start).days))
        for row, start, paid in known
    )
    columns = ("Action", "Financeur", "Décidé le", "Versé le", "Jours")
    return Computed(value, told=told, url=funding_list(period.year, etape="paid"), columns=columns, rows=rows)


@computation("statements_on_time", "Comptes rendus financiers reçus à l’heure", Unit.PERCENT, is_money=True)
def statements_on_time(cite, period):
    known = {
        row.action_id: row for row in FinancialStatement.objects.filter(action__cite=cite, budget_year=period.year)
    }
    today, rows, on_time = timezone.localdate(), [], 0
    for action in owing(Action.objects.filter(cite=cite), period.year).select_related("holder").order_by("code", "pk"):
        row = known.get(action.pk)
        due_on = row.due_on if row else usual_due_day(period.year)
        if due_on < today:
            is_on_time = row is not None and row.is_filed and row.filed_on is not None and row.filed_on <= due_on
            on_time += is_on_time
            filed = day(row.filed_on if row else None)
            rows.append((str(action), action.holder.name, day(due_on), filed, "oui" if is_on_time else "non"))
    told = (
        f"Comptes rendus financiers de {period.year} dont l’échéance est passée{NBSP}: {on_time} déposés à l’échéance sur {len(rows)} "
        "attendus."
    )
    url = listed("actions:statements", exercice=period.year)
    columns = ("Action", "Porteur", "Dû le", "Déposé le", "À l’heure")
    return Computed(share(on_time, len(rows)), on_time, len(rows), told, url, columns, tuple(rows))
