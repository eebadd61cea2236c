"""What every page of the app does first: the Cité shown, the right to act, the row."""

from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from partners import permissions
from partners.context import current_cite
from partners.sheets import MovedError


def cite_or_404(request):
    cite = current_cite(request)
    if cite is None:
        raise Http404("Ce compte n’agit dans aucune Cité éducative.")
    return cite


def led_cite(request):
    """The Cité shown, for its lead only."""
    cite = cite_or_404(request)
    require(permissions.can_lead(request.user, cite))
    return cite


def steered_cite(request):
    """The Cité shown, for its lead and co-leads."""
    cite = cite_or_404(request)
    require(permissions.can_steer(request.user, cite))
    return cite


def require(allowed, refusal=""):
    """`refusal` is the sentence on the page of who is not."""
    if not allowed:
        raise PermissionDenied(refusal)


def removed_once(model, said, where, *, from_page=False):
    """A decorator for a gesture that erases a row: the second click says `said`, and comes back to the list `where`.

    With `from_page`, to the page that holds the button, when the browser tells it.
    """

    def decorate(view):
        @wraps(view)
        def wrapped(request, pk, *args, **kwargs):
            try:
                return view(request, pk, *args, **kwargs)
            except Http404:
                if model._base_manager.filter(pk=pk).exists():
                    raise
            messages.info(request, said)
            return redirect((from_page and _origin(request)) or where)

        return wrapped

    return decorate


def _origin(request):
    origin = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(origin, {request.get_host()}, require_https=request.is_secure())
    return origin if is_ours else ""


def add_refusal(form, error):
    """Put a `PartnersError` on the field that it is about, when the form has it."""
    form.add_error(error.field if error.field in form.fields else None, str(error))


def follow_merges(view):
    """A decorator: the old address of a merged row leads to the same page of the row that was kept."""

    @wraps(view)
    def wrapped(request, pk, *args, **kwargs):
        try:
            return view(request, pk, *args, **kwargs)
        except MovedError as moved:
            return redirect(request.resolver_match.view_name, moved.target.pk, permanent=request.method == "GET")

    return wrapped
