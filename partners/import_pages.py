"""What the pages of an import of reference data show, as ready strings."""

from partners.imports import FIELDS, Outcome

SHOWN_LINES = 200
OUTCOMES = {  # code of the status, label, label of the figure
    Outcome.CREATED: ("fait", "À ajouter", "À ajouter", "Ajouts"),
    Outcome.UPDATED: ("reserve", "À mettre à jour", "À mettre à jour", "Mises à jour"),
    Outcome.UNCHANGED: ("close", "Sans changement", "Sans changement", "Sans changement"),
    Outcome.REFUSED: ("rejetee", "Refusée", "Refusées", "Refusées"),
    Outcome.OUTSIDE: ("preparation", "Laissée de côté", "Laissées de côté", "Laissées de côté"),
}
LABELS = {
    "code": "code",
    "name": "nom",
    "kind": "nature",
    "sector": "secteur",
    "network": "éducation prioritaire",
    "commune": "commune",
    "latitude": "coordonnées",
    "longitude": "coordonnées",
    "population": "population",
    "outline": "contour",
    "generation": "géographie",
}


def column_rows(run, reading):
    """Each column with its first values and its choices."""
    chosen = run.mapping.get("columns", {})
    rows = []
    for column in reading.columns:
        key = chosen.get(str(column.index), "")
        options = [(field.key, field.label, field.key == key) for field in FIELDS[run.kind]]
        rows.append(
            {
                "index": column.index,
                "label": column.name,
                "values": reading.samples(column.index),
                "options": options,
                "is_used": bool(key),
            }
        )
    return sorted(rows, key=lambda row: not row["is_used"])


def plan_figures(plan):
    """Figures of the preview; those that are zero and need no reading are left out."""
    counts = {outcome: len(plan.of(outcome)) for outcome in OUTCOMES}
    return [
        {"label": OUTCOMES[outcome][2], "value": count}
        for outcome, count in counts.items()
        if count or outcome is not Outcome.OUTSIDE
    ]


def report_figures(report):
    """The same, of a kept report; [] when nothing was written."""
    counts = report.get("counts", {})
    return [
        {"label": OUTCOMES[outcome][3], "value": counts.get(outcome, 0)}
        for outcome in OUTCOMES
        if counts and (counts.get(outcome) or outcome is not Outcome.OUTSIDE)
    ]


def plan_lines(plan):
    """(the lines that ask to be read, the refused first; how many are not shown)."""
    order = list(Outcome)
    order.sort(key=[Outcome.REFUSED, Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED, Outcome.OUTSIDE].index)
    rows = [row for outcome in order if outcome is not Outcome.OUTSIDE for row in plan.of(outcome)]
    lines = [
        {
            "number": row.number,
            "label": row.label,
            "detail": row.reason or _changes(row),
            "code": OUTCOMES[row.outcome][0],
            "status": OUTCOMES[row.outcome][1],
            "is_refused": row.outcome is Outcome.REFUSED,
        }
        for row in rows[:SHOWN_LINES]
    ]
    return lines, max(0, len(rows) - SHOWN_LINES)


def _changes(row):
    """ "code, nom ; rejoint le périmètre"."""
    told = []
    if row.outcome is Outcome.UPDATED:
        told = list(dict.fromkeys(LABELS[name] for name in row.changes if name in LABELS))
        told += ["communes"] if row.communes else []
    parts = [", ".join(told)] if told else []
    if row.is_attached and row.is_written:
        parts.append("rejoint le périmètre")
    return "\u00a0; ".join(parts)
