"""What is missing of holders, of lines and of contributions in kind."""

from django.urls import reverse

from actions.circuits import STATE_CARRIER
from actions.enums import MainstreamKind
from actions.finances.checks.registry import DATA, Finding, check
from cite_educative.common.money import euros, total


@check(
    "holder-without-siret",
    group=DATA,
    label="Porteurs sans SIRET",
    why="Une subvention se verse et se publie avec le SIRET de celui qui la reçoit.",
)
def holder_without_siret(books):
    amounts = {}
    for row, amount in books.decided:
        if amount and not row.action.holder.siret:
            amounts.setdefault(row.action.holder, []).append(amount)
    for holder in sorted(amounts, key=lambda one: one.name):
        received = total(amounts[holder])
        url = reverse("partners:organisation", args=[holder.pk])
        yield Finding(holder.name, f"{euros(received)} décidés cette année.", "Compléter l’organisme", url, received)


@check(
    "carrier-missing",
    group=DATA,
    label="Lignes dont on ne sait pas qui porte les crédits",
    why="L’argent de l’État passe par une structure, et la ligne ne dit pas laquelle.",
)
def carrier_missing(books):
    for source in books.sources.values():
        if source.circuit == STATE_CARRIER and source.carrier_id is None and source.is_active:
            url = reverse("actions:source_update", args=[source.pk])
            yield Finding(
                source.label, "La structure qui porte les crédits manque.", "Compléter la ligne", url, is_reserved=True
            )


@check(
    "in-kind-without-measure",
    group=DATA,
    label="Contributions en nature sans mesure",
    why="Des heures, des ETP ou des locaux sans quantité, ou une quantité sans unité.",
)
def in_kind_without_measure(books):
    for row in books.mainstream:
        if row.kind == MainstreamKind.EUROS:
            continue
        if row.quantity is None:
            missing = "quantité inconnue"
        elif not row.unit:
            missing = "quantité sans unité"
        else:
            continue
        url = (
            reverse("actions:action_mainstream", args=[row.action_id])
            if row.action_id
            else reverse("actions:mainstream")
        )
        detail = f"{row.label} ({row.institution.name})"
        yield Finding(detail, f"{row.get_kind_display().capitalize()}\u00a0: {missing}.", "Compléter l’apport", url)
