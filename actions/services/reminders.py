"""Letters to holders, each with a link that opens one form; what they answer through it."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from actions.enums import OVER, ActionStatus, Step
from actions.models import Action, ActionPiece, ExpectedPiece
from actions.services.comments import resolve_by_link
from actions.services.money import record_amount
from actions.services.sheets import update_action
from cite_educative.common import journal
from cite_educative.common.dates import date_fr
from cite_educative.common.once import lock_row
from partners.enums import DeliveryState, Gesture, MessageKind, Role
from partners.models import AccessLink, Delivery, Mandate
from partners.services import LinkError, Recipient, issue_link, same_letter, send_message, use_link

GRACE = timedelta(days=15)  # a link still opens its form a while after the date given
SHORTEST = timedelta(days=30)
ASK_THE_SENDER = "Pour la suite, écrivez à la personne qui vous l’a envoyé."


@transaction.atomic
def remind(*, action, gesture, recipients, subject, body, due_on, actor, expected=()):
    """Ask a holder for pieces (`Gesture.PIECE`, those of `expected`) or for its sheet (`Gesture.SHEET`).

    `{lien}` in `body` stands for each recipient's own link; the earlier ones for the same thing stop working.
    A second click finds the letter of the first one, whose links go on. Raises `PartnersError` when somebody has no
    usable address; nothing is then sent.
    """
    lock_row(action)
    payload = {
        "holder": action.holder_id,
        "due_on": due_on.isoformat() if due_on else "",
        "pieces": [row.pk for row in expected],
    }
    letter = {"kind": MessageKind.REMINDER, "subject": subject, "body": body, "actor": actor, "cite": action.cite}
    links = _links_about(action).filter(gesture=gesture, **{f"payload__{name}": payload[name] for name in payload})
    earlier = same_letter(**letter, recipients=recipients, links=links)
    if earlier:
        return earlier
    linked = [
        Recipient(recipient.name, recipient.email, recipient.person, _link(action, gesture, recipient, payload, actor))
        for recipient in recipients
    ]
    message = send_message(**letter, recipients=linked, reply_to=actor.email)
    asked = ", ".join(f"«\u00a0{row.label}\u00a0»" for row in expected) or "de compléter la fiche"
    until = f" pour le {date_fr(due_on)}" if due_on else ""
    journal.record(
        cite_id=action.cite_id,
        actor=actor,
        verb="reminder.sent",
        subject=action,
        sentence=f"{actor} a demandé au porteur {asked}{until}.",
    )
    return message


def _links_about(action):
    return AccessLink.objects.filter(subject_type=Action._meta.label_lower, subject_pk=action.pk)


def _link(action, gesture, recipient, payload, actor):
    return issue_link(
        gesture=gesture,
        email=recipient.email,
        name=recipient.name,
        person=recipient.person,
        actor=actor,
        cite=action.cite,
        subject=action,
        payload=payload,
        life=life_of(payload["due_on"] and date.fromisoformat(payload["due_on"])),
    )


def life_of(due_on):
    """How long the link opens its form: thirty days, or a while after a later date."""
    if not due_on:
        return SHORTEST
    return max(SHORTEST, due_on - timezone.localdate() + GRACE)


@transaction.atomic
def complete_by_link(link, *, version, fields, requested, corrected=()):
    """Save the sheet that a link opens, in the name of who sent it, and use the link up.

    `requested` maps sources to amounts in euros, `corrected` are the remarks that the holder says answered. Raises `LinkError`, `ConflictError` when somebody saved the
    sheet since `version`, `ValidationError`; nothing is then written and the link still works.
    """
    use_link(link)
    action = action_of(link, lock=True)
    sent = date_fr(timezone.localdate(link.created_at))
    received = f"par le lien envoyé le {sent} à {link.name}"[:160]
    who = f"{link.name}, par le lien envoyé le {sent} par {link.created_by},"
    row = update_action(
        action, actor=link.created_by, version=version, sentence=f"{who} a modifié la fiche.", **fields
    )
    resolve_by_link(row, comments=corrected, said=who, actor=link.created_by)
    for source, amount in requested.items():
        record_amount(
            action=row,
            source=source,
            budget_year=row.budget_year,
            step=Step.REQUESTED,
            amount=amount,
            on=timezone.localdate(),
            actor=link.created_by,
            on_behalf_of=row.holder,
            received=received,
        )
    return row


def action_of(link, *, lock=False):
    """The action that a link to a holder speaks of, read under lock if asked.

    Raises `LinkError` once its recipient may no longer answer: the holder changed, the mandate ended, or the action
    went on.
    """
    actions = Action.objects.select_related("cite", "holder", "call").prefetch_related("communes")
    if lock:
        actions = actions.select_for_update(of=("self",))
    action = actions.filter(pk=link.subject_pk).first()
    if action is None:
        raise LinkError("Cette action n’existe plus.")
    _check_recipient(link, action)
    _check_status(link, action)
    return action


def _check_recipient(link, action):
    if action.holder_id != link.payload.get("holder"):
        raise LinkError(f"Cette action a changé de porteur depuis l’envoi du lien. {ASK_THE_SENDER}")
    if link.person_id and not _mandates_of_holder(action).filter(person=link.person_id).exists():
        raise LinkError(
            f"Le mandat qui vous faisait agir ici pour {action.holder.name} a pris fin\u00a0: ce lien ne s’ouvre plus. "
            f"{ASK_THE_SENDER}"
        )


def _check_status(link, action):
    """What a holder may know: that an action was abandoned, not yet that it was closed (`readable.TOLD_TO_HOLDERS`)."""
    if action.status == ActionStatus.ABANDONED:
        raise LinkError("Cette action a été abandonnée\u00a0: rien n’est plus attendu de vous.")
    if link.gesture == Gesture.PIECE and action.status in OVER:
        raise LinkError(f"Aucune pièce n’est plus attendue par ce lien. {ASK_THE_SENDER}")
    if link.gesture == Gesture.SHEET and action.status not in (ActionStatus.DRAFT, ActionStatus.SENT_BACK):
        raise LinkError(
            "Cette fiche a été déposée depuis l’envoi du lien\u00a0: elle ne se modifie plus ici. "
            "Pour une correction, écrivez à la personne qui vous l’a envoyé."
        )


def expected_by(link, action):
    """The pieces that a link asks, that the action's call still asks and that are missing. Raises `LinkError` when none is."""
    asked = ExpectedPiece.objects.filter(pk__in=link.payload.get("pieces", []), call=action.call_id)
    if not asked:
        raise LinkError(f"Les pièces demandées par ce lien ne sont plus attendues pour cette action. {ASK_THE_SENDER}")
    received = ActionPiece.objects.filter(action=action, expected__isnull=False).valid().values("expected")
    missing = list(asked.exclude(pk__in=received))
    if not missing:
        raise LinkError("Les pièces demandées par ce lien ont été reçues. Merci\u00a0: il n’y a plus rien à joindre.")
    return missing


