"""What the pages of an export show: rows to match, differences found, figures, as ready strings."""

from actions.differences import label_of
from actions.import_pages import GROUPS, column_tables
from actions.imports.words import plural
from actions.models import Difference
from actions.state_exports.keeping import kept_columns, thrown_columns
from actions.state_exports.matching import IGNORE, NONE, answer_name
from actions.state_exports.structures import AMBIGUOUS, MATCHED, NEAR, UNMATCHED
from cite_educative.common.search import normalise
from cite_educative.common.spreadsheets import Field

SHOWN = 200
OF_EXPORTS = ("Cofinancements", (Field.COFUNDER, Field.COFUNDER_AMOUNT, Field.ACTIONS_COUNT))
HOW = {
    "code": "par le code de la fiche",
    "reference": "par la référence",
    "memory": "comme la dernière fois",
    "hand": "à la main",
}


def told_tables(run, reading):
    """The columns that a person tells: those that were thrown away are nobody's to use."""
    thrown = {f"{position}-{key}" for position, key in thrown_columns(run)}
    tables = column_tables(reading, run.mapping, (*GROUPS[:-1], OF_EXPORTS, GROUPS[-1]))
    for table in tables:
        table["columns"] = [column for column in table["columns"] if column["name"] not in thrown]
    return tables


def kept_words(run):
    """What is kept of the file and what is not, as titles of columns."""
    kept, thrown = kept_columns(run)
    return {"kept": kept, "thrown": thrown}


def without_thrown(run, mapping):
    """The mapping that a page sends, complete: the page does not show what was thrown away."""
    for position, key in thrown_columns(run):
        mapping["tables"][position]["columns"][key] = {"field": str(Field.IGNORE)}
    return mapping


def preview_rows(plan):
    """The rows of the file: those to confirm, those without sheet, those matched."""
    answers = plan.mapping.get("answers", {})
    faults = dict(plan.faults)
    doubtful = [row for row in plan.rows if row.outcome in (NEAR, AMBIGUOUS)]
    return {
        "doubtful": [_doubtful(row, faults) for row in doubtful[:SHOWN]],
        "unmatched": [_plain(row, faults, answers) for row in plan.of(UNMATCHED)[:SHOWN]],
        "ignored": [_plain(row, faults, answers) for row in plan.rows if row.ignored][:SHOWN],
        "matched": [_matched(row) for row in plan.of(MATCHED)[:SHOWN]],
        "more_matched": max(0, len(plan.of(MATCHED)) - SHOWN),
        "refused": [{"number": line.number, "text": " ".join(line.errors)} for line in plan.refused[:SHOWN]],
    }


def _plain(row, faults, answers):
    name = answer_name(row)
    return {
        "key": row.key,
        "number": row.number,
        "title": row.title or "Sans intitulé",
        "holder": row.holder_name or row.siret,
        "fault": faults.get(name, ""),
        "answer": answers.get(name, ""),
    }


def _doubtful(row, faults):
    only = row.proposals[0] if len(row.proposals) == 1 else None
    is_same = only is not None and not row.ambiguous and normalise(only.title) == normalise(row.title)
    choices = [
        {
            "value": str(action.pk),
            "label": f"{action.code or 'Brouillon'} {action.title}",
            "detail": f"{action.holder}, {action.budget_year}",
            "checked": is_same,
        }
        for action in row.proposals
    ]
    choices += [
        {"value": NONE, "label": "Aucune de ces fiches", "detail": "", "checked": False},
        {"value": IGNORE, "label": "Ignorer cette ligne", "detail": "", "checked": False},
    ]
    return {**_plain(row, faults, {}), "choices": choices, "ambiguous": row.ambiguous}


def _matched(row):
    return {
        **_plain(row, {}, {}),
        "actions": row.actions,
        "how": HOW[row.how],
        "by_hand": row.how in ("hand", "memory"),
    }


def found_rows(plan):
    """The differences that confirming would open or update, and how many more there are."""
    changes = plan.changes
    known = {id(found): "déjà connu" for _, found in (*changes.updated, *changes.unchanged)}
    known |= {id(found): "gardé" for _, found in changes.kept}
    rows = [
        {
            "action": found.action,
            "label": _label(found),
            "ours": found.ours,
            "theirs": found.theirs,
            "status": known.get(id(found), "nouveau"),
        }
        for found in plan.found[:SHOWN]
    ]
    return rows, max(0, len(plan.found) - SHOWN)


def _label(found):
    words = label_of(Difference(key=found.key, source=found.source, budget_year=found.year))
    return words[:1].upper() + words[1:]


def preview_tiles(plan):
    changes = plan.changes
    doubtful = len(plan.of(NEAR)) + len(plan.of(AMBIGUOUS))
    return [
        {"label": "Lignes rapprochées", "value": str(len(plan.of(MATCHED))), "note": ""},
        {"label": "À confirmer", "value": str(doubtful), "note": "laissées de côté sans réponse" if doubtful else ""},
        {"label": "Sans fiche", "value": str(len(plan.of(UNMATCHED))), "note": ""},
        {
            "label": "Écarts nouveaux",
            "value": str(len(changes.opened)),
            "note": f"{plural(len(changes.resolved), 'résolu')} par cet export" if changes.resolved else "",
        },
    ]


def result_tiles(result):
    rows, counts = result["rows"], result["differences"]
    left = rows["near"] + rows["ambiguous"] + rows["unmatched"]
    known = counts["updated"] + counts["unchanged"]
    return [
        {"label": "Lignes rapprochées", "value": str(rows["matched"]), "note": ""},
        {"label": "Laissées de côté", "value": str(left), "note": f"{plural(rows['refused'], 'refusée')}"},
        {"label": "Écarts nouveaux", "value": str(counts["opened"]), "note": f"{known} déjà connus" if known else ""},
        {"label": "Écarts résolus", "value": str(counts["resolved"]), "note": ""},
    ]
