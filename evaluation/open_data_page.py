"""What the pages of an import of open data show, as ready strings."""

from evaluation.numbers import figure_text
from evaluation.open_data import Outcome, fields_of

SHOWN_LINES = 200
OUTCOMES = {  # code of the status, label, label of the figure
    Outcome.CREATED: ("fait", "À ajouter", "À ajouter"),
    Outcome.UPDATED: ("reserve", "À mettre à jour", "À mettre à jour"),
    Outcome.UNCHANGED: ("close", "Sans changement", "Sans changement"),
    Outcome.UNPUBLISHED: ("preparation", "Non publié", "Non publiés"),
    Outcome.REFUSED: ("rejetee", "Refusée", "Refusées"),
}


def column_rows(run, reading):
    """Each column with its first values and its choices, the used ones first."""
    rows = []
    for column in reading.columns:
        key = run.mapping.get(str(column.index), "")
        options = [(field.key, field.label, field.key == key) for field in fields_of(run.indicator)]
        values = reading.samples(column.index)
        rows.append(
            {"index": column.index, "label": column.name, "values": values, "options": options, "is_used": bool(key)}
        )
    return sorted(rows, key=lambda row: not row["is_used"])


def plan_figures(plan):
    """How many rows were read, how many are those of our schools, and what becomes of them."""
    ours = [row for row in plan.rows if row.school is not None]
    told = [("Lignes lues", len(plan.rows)), ("De nos établissements", len(ours))]
    told += [
        (label, len(plan.of(outcome)))
        for outcome, (_, _, label) in OUTCOMES.items()
        if plan.of(outcome) or outcome is Outcome.CREATED
    ]
    return [{"label": label, "value": value} for label, value in told]


def report_figures(report):
    """The same, of a kept report; [] when nothing was written."""
    if not report:
        return []
    counts = report["counts"]
    figures = [("Lignes lues", report["read"]), ("Ajouts", counts["created"]), ("Mises à jour", counts["updated"])]
    figures += [("Sans changement", counts["unchanged"]), ("Refusées", counts["refused"])]
    return [{"label": label, "value": value} for label, value in figures]


def plan_lines(plan, unit):
    """(the lines of our schools and those refused, the refused first; how many are not shown)."""
    order = (Outcome.REFUSED, Outcome.CREATED, Outcome.UPDATED, Outcome.UNPUBLISHED, Outcome.UNCHANGED)
    rows = [row for outcome in order for row in plan.of(outcome)]
    lines = [
        {
            "number": row.number,
            "label": str(row.school) if row.school else row.uai or "–",
            "period": str(row.period or "–"),
            "value": row.reason or (figure_text(row.value, unit) if row.value is not None else "non publié"),
            "before": figure_text(row.kept.value, unit) if row.kept and row.outcome is Outcome.UPDATED else "",
            "code": OUTCOMES[row.outcome][0],
            "status": OUTCOMES[row.outcome][1],
            "is_refused": row.outcome is Outcome.REFUSED,
        }
        for row in rows[:SHOWN_LINES]
    ]
    return lines, max(0, len(rows) - SHOWN_LINES)


def elsewhere(plan):
    """(how many rows tell of other schools, a few of their UAI)."""
    rows = plan.of(Outcome.ELSEWHERE)
    return len(rows), ", ".join(list(dict.fromkeys(row.uai for row in rows))[:8])
