"""The file of one open request: pieces asked, received, refused, missing; a reminder sent; opinions given and awaited."""

from datetime import date, timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from actions import letters
from actions.models import Action, Opinion
from actions.services import (
    add_usual_pieces,
    ask_opinions,
    give_opinion,
    holder_contacts,
    receive_piece,
    refuse_piece,
    remind,
)
from cite_educative.common.dates import date_fr
from partners.enums import DeliveryState, Gesture
from partners.models import Delivery

PDF = b"%PDF-1.4\n% Document de d\xc3\xa9monstration\n%%EOF\n"
QUESTION = "L’action atteint-elle bien les élèves des quartiers prioritaires, et à quel coût\u00a0?"
ANSWERS = (  # side, verdict, comment, advised
    ("education", "favourable", "Les deux collèges sont demandeurs et l’action prolonge leur projet.", 7000),
    ("state", "reserved", "Favorable si la moitié des séances ont lieu dans les quartiers prioritaires.", 6000),
)


def support_holders(dunkerque):
    actor = dunkerque.actor
    add_usual_pieces(dunkerque.call, actor=actor)
    theatre = Action.objects.get(cite=dunkerque.cite, title__startswith="Théâtre-forum")
    reading = Action.objects.get(cite=dunkerque.cite, title__startswith="Ambassadeurs", budget_year=2026)
    _receive(reading, actor)
    _remind(reading, actor)
    _ask(theatre, dunkerque, actor)


def _receive(action, actor):
    asked = {piece.label: piece for piece in action.call.expected_pieces.all()}
    president = {"received_from": "Mme Prévost, directrice", "received_how": "par courriel"}
    for label, day in (("Statuts", date(2026, 10, 12)), ("Liste des dirigeants", date(2026, 10, 12))):
        upload = ContentFile(PDF, name=f"{label.lower()}.pdf")
        receive_piece(action=action, actor=actor, expected=asked[label], upload=upload, received_on=day, **president)
    by_post = {"received_from": "Mme Prévost, directrice", "received_how": "par courrier"}
    receive_piece(
        action=action,
        actor=actor,
        expected=asked["Contrat d’engagement républicain"],
        received_on=date(2026, 10, 20),
        **by_post,
    )
    old = ContentFile(PDF, name="rib.pdf")
    bank = receive_piece(
        action=action, actor=actor, expected=asked["RIB"], upload=old, received_on=date(2026, 10, 12), **president
    )
    refuse_piece(
        bank, actor=actor, reason="Ce RIB est au nom de l’ancienne association\u00a0: envoyez celui de la nouvelle."
    )


def _remind(action, actor):
    """Sent for good in the past: the worker of the demonstration has nothing to send."""
    due_on = timezone.localdate() + timedelta(days=10)
    asked = [piece for piece in action.call.expected_pieces.all() if piece.label in ("RIB", "Rapport d’activité")]
    body = letters.draft(letters.PIECES, action=action, author=actor)
    message = remind(
        action=action,
        gesture=Gesture.PIECE,
        recipients=holder_contacts(action),
        subject=f"Pièces attendues pour «\u00a0{action.title}\u00a0»",
        body=letters.filled(body, date=date_fr(due_on), pieces="\n".join(f"– {piece.label}" for piece in asked)),
        due_on=due_on,
        actor=actor,
        expected=asked,
    )
    _sent(message)


def _ask(action, dunkerque, actor):
    due_on = timezone.localdate() + timedelta(days=7)
    pilots = [mandate for mandate in dunkerque.mandates if mandate.side and mandate.person.email]
    asked = [
        Opinion(side=mandate.side, person=mandate.person, name=mandate.person.formal_name, email=mandate.person.email)
        for mandate in pilots
    ]
    body = letters.draft(letters.OPINION, action=action, author=actor)
    message = ask_opinions(
        action=action,
        asked=asked,
        question=QUESTION,
        due_on=due_on,
        subject=f"Votre avis sur «\u00a0{action.title}\u00a0»",
        body=letters.filled(body, date=date_fr(due_on), question=QUESTION),
        actor=actor,
    )
    _sent(message)
    answers = {kind: answer for kind, *answer in ANSWERS}
    for opinion in asked:
        if opinion.side.kind in answers:
            verdict, comment, advised = answers[opinion.side.kind]
            give_opinion(
                opinion, actor=actor, verdict=verdict, comment=comment, advised=advised, given_how="par courriel"
            )


def _sent(message):
    Delivery.objects.filter(message=message).update(state=DeliveryState.SENT, sent_at=timezone.now(), attempts=1)
