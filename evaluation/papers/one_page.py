"""The page of elected members: six figures with last year's, three charts, five decisions."""

from decimal import Decimal
from textwrap import shorten

from cite_educative.common.charts import WIDTH, Item, bars
from cite_educative.common.dates import date_fr
from cite_educative.common.money import short_euros
from evaluation.computed.words import NBSP
from evaluation.enums import Unit
from evaluation.papers import money, plan
from evaluation.papers.words import written
from evaluation.papers.years import YearFigures
from governance.content import cite_lines, signatory

DECISIONS = 5
HALF = WIDTH * 11 // 20  # of a chart in one of two columns
AXES, SOURCES = 4, 6
TITLE = 88  # characters of a decision: two lines of the printed page


def one_page_content(paper, *, number, label, made_on, made_by):
    """Both sides of the page: with every amount, and as anybody who follows the plan reads it."""
    cite, year = paper.cite, paper.year
    return {
        **cite_lines(cite),
        "title": paper.title,
        "year": str(year),
        "number": number,
        "label": label,
        "made_on": date_fr(made_on),
        "made_by": signatory(made_by, cite),
        "full": page_side(cite, year, with_money=True),
        "public": page_side(cite, year, with_money=False),
    }


def page_side(cite, year, *, with_money):
    """Strings, but the lengths of the bars, which are written as plain numbers."""
    grants = money.grants_of(cite, year, with_money=with_money)
    decisions = plan.weightiest(plan.decisions_of(cite, year, with_money=with_money), DECISIONS)
    if not with_money:
        decisions.sort(key=lambda row: (row.adopted_on, row.pk))
    return {
        "with_money": with_money,
        "figures": figures(cite, year, with_money=with_money),
        "charts": [_by_axis(grants), _by_age(cite, year), _by_source(grants)],
        "decisions": [
            {
                "date": date_fr(row.adopted_on),
                "reference": row.reference,
                "title": shorten(row.title, TITLE, placeholder=" …"),
                "effect": plan.effect_words(row) if with_money else "",
            }
            for row in decisions
        ],
    }


# --- Figures --------------------------------------------------------------------------------------


def figures(cite, year, *, with_money):
    """Six of them: `label`, `value`, and last year's beside."""
    now, before = (year_figures(cite, one, with_money=with_money) for one in (year, year - 1))
    return [
        {"label": label, "value": written(value, unit), "note": _beside(note, year - 1, before[label], unit)}
        for label, (value, unit, note) in now.items()
    ]


def _beside(note, year, last, unit):
    value, _, last_note = last
    said = f"{year}{NBSP}: {written(value, unit)}"
    if note:
        return f"{note}. {said}, {last_note}" if value else f"{note}. {said}"
    return said


def year_figures(cite, year, *, with_money):
    """`{label: (value, unit, what is said under it)}`; None is not known."""
    one = YearFigures(cite, year)
    places = f"{one.nb_quarters} quartier{'s' if one.nb_quarters > 1 else ''}"
    found = {
        "Actions du plan": (one.nb_actions, Unit.NUMBER, ""),
        "Personnes touchées": (one.value("people_reached"), Unit.PERSONS, ""),
        "Communes concernées": (one.nb_communes, Unit.NUMBER, places),
    }
    if with_money:
        return found | {
            "Enveloppe notifiée": (one.sums["notified"], Unit.EUROS, ""),
            "Programmé": (one.sums["programmed"], Unit.EUROS, ""),
            "Accordé": (one.sums["granted"], Unit.EUROS, ""),
        }
    return found | {
        "Écoles et établissements": (one.value("schools_involved"), Unit.NUMBER, ""),
        "Réunions tenues": (one.computed("meetings_held").numerator, Unit.NUMBER, ""),
        "Accordé, rendu public": (one.public_granted, Unit.EUROS, ""),
    }


# --- Charts ---------------------------------------------------------------------------------------


def _by_axis(grants):
    pairs = [(axis.short_label if axis else money.NO_AXIS, amount) for axis, amount in money.by_axis(grants)]
    return _amounts("Accordé par axe", money.largest(pairs, AXES))


def _by_source(grants):
    pairs = [(source.short_label, amount) for source, amount in money.by_source(grants)]
    return _amounts("Accordé par financeur", money.largest(pairs, SOURCES))


def _by_age(cite, year):
    items = [{"label": band.label, "value": str(number), "text": str(number)} for band, number in _ages(cite, year)]
    return {
        "title": "Actions par tranche d’âge",
        "items": items,
        "told": "Une action de deux tranches compte deux fois.",
    }


def _ages(cite, year):
    found = plan.age_counts(cite, year)
    return found if any(number for _, number in found) else []


def _amounts(title, pairs):
    items = [{"label": label, "value": str(amount), "text": short_euros(amount)} for label, amount in pairs]
    return {"title": title, "items": items, "told": "En euros, en numéraire."}


def drawn(side):
    """The same with each chart as SVG; "" for one without any figure."""
    return side | {"charts": [chart | {"svg": _svg(chart, rank)} for rank, chart in enumerate(side["charts"])]}


def _svg(chart, rank):
    if not chart["items"]:
        return ""
    items = [Item(one["label"], Decimal(one["value"]), one["text"]) for one in chart["items"]]
    said = ", ".join(f"{one.label}{NBSP}: {one.text}" for one in items)
    return bars(items, chart_id=f"page-{rank}", title=chart["title"], desc=f"{said}.", width=HALF)
