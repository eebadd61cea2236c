"""What the page of the grid shows around its rows, as ready strings."""

from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.urls import reverse

from evaluation.enums import Breakdown, Certainty, MeasurementState
from evaluation.late import late_figures
from evaluation.periods import periods_of_label, periods_of_year
from evaluation.permissions import can_evaluate, can_read_schools
from evaluation.places import WHOLE, key_of
from evaluation.services import check_period

SHOWN_LATE = 12
KINDS = {
    Breakdown.COMMUNE: "Communes",
    Breakdown.NEIGHBOURHOOD: "Quartiers prioritaires",
    Breakdown.SCHOOL: "Établissements",
}


def grid_context(request, asked, form):
    may_read_schools = can_read_schools(request.user, asked.cite)
    late = _late(request.user, asked)
    return {
        "form": form,
        "rows": [_row(row, form) for row in asked.rows],
        "has_shares": asked.has_shares,
        "can_enter": bool(asked.writable),
        "title": _title(asked),
        "choice": asked.choice,
        "years": _years(asked),
        "territories": _territories(asked, may_read_schools),
        "by_territory": _by_territory(asked, may_read_schools),
        "outside": _outside(asked),
        "late": late[:SHOWN_LATE],
        "nb_late": len(late),
        "address": f"{reverse('evaluation:grid')}?{address_of(asked.choice)}",
        "first_heading": "Territoire" if asked.choice.indicator else "Indicateur",
    }


def address_of(choice, **changes):
    """The query that asks for a grid."""
    query = {"annee": choice.year, "territoire": choice.place}
    if choice.indicator is not None:
        query = {"annee": choice.year, "indicateur": choice.indicator.pk, "par": choice.kind}
    return urlencode(query | changes)


def _title(asked):
    if asked.choice.indicator is not None:
        return f"{asked.choice.indicator.name}, par {Breakdown(asked.choice.kind).label}"
    return str(asked.places.find(asked.choice.place)[1] or WHOLE)


def _years(asked):
    """The civil years whose periods touch the label, and the one that is shown."""
    found = {
        period.year
        for one in {row.frequency for row in asked.indicators}
        for period in periods_of_label(one, asked.cite)
    }
    return [
        {"label": year, "url": f"?{address_of(asked.choice, annee=year)}", "is_shown": year == asked.choice.year}
        for year in sorted(found | {asked.choice.year})
    ]


def _territories(asked, may_read_schools):
    """The groups of choices of the list of territories that some indicator is broken down by."""
    used = {kind for row in asked.indicators for kind in row.breakdowns}
    groups = []
    for kind, label in KINDS.items():
        if kind not in used or (kind == Breakdown.SCHOOL and not may_read_schools):
            continue
        options = [
            (key_of(kind, row), str(row), key_of(kind, row) == asked.choice.place) for row in asked.places.of(kind)
        ]
        groups.append({"label": label, "options": options})
    return groups


def _by_territory(asked, may_read_schools):
    """Each indicator by each kind of territory: the grids where the rows are the territories."""
    return [
        {
            "label": row.name,
            "kinds": [
                {
                    "label": Breakdown(kind).label,
                    "url": f"?{urlencode({'annee': asked.choice.year, 'indicateur': row.pk, 'par': kind})}",
                }
                for kind in Breakdown.territories()
                if kind in row.breakdowns and (kind != Breakdown.SCHOOL or may_read_schools)
            ],
        }
        for row in asked.indicators
        if set(row.breakdowns) & set(Breakdown.territories())
    ]


def _outside(asked):
    """Why nothing of this year may be entered; "" when something may."""
    rows = asked.indicators if asked.choice.indicator is None else [asked.choice.indicator]
    for row in rows:
        for period in periods_of_year(row.frequency, asked.choice.year):
            try:
                check_period(asked.cite, period)
            except ValidationError as error:
                return error.messages[0]
    return ""


def _late(user, asked):
    """Late figures of the whole Cité for the team, one's own for the others."""
    if can_evaluate(user, asked.cite):
        return late_figures(asked.cite, user.access.today)
    return late_figures(asked.cite, user.access.today, owner=user.person_id) if user.person_id else []


def _row(row, form):
    """One row with its fields, or its texts for who only reads."""
    told = {
        "row": row,
        "url": reverse("evaluation:indicator", args=[row.indicator.pk]),
        "is_own_page": row.label == row.indicator.name,
        "badge": row.badge,
        "remarks": row.measurement.remarks
        if row.measurement and row.measurement.state == MeasurementState.RETURNED
        else "",
        "fields": None,
        "errors": [],
        "text": "",
        "comment": "",
        "certainty": "",
    }
    if row.can_write:
        fields = {name: form[form.name(row, name)] for name in _names(row)}
        told["fields"] = fields
        told["errors"] = [(field.id_for_label, error) for field in fields.values() for error in field.errors]
    elif row.measurement is not None:
        told |= {
            "text": row.text,
            "comment": row.measurement.comment,
            "certainty": Certainty(row.measurement.certainty).label,
        }
    return told


def _names(row):
    return (
        *(("numerator", "denominator") if row.indicator.is_share else ("value",)),
        "certainty",
        "comment",
        "version",
    )