def reminders_of(action):
    """The letters sent to the holder about this action, one row a recipient, the last first."""
    return (
        Delivery.objects.filter(
            message__kind=MessageKind.REMINDER,
            link__in=_links_about(action),
        )
        .select_related("message__sent_by__person", "link")
        .order_by("-message__created_at", "-pk")
    )


def piece_letters(keys):
    """The letters that asked pieces for the actions of these keys, those that could not leave apart."""
    asked = {"subject_type": Action._meta.label_lower, "subject_pk__in": keys, "gesture": Gesture.PIECE}
    links = AccessLink.objects.filter(**asked)
    return Delivery.objects.filter(message__kind=MessageKind.REMINDER, link__in=links).exclude(
        state=DeliveryState.FAILED
    )


def holder_contacts(action):
    """Whom to write to: those who act for the holder in this Cité, then its own mailbox. `Recipient`s with an address.

    The mailbox is nobody's: its `person` is None, and who opens it is not checked.
    """
    mandates = _mandates_of_holder(action).in_protocol_order()
    contacts = [Recipient.of(mandate.person) for mandate in mandates if mandate.person.email]
    if action.holder.email:
        contacts.append(Recipient(action.holder.name, action.holder.email))
    return list({contact.email.lower(): contact for contact in reversed(contacts)}.values())[::-1]


def _mandates_of_holder(action):
    return Mandate.objects.active().filter(cite=action.cite_id, organisation=action.holder_id, role=Role.HOLDER)
