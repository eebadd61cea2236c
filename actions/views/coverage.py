from django.http import QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from actions.coverage import (
    AGES,
    COMMUNES,
    THEMES,
    age_columns,
    commune_columns,
    covering_actions,
    gaps,
    matrix,
    theme_columns,
)
from actions.coverage_page import VIEWS, Links, bare_objectives, export_columns, export_row, page_row, page_rows
from actions.forms.coverage import CoverageForm
from actions.models import Objective, Programme
from actions.permissions import can_write_plan
from actions.strategy_page import chosen_programme
from actions.views.plan import chosen_cite
from actions.views.sections import plan_sections
from cite_educative.common.exports import stream_csv, xlsx_response
from cite_educative.common.tables import FORMAT, FORMATS
from partners.context import current_year

GAPS = {
    "objectif": "sans objectif",
    "public": "sans âge",
    "thematique": "sans thématique",
    "territoire": "au territoire inconnu",
}


@require_GET
def coverage(request):
    cite, user, year = chosen_cite(request), request.user, current_year(request)
    view = request.GET.get("vue") if request.GET.get("vue") in VIEWS else AGES
    form = CoverageForm(request.GET, user=user, cite=cite, view=view)
    form.is_valid()
    commune, public, theme = (form.chosen[name] for name in ("commune", "public", "thematique"))
    programme, objectives = _programme(request, cite, year)
    actions = covering_actions(user, cite, year, commune=commune, public=public, theme=theme)
    columns = _columns(view, cite, actions)
    rows, everything = matrix(user, actions, objectives, columns, view)
    if request.GET.get(FORMAT) in FORMATS:
        return _export(request.GET[FORMAT], view, year, columns, [*rows, everything])
    context = {
        "sections": plan_sections("coverage", user, cite),
        "year": year,
        "programme": programme,
        "form": form,
        "errors": [fault for faults in form.errors.values() for fault in faults],
        "view": view,
        "views": _views(request, view),
        "columns": columns,
        **_tables(rows, everything, columns, Links(year=year, view=view, **form.chosen), gaps(actions)),
        "exports": [{"label": label, "url": _with(request, format=name)} for name, label in FORMATS.items()],
        "can_write": can_write_plan(user, cite),
        "reads_all": cite.pk in user.access.full_readers,
    }
    return render(request, "actions/coverage.html", context)


def _programme(request, cite, year):
    programmes = list(Programme.objects.visible_to(request.user).filter(cite=cite))
    programme = chosen_programme(programmes, request.GET.get("programme"), year)
    if programme is None:
        return None, []
    objectives = Objective.objects.visible_to(request.user).filter(axis__programme=programme)
    return programme, list(objectives.select_related("axis"))


def _tables(rows, everything, columns, links, counted):
    return {
        "groups": page_rows(rows, columns, links),
        "everything": page_row(everything, columns, links),
        "gaps": [{"label": words, "count": counted[name], "url": links.gap(name)} for name, words in GAPS.items()],
        "bare": bare_objectives(rows),
    }


def _columns(view, cite, actions):
    if view == THEMES:
        return theme_columns(cite, actions)
    return commune_columns(cite) if view == COMMUNES else age_columns()


def _views(request, current):
    kept = {AGES: "public", THEMES: "thematique", COMMUNES: "commune"}
    return [
        {"label": label, "url": _with(request, vue=key, **{kept[key]: None}), "current": key == current}
        for key, label in VIEWS.items()
    ]


def _with(request, **changes):
    query = QueryDict(request.GET.urlencode(), mutable=True)
    for name, value in changes.items():
        query.setlist(name, [] if value is None else [value])
    return f"?{query.urlencode()}"


def _export(asked, view, year, columns, rows):
    write = {"xlsx": xlsx_response, "csv": stream_csv}[asked]
    filename = f"couverture-{view}-{year}-{timezone.localdate():%Y-%m-%d}"
    written = [export_row(row, columns) for row in rows]
    return write(export_columns(columns), written, title=f"Couverture {year}", filename=filename)
