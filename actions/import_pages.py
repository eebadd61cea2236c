"""What the pages of an import show: settings, preview, result, as rows of ready strings."""

from decimal import Decimal

from django.urls import reverse

from actions.enums import Step
from actions.imports.mapping import ASKED_BELOW, column_key
from actions.imports.words import add, plural
from cite_educative.common.money import euros
from cite_educative.common.spreadsheets import AMOUNT_FIELDS, Field
from cite_educative.common.spreadsheets.model import Faulty, is_blank
from cite_educative.common.spreadsheets.values import read_text

SHOWN_LINES = 200
SHOWN_WARNINGS = 12
OUTCOMES = {
    "created": ("fait", "À créer"),
    "updated": ("reserve", "À mettre à jour"),
    "unchanged": ("close", "Inchangée"),
    "refused": ("rejetee", "Refusée"),
    "control": ("preparation", "Ligne de total"),
}
GROUPS = (
    ("Action", (Field.TITLE, Field.CODE, Field.EXTERNAL_REF, Field.BUDGET_YEAR, Field.SCHOOL_YEAR, Field.AXIS,
                Field.OBJECTIVE, Field.THEME, Field.COMMUNE, Field.NEIGHBOURHOOD, Field.PUBLIC, Field.DESCRIPTION,
                Field.STARTS_ON, Field.ENDS_ON, Field.PERIOD_TEXT, Field.STATUS_TEXT, Field.NATURE)),
    ("Porteur", (Field.HOLDER_NAME, Field.HOLDER_SIRET, Field.HOLDER_SIREN, Field.HOLDER_RNA, Field.HOLDER_CODE)),
    ("Montants", (Field.REQUESTED, Field.PROPOSED, Field.GRANTED, Field.COMMITTED, Field.PAID, Field.JUSTIFIED,
                  Field.TOTAL_COST, Field.GROUP_TOTAL, Field.ROW_TOTAL)),
    ("Financeur et acte", (Field.FUNDER, Field.FUNDER_SIRET, Field.FUNDING_REF, Field.COMMITMENT_REF, Field.GROUP,
                           Field.ACT_NUMBER, Field.ACT_DATE)),
    ("Laissé de côté", (Field.PREVIOUS_YEAR, Field.CONTACT, Field.IGNORE)),
)  # fmt: skip


def column_tables(reading, mapping, groups=GROUPS):
    """The tables of the file, each with its columns: title, three values, field proposed or chosen, and why.

    `groups` are the fields that a column may become.
    """
    given, tables = mapping.get("tables", []), []
    for position, (table, guesses) in enumerate(zip(reading.tables, reading.guesses, strict=True)):
        told = given[position] if position < len(given) else {}
        told_columns = told.get("columns", {})
        columns = [
            _column(table, column, guesses[column.index], told_columns.get(column_key(column), {}), position, groups)
            for column in table.columns
        ]
        first, last = table.rows[0].number, table.rows[-1].number
        tables.append(
            {
                "position": position,
                "sheet": table.sheet,
                "rows": f"{plural(len(table.rows), 'ligne')}, de la {first} à la {last}",
                "use": bool(told.get("use", True)),
                "columns": columns,
            }
        )
    return tables


def _column(table, column, guess, told, position, groups):
    key = column_key(column)
    asked = bool(guess.question) and guess.confidence < ASKED_BELOW
    proposed = "" if asked else str(guess.field)
    chosen = told["field"] or "" if "field" in told else proposed
    is_amount = guess.is_amount or guess.field in AMOUNT_FIELDS or chosen in [str(field) for field in AMOUNT_FIELDS]
    return {
        "name": f"{position}-{key}",
        "letter": column.letter or "–",
        "label": column.label,
        "values": _samples(table, column.index),
        "options": _options(chosen, groups),
        "is_asked": not chosen,
        "is_amount": is_amount,
        "funder": told.get("funder", guess.funder),
        "year": told.get("year", guess.year) or "",
        "reason": guess.question if asked else guess.reason,
        "sureness": "" if asked else _sureness(guess.confidence),
    }


