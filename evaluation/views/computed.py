import re

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from actions.permissions import can_read_envelopes
from cite_educative.common.dates import FIRST_YEAR, LAST_YEAR, BudgetYear
from evaluation.computed import COMPUTATIONS, compute
from evaluation.computed.words import NOT_KNOWN, value_text
from evaluation.enums import Frequency
from evaluation.periods import periods_of_year
from evaluation.permissions import can_read_project
from evaluation.views.common import page
from governance.views.common import chosen_cite, require
from partners.context import current_year

NUMBER = re.compile(r"−?[0-9\u00a0]+(,[0-9]+)?(\u00a0[€%])?|moins de 5")
BLANKS = ("", "–", NOT_KNOWN)


@require_safe
def computed(request, key):
    """How one figure was computed: its sentence, its rows. `?annee=` shows another year than the one of the frame."""
    cite, found = chosen_cite(request), COMPUTATIONS.get(key)
    if found is None:
        raise Http404("Ce calcul n’existe pas.")
    reads_money = can_read_envelopes(request.user, cite)
    require(reads_money if found.is_money else can_read_project(request.user, cite))
    year = _asked_year(request)
    result = compute(key, cite, periods_of_year(Frequency.CIVIL_YEAR, year)[0])
    shows_rows = reads_money or not found.private_rows
    context = {
        "label": found.label,
        "year": year,
        "years": [one for one in (year - 1, year + 1) if FIRST_YEAR <= one <= LAST_YEAR],
        "result": result,
        "value": value_text(result.value, found.unit),
        "shows_rows": shows_rows,
        "table": _table(result) if shows_rows else None,
    }
    return render(request, "evaluation/computed.html", page(request, cite, "home", **context))


def _asked_year(request):
    try:
        return int(BudgetYear(request.GET["annee"]))
    except (KeyError, TypeError, ValueError):
        return int(current_year(request))


def _table(result):
    """Its columns and rows; a column is of numbers when each of its cells is one, or blank."""
    cells = list(zip(*result.rows, strict=True)) or [()] * len(result.columns)
    numbers = [_is_of_numbers(column) for column in cells]
    columns = [{"label": label, "is_number": one} for label, one in zip(result.columns, numbers, strict=True)]
    rows = [[{**column, "text": text} for column, text in zip(columns, row, strict=True)] for row in result.rows]
    totals = [{**column, "text": text} for column, text in zip(columns, result.totals, strict=False)]
    return {"columns": columns, "rows": rows, "totals": totals}


def _is_of_numbers(cells):
    written = [cell for cell in cells if cell not in BLANKS]
    return bool(written) and all(NUMBER.fullmatch(cell) for cell in written)
