"""Accounts that nobody uses: warned, then closed."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from cite_educative.common import journal
from cite_educative.common.dates import date_fr
from partners.enums import MessageKind
from partners.models import Cite, Delivery, Mandate, User
from partners.services.account_letters import sign_in_address, write_to
from partners.services.accounts import is_last_lead, shut

WITHOUT_MANDATE = 365  # days
NOTICE = timedelta(days=14)
WARNING = "Votre compte va être fermé"


def close_idle_accounts():
    """Warn those whose account closes within fourteen days, close those warned in time. Returns (warned, closed).

    Technical accounts are left alone, and so is the last lead of a Cité. A second run changes nothing.
    """
    warned = closed = 0
    accounts = _used().filter(is_active=True, is_superuser=False).order_by("seen_at", "pk")
    for pk in list(accounts.values_list("pk", flat=True)):
        outcome = _look_at(pk)
        warned += outcome == "warned"
        closed += outcome == "closed"
    return warned, closed


def _used():
    """Accounts with `seen_at`: last use, sign-in, invitation or opening, whichever comes last."""
    # On SQLite one NULL makes the greatest of several dates NULL.
    dates = (Max("session__updated_at"), "last_login", "invited_at")
    return User.objects.annotate(seen_at=Greatest(*(Coalesce(date, "date_joined") for date in dates), "date_joined"))


@transaction.atomic
def _look_at(pk):
    """Under lock: the holder may be signing in."""
    User.objects.select_for_update(of=("self",)).get(pk=pk)
    user = _used().select_related("person").get(pk=pk)
    limit = _idle_limit(user)
    now = timezone.now()
    if not user.is_active or limit is None or user.seen_at + limit - NOTICE > now or is_last_lead(user):
        return None
    warning = Delivery.objects.filter(
        person=user.person_id, email=user.email, message__subject=WARNING, message__created_at__gt=user.seen_at
    ).first()
    if warning is None and user.has_usable_password():
        _warn(user, max(user.seen_at + limit, now + NOTICE))
        return "warned"
    if user.seen_at + limit > now or (warning and warning.message.created_at + NOTICE > now):
        return None
    _close(user)
    return "closed"


def _idle_limit(user):
    """The longest time among the Cités where the holder acts; None when one of them never closes accounts."""
    acting = Mandate.objects.active().filter(person__isnull=False, person=user.person_id).values("cite")
    days = list(Cite.objects.filter(pk__in=acting).values_list("idle_days", flat=True)) or [WITHOUT_MANDATE]
    return None if None in days else timedelta(days=max(days))


def _warn(user, closes_at):
    write_to(
        user,
        kind=MessageKind.ACCOUNT,
        subject=WARNING,
        paragraphs=[
            f"Votre compte {user.email} n’a pas servi depuis le {date_fr(user.seen_at)}. Sans connexion de votre part, il "
            f"sera fermé le {date_fr(closes_at)}.",
            f"Pour le garder, il suffit de vous connecter\u00a0: {sign_in_address()}",
            "S’il ne vous sert plus, vous n’avez rien à faire\u00a0: rien de ce que vous avez écrit ne sera perdu.",
        ],
    )


def _close(user):
    reason = f"sans connexion depuis le {date_fr(user.seen_at)}"
    shut(user, reason)
    cites = Mandate.objects.active().filter(person__isnull=False, person=user.person_id).values_list("cite", flat=True)
    for cite_id in set(cites) or [None]:
        journal.record(
            cite_id=cite_id,
            actor=None,
            verb="account.idle",
            subject=user,
            sentence=f"Le compte de {user} a été fermé, {reason}.",
        )
