"""What the printed documents of a plan hold: strings, frozen in their row.

The catalogue and the poster are for who reads every amount; the leaflet is for everybody, and holds of the published
actions only what anybody may know, without any amount.
"""

from actions.enums import NOT_APPRAISED, ActionStatus, PlanDocument, Scope, Stage, Step
from actions.models import Action, Funding, HolidayPeriod
from actions.poster import poster_columns, poster_row
from actions.readable import with_amounts, with_readable_stage
from actions.wording import UNKNOWN_TERRITORY, dates_text, territory_text
from cite_educative.common.dates import date_fr
from cite_educative.common.money import short_euros, total
from cite_educative.common.search import normalise

LEFT_OUT = (ActionStatus.DRAFT, ActionStatus.SENT_BACK, ActionStatus.REJECTED, ActionStatus.ABANDONED)
STEPS = (Step.REQUESTED, Step.PROGRAMMED, Step.GRANTED)
NO_AXIS = "Sans axe"
EVERYWHERE = "Dans toutes les communes"


def plan_content(kind, cite, year, *, user, actions, today):
    """`actions` are those that the author chose; drafts, requests sent back, rejected or abandoned are left out."""
    chosen = actions.exclude(status__in=LEFT_OUT)
    shared = {
        "cite": cite.name,
        "cite_subtitle": cite.subtitle,
        "accent": cite.accent_colour,
        "pilots": [side.label for side in cite.sides.all()],
        "year": str(int(year)),
        "made_on": date_fr(today),
        "made_by": str(user),
    }
    if kind == PlanDocument.LEAFLET:
        return shared | {"places": _places(cite, chosen)}
    rows = _rows(user, chosen, today)
    axes = _axes(rows)
    content = shared | {"count": len(rows), "totals": _sums(rows)}
    if kind == PlanDocument.POSTER:
        holidays = HolidayPeriod.objects.filter(cite=cite)
        columns = poster_columns(int(year), holidays)
        drawn = [
            {**_axis(axis, found), "rows": [poster_row(row, columns) | _place_and_money(row) for row in found]}
            for axis, found in axes
        ]
        return content | {"columns": columns, "axes": drawn}
    return content | {"axes": [{**_axis(axis, found), "objectives": _objectives(user, found)} for axis, found in axes]}


def _rows(user, actions, today):
    rows = Action.objects.filter(pk__in=actions.order_by().values("pk"))
    rows = with_amounts(with_readable_stage(rows, user, today), user, STEPS)
    rows = rows.select_related("axis", "objective", "holder").prefetch_related("communes", "neighbourhoods")
    return sorted(
        rows,
        key=lambda row: (
            (row.axis.order, row.axis.pk) if row.axis else (10**6, 0),
            (row.objective.order, row.objective.pk) if row.objective else (10**6, 0),
            row.code,
            row.pk,
        ),
    )


def _axes(rows):
    """`[(axis label, rows)]` in the order of the programme; what has no axis comes last."""
    found = {}
    for row in rows:
        found.setdefault(row.axis.label if row.axis else NO_AXIS, []).append(row)
    return list(found.items())


def _sums(rows):
    return [short_euros(total(getattr(row, f"sum_{step}") for row in rows)) for step in STEPS]


def _axis(label, rows):
    return {"label": label, "count": len(rows), "sums": _sums(rows)}


# --- Catalogue ------------------------------------------------------------------------------------


def _objectives(user, rows):
    funders = _funders(rows)
    found = {}
    for row in rows:
        found.setdefault(row.objective.label if row.objective else "", []).append(_entry(row, funders.get(row.pk, [])))
    return [{"label": label, "actions": entries} for label, entries in found.items()]


def _funders(rows):
    """`{action: ["État – P147"]}` of those that granted, else were asked."""
    fundings = Funding.objects.filter(action__in=[row.pk for row in rows], budget_year__isnull=False)
    found = {}
    for funding in fundings.select_related("source").order_by("source__order", "source__pk"):
        found.setdefault(funding.action_id, []).append(funding.source.short_label)
    return {key: list(dict.fromkeys(labels)) for key, labels in found.items()}


def _entry(row, funders):
    return {
        "code": row.code,
        "title": row.title,
        "holder": row.holder.name,
        "stage": Stage(row.readable_stage).label,
        "place": territory_text(row) or UNKNOWN_TERRITORY,
        "quarters": ", ".join(sorted(quarter.name for quarter in row.neighbourhoods.all())),
        "audience": row.audience,
        "dates": dates_text(row),
        "summary": row.summary,
        "sums": [short_euros(getattr(row, f"sum_{step}")) for step in STEPS],
        "funders": ", ".join(funders),
    }


def _place_and_money(row):
    granted = getattr(row, f"sum_{Step.GRANTED}")
    return {
        "place": territory_text(row) or UNKNOWN_TERRITORY,
        "programmed": short_euros(getattr(row, f"sum_{Step.PROGRAMMED}")),
        "granted": short_euros(granted),
    }


# --- Leaflet --------------------------------------------------------------------------------------


def _places(cite, actions):
    """Published actions that go on, place by place; an action of two communes is told in both."""
    rows = Action.objects.filter(pk__in=actions.order_by().values("pk"), published_at__isnull=False)
    rows = rows.exclude(status__in=NOT_APPRAISED).select_related("holder").prefetch_related("communes")
    found = {commune.name: [] for commune in cite.communes.all()}
    everywhere = []
    for row in rows.order_by("starts_on", "title", "pk"):
        names = [] if row.scope == Scope.INTERCOMMUNAL else [commune.name for commune in row.communes.all()]
        for told in [found.setdefault(name, []) for name in names] or [everywhere]:
            told.append(_told(row))
    places = [{"name": name, "actions": found[name]} for name in sorted(found, key=normalise) if found[name]]
    return [*places, {"name": EVERYWHERE, "actions": everywhere}] if everywhere else places


def _told(row):
    holder = row.holder
    return {
        "title": row.title,
        "audience": row.audience,
        "dates": "" if not (row.starts_on or row.period_text) else dates_text(row),
        "where": row.places,
        "holder": holder.name,
        "contact": ", ".join(filter(None, [holder.phone, holder.email, holder.website])),
    }
