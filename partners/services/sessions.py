"""The places where an account is signed in. Their keys open them: pages name them by a fingerprint."""

from django.utils import timezone
from django.utils.crypto import salted_hmac
from qsessions.models import Session


def open_sessions(user):
    """Those that have not expired, the last used first."""
    return list(Session.objects.filter(user=user, expire_date__gt=timezone.now()).order_by("-updated_at"))


def fingerprint(session_key):
    return salted_hmac("partners.sessions", session_key).hexdigest()[:24]


def end_session(*, user, mark):
    """Sign out the session of that fingerprint. False when it is over already."""
    found = [session.pk for session in open_sessions(user) if fingerprint(session.session_key) == mark]
    return bool(Session.objects.filter(pk__in=found).delete()[0])


def end_sessions(*, user, keep=None):
    """Sign out everywhere but in the session whose key is `keep`. Returns how many sessions ended."""
    return Session.objects.filter(user=user).exclude(pk=keep or "").delete()[0]
