"""Passwords and addresses of accounts, changed by their holders. Letters leave through the queue, never in a request."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from cite_educative.common import journal
from partners.enums import Gesture, MessageKind
from partners.models import AccessLink, Delivery, User
from partners.services.account_letters import (
    NOT_YOU,
    account_link,
    send_closed_notice,
    send_invitation,
    send_password_link,
    write_to,
)
from partners.services.accounts import account_of
from partners.services.links import LinkError, revoke_links, use_link
from partners.services.sessions import end_sessions

SPACING = timedelta(minutes=5)  # between two letters that strangers can have sent to one mailbox


@transaction.atomic
def ask_password(*, email):
    """Write to the holder of that address, if there is one. Says nothing: nobody learns who has an account."""
    user = User.objects.select_related("person").filter(email__iexact=email).first()
    if user is None:
        return
    last = _last_invitation(user) if user.is_active and not user.has_usable_password() else None
    kind = MessageKind.INVITATION if last else MessageKind.PASSWORD
    letters = Delivery.objects.filter(email__iexact=user.email, message__kind=kind)
    if letters.filter(message__created_at__gt=timezone.now() - SPACING).exists():
        return
    if not user.is_active:
        send_closed_notice(user)
    elif last:
        revoke_links(gestures=[Gesture.INVITATION], person=user.person)
        send_invitation(user, actor=last.created_by, cite=last.cite)
    else:
        send_password_link(user)


def _last_invitation(user):
    sent = AccessLink.objects.filter(gesture=Gesture.INVITATION, person=user.person_id, cite__isnull=False)
    return sent.select_related("cite", "created_by__person").order_by("-created_at").first()


@transaction.atomic
def reset_password(*, link, password):
    """Consume a password link; every session ends. Raises `LinkError`."""
    use_link(link)
    user = account_of(link)
    _set_password(user, password)
    end_sessions(user=user)
    return user


@transaction.atomic
def change_password(*, user, password, keep):
    """By its holder, signed in. Every session ends but the one whose key is `keep`."""
    _set_password(user, password)
    end_sessions(user=user, keep=keep)


def _set_password(user, password):
    user.set_password(password)
    user.save(update_fields=["password"])
    revoke_links(gestures=[Gesture.PASSWORD, Gesture.INVITATION, Gesture.EMAIL], subject=user)
    journal.record(
        cite_id=None, actor=user, verb="account.password", subject=user, sentence=f"{user} a changé son mot de passe."
    )
    write_to(
        user,
        kind=MessageKind.ACCOUNT,
        subject="Votre mot de passe a changé",
        paragraphs=[f"Le mot de passe du compte {user.email} vient d’être changé.", NOT_YOU],
    )


@transaction.atomic
def ask_email(*, user, email):
    """Write to the new address, with a link, and to the one in use, for warning.

    An address that has an account gets a letter without link: nothing tells the asker whose it is.
    """
    email = email.lower()
    if User.objects.filter(email__iexact=email).exclude(pk=user.pk).exists():
        paragraphs = [
            "Quelqu’un a demandé à faire de cette adresse celle de son compte. Elle sert déjà à un autre compte\u00a0: "
            "rien n’a changé.",
        ]
        link = None
    else:
        revoke_links(gestures=[Gesture.EMAIL], subject=user)
        link = account_link(user, Gesture.EMAIL, actor=user, email=email)
        paragraphs = [
            f"Vous avez demandé que le compte de {user} ait désormais cette adresse. Pour le confirmer, ouvrez\u00a0:",
            "{lien}",
            "Sans confirmation dans les deux jours, rien ne change. Si vous n’avez rien demandé, ne faites rien.",
        ]
    write_to(
        user,
        kind=MessageKind.EMAIL,
        subject="Confirmer votre nouvelle adresse",
        paragraphs=paragraphs,
        link=link,
        email=email,
    )
    write_to(
        user,
        kind=MessageKind.EMAIL,
        subject="L’adresse de votre compte va changer",
        paragraphs=[f"Il a été demandé que votre compte passe de {user.email} à une autre adresse.", NOT_YOU],
    )


@transaction.atomic
def confirm_email(*, link):
    """Give the account its new address, and the person's sheet too when it held the former one. Raises `LinkError`."""
    use_link(link)
    user = account_of(link)
    former, user.email = user.email, link.email.lower()
    try:
        with transaction.atomic():
            user.save(update_fields=["email"])
    except IntegrityError as error:
        raise LinkError("Cette adresse sert maintenant à un autre compte\u00a0: choisissez-en une autre.") from error
    person = user.person
    if person and person.email.lower() == former.lower():
        person.email = user.email
        person.save(update_fields=["email"])
    revoke_links(gestures=[Gesture.PASSWORD, Gesture.INVITATION], email=former, subject=user)
    journal.record(
        cite_id=None,
        actor=user,
        verb="account.email",
        subject=user,
        sentence=f"{user} a changé l’adresse de son compte.",
    )
    return user
