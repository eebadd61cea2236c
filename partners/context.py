"""Which Cité and which year the user is looking at: kept in the session, always checked against rights.

A form is written where it was drawn: it carries its own, which win over what another tab chose since.
"""

from django.utils import timezone

from cite_educative.common.dates import BudgetYear
from cite_educative.common.forms import read_key
from cite_educative.common.templatetags.frames import FRAME


def current_cite(request):
    """The chosen Cité, else the first one of the user's; None when the user has no mandate."""
    if not hasattr(request, "_current_cite"):
        cites = request.user.access.cite_rows
        chosen = _drawn_in(request)[0] or request.session.get("cite")
        request._current_cite = next((cite for cite in cites if cite.pk == chosen), cites[0] if cites else None)
        request._cites = cites
    return request._current_cite


def _drawn_in(request):
    """(key of the Cité, year) of the page that a form was sent from; zeros when it does not say."""
    cite, _, year = request.POST.get(FRAME, "").partition("-")
    return read_key(cite), read_key(year)


def reachable_cites(request):
    current_cite(request)
    return request._cites


def mark_read_in(request, cite):
    """Say in which Cité the page reads a row shared by several."""
    request._read_in = cite.pk


def read_in(request):
    return getattr(request, "_read_in", None)


def current_year(request):
    """The chosen civil year, else this one."""
    try:
        return BudgetYear(_drawn_in(request)[1] or request.session.get("year") or timezone.localdate().year)
    except (TypeError, ValueError):
        return BudgetYear(timezone.localdate().year)
