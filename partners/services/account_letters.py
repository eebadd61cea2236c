"""Letters about one account, in the words of its holder."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from cite_educative.common.dates import date_fr, time_fr
from partners.enums import Gesture, MessageKind
from partners.models import Mandate
from partners.services.links import issue_link
from partners.services.mail import Recipient, send_message

SENDER = "Ce message est envoyé par l’application de la Cité éducative."
NOT_YOU = (
    "Si ce n’est pas vous, choisissez aussitôt un nouveau mot de passe («\u00a0Mot de passe oublié\u00a0», page de "
    "connexion) et prévenez la cheffe ou le chef de projet."
)


def write_to(user, *, kind, subject, paragraphs, actor=None, cite=None, link=None, email=""):
    """One letter to the holder of an account, at its address unless another is given."""
    recipient = Recipient(user.get_full_name(), email or user.email, user.person, link)
    return send_message(
        kind=kind,
        subject=subject,
        body="\n\n".join(["Bonjour,", *paragraphs, _signature(actor)]) + "\n",
        recipients=[recipient],
        actor=actor,
        cite=cite,
        reply_to=actor.email if actor else "",
    )


def _signature(actor):
    if actor is None:
        return SENDER
    return f"{actor}\n{actor.email}\n\n{SENDER} Si vous y répondez, {actor} recevra votre réponse."


def sign_in_address():
    return f"{settings.SITE_URL}{reverse('login')}"


def send_invitation(user, *, actor, cite):
    """A new link and its letter; the earlier invitations must have been revoked."""
    link = account_link(user, Gesture.INVITATION, actor=actor, cite=cite)
    roles = " et ".join(role_in(mandate) for mandate in mandates_to_come(user.person, cite))
    write_to(
        user,
        kind=MessageKind.INVITATION,
        subject=f"Votre compte – {cite}",
        paragraphs=[
            f"{actor or 'L’équipe de la Cité'} vous invite à ouvrir votre compte dans l’application de la Cité "
            f"éducative («\u00a0{cite}\u00a0»).",
            *([f"Votre rôle y est le suivant\u00a0: {roles}."] if roles else []),
            "Pour choisir votre mot de passe et entrer, ouvrez cette adresse\u00a0:",
            "{lien}",
            "Elle vous est personnelle, sert une seule fois et reste valable jusqu’au "
            f"{date_fr(link.expires_at)}. Passé ce jour, demandez une nouvelle invitation.",
        ],
        actor=actor,
        cite=cite,
        link=link,
    )


def send_password_link(user):
    link = account_link(user, Gesture.PASSWORD)
    write_to(
        user,
        kind=MessageKind.PASSWORD,
        subject="Choisir un nouveau mot de passe",
        paragraphs=[
            f"Quelqu’un, sans doute vous, a demandé à changer le mot de passe du compte {user.email}.",
            "Pour en choisir un nouveau, ouvrez cette adresse\u00a0:",
            "{lien}",
            f"Elle sert une seule fois et reste valable jusqu’au {date_fr(link.expires_at)} à "
            f"{time_fr(link.expires_at)}.",
            "Si vous n’avez rien demandé, ne faites rien\u00a0: votre mot de passe actuel reste valable.",
        ],
        link=link,
    )


def send_closed_notice(user):
    write_to(
        user,
        kind=MessageKind.PASSWORD,
        subject="Votre compte est fermé",
        paragraphs=[
            f"Quelqu’un, sans doute vous, a demandé un nouveau mot de passe pour le compte {user.email}.",
            "Ce compte est fermé\u00a0: il ne peut pas recevoir de nouveau mot de passe.",
            "Pour le faire rouvrir, écrivez à la cheffe ou au chef de projet de votre Cité éducative.",
        ],
    )


def account_link(user, gesture, *, actor=None, cite=None, email=""):
    return issue_link(
        gesture=gesture,
        email=email or user.email,
        name=user.get_full_name(),
        actor=actor,
        cite=cite,
        person=user.person,
        subject=user,
    )


def mandates_to_come(person, cite):
    """Those that are active or will be."""
    mandates = Mandate.objects.filter(person=person, cite=cite).exclude(ends_on__lt=timezone.localdate())
    return list(mandates.select_related("organisation", "person").order_by("starts_on", "pk"))


def role_in(mandate):
    """« Référent de Grande-Synthe, Ville de Grande-Synthe »."""
    return f"{mandate.title or mandate.role_label}, {mandate.organisation}"
