"""The figures of a plan in French sentences, for the command."""

from decimal import Decimal

from actions.imports.words import plural
from cite_educative.common.money import euros


def report_lines(plan, *, written):
    figures, rows = plan.figures, plan.figures["rows"]
    yield f"{plan.filename} → {plan.cite}, appel «\u00a0{plan.call.label}\u00a0»"
    yield (
        f"{plural(rows['read'], 'ligne lue', 'lignes lues')}\u00a0: {rows['created']} créées, {rows['updated']} mises à jour, "
        f"{rows['unchanged']} inchangées, {rows['refused']} refusées"
        + (f", {rows['control']} de total" if rows["control"] else "")
        + "."
    )
    actions = figures["actions"]
    yield (
        f"Actions\u00a0: {actions['created']} créées, {actions['updated']} mises à jour, {actions['unchanged']} inchangées."
    )
    for column in figures["columns"]:
        told = f"{column['header']} ({column['step']})\u00a0: {_euros(column['sum'])}"
        if column["file_total"]:
            told += f"\u00a0; total du fichier, ligne {column['total_line']}\u00a0: {_euros(column['file_total'])}"
            told += f", écart {_euros(column['difference'])}"
        yield told
    for step, amount in figures["steps"].items():
        yield f"Total {step}\u00a0: {_euros(amount)}"
    yield from _groups(figures["groups"])
    for act in figures["acts"]:
        if act["difference"] not in (None, "0.00"):
            yield (
                f"{act['number']}\u00a0: annoncé {_euros(act['announced'])}, articles {_euros(act['articles'])}, "
                f"écart {_euros(act['difference'])}"
            )
    for refused in figures["refused_rows"]:
        yield f"Ligne {refused['line']} refusée\u00a0: {' '.join(refused['reasons'])}"
    for warning in figures["warnings"]:
        yield f"Ligne {warning['line']}\u00a0: {warning['text']}"
    yield from figures["notes"]
    yield "Import écrit." if written else "Rien n’a été écrit."


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
