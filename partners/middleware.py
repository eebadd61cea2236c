"""What stands between a password and the pages: the address of the visitor, the second factor."""

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.urls import reverse
from qsessions.middleware import SessionMiddleware as DeviceSessionMiddleware

from partners.sign_in import client_address

VERIFY, ENROL = "partners:verify", "partners:second_factor"
# What a session that is held may open, besides the pages that ask for no sign-in.
OPEN = {VERIFY: {VERIFY, "logout"}, ENROL: {ENROL, "partners:second_factor_start", "logout"}}


class SessionMiddleware(DeviceSessionMiddleware):
    """Sessions know the address of the visitor, not that of our proxy."""

    def process_request(self, request):
        request.session = self.SessionStore(
            ip=client_address(request),
            user_agent=request.headers.get("User-Agent", ""),
            session_key=request.COOKIES.get(settings.SESSION_COOKIE_NAME),
        )


def held_at(request):
    """The page where a signed-in visitor must first go: `VERIFY`, `ENROL`, or "" for none. Once per request."""
    if not hasattr(request, "_held_at"):
        # The one who signed in, whomever she looks as.
        request._held_at = _held_at(getattr(request, "real_user", request.user))
    return request._held_at


def _held_at(user):
    if not user.is_authenticated or user.is_verified():
        return ""
    if user.has_second_factor:
        return VERIFY
    return ENROL if user.access.must_prove else ""


class SecondFactorMiddleware:
    """The password alone opens nothing to who has a second factor, or must have one. Runs after django-otp's own."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not getattr(view, "login_required", True):
            return None
        step = held_at(request)
        if not step or request.resolver_match.view_name in OPEN[step]:
            return None
        return redirect_to_login(request.get_full_path() if request.method == "GET" else "", reverse(step))
