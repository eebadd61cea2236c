"""The figures of one year: read by whoever follows the plan, entered by those who count them."""

from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from actions.finances.pasting import LONGEST, PasteError
from cite_educative.common import journal
from cite_educative.common.dates import date_fr, time_fr
from evaluation import services
from evaluation.enums import Breakdown, Certainty, Nature
from evaluation.forms.measurements import GridForm
from evaluation.grid import Choice, Grid, home_place
from evaluation.grid_page import grid_context
from evaluation.grid_paste import read_pasted
from evaluation.models import Indicator
from evaluation.numbers import figure_text
from evaluation.permissions import can_read_schools
from evaluation.places import kind_of
from evaluation.views.common import page, read_cite
from partners.context import current_year
from partners.permissions import can_steer


@require_http_methods(["GET", "POST"])
def grid(request):
    cite = read_cite(request)
    asked = Grid(request.user, cite, _choice(request, cite))
    try:
        rows = asked.rows
    except KeyError as error:
        raise Http404 from error
    if request.method == "GET":
        return _page(request, asked, _form(asked))
    if not asked.writable:
        raise PermissionDenied
    if "coller" in request.POST:
        return _pasted(request, asked)
    form = _form(asked, request.POST)
    if not form.is_valid():
        return _page(request, asked, form, status=200 if rows else 404)
    return _save(request, asked, form)


def _choice(request, cite):
    """Which grid the address asks for. A school's figures are not even asked for by who may not read them."""
    year = request.GET.get("annee", "")
    year = int(year) if year.isdecimal() and 2000 <= int(year) <= 2100 else int(current_year(request))
    place, kind = request.GET.get("territoire"), request.GET.get("par", "")
    if not place and place != "":
        place = home_place(request.user, cite)
    asked, indicator = request.GET.get("indicateur", ""), None
    if asked:
        rows = Indicator.objects.visible_to(request.user).filter(cite=cite, nature=Nature.MEASURED)
        indicator = get_object_or_404(rows, pk=int(asked) if asked.isdecimal() and len(asked) < 10 else 0)
        indicator.cite = cite
        kinds = [one for one in Breakdown.territories() if one in indicator.breakdowns]
        if not kinds or (kind and kind not in kinds):
            raise Http404
        kind = kind or kinds[0]
    of_school = kind == Breakdown.SCHOOL if indicator else kind_of(place) == Breakdown.SCHOOL
    if of_school and not can_read_schools(request.user, cite):
        raise Http404
    return Choice(year, place, indicator, kind if indicator else "")


def _form(asked, data=None):
    return GridForm(data, rows=asked.writable, with_source=can_steer(asked.user, asked.cite))


def _save(request, asked, form):
    try:
        saved = services.save_measurements(
            asked.cite, form.figures, actor=request.user, said_by=form.cleaned_data.get("said_by", "")
        )
    except services.FiguresConflict as conflict:
        return _conflict(request, asked, form, conflict)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _page(request, asked, form)
    for sentence in form.told:
        messages.warning(request, sentence)
    if not saved:
        messages.info(request, "Aucun chiffre n’a changé\u00a0: rien n’a été écrit.")
    else:
        number = "Un chiffre est enregistré" if len(saved) == 1 else f"{len(saved)} chiffres sont enregistrés"
        messages.success(request, f"{number}, à valider par l’équipe de la Cité.")
    return redirect(request.get_full_path())


def _pasted(request, asked):
    """What was typed, with the pasted cells over it: shown to be read again, not saved yet."""
    text, data = request.POST.get("pasted", ""), request.POST.copy()
    try:
        read = read_pasted(text, asked.writable)
    except PasteError as error:
        return _page(request, asked, _form(asked, data), preview={"error": str(error), "text": text[:LONGEST]})
    for key, cells in read.cells.items():
        for name, value in cells.items():
            data[f"{key}-{name}"] = value
    rest = "\n".join(one.text for one in read.unread).replace(" | ", "\t")
    preview = {"count": len(read.cells), "unread": read.unread, "text": rest}
    return _page(request, asked, _form(asked, data), preview=preview)


def _conflict(request, asked, form, conflict):
    """Both versions; sending again keeps the ones typed over the ones just read."""
    rows, data = {row.key: row for row in asked.rows}, form.data.copy()
    fields, last = [], None
    for figure, kept in conflict.pairs:
        row = next(row for row in rows.values() if _same_cell(row, figure))
        data[form.name(row, "version")] = kept.version if kept else 0
        last = last or (journal.entries_for(kept).first() if kept else None)
        mine, theirs = _told(figure), _told(replace(figure, **_kept(kept))) if kept else "rien"
        fields.append({"label": row.full_label, "mine": mine, "theirs": theirs, "different": mine != theirs})
    told = {
        "author": str(last.actor) if last and last.actor else "Quelqu’un d’autre",
        "when": f"le {date_fr(last.created_at)} à {time_fr(last.created_at)}" if last else "",
        "fields": fields,
    }
    again = _form(Grid(asked.user, asked.cite, asked.choice, asked.places), data)
    again.is_valid()
    return _page(request, asked, again, conflict=told, status=409)


def _same_cell(row, figure):
    return (row.indicator, row.period, row.place, row.category) == (
        figure.indicator,
        figure.period,
        figure.place,
        figure.category,
    )


def _kept(row):
    return {name: getattr(row, name) for name in ("value", "numerator", "denominator", "certainty", "comment")}


def _told(figure):
    words = [figure_text(figure.value, figure.indicator.unit)]
    if figure.certainty != Certainty.UNKNOWN:
        words.append(Certainty(figure.certainty).label)
    return ", ".join(filter(None, [*words, figure.comment]))


def _page(request, asked, form, *, preview=None, conflict=None, status=200):
    context = page(request, asked.cite, "grid", **grid_context(request, asked, form))
    context |= {"preview": preview, "pasted": (preview or {}).get("text", ""), "conflict": conflict}
    return render(request, "evaluation/grid.html", context, status=status)
