"""What the pages of the articulation show: columns, rows of ready strings, values for the exports."""

from django.urls import reverse
from django.utils.http import urlencode

from actions.articulation import Mobilised
from actions.articulation_lists import mainstream_line, measure
from actions.enums import MainstreamKind, Step, Valuation
from actions.public_money import ATTRIBUTED
from cite_educative.common.money import DASH, short_euros, total
from cite_educative.common.tables import Column

SUMS = (
    ("sum_programmed", "Cité, programmé"),
    ("sum_granted", "Cité, accordé"),
    ("sum_outside", "Autres programmes, attribué"),
    ("sum_asked", "Autres programmes, demandé ou proposé"),
    ("sum_valued", "Droit commun, valorisé"),
    ("sum_cash", "Droit commun, versé"),
)


# --- Holders and neighbourhoods -------------------------------------------------------------------


def side_columns(label):
    return [
        Column("name", label, sort="name", css="sans-mot", width=44),
        Column("flags", "À vérifier", width=20),
        Column("actions_count", "Actions", kind="count", sort="actions_count"),
        Column("sum_requested", "Cité, demandé", kind="money", shown=False),
        *(Column(key, text, kind="money", sort=key) for key, text in SUMS),
    ]


def side_row(page, flags):
    """`flags`: {pk: number of possible double fundings to look at}."""

    def row(instance):
        number = flags.get(instance.pk, 0)
        return {
            "name": instance.name,
            "url": reverse(page, args=[instance.pk]),
            "actions_count": str(instance.actions_count or 0),
            **{key: short_euros(getattr(instance, key)) for key, _ in SUMS},
            "flags": flags_text(number),
        }

    return row


def side_values(flags):
    def values(instance):
        return {
            "name": instance.name,
            "actions_count": instance.actions_count or 0,
            "sum_requested": instance.sum_requested,
            **{key: getattr(instance, key) for key, _ in SUMS},
            "flags": flags_text(flags.get(instance.pk, 0)),
        }

    return values


def flags_text(number):
    """ "" for none."""
    if not number:
        return ""
    return f"{number} double{'s' if number > 1 else ''} possible{'s' if number > 1 else ''}"


def year_lines(year):
    """The rows of one year for the pages of a holder or a neighbourhood."""
    return {
        "year": year["year"],
        "actions": [_action_line(action) for action in year["actions"]],
        "grants": [_grant_line(grant) for grant in year["grants"]],
        "mainstream": [mainstream_line(row) for row in year["mainstream"]],
        "figures": year_figures(year["sums"]),
        "sums": {name: short_euros(amount) for name, amount in year["sums"].items()},
    }


def year_figures(sums):
    """Three sums that are never added up, with what is asked or given in cash beside."""
    return [
        {
            "label": "Cité éducative, accordé",
            "value": short_euros(sums["granted"]),
            "note": _besides((sums["programmed"], "programmés"), (sums["requested"], "demandés")),
        },
        {
            "label": "Autres programmes, attribué",
            "value": short_euros(sums["outside"]),
            "note": _besides((sums["asked"], "demandés ou proposés"), first="pour mémoire"),
        },
        {
            "label": "Droit commun, valorisé",
            "value": short_euros(sums["valued"]),
            "note": _besides((sums["cash"], "versés"), first="hors des totaux de la Cité"),
        },
    ]


def _besides(*amounts, first=""):
    """What stands under a sum: the other amounts that are known."""
    told = [f"{short_euros(amount)} {words}" for amount, words in amounts if amount is not None]
    return "\u00a0; ".join(filter(None, [first, ", ".join(told)]))


def _action_line(action):
    return {
        "url": reverse("actions:detail", args=[action.pk]),
        "code": action.code,
        "title": action.title,
        "holder": action.holder.name,
        "amounts": [short_euros(getattr(action, f"sum_{step}")) for step in (Step.REQUESTED, Step.PROGRAMMED, Step.GRANTED)],
    }  # fmt: skip


def _grant_line(grant):
    return {
        "programme": grant.programme,
        "title": grant.title or "Subvention sans intitulé",
        "holder": grant.holder.name if grant.holder else grant.holder_name,
        "funder": grant.funder,
        "reference": grant.reference,
        "amount": short_euros(grant.amount),
        "step": grant.get_step_display() if grant.amount is not None else "",
    }


LINE_COLUMNS = [
    Column("year", "Exercice", kind="count"),
    Column("origin", "Origine", width=28),
    Column("title", "Intitulé", width=60),
    Column("who", "Financeur ou institution"),
    Column("reference", "Référence", width=18),
    Column("requested", "Demandé ou proposé", kind="money"),
    Column("programmed", "Programmé", kind="money"),
    Column("granted", "Accordé ou attribué", kind="money"),
    Column("valued", "Droit commun, valorisé", kind="money"),
    Column("cash", "Droit commun, versé", kind="money"),
    Column("measure", "Autre mesure", width=24),
]


