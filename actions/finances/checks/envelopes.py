"""Envelopes that are overdrawn, and the alerts nobody took note of."""

from urllib.parse import urlencode

from django.urls import reverse

from actions.enums import Step
from actions.finances.checks.registry import ENVELOPES, Finding, check
from cite_educative.common.money import ZERO, euros


@check(
    "overdrawn",
    group=ENVELOPES,
    label="Enveloppes dépassées",
    why="Ce qui est programmé, accordé ou dépensé directement passe ce que le financeur annonce et ce qui est reporté.",
)
def overdrawn(books):
    for source, available in _announced(books):
        if available is None:
            continue
        used = [(books.used(source.pk, step) or ZERO, step) for step in (Step.PROGRAMMED, Step.GRANTED)]
        amount, step = max(used, key=lambda pair: pair[0])
        if amount > available:
            told = f"{euros(amount)} {step.label}s" if amount else "Rien de programmé"
            yield _on_envelope(source, f"{told}, {euros(available)} disponibles.", amount - available)


@check(
    "expense-funded",
    group=ENVELOPES,
    label="Dépenses directes sur une action que la même ligne finance",
    why="L’argent est compté deux fois dans l’enveloppe\u00a0: annulez la dépense, ou prévoyez plutôt un versement.",
)
def expense_funded(books):
    funded = {(row.action_id, row.source_id) for row in books.cash}
    for expense in books.expenses:
        if (expense.action_id, expense.source_id) in funded:
            url = reverse("actions:expense_update", args=[expense.pk])
            detail = f"{euros(expense.amount)}, {expense.label}."
            source = expense.source.short_label
            yield Finding(str(expense.action), detail, "Ouvrir la dépense", url, expense.amount, source)


@check(
    "unannounced",
    group=ENVELOPES,
    label="Programmés sans enveloppe",
    why="De l’argent est programmé sur une ligne dont l’enveloppe n’est ni prévue ni notifiée.",
)
def unannounced(books):
    for source, available in _announced(books):
        programmed = books.used(source.pk, Step.PROGRAMMED)
        if programmed and available is None:
            yield _on_envelope(source, f"{euros(programmed)} programmés, enveloppe inconnue.", programmed)


def _announced(books):
    for source in books.sources.values():
        envelope = books.envelopes.get(source.pk)
        yield source, envelope.available if envelope else None


def _on_envelope(source, detail, amount):
    url = reverse("actions:envelope", args=[source.pk])
    return Finding(source.label, detail, "Ouvrir l’enveloppe", url, amount, source.short_label)


@check(
    "thresholds",
    group=ENVELOPES,
    label="Alertes de seuil à regarder",
    why="Un seuil de la Cité est dépassé et personne n’en a pris acte, ou le chiffre a empiré depuis.",
)
def thresholds(books):
    for alert in books.alerts:
        if alert.is_open and not alert.key.startswith("convention:"):
            yield _on_alert(alert)


@check(
    "agreement-missing",
    group=ENVELOPES,
    label="Conventions obligatoires",
    why="Un financeur apporte à un porteur de droit privé plus que le seuil, dans l’année, et personne n’a pris acte "
    "de la convention.",
)
def agreement_missing(books):
    for alert in books.alerts:
        if alert.is_open and alert.key.startswith("convention:"):
            yield _on_alert(alert)


def _on_alert(alert):
    url = f"{reverse('actions:threshold_acknowledge')}?{urlencode({'alerte': alert.key})}"
    return Finding(alert.title, alert.sentence, "Prendre acte", url, is_reserved=True)
