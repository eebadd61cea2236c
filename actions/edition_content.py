"""What a printed sheet holds: strings, as its author may read them today."""

from actions.amounts import money_tables, readable_fundings_of
from actions.enums import Stage
from actions.finances.budget import budgets_of
from actions.finances.budget_page import printed
from actions.models import SheetEdition, SheetEditionFile
from actions.sheet_sections import sheet_sections
from cite_educative.common.dates import date_fr
from partners.permissions import hides_names

SHOWN_EDITIONS = 2


def edition_content(user, action, today):
    """`action` comes from `get_sheet_action`: it carries its readable stage."""
    level = action.reading_level(user.access)
    tables = [table for table in money_tables(action, level, readable_fundings_of(action, level)) if table.rows]
    hidden = hides_names(user.access, action.cite_id)
    sections = sheet_sections(user, action)
    return {
        "cite": action.cite.name,
        "cite_subtitle": action.cite.subtitle,
        "accent": action.cite.accent_colour,
        "pilots": [side.label for side in action.cite.sides.all()],
        "code": action.code,
        "title": action.title,
        "holder": action.holder.name,
        "stage": Stage(action.readable_stage).label,
        "year": str(action.budget_year),
        "made_on": date_fr(today),
        "made_by": "" if hidden else str(user),
        "sections": [
            {
                "label": section["label"],
                "facts": [{"label": fact["label"], "value": fact["value"]} for fact in section["facts"]],
                "texts": section["texts"],
            }
            for section in sections
            if section["facts"] or section["texts"]
        ],
        "budgets": [printed(budget) for budget in budgets_of(action).values()],
        "tables": [_table(table) for table in tables],
        "is_full": level == "full",
    }


def _table(table):
    return {
        "year": str(table.year),
        "columns": [label for label, _ in table.headers],
        "rows": [
            {"label": row.label, "detail": ", ".join(row.details), "cells": [cell.text or "–" for cell in row.cells]}
            for row in table.rows
        ],
        "total": [cell.text for cell in table.total],
    }


def editions_of(user, action):
    """`[(edition, files)]` of the last two that the user may read, the newest first, in one query."""
    editions = SheetEdition.objects.visible_to(user).filter(action=action).order_by()
    files = SheetEditionFile.objects.filter(edition__in=editions.values("pk"))
    files = files.select_related("file", "edition__made_by__person").order_by("-edition__made_at", "-edition", "pk")
    found = {}
    for line in files:
        found.setdefault(line.edition_id, (line.edition, []))[1].append(line.file)
    return list(found.values())[:SHOWN_EDITIONS]