def _sureness(confidence):
    return "sûr" if confidence >= 0.8 else "probable" if confidence >= 0.55 else "à vérifier"


def _samples(table, index):
    values = []
    for row in table.rows:
        cell = row.own(index)
        if not is_blank(cell) and not isinstance(cell, Faulty):
            text = read_text(cell)
            if text not in values:
                values.append(text[:60])
        if len(values) == 3:
            break
    return values


def _options(chosen, groups):
    return [
        {"label": label, "options": [(str(field), field.label, str(field) == chosen) for field in fields]}
        for label, fields in groups
    ]


def question_rows(plan, mapping):
    """The questions, with what was typed or else the proposal."""
    faults, answers = {}, mapping.get("answers", {})
    for name, sentence in plan.faults:
        faults.setdefault(name, []).append(sentence)
    rows = [_question(question, faults.get(question.id, []), answers.get(question.id)) for question in plan.questions
            if question.kind != "column"]  # fmt: skip
    return [row for row in rows if row["required"]], [row for row in rows if not row["required"]]


def _question(question, faults, typed):
    proposal = question.proposal if typed is None else typed
    row = {
        "id": question.id, "text": question.text, "kind": question.kind, "help": question.help, "faults": faults,
        "required": question.required, "name": "", "organisation": "", "value": proposal or "",
    }  # fmt: skip
    chosen = proposal or ""
    if question.kind == "funder" and isinstance(proposal, dict):
        chosen = f"source:{proposal['source']}" if proposal.get("source") else f"new:{proposal.get('new', '')}"
        row["name"], row["organisation"] = proposal.get("name", ""), proposal.get("organisation") or ""
    row["choices"] = [(value, label, value == chosen) for value, label in question.choices]
    return row


def given_answers(plan, mapping):
    """What was answered and can be taken back."""
    asked = {question.id for question in plan.questions} if plan else set()
    return [
        {"id": name, "label": _answer_label(name), "value": _answer_text(value)}
        for name, value in mapping.get("answers", {}).items()
        if name not in asked and not name.startswith("column:") and value not in (None, "")
    ]


def _answer_label(name):
    kind, _, detail = name.partition(":")
    words = {
        "funder": "Financeur", "title": "Intitulé des lignes sans titre", "year": "Exercice", "holder": "Porteur",
        "double": "Lignes en double", "amount": "Montant, ligne", "announced": "Total annoncé", "refused": "Lignes refusées",
    }  # fmt: skip
    return f"{words.get(kind, kind)} {detail.replace('|', ', ')}".strip()


def _answer_text(value):
    if isinstance(value, dict):
        return value.get("source") or f"{value.get('name', '')} (à créer)"
    known = {"sum": "additionner", "distinct": "deux actions", "once": "compter une fois", "new": "un autre organisme",
             "skip": "laissées de côté"}  # fmt: skip
    return known.get(value, str(value).removeprefix("same:"))


def figure_rows(figures):
    """The tiles, the sums beside the file's totals, the groups, the acts and the problems, for preview and result."""
    rows, actions, groups = figures["rows"], figures["actions"], figures["groups"]
    problems = [
        {"where": line_name(figures, refused), "text": " ".join(refused["reasons"])}
        for refused in figures["refused_rows"]
    ]
    warnings = [{"where": line_name(figures, warning), "text": warning["text"]} for warning in figures["warnings"]]
    return {
        "tiles": [
            {"label": "Lignes lues", "value": str(rows["read"]),
             "note": f"dont {rows['control']} de total" if rows["control"] else ""},
            {"label": "Actions créées", "value": str(actions["created"]),
             "note": f"{plural(figures['new_organisations'], 'nouveau porteur', 'nouveaux porteurs')}"},
            {"label": "Mises à jour", "value": str(actions["updated"]),
             "note": f"{plural(actions['unchanged'], 'inchangée')}"},
            {"label": "Lignes refusées", "value": str(rows["refused"]), "note": ""},
        ],
        "alerts": figures.get("alerts", []),
        "columns": [sum_row(column, has_sheets(figures)) for column in figures["columns"]],
        "themes": [_funder_row(theme, figures["steps"]) for theme in figures.get("themes", [])],
        "funders": [_funder_row(funder, figures["steps"]) for funder in figures["funders"]],
        "step_labels": [Step(step).label for step in figures["steps"]],
        "step_sums": [(Step(step).label.capitalize(), _money(amount)) for step, amount in figures["steps"].items()],
        "groups": group_rows(groups),
        "acts": [_act_row(act) for act in figures["acts"]],
        "acts_differ": any(act["announced"] for act in figures["acts"]),
        "problems": problems,
        "warnings": warnings[:SHOWN_WARNINGS],
        "more_warnings": warnings[SHOWN_WARNINGS:],
        "notes": figures["notes"],
    }  # fmt: skip


