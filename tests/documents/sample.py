"""A note with everything a note may hold, for the tests of the print style sheet and of the two converters."""

from decimal import Decimal
from pathlib import Path

from django.template import engines

from cite_educative.common.charts import Envelope, envelope_bars

ACTIONS = [
    ("École ouverte d’automne", "Ville de Dunkerque", "12 000", "–", "8 000", "–", "20 000"),
    ("Parler bambin dans les crèches", "Ville de Grande-Synthe", "10 000", "–", "7 000", "5 000", "22 000"),
    ("Mentorat : quarante binômes lycéens-collégiens", "Association inventée", "12 000", "5 000", "–", "–", "17 000"),
    ("La classe dehors : sciences sur l’estran", "Association inventée", "7 000", "2 500", "1 500", "–", "11 000"),
]

TEMPLATE = Path(__file__).with_name("note.html")

CONTEXT = {
    "logos": [{"label": "Éducation nationale"}, {"label": "Préfecture"}, {"label": "Communes"}, {"label": "CUD"}],
    "ask": "La Troïka est invitée à programmer quatre actions pour 70 000,00 €.",
    "costs": [
        {"label": "État – P147", "amount": "41 000 €"},
        {"label": "CUD", "amount": "7 500 €"},
        {"label": "communes", "amount": "16 500 €"},
        {"label": "CAF", "amount": "5 000 €"},
    ],
    "signatures": [
        {"label": "Rédaction", "name": "Mme Claire Invention", "detail": "cheffe de projet"},
        {"label": "Relecture", "name": "M. Karim Invention", "detail": "principal chef de file"},
        {"label": "État", "name": "Version 2", "detail": "17 juin 2026"},
    ],
}


def sample_note(*, repeat=1, draft=False):
    """The HTML of the note; `repeat` lengthens its table to make it run over several pages."""
    chart = envelope_bars(
        [
            Envelope("État – P147", Decimal(310_000), Decimal(199_000), Decimal(107_500)),
            Envelope("CUD", Decimal(90_000), Decimal(59_000), Decimal(26_000)),
            Envelope("Communes", Decimal(78_000), Decimal(60_000), Decimal(29_000)),
            Envelope("CAF", None, Decimal(0), Decimal(12_000)),
        ],
        chart_id="envelopes",
        title="Consommation des enveloppes après décision",
        desc="Pour chaque financeur : part programmée, part proposée, reste.",
    )
    context = {**CONTEXT, "chart": chart, "rows": ACTIONS * repeat, "draft": draft}
    return engines["django"].from_string(TEMPLATE.read_text(encoding="utf-8")).render(context)
