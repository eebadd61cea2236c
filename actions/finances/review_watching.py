"""What a review freezes of the pages of thresholds, of contributions in kind and of consumption. Dates and amounts as texts."""

from django.utils import timezone

from actions.finances.books import Books
from actions.finances.consumption import DECEMBER, MONTHS, YEARS_BEFORE
from actions.finances.envelopes import in_kind
from actions.finances.pages import IN_KIND_COLUMNS, measured, threshold_facts
from actions.finances.thresholds import measures, percent
from actions.models import ThresholdAcknowledgement
from cite_educative.common.dates import MONTHS as MONTH_NAMES
from cite_educative.common.money import DASH

PAID = ("paid", "paid_before", "paid_long_before")
# Of kind `amount`: money that a sum would count twice.
WATCHING = {
    "months": (
        "Mois par mois",
        (
            ("month", "Fin du mois", "text", 28),
            ("paid", "Versé depuis janvier", "amount", 18),
            ("paid_before", "Un an avant", "amount", 18),
            ("paid_long_before", "Deux ans avant", "amount", 18),
            ("planned", "Avec l’échéancier", "amount", 18),
        ),
    ),
    "thresholds": (
        "Seuils",
        (
            ("kind", "Quoi", "text", 18),
            ("title", "Objet", "text", 46),
            ("figure", "Chiffre", "text", 16),
            ("limit", "Seuil", "text", 24),
            ("sentence", "Détail", "text", 60),
            ("author", "Pris acte par", "text", 24),
            ("on", "Le", "date", None),
            ("known_figure", "Chiffre ce jour-là", "text", 16),
            ("reason", "Motif", "text", 60),
        ),
    ),
    "in_kind": (
        "En nature",
        (
            ("institution", "Institution", "text", 40),
            ("count", "Apports", "count", None),
            *((str(kind), kind.label.capitalize(), "text", 20) for kind in IN_KIND_COLUMNS),
            ("others", "Autre", "text", 28),
            ("valued", "Valorisé", "money", None),
            ("cash", "Versé", "money", None),
        ),
    ),
}


def watching_content(cite, year, consumption, *, author):
    return {
        "months": _months(consumption),
        "thresholds": _thresholds(Books(cite, year)),
        "in_kind": [_in_kind(line) for line in in_kind(author, cite, year)],
    }


def _months(consumption):
    curves = {
        name: consumption.paid_curve(consumption.year - back) for back, name in enumerate(PAID[: YEARS_BEFORE + 1])
    }
    curves["planned"] = consumption.planned_curve()
    if not any(curves.values()):
        return []
    return [
        {"month": _month(rank), **{name: _text(curve[rank] if curve else None) for name, curve in curves.items()}}
        for rank in range(MONTHS)
    ]


def _month(rank):
    name = MONTH_NAMES[rank % 12].capitalize()
    return name if rank <= DECEMBER else f"{name}, année suivante"


def _thresholds(books):
    """What is watched, the figures of the year, the alerts, then older acknowledgements of them."""
    rows = [_row("Réglage", fact["label"], limit=fact["value"]) for fact in threshold_facts(books.thresholds)]
    for measure in measures(books):
        figure = DASH if measure.figure is None else percent(measure.figure)
        rows.append(_row("Mesure", measure.label, figure=figure, limit=measure.limit_text, sentence=measure.detail))
    current = set()
    for alert in books.alerts:
        row = _row("Alerte", alert.title, figure=alert.figure, limit=alert.limit, sentence=alert.sentence)
        if alert.acknowledgement:
            current.add(alert.acknowledgement.pk)
            row |= _acknowledged(alert.acknowledgement)
        rows.append(row)
    kept = ThresholdAcknowledgement.objects.filter(cite=books.cite, budget_year=books.year).exclude(pk__in=current)
    rows += [_row("Prise d’acte", row.title) | _acknowledged(row) for row in kept.select_related("author__person")]
    return rows


def _row(kind, title, *, figure="", limit="", sentence=""):
    asked = {"kind": kind, "title": title, "figure": figure, "limit": limit, "sentence": sentence}
    return {**asked, "author": "", "on": "", "known_figure": "", "reason": ""}


def _acknowledged(row):
    on = timezone.localdate(row.created_at).isoformat()
    return {"author": str(row.author), "on": on, "known_figure": row.figure, "reason": row.reason}


def _in_kind(line):
    others = [kind for kind in line.measures if kind not in IN_KIND_COLUMNS]
    return {
        "institution": line.institution,
        "count": line.count,
        **{str(kind): measured(line, [kind]) for kind in IN_KIND_COLUMNS},
        "others": measured(line, others),
        "valued": _text(line.valued),
        "cash": _text(line.cash),
    }


def _text(amount):
    return None if amount is None else str(amount)
