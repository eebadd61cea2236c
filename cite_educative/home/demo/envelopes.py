"""Circuits, last year's envelopes, thresholds and an alert that was seen; every amount is invented."""

from datetime import date
from decimal import Decimal

from actions.finances.books import Books
from actions.models import FundingSource, Theme
from actions.services import acknowledge, add_contribution, save_envelope, save_source, save_thresholds
from cite_educative.home.demo import plan
from partners.enums import SideKind

# What 2025 announced; 58 500, 8 500, 3 000, 7 500, 4 000 and 1 500 € of it were granted.
LAST_YEAR = {
    plan.STATE: (64_000, "Notification du préfet du 14 mars 2025"),
    plan.CUD: (10_000, "Délibération du conseil communautaire du 6 février 2025"),
    plan.DK: (4_000, "Délibération du conseil municipal du 11 février 2025"),
    plan.GS: (7_500, "Délibération du conseil municipal du 13 février 2025"),
    plan.CB: (4_000, "Délibération du conseil municipal du 18 février 2025"),
    plan.CAF: (2_000, "Lettre de la CAF du 21 mars 2025"),
}
# key of the organisation, label, short label, detail, circuit, side, expected in 2026
NEW_LINES = (
    ("state", "État – P147, sous-thème 6.3", "P147 – 6.3", "pilotage, ingénierie, évaluations", "state_carrier",
     SideKind.STATE, 18_000),
    ("academy", "Éducation nationale – P230", "P230", "vie de l’élève", "state_direct", SideKind.EDUCATION, 12_000),
    ("college_dk", "Fonds du collège chef de file", "Fonds collège", "moitié P147, moitié P230", "school_fund", None,
     9_000),
)  # fmt: skip
ENGINEERING_MOST = 20
SEEN = (
    "L’ingénierie porte aussi l’évaluation du label, concentrée sur 2026\u00a0; les pilotes l’ont accepté à la Troïka de "
    "printemps."
)


def tell_envelopes(dunkerque):
    cite, actor = dunkerque.cite, dunkerque.actor
    _settle_lines(dunkerque)
    for key, (notified, reference) in LAST_YEAR.items():
        save_envelope(
            source=dunkerque.sources[key],
            budget_year=2025,
            actor=actor,
            notified=Decimal(notified),
            notified_on=date(2025, 3, 28),
            notified_reference=reference,
        )
    add_contribution(
        cite=cite,
        actor=actor,
        institution=dunkerque.organisations["academy"],
        label="Un coordonnateur de réseau, à mi-temps pour la Cité",
        kind="fte",
        quantity=Decimal("0.5"),
        unit="ETP",
        budget_year=2026,
        source="lettre de mission de la rentrée",
        informed_on=date(2026, 3, 3),
    )
    theme = Theme.objects.get(cite=cite, label="Coordination et ingénierie")
    save_thresholds(cite=cite, actor=actor, version=0, engineering_share=ENGINEERING_MOST, engineering_theme=theme)
    found = {alert.key: alert for alert in Books(cite, 2026).alerts}
    acknowledge(cite=cite, budget_year=2026, alert=found["ingenierie"], reason=SEEN, actor=actor)


def _settle_lines(dunkerque):
    """The State's first line says its sub-theme; the CUD's own officer pays what the CUD gives and carries."""
    cite, actor, sources = dunkerque.cite, dunkerque.actor, dunkerque.sources
    sources[plan.STATE].detail = "sous-thème 1.3, Cités éducatives"
    sources[plan.CUD].pays_ourselves = True
    for key in (plan.STATE, plan.CUD):
        save_source(sources[key], actor=actor)
    for order, row in enumerate(NEW_LINES, start=len(sources) + 1):
        organisation, label, short_label, detail, circuit, side, expected = row
        is_carried = circuit == "state_carrier"
        source = FundingSource(
            cite=cite,
            organisation=dunkerque.organisations[organisation],
            label=label,
            short_label=short_label,
            detail=detail,
            circuit=circuit,
            side=dunkerque.sides.get(side),
            carrier=dunkerque.organisations["cud"] if is_carried else None,
            pays_ourselves=is_carried,
            order=order,
        )
        save_source(source, actor=actor)
        save_envelope(source=source, budget_year=2026, actor=actor, provisional=Decimal(expected))