def line_name(figures, found):
    return f"Ligne {found['line']}" + (f" ({found['sheet']})" if has_sheets(figures) else "")


def has_sheets(figures):
    """An import kept from before the figures named the sheets has those of its columns."""
    return len(set(figures.get("sheets") or [column["sheet"] for column in figures["columns"]])) > 1


def _money(text):
    return "–" if text is None else euros(Decimal(text))


def sum_row(column, has_sheets):
    return {
        "header": f"{column['sheet']}, {column['header']}" if has_sheets else column["header"],
        "step": Step(column["step"]).label,
        "sum": _money(column["sum"]),
        "file_total": _money(column["file_total"]),
        "total_line": column["total_line"],
        "difference": _money(column["difference"]),
        "differs": column["difference"] not in (None, "0.00"),
        "agrees": column["difference"] == "0.00",
    }


def _funder_row(funder, steps):
    return {
        "label": funder["label"],
        "amounts": [(Step(step).label.capitalize(), _money(funder.get(step))) for step in steps],
    }


def group_rows(groups):
    if not groups["count"]:
        return None
    rows = [
        {**group, "total": _money(group["total"]), "on_lines": _money(group["on_lines"]),
         "unallocated": _money(group["unallocated"])}
        for group in groups["unallocated_groups"]
    ]  # fmt: skip
    return {
        "count": groups["count"],
        "total": _money(groups["total"]),
        "on_lines": _money(groups["on_lines"]),
        "deduced": _money(groups["deduced"]),
        "has_deduced": groups["deduced"] != "0.00",
        "unallocated": _money(groups["unallocated"]),
        "rows": rows,
        "excess": groups["excess_groups"],
    }


def _act_row(act):
    return {
        "number": act["number"] or "Reprise du tableau",
        "fundings": act["fundings"],
        "granted": _money(act["granted"]),
        "articles": _money(act["articles"] or act["granted"]),
        "announced": _money(act["announced"]),
        "difference": _money(act["difference"]),
        "differs": act["difference"] not in (None, "0.00"),
    }


def line_rows(plan):
    """(the first lines of the preview, how many more)."""
    several = len(plan.reading.tables) > 1
    rows = []
    for line in plan.lines[:SHOWN_LINES]:
        code, label = OUTCOMES[line.outcome]
        rows.append(
            {
                "number": f"{line.number} ({line.sheet})" if several else str(line.number),
                "title": line.action.title if line.action else line.get(Field.TITLE) or "–",
                "holder": line.holder.name if line.holder else line.get(Field.HOLDER_NAME) or "–",
                "steps": [(step, _line_step(line, step)) for step in _shown_steps(plan)],
                "code": code,
                "label": label,
                "refused": line.refused,
                "reason": " ".join(line.errors),
            }
        )
    return rows, max(0, len(plan.lines) - SHOWN_LINES)


def _shown_steps(plan):
    return [Step(step).label for step in plan.figures["steps"]]


def _line_step(line, label):
    amounts = [money.value for money in line.money if money.step.label == label]
    return euros(add(amounts)) if amounts else "–"


def list_url(run):
    """The list of actions, on the run's call, every year."""
    return f"{reverse('actions:list')}?appel={run.call_id}&exercice=tous"
