"""Links that open one form without a password: one gesture, one object, once, before a date."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from cite_educative.common.dates import date_fr
from partners.enums import LASTING_GESTURES, Gesture
from partners.models import AccessLink
from partners.services.errors import PartnersError

SIGNER = signing.Signer(salt="partners.access-link")
LIVES = {Gesture.PASSWORD: timedelta(hours=4), Gesture.EMAIL: timedelta(days=2)}
USUAL_LIFE = timedelta(days=30)
UNUSED = Q(used_at__isnull=True) | Q(gesture__in=LASTING_GESTURES)
ASK_AGAIN = "Demandez-en un nouveau à la personne qui vous l’a envoyé."

gesture_pages = {}


class LinkError(PartnersError):
    """The link opens nothing (any more); the text says why and what to do."""


def gesture_page(gesture, url_name):
    """Register the page that a gesture opens; its only argument is the token. Called from `AppConfig.ready()`."""
    gesture_pages[gesture] = url_name


@transaction.atomic
def issue_link(*, gesture, email, name, actor, cite=None, person=None, subject=None, payload=None, life=None):
    """A new link for one recipient. The earlier ones for the same recipient, gesture and object stop working.

    `subject` is the saved row it speaks of; `life` a timedelta, that of the gesture by default.
    """
    now = timezone.now()
    kind, pk = (subject._meta.label_lower, subject.pk) if subject else ("", None)
    same = AccessLink.objects.filter(gesture=gesture, email__iexact=email, subject_type=kind, subject_pk=pk)
    same.filter(UNUSED, revoked_at__isnull=True).update(revoked_at=now)
    return AccessLink.objects.create(
        gesture=gesture,
        cite=cite,
        person=person,
        name=name,
        email=email,
        subject_type=kind,
        subject_pk=pk,
        payload=payload or {},
        created_by=actor,
        created_at=now,
        expires_at=now + (life or LIVES.get(gesture, USUAL_LIFE)),
    )


def link_path(link):
    return reverse(gesture_pages[Gesture(link.gesture)], args=[SIGNER.sign(_named(link))])


def _named(link):
    """Its key with its birth: a database restored from a backup gives the same keys to other people's links."""
    return f"{link.pk}-{link.created_at.timestamp():.6f}"


def link_url(link):
    """The whole address, for a letter. It is computed, never stored."""
    return f"{settings.SITE_URL}{link_path(link)}"


def read_link(token, gesture):
    """The live link that a token names, for this gesture. Reading uses nothing: mail robots open links too.

    Raises `LinkError`.
    """
    try:
        named = SIGNER.unsign(token)
    except signing.BadSignature as error:
        raise LinkError(f"Cette adresse est incomplète ou incorrecte. Recopiez-la en entier, ou {_lower()}") from error
    links = AccessLink.objects.select_related("person", "cite", "created_by__person")
    link = links.filter(pk=named.partition("-")[0], gesture=gesture).first()
    if link is None or _named(link) != named:
        raise LinkError(f"Ce lien n’existe plus. {ASK_AGAIN}")
    if link.used_at and link.gesture not in LASTING_GESTURES:
        day = date_fr(timezone.localdate(link.used_at))
        raise LinkError(f"Ce lien a déjà servi, le {day}\u00a0: il ne sert qu’une fois. {ASK_AGAIN}")
    if link.revoked_at:
        raise LinkError(f"Ce lien a été annulé ou remplacé par un plus récent. {ASK_AGAIN}")
    if link.expires_at <= timezone.now():
        raise LinkError(
            f"Ce lien n’est plus valable depuis le {date_fr(timezone.localdate(link.expires_at))}. {ASK_AGAIN}"
        )
    return link


def _lower():
    return ASK_AGAIN[0].lower() + ASK_AGAIN[1:]


def use_link(link):
    """Consume it, in the transaction of its effect. Two browsers at once: the second one gets `LinkError`, unless the
    gesture may be corrected by the same link."""
    now = timezone.now()
    live = AccessLink.objects.filter(UNUSED, pk=link.pk, revoked_at__isnull=True, expires_at__gt=now)
    if not live.update(used_at=now):
        raise LinkError(f"Ce lien vient de servir ou d’expirer. {ASK_AGAIN}")


def revoke_links(*, gestures, person=None, email="", subject=None):
    """Stop the live links of a person or an address, for an object if given; of an object alone, everybody's.

    Returns how many.
    """
    whose = Q() if subject and not (person or email) else Q(pk__in=[])
    if person:
        whose |= Q(person=person)
    if email:
        whose |= Q(email__iexact=email)
    links = AccessLink.objects.filter(whose, UNUSED, gesture__in=gestures, revoked_at__isnull=True)
    if subject:
        links = links.filter(subject_type=subject._meta.label_lower, subject_pk=subject.pk)
    return links.update(revoked_at=timezone.now())
