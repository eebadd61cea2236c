"""The figures of a plan in French sentences, for the command."""

from decimal import Decimal

from actions.enums import Step
from actions.imports.words import plural, quoted
from cite_educative.common.money import euros


def report_lines(plan, *, written):
    figures = plan.figures
    yield f"{plan.filename} → {plan.cite}, appel {quoted(plan.call.label)}"
    yield from (f"Attention\u00a0: {alert}" for alert in figures["alerts"])
    yield from _counts(figures)
    yield from (_column(figures, column) for column in figures["columns"])
    for step, amount in figures["steps"].items():
        yield f"Total {Step(step).label}\u00a0: {_euros(amount)}"
    for theme in figures["themes"]:
        steps = [f"{Step(step).label} {_euros(theme[step])}" for step in figures["steps"] if step in theme]
        name = f"Thématique {quoted(theme['label'])}" if theme["label"] else "Sans thématique"
        if steps:
            yield f"{name}\u00a0: {', '.join(steps)}"
    yield from _groups(figures["groups"])
    for act in figures["acts"]:
        if act["difference"] not in (None, "0.00"):
            yield (
                f"{act['number']}\u00a0: annoncé {_euros(act['announced'])}, articles {_euros(act['articles'])}, "
                f"écart {_euros(act['difference'])}"
            )
    for refused in figures["refused_rows"]:
        yield f"{_where(figures, refused)} refusée\u00a0: {' '.join(refused['reasons'])}"
    for warning in figures["warnings"]:
        yield f"{_where(figures, warning)}\u00a0: {warning['text']}"
    yield from figures["notes"]
    yield "Import écrit." if written else "Rien n’a été écrit."


def _counts(figures):
    rows, actions = figures["rows"], figures["actions"]
    yield (
        f"{plural(rows['read'], 'ligne lue', 'lignes lues')}\u00a0: {_outcomes(rows)}, {plural(rows['refused'], 'refusée')}"
        + (f", {rows['control']} de total" if rows["control"] else "")
        + "."
    )
    yield f"Actions\u00a0: {_outcomes(actions)}."


def _outcomes(counts):
    return ", ".join(
        (
            plural(counts["created"], "créée"),
            plural(counts["updated"], "mise à jour", "mises à jour"),
            plural(counts["unchanged"], "inchangée"),
        )
    )


def _where(figures, found):
    sheet = f"{found['sheet']}, ligne" if len(figures["sheets"]) > 1 else "Ligne"
    return f"{sheet} {found['line']}"


def _column(figures, column):
    sheet = f"{column['sheet']}, " if len(figures["sheets"]) > 1 else ""
    told = f"{sheet}{column['header']} ({Step(column['step']).label})\u00a0: {_euros(column['sum'])}"
    if column["file_total"]:
        told += f"\u00a0; total du fichier, ligne {column['total_line']}\u00a0: {_euros(column['file_total'])}"
        told += f", écart {_euros(column['difference'])}"
    return told


def _groups(groups):
    if not groups["count"]:
        return
    yield (
        f"{plural(groups['count'], 'article')}\u00a0: {_euros(groups['total'])}, sur les lignes {_euros(groups['on_lines'])} "
        f"(dont {_euros(groups['deduced'])} déduits), non répartis {_euros(groups['unallocated'])} sur "
        f"{plural(len(groups['unallocated_groups']), 'article')}."
    )
    for group in groups["unallocated_groups"]:
        yield f"  Non réparti, {group['label']} ({group['holder']})\u00a0: {_euros(group['unallocated'])}"


def _euros(text):
    return euros(Decimal(text)) if text is not None else "–"
