"""Pages that a link opens without a password."""

from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from partners.enums import Gesture
from partners.services import LinkError, read_link


def link_page(gesture):
    """A decorator: `view(request, link)` answers at an address that ends with the token.

    A dead link, before or during the gesture (`services.use_link`), gets a page that says why, with code 410.
    """

    def decorate(view):
        @login_not_required
        @never_cache
        @require_http_methods(["GET", "POST"])
        @wraps(view)
        def wrapped(request, token):
            try:
                return view(request, read_link(token, gesture))
            except LinkError as error:
                context = {"reason": str(error), "asks_password": gesture == Gesture.PASSWORD}
                return render(request, "partners/link_dead.html", context, status=410)

        return wrapped

    return decorate
