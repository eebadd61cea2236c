"""The coverage matrix as its page and its exports write it."""

from django.urls import reverse
from django.utils.http import urlencode

from actions.coverage import AGES, COMMUNES, THEMES
from cite_educative.common.money import short_euros
from cite_educative.common.tables import Column as ExportColumn

FILTER_OF_VIEW = {AGES: "public", THEMES: "thematique", COMMUNES: "territoire"}
VIEWS = {AGES: "Âges", THEMES: "Thématiques", COMMUNES: "Communes"}


class Links:
    """Addresses of the list that shows what a cell counts."""

    def __init__(self, *, year, view, commune="", public="", thematique=""):
        self.view = view
        chosen = {"territoire": commune, "public": public, "thematique": thematique}
        self.base = {
            "exercice": year,
            "ecartees": "non",
            **{name: value for name, value in chosen.items() if value},
        }

    def cell(self, row, column=None):
        """ "" when no filter of the list says the same."""
        if not row.key and row.objective is None and row.label != "Ensemble":
            return ""
        query = dict(self.base)
        if row.key:
            query["objectif"] = row.key
        if column is not None:
            query[FILTER_OF_VIEW[self.view]] = column.key
        return f"{reverse('actions:list')}?{urlencode(query)}"

    def gap(self, name):
        value = "inconnu" if name == "territoire" else "sans"
        return f"{reverse('actions:list')}?{urlencode(self.base | {name: value})}"


def page_rows(rows, columns, links):
    """Rows grouped by axis: [{"axis", "rows"}]; those of no axis come last."""
    groups = []
    for row in rows:
        axis = row.objective.axis if row.objective else None
        if not groups or groups[-1]["axis"] != axis:
            groups.append({"axis": axis, "rows": []})
        groups[-1]["rows"].append(page_row(row, columns, links))
    return groups


def page_row(row, columns, links):
    return {
        "label": row.label,
        "total": _cell(row.total, links.cell(row), "", is_gap=row.objective is None),
        "cells": [
            _cell(cell, links.cell(row, column), column.label, is_gap=column.is_gap or row.objective is None)
            for cell, column in zip(row.cells, columns, strict=True)
        ],
    }


def _cell(cell, url, label, *, is_gap=False):
    return {
        "count": cell.count,
        "url": url if cell.count else "",
        "label": label,
        "amount": short_euros(cell.amounts.known.quantize(1)) if cell.amounts.known is not None else "",
        "said": _said(cell.amounts),
        # Nothing is bad news where actions are wanted, and good news where something is not said.
        "is_gap": is_gap,
    }


def _said(amounts):
    """Whether the amount is granted or only programmed."""
    if amounts.granted is None:
        return "programmés" if amounts.programmed is not None else ""
    if not amounts.programmed:
        return "accordés"
    return f"dont {short_euros(amounts.programmed.quantize(1))} programmés"


def bare_objectives(rows):
    return [row for row in rows if row.objective and not row.total.count]


# --- Export ---------------------------------------------------------------------------------------


def export_columns(columns):
    """Count, granted, and programmed without grant, for the whole row and then for each column."""
    made = [
        ExportColumn("axis", "Axe", width=30),
        ExportColumn("objective", "Objectif", width=50),
    ]
    for key, label in [("all", "Ensemble"), *((column.key, column.label) for column in columns)]:
        made += [
            ExportColumn(f"{key}-count", f"{label}\u00a0: actions", kind="count"),
            ExportColumn(f"{key}-granted", f"{label}\u00a0: accordé", kind="money"),
            ExportColumn(f"{key}-programmed", f"{label}\u00a0: programmé, sans accord connu", kind="money"),
        ]
    return made


def export_row(row, columns):
    values = {"axis": row.objective.axis.label if row.objective else "", "objective": row.label}
    keys = ["all", *(column.key for column in columns)]
    for key, cell in zip(keys, [row.total, *row.cells], strict=True):
        values[f"{key}-count"] = cell.count
        values[f"{key}-granted"] = cell.amounts.granted
        values[f"{key}-programmed"] = cell.amounts.programmed
    return values
