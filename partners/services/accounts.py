"""Accounts: invited, opened, closed, reopened. A mandate gives rights, an account only lets its holder in."""

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX as NO_PASSWORD
from django.db import transaction
from django.utils import timezone

from cite_educative.common import journal
from partners import permissions
from partners.enums import Gesture, MessageKind, Role
from partners.models import Cite, Mandate, Person, User
from partners.services.account_letters import mandates_to_come, send_invitation, sign_in_address, write_to
from partners.services.errors import TECHNICAL, PartnersError
from partners.services.links import LinkError, revoke_links, use_link
from partners.services.privacy import refuse_forgotten
from partners.services.sessions import end_sessions

ACCOUNT_GESTURES = (Gesture.INVITATION, Gesture.PASSWORD, Gesture.EMAIL)


@transaction.atomic
def invite(*, actor, cite, person):
    """Send the link with which a person chooses her first password; makes her account if she has none.

    Inviting again replaces the earlier link, and follows the address of her sheet. Raises `PartnersError`.
    """
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    refuse_forgotten(person)
    name = person.formal_name
    if not mandates_to_come(person, cite):
        raise PartnersError(
            f"{name} n’a pas de mandat en cours ni à venir dans la Cité\u00a0: ouvrez-lui-en un d’abord."
        )
    if not person.email:
        raise PartnersError(f"{name} n’a pas d’adresse électronique\u00a0: complétez d’abord sa fiche.")
    user = User.objects.filter(person=person).first() or User(person=person)
    if user.pk and not user.is_active:
        raise PartnersError(f"Le compte de {name} est fermé\u00a0: rouvrez-le d’abord.")
    if user.pk and user.has_usable_password():
        raise PartnersError(
            f"{name} a déjà ouvert son compte. Si son mot de passe est perdu, «\u00a0Mot de passe oublié\u00a0», sur la "
            "page de connexion, lui en fera choisir un autre."
        )
    if User.objects.filter(email__iexact=person.email).exclude(pk=user.pk).exists():
        raise PartnersError(
            f"L’adresse {person.email} sert déjà à un autre compte\u00a0: donnez à {name} une adresse à son nom."
        )
    user.email, user.invited_at = person.email.lower(), timezone.now()
    if not user.pk:
        user.set_unusable_password()
    user.save()
    revoke_links(gestures=[Gesture.INVITATION], person=person)
    send_invitation(user, actor=actor, cite=cite)
    _record(cite, actor, "account.invite", user, f"{actor} a invité {name} à ouvrir son compte.")
    return user


def invite_many(*, actor, cite, people):
    """Each in her own transaction. Returns the accounts invited and a sentence for each person that is refused."""
    invited, refusals = [], []
    for person in people:
        try:
            invited.append(invite(actor=actor, cite=cite, person=person))
        except PartnersError as error:
            refusals.append(str(error))
    return invited, refusals


def account_of(link):
    """The account that a link of an account opens. Raises `LinkError` when it is closed."""
    user = User.objects.select_related("person").filter(pk=link.subject_pk, is_active=True).first()
    if user is None:
        raise LinkError("Ce compte est fermé. Pour le faire rouvrir, écrivez à la cheffe ou au chef de projet.")
    return user


def invited_account(link):
    """The account to open, whose holder has chosen no password yet. Raises `LinkError`."""
    user = account_of(link)
    if user.has_usable_password():
        raise LinkError("Votre compte est déjà ouvert\u00a0: connectez-vous avec votre mot de passe.")
    return user


@transaction.atomic
def open_account(*, link, password):
    """Consume an invitation and set the first password, already validated. Raises `LinkError`."""
    use_link(link)
    user = invited_account(link)
    user.set_password(password)
    user.save(update_fields=["password"])
    revoke_links(gestures=[Gesture.INVITATION, Gesture.PASSWORD], person=user.person)
    _record(link.cite, user, "account.open", user, f"{user} a ouvert son compte.")
    return user


