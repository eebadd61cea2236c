"""Envelopes that are overdrawn, and the alerts nobody took note of."""

from urllib.parse import urlencode

from django.urls import reverse

from actions.enums import Step
from actions.finances.checks.registry import ENVELOPES, Finding, check
from cite_educative.common.money import euros


@check(
    "overdrawn",
    group=ENVELOPES,
    label="Enveloppes dépassées",
    why="Les pilotes ont programmé plus que ce que le financeur annonce et que ce qui est reporté.",
)
def overdrawn(books):
    for source, available in _announced(books):
        programmed = books.used(source.pk, Step.PROGRAMMED)
        if programmed is not None and available is not None and programmed > available:
            detail = f"{euros(programmed)} programmés, {euros(available)} disponibles."
            yield _on_envelope(source, detail, programmed - available)


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
