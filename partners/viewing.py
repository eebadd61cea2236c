"""« Voir comme… » : the lead of a Cité looks at it as one of its members, for a while, without touching anything.

The session holds `SESSION_KEY`; at every request the middleware checks it again from nothing: the viewer still leads
the Cité, the viewed person still acts in it, the time is not over. Then `request.user` is the viewed account, whose
access holds the mandates of that Cité only and opens nothing that is the person's alone; `request.real_user` stays
the viewer, and `request.viewing` says what goes on.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.shortcuts import render
from django.utils import timezone

from partners.access import build_access
from partners.models import Cite, Mandate, User
from partners.services.viewing import record_end_of_viewing

SESSION_KEY = "viewing"
LONGEST = timedelta(minutes=30)
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
# Gestures that the viewer makes as herself; then those that change nothing but what her screen shows.
OWN_GESTURES = ("partners:view_as_stop", "logout")
HARMLESS = ("context",)
# The person's own account, one-time links and the technical administration.
CLOSED = ("/compte/", "/mot-de-passe/", "/connexion/", "/acces/", "/administration/")


@dataclass(frozen=True)
class Viewing:
    viewer: User
    viewed: User
    cite: Cite
    until: datetime


def open_viewing(session, *, viewed, cite):
    """Returns the moment when it ends by itself."""
    until = timezone.now() + LONGEST
    session[SESSION_KEY] = {"user": viewed.pk, "cite": cite.pk, "until": until.isoformat()}
    return until


def close_viewing(session):
    session.pop(SESSION_KEY, None)


def viewable_mandates(user, cite):
    """Mandates of today of the persons whose place `user` may take in `cite`, none unless `user` leads it."""
    mandates = Mandate.objects.active(user.access.today).filter(cite=cite, cite__in=user.access.led)
    open_accounts = {"is_active": True, "is_staff": False, "is_superuser": False}
    mandates = mandates.filter(**{f"person__user__{name}": value for name, value in open_accounts.items()})
    return mandates.exclude(person=user.person_id)


def viewable_account(user, cite, pk):
    """The account, with what it may reach in `cite` and nothing else; None when `user` may not take its place."""
    mandates = viewable_mandates(user, cite).filter(person__user=pk).select_related("cite", "person__user")
    mandates = list(mandates.prefetch_related("communes").order_by("pk"))
    if not mandates:
        return None
    account = mandates[0].person.user
    account.access = build_access(mandates, user.access.today, is_borrowed=True)
    return account


def read_viewing(user, session):
    """What the session asks for, if `user` may still have it; None otherwise."""
    asked = _read_session(session)
    if asked is None or not user.is_authenticated:
        return None
    viewed_pk, cite_pk, until = asked
    cite = Cite.objects.visible_to(user).filter(pk=cite_pk).first()
    if cite is None or not timezone.now() < until <= timezone.now() + LONGEST:
        return None
    viewed = viewable_account(user, cite, viewed_pk)
    return Viewing(user, viewed, cite, until) if viewed else None


def _read_session(session):
    """(account pk, Cité pk, moment), or None for anything else than what `open_viewing` wrote."""
    asked = session.get(SESSION_KEY)
    try:
        keys, until = (asked["user"], asked["cite"]), datetime.fromisoformat(asked["until"])
    except (KeyError, TypeError, ValueError):
        return None
    return (*keys, until) if all(isinstance(key, int) for key in keys) and timezone.is_aware(until) else None


class ViewAsMiddleware:
    """After authentication and the second factor, which concern the viewer, and before whatever answers."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.real_user, request.viewing = request.user, None
        if SESSION_KEY in request.session:
            request.viewing = read_viewing(request.user, request.session)
            if request.viewing is None:
                close_viewing(request.session)
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        name = request.resolver_match.view_name
        if request.viewing is None:
            return None
        if name in OWN_GESTURES:
            self._note_sign_out(request, name)
            return None
        request.user = request.viewing.viewed
        writes = request.method not in SAFE_METHODS and name not in HARMLESS
        if writes or request.path.startswith(CLOSED):
            return render(request, "partners/viewing_refused.html", {"writes": writes}, status=403)
        return None

    @staticmethod
    def _note_sign_out(request, name):
        """Django's own view signs out; the journal knows it here."""
        if name == "logout" and request.method == "POST":
            ended = request.viewing
            record_end_of_viewing(actor=ended.viewer, viewed=ended.viewed, cite=ended.cite)