@transaction.atomic
def close_account(*, actor, cite, person):
    """Its holder is signed out everywhere and may not sign in. Raises `PartnersError`; False when it was closed."""
    user = managed_account(actor, person)
    if not user.is_active:
        return False
    shut(user, f"par {actor}")
    _record(cite, actor, "account.close", user, f"{actor} a fermé le compte de {user}.")
    return True


def shut(user, reason):
    """Close, whoever decides; the caller keeps the journal."""
    user.is_active, user.closed_reason = False, reason[:160]
    user.save(update_fields=["is_active", "closed_reason"])
    end_sessions(user=user)
    revoke_links(gestures=ACCOUNT_GESTURES, subject=user)


@transaction.atomic
def reopen_account(*, actor, cite, person):
    """The idle time starts again today. Raises `PartnersError`; False when it was open."""
    refuse_forgotten(Person.objects.select_for_update(of=("self",)).get(pk=person.pk))
    user = managed_account(actor, person)
    if user.is_active:
        return False
    user.is_active, user.closed_reason, user.invited_at = True, "", timezone.now()
    user.save(update_fields=["is_active", "closed_reason", "invited_at"])
    if user.has_usable_password():
        write_to(
            user,
            kind=MessageKind.ACCOUNT,
            subject="Votre compte est rouvert",
            paragraphs=[
                f"{actor} a rouvert votre compte dans l’application de la Cité éducative {cite}. Votre mot de passe n’a "
                "pas changé.",
                f"Pour vous connecter\u00a0: {sign_in_address()}",
            ],
            actor=actor,
            cite=cite,
        )
    _record(cite, actor, "account.reopen", user, f"{actor} a rouvert le compte de {user}.")
    return True


def managed_account(actor, person):
    """The account of a person, under lock, that the actor may close. Raises `PartnersError`."""
    user = User.objects.select_for_update(of=("self",)).filter(person=person).first()
    if user is None:
        raise PartnersError(f"{person.formal_name} n’a pas de compte.")
    if user.pk == actor.pk:
        raise PartnersError(
            "C’est votre propre compte\u00a0: demandez ce geste à quelqu’un d’autre qui pilote la Cité."
        )
    if user.is_technical:
        raise PartnersError(TECHNICAL)
    if not permissions.can_manage_account(actor, person):
        raise PartnersError(
            f"{person.formal_name} agit aussi dans une autre Cité\u00a0: ce geste revient à qui pilote toutes les siennes."
        )
    return user


def is_last_lead(user):
    """Whether closing this account would leave a Cité that runs today without any lead who can sign in."""
    led = Mandate.objects.active().filter(person=user.person_id, role=Role.LEAD).values("cite")
    opened = User.objects.filter(is_active=True).exclude(password="").exclude(password__startswith=NO_PASSWORD)
    others = Mandate.objects.active().filter(role=Role.LEAD, person__user__in=opened)
    kept = others.exclude(person=user.person_id).values("cite")
    return Cite.objects.filter(pk__in=led).exclude(pk__in=kept).exists()


@transaction.atomic
def update_security(*, actor, cite, requires_second_factor, idle_days):
    """`idle_days` is None for never. Returns whether something changed."""
    cite = Cite.objects.select_for_update(of=("self",)).get(pk=cite.pk)
    before = {"requires_second_factor": cite.requires_second_factor, "idle_days": cite.idle_days}
    after = {"requires_second_factor": requires_second_factor, "idle_days": idle_days}
    if before == after:
        return False
    cite.requires_second_factor, cite.idle_days = requires_second_factor, idle_days
    cite.save(update_fields=list(after))
    factor = "exigé" if requires_second_factor else "facultatif"
    idle = f"fermeture après {idle_days} jours sans connexion" if idle_days else "aucune fermeture automatique"
    sentence = f"{actor} a réglé la sécurité des comptes\u00a0: second facteur {factor}, {idle}."
    journal.record(
        cite_id=cite.pk, actor=actor, verb="cite.security", subject=cite, sentence=sentence, before=before, after=after
    )
    return True


def _record(cite, actor, verb, user, sentence):
    journal.record(cite_id=cite.pk if cite else None, actor=actor, verb=verb, subject=user, sentence=sentence)
