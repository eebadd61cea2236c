"""The page of consumption, ready to print: figures, curves, and the table that says them."""

from django.urls import reverse
from django.utils.http import urlencode

from actions.finances.consumption import DECEMBER, MONTHS, YEARS_BEFORE
from actions.finances.thresholds import percent
from cite_educative.common.charts import ACCENT, MIDDLE, SLATE, Curve, curves
from cite_educative.common.dates import MONTHS as MONTH_NAMES
from cite_educative.common.money import DASH, NBSP, ZERO, euros, short_euros

STROKES = ((ACCENT, 2.5, ""), (MIDDLE, 2, ""), (SLATE, 1.5, "2 3"))


def consumption_page(consumption):
    paid = {year: consumption.paid_curve(year) for year in _years(consumption)}
    planned = consumption.planned_curve()
    return {
        "figures": _figures(consumption),
        "lines": [_line(line, consumption.year) for line in consumption.lines],
        "totals": _cells(consumption.totals()),
        "chart": _chart(consumption, paid, planned),
        "month_headers": [header for header, _ in _columns(paid, planned)],
        "months": _months(consumption, _columns(paid, planned)),
    }


def _years(consumption):
    return [consumption.year - back for back in range(YEARS_BEFORE + 1)]


def _figures(consumption):
    """For `_figures.html`."""
    sums, year = consumption.totals(), consumption.year
    share = percent(100 * sums["paid"] / sums["granted"]) if sums["paid"] is not None and sums["granted"] else ""
    pace = consumption.at_last_year_pace()
    return [
        {"label": "Accordé", "value": short_euros(sums["granted"]), "note": f"exercice {year}"},
        {
            "label": "Versé à ce jour",
            "value": short_euros(sums["paid"]),
            "note": f"{share} de l’accordé" if share else "",
        },
        {
            "label": "Versé au 31 décembre",
            "value": short_euros(sums["at_year_end"]),
            "note": "si l’échéancier est tenu",
        },
        {"label": "Au rythme de l’an dernier", "value": short_euros(pace), "note": _pace_note(consumption, pace)},
    ]


def _pace_note(consumption, pace):
    last = consumption.year - 1
    return f"d’après le reste de {last}" if pace is not None else f"rien de comparable en {last}"


def _line(line, year):
    query = urlencode({"financeur": line.source.pk, "exercice": year})
    return {
        "label": line.source.label,
        "url": f"{reverse('actions:fundings')}?{query}",
        **_cells({name: getattr(line, name) for name in CELLS}),
        "is_over": line.unplanned is not None and line.unplanned < ZERO,
    }


CELLS = ("granted", "paid", "planned", "later", "at_year_end", "unplanned")


def _cells(amounts):
    return {name: short_euros(amounts[name]) if amounts[name] or name != "later" else DASH for name in CELLS}


def _chart(consumption, paid, planned):
    lines = [
        Curve(str(year), values, *stroke)
        for (year, values), stroke in zip(paid.items(), STROKES, strict=True)
        if values
    ]
    if planned:
        lines.append(Curve("échéancier", planned, ACCENT, 2.5, "6 4"))
    if not lines:
        return ""
    places = [MONTH_NAMES[rank % 12][:1].upper() for rank in range(MONTHS)]
    whose = f", {consumption.source}" if consumption.source else ""
    return curves(
        lines,
        places,
        chart_id="consommation",
        title=f"Versé de janvier à juin de l’année suivante{whose}",
        desc="; ".join(f"{line.label}{NBSP}: {euros(_last(line.values))}" for line in lines) + ".",
    )


def _last(values):
    return next((value for value in reversed(values) if value is not None), None)


def _columns(paid, planned):
    return [*((f"Versé pour {year}", values) for year, values in paid.items()), ("Avec l’échéancier", planned)]


def _months(consumption, columns):
    rows = []
    for rank in range(MONTHS):
        month = MONTH_NAMES[rank % 12]
        rows.append(
            {
                "label": month if rank <= DECEMBER else f"{month}, année suivante",
                "is_now": rank == consumption.now,
                "cells": [(header, _cell(values, rank)) for header, values in columns],
            }
        )
    return rows


def _cell(values, rank):
    return short_euros(values[rank]) if values and values[rank] is not None else DASH
