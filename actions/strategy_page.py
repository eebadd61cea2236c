"""The strategy as its page shows it: the tree with its figures, and where each row may go."""

from django.urls import reverse
from django.utils.http import urlencode

from actions.overview import SPENT, plan_branches
from cite_educative.common.money import euros

LAST = "fin"


def chosen_programme(programmes, asked, year):
    """The programme asked for, else the one that covers the year, else the latest."""
    named = [programme for programme in programmes if str(programme.pk) == asked]
    covering = [programme for programme in programmes if programme.starts_on.year <= year <= programme.ends_on.year]
    return next(iter([*named, *covering, *programmes]), None)


def published_version(programme):
    """The version whose texts, without money, every reader of a published programme reads; None before."""
    return programme.versions.first() if programme.published_at else None


def plan_page_branches(user, programme, year):
    return [
        {"label": label, "axes": _with_places([_axis_row(branch, year) for branch in branches])}
        for label, branches in plan_branches(user, programme, year)
    ]


def places(keys):
    """For each key of a list, before which one it goes by "Monter" and by "Descendre"; "" where it cannot."""
    return [
        {
            "up": str(keys[rank - 1]) if rank else "",
            "down": "" if rank == len(keys) - 1 else str(keys[rank + 2]) if rank + 2 < len(keys) else LAST,
        }
        for rank in range(len(keys))
    ]


def _with_places(rows):
    for row, place in zip(rows, places([row["axis"].pk for row in rows]), strict=True):
        row["place"] = place
        children = row["objectives"]
        for child, own in zip(children, places([child["objective"].pk for child in children]), strict=True):
            child["place"] = own
    return rows


def _axis_row(branch, year):
    return {
        "axis": branch.axis,
        **_texts(branch.tally, axe=branch.axis.pk, exercice=year),
        "objectives": [
            {
                "objective": objective,
                "themes": ", ".join(theme.label for theme in objective.contract_themes.all()),
                **_texts(tally, objectif=objective.pk, exercice=year),
            }
            for objective, tally in branch.objectives
        ],
    }


def _texts(tally, **query):
    return {
        "count": tally.count,
        "amounts": [(step.label.capitalize(), euros(tally.sums[str(step)])) for step in SPENT],
        "list_url": f"{reverse('actions:list')}?{urlencode(query)}" if tally.count else "",
    }
