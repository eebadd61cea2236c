"""What the pages of an import "pour mémoire" show: settings, preview, result, as rows of ready strings."""

from decimal import Decimal

from actions.enums import Step
from actions.import_pages import OUTCOMES as USUAL
from actions.import_pages import SHOWN_LINES, SHOWN_WARNINGS, group_rows, has_sheets, line_name, sum_row
from actions.imports.words import plural
from actions.outside.planning import steps_of
from cite_educative.common.money import euros
from cite_educative.common.spreadsheets import Field

OUTCOMES = {
    **USUAL,
    "created": ("fait", "À ajouter"),
    "kept": ("attendu", "Corrigée à la main, gardée"),
    "unchanged": ("close", "Inchangée"),
}


def step_choices(plan):
    """[(value, label, chosen)] of the amounts that the columns give; [] when there is no choice."""
    steps = steps_of(plan)
    return [(str(step), step.label, step == plan.step) for step in steps] if len(steps) > 1 else []


def figure_rows(figures):
    """In the shape that `actions/import/includes/_figures.html` reads."""
    problems = [
        {"where": line_name(figures, one), "text": " ".join(one["reasons"])} for one in figures["refused_rows"]
    ]
    warnings = [{"where": line_name(figures, one), "text": one["text"]} for one in figures["warnings"]]
    step = Step(figures["step"]).label
    return {
        "tiles": _tiles(figures, step),
        "alerts": [],
        "columns": [sum_row(column, has_sheets(figures)) for column in figures["columns"]],
        "themes": [],
        "funders": [
            {"label": one["label"] or "Financeur non précisé", "amounts": [(step.capitalize(), _money(one["sum"]))]}
            for one in figures["funders"]
        ],
        "step_labels": [step],
        "step_sums": [(step.capitalize(), _money(figures["total"]))],
        "groups": group_rows(figures["groups"]),
        "acts": [],
        "acts_differ": False,
        "problems": problems,
        "warnings": warnings[:SHOWN_WARNINGS],
        "more_warnings": warnings[SHOWN_WARNINGS:],
        "notes": figures["notes"],
    }


def _tiles(figures, step):
    rows, holders = figures["rows"], figures["holders"]
    unchanged = plural(rows["unchanged"], "inchangée")
    kept = f", {plural(rows['kept'], 'corrigée à la main', 'corrigées à la main')}" if rows["kept"] else ""
    unknown = figures["unknown"]
    return [
        {
            "label": "Lignes lues",
            "value": str(rows["read"]),
            "note": f"dont {plural(rows['refused'], 'refusée')}, {rows['control']} de total",
        },
        {"label": "Subventions ajoutées", "value": str(rows["created"]), "note": f"{rows['updated']} mises à jour, {unchanged}{kept}"},
        {
            "label": f"Montant {step}",
            "value": _money(figures["total"]),
            "note": plural(unknown, "montant inconnu", "montants inconnus") if unknown else "tous les montants sont connus",
        },
        {
            "label": "Porteurs reconnus",
            "value": f"{holders['matched']} sur {holders['read']}",
            "note": "parmi les partenaires de la Cité",
        },
    ]  # fmt: skip


def _money(text):
    return "–" if text is None else euros(Decimal(text))


def line_rows(plan):
    """(the first lines of the preview, the refused first; how many more)."""
    several = len(plan.reading.tables) > 1
    refused = [
        {
            "number": _number(line, several),
            "title": line.get(Field.TITLE) or "–",
            "holder": line.get(Field.HOLDER_NAME) or "–",
            "amount": "–",
            "match": "",
            "status": OUTCOMES["refused"],
            "is_refused": True,
            "reason": " ".join(line.errors),
        }
        for line in plan.refused
    ]
    rows = refused + [_grant_row(grant, several) for grant in plan.grants[: max(0, SHOWN_LINES - len(refused))]]
    return rows[:SHOWN_LINES], max(0, len(refused) + len(plan.grants) - SHOWN_LINES)


def _grant_row(grant, several):
    fields = grant.fields
    return {
        "number": _number(grant.line, several),
        "title": fields["title"] or "Sans intitulé",
        "holder": fields["holder_name"],
        "amount": euros(fields["amount"]),
        "match": fields["holder"].name if fields["holder"] else "",
        "status": OUTCOMES[grant.outcome],
        "is_refused": False,
        "reason": "",
    }


def _number(line, several):
    return f"{line.number} ({line.sheet})" if several else str(line.number)
