"""A sheet sent back with two remarks, a suspended action, an amount corrected, a comment of each circle."""

from datetime import date, timedelta

from django.utils import timezone

from actions import letters
from actions.block_fields import about_words
from actions.enums import CommentAudience, Step
from actions.models import Action
from actions.services import (
    add_comment,
    answer_comment,
    correct_amount,
    create_action,
    holder_contacts,
    move_by_hand,
    record_amount,
    send_back,
    submit_action,
)
from cite_educative.common.dates import date_fr
from partners.enums import DeliveryState
from partners.models import Delivery, OutgoingMessage, User

REMARKS = (
    ("public", "audience", "Combien d’enfants par école, et combien habitent un quartier prioritaire\u00a0?"),
    (
        "calendar",
        "starts_on",
        "Les dates annoncées tombent pendant les vacances de printemps\u00a0: est-ce voulu\u00a0?",
    ),
)
COMMENTS = (
    (CommentAudience.TEAM, "pilote", "À revoir avec la référente avant la prochaine Troïka."),
    (CommentAudience.PILOTS, "prefecture", "Bon équilibre entre le temps scolaire et le mercredi."),
    (CommentAudience.HOLDER, "pilote", "Pensez à joindre le rapport d’activité dès qu’il est approuvé."),
    (CommentAudience.INSTITUTION, "prefecture", "Cofinancement à vérifier avec le service instructeur."),
)


def tell_lives(dunkerque):
    _send_back(dunkerque)
    _suspend(dunkerque)
    _comment(dunkerque)


def _send_back(dunkerque):
    actor = dunkerque.actor
    model = _action(dunkerque, "Ambassadeurs de la lecture")
    action = create_action(
        cite=dunkerque.cite,
        actor=actor,
        title="Bibliothèque de rue du Courghain",
        holder=model.holder,
        call=model.call,
        budget_year=2026,
        axis=model.axis,
        objective=model.objective,
        audience="Enfants de 6 à 11 ans du quartier",
        communes=[dunkerque.communes["Grande-Synthe"]],
        starts_on=date(2027, 2, 22),
        ends_on=date(2027, 7, 2),
        external_ref="DA26001984",
    )
    entry = record_amount(
        action=action,
        source=dunkerque.sources["gs"],
        budget_year=2026,
        step=Step.REQUESTED,
        amount=5_200,
        on=date(2026, 11, 9),
        actor=actor,
        on_behalf_of=action.holder,
        received="par courriel",
    )
    submit_action(action, actor=actor, on=date(2025, 12, 4))
    correct_amount(entry, amount=2_500, reason="Chiffres inversés à la saisie", actor=actor)
    _write_back(action, actor)


def _write_back(action, actor):
    contacts = holder_contacts(action)
    due_on = timezone.localdate() + timedelta(days=8)
    told = "\n".join(f"– {about_words(block, field)}\u00a0: {text}" for block, field, text in REMARKS)
    draft = letters.draft(letters.BACK, action=action, author=actor)
    body = letters.filled(draft, date=date_fr(due_on), remarques=told)
    send_back(
        action,
        actor=actor,
        comments=REMARKS,
        due_on=due_on,
        recipients=contacts,
        subject=f"Fiche à corriger\u00a0: «\u00a0{action.title}\u00a0»",
        body=body,
    )
    # Sent for good in the past: the worker of the demonstration has nothing to send.
    message = OutgoingMessage.objects.order_by("-pk").first()
    Delivery.objects.filter(message=message).update(state=DeliveryState.SENT, sent_at=timezone.now())


def _suspend(dunkerque):
    move_by_hand(
        _action(dunkerque, "Escalade et confiance"),
        "suspend",
        actor=dunkerque.actor,
        happened_on=timezone.localdate(),
        said_by="Littoral Escalade",
        comment="Le mur est fermé pour travaux jusqu’en janvier.",
    )


def _comment(dunkerque):
    action = _action(dunkerque, "Ambassadeurs de la lecture")
    for audience, login, body in COMMENTS:
        author = User.objects.get(email=f"{login}@demo.example")
        organisation = author.person.mandates.get(cite=dunkerque.cite).organisation
        written = add_comment(
            action=action,
            actor=author,
            body=body,
            audience=audience,
            organisation=organisation,
            mentions=[dunkerque.actor.person] if audience == CommentAudience.PILOTS else (),
        )
        if audience == CommentAudience.PILOTS:
            answer_comment(written, actor=dunkerque.actor, body="Merci, je le dirai à la Troïka.")


def _action(dunkerque, beginning):
    return Action.objects.get(cite=dunkerque.cite, title__startswith=beginning, budget_year=2026)
