"""What the first Troïka left to be done: one late, one for a holder, one done with its word, one dropped."""

from datetime import timedelta

from django.utils import timezone

from governance.models import Decision, Meeting
from governance.services import create_action_point, drop_action_point, finish_action_point
from partners.enums import Role


def leave_action_points(dunkerque, body):
    cite, actor, today = dunkerque.cite, dunkerque.actor, timezone.localdate()
    meeting = Meeting.objects.filter(body=body, decisions__isnull=False).earliest("starts_at")
    decision = Decision.objects.filter(meeting=meeting).earliest("number")
    lead = next(mandate for mandate in dunkerque.mandates if mandate.role == Role.LEAD)
    pilot = next(mandate for mandate in dunkerque.mandates if mandate.role == Role.PILOT)
    holder = next(mandate for mandate in dunkerque.mandates if mandate.role == Role.HOLDER)
    known = {"cite": cite, "actor": actor}
    from_meeting = known | {"meeting": meeting, "item": decision.item}
    create_action_point(
        **from_meeting,
        text="Envoyer aux pilotes le calendrier de la revue de projet",
        owner=lead,
        due_on=today - timedelta(days=6),
    )
    create_action_point(
        **known,
        decision=decision,
        text="Vérifier le report de l’enveloppe avec le service instructeur",
        owner=pilot,
        due_on=today + timedelta(days=8),
    )
    create_action_point(
        **known,
        body=body,
        text="Proposer trois dates de visite pour les membres de la Troïka",
        owner=holder,
        due_on=today + timedelta(days=12),
    )
    create_action_point(
        **known,
        body=body,
        text="Transmettre la liste des établissements concernés",
        owner=dunkerque.cite.sides.first().partnerships.first().organisation,
    )
    sent = create_action_point(**from_meeting, text="Informer les porteurs de la première vague", owner=lead)
    finish_action_point(sent, actor=actor, word="Courriers partis le lendemain de la séance.")
    dropped = create_action_point(**from_meeting, text="Réserver la salle du Conseil pour le bilan", owner=lead)
    drop_action_point(dropped, actor=actor, word="Le bilan se tiendra en visioconférence.")