def line_values(years):
    """One row for each line of a page, for its export: nothing is added up there either."""
    for year in years:
        for action in year["actions"]:
            amounts = {
                str(step): getattr(action, f"sum_{step}") for step in (Step.REQUESTED, Step.PROGRAMMED, Step.GRANTED)
            }
            yield {"year": year["year"], "origin": "Cité éducative", "title": action.title, "reference": action.code, **amounts}  # fmt: skip
        for grant in year["grants"]:
            place = "granted" if grant.step in ATTRIBUTED else "requested"
            yield {
                "year": year["year"],
                "origin": grant.programme,
                "title": grant.title,
                "who": grant.funder,
                "reference": grant.reference,
                place: grant.amount,
            }
        for row in year["mainstream"]:
            place = "cash" if row.valuation == Valuation.CASH else "valued"
            is_euros = row.kind == MainstreamKind.EUROS
            yield {
                "year": year["year"],
                "origin": "Droit commun",
                "title": row.label,
                "who": row.institution.name,
                place: row.amount if is_euros else None,
                "measure": "" if is_euros else measure(row),
            }


# --- The table ------------------------------------------------------------------------------------


def table_rows(table, year):
    """Rows grouped by axis, each cell with its link, as the page shows them."""
    groups = []
    for row in table.rows:
        axis = row.objective.axis
        if not groups or groups[-1]["axis"] != axis:
            groups.append({"axis": axis, "rows": []})
        groups[-1]["rows"].append(_table_row(row, table.columns, year))
    return groups


def _table_row(row, columns, year):
    query = urlencode({"objectif": row.objective.pk, "exercice": year, "ecartees": "non"})
    return {
        "label": row.objective.label,
        "is_bare": not row.themes,
        "url": f"{reverse('actions:list')}?{query}" if row.count else "",
        "count": row.count,
        "programmed": short_euros(row.programmed),
        "granted": short_euros(row.granted),
        "cells": [_cell(row, column) for column in columns],
        "schemes": ", ".join(f"{label} ({count})" for label, count in row.schemes),
    }


def _cell(row, column):
    """The same count and amount in each theme that the objective answers: columns are never added up."""
    answers = column.theme.pk in row.themes
    return {
        "label": column.theme.label,
        "answers": answers,
        "count": row.count if answers else 0,
        "amount": short_euros(row.granted) if answers and row.granted is not None else "",
    }


def column_lines(table):
    return [
        {"label": column.theme.label, "objectives": column.objectives, "actions": column.actions}
        for column in table.columns
    ]


def table_columns(table):
    return [
        Column("axis", "Axe", width=30),
        Column("objective", "Objectif", width=44),
        Column("count", "Actions", kind="count"),
        Column("programmed", "Programmé", kind="money"),
        Column("granted", "Accordé", kind="money"),
        *(Column(f"theme_{column.theme.pk}", column.theme.label, kind="count", width=18) for column in table.columns),
        Column("schemes", "Dispositifs liés"),
    ]


def table_values(table):
    for row in table.rows:
        yield {
            "axis": row.objective.axis.label,
            "objective": row.objective.label,
            "count": row.count,
            "programmed": row.programmed,
            "granted": row.granted,
            "schemes": ", ".join(f"{label} ({count})" for label, count in row.schemes),
            **{f"theme_{column.theme.pk}": row.count for column in table.columns if column.theme.pk in row.themes},
        }


def institution_lines(rows):
    return [
        {
            "name": row.institution.name,
            "pk": row.institution.pk,
            "count": len(row.contributions),
            "valued": short_euros(row.valued),
            "cash": short_euros(row.cash),
            "hours": f"{row.hours.normalize():f}".replace(".", ",") if row.hours is not None else DASH,
            "others": "\u00a0; ".join(
                f"{one.label} ({measure(one)})" if measure(one) else one.label for one in row.others
            ),
        }
        for row in rows
    ]


def mobilised_facts(mobilised: Mobilised):
    bare = mobilised.explained_count + mobilised.silent_count
    return {
        "some": mobilised.some,
        "explained": mobilised.explained_count,
        "silent": mobilised.silent_count,
        "bare": bare,
        "all": mobilised.some + bare,
    }


def table_totals(table):
    """Of the objectives shown, each counted once."""
    return {
        "count": sum(row.count for row in table.rows),
        "programmed": short_euros(total(row.programmed for row in table.rows)),
        "granted": short_euros(total(row.granted for row in table.rows)),
    }


SCHEME_COLUMNS = [
    Column("scheme", "Dispositif", width=24),
    Column("institution", "Institution", width=24),
    Column("code", "Code", width=12),
    Column("action", "Action", width=60),
    Column("holder", "Porteur", width=40),
]


def scheme_values(rows):
    """One line for each action of each scheme."""
    for scheme, actions in rows:
        for action in actions:
            yield {
                "scheme": scheme.label,
                "institution": scheme.institution,
                "code": action.code,
                "action": action.title,
                "holder": action.holder.name,
            }
