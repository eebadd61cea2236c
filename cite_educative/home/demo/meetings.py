"""One Troïka held in April, whose decision programmed the first wave; one being prepared for the second."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from governance.enums import BodyKind, ItemKind, Presence
from governance.models import Body
from governance.services import (
    add_item,
    close_meeting,
    convene_meeting,
    create_body,
    expected_mandates,
    issue_note,
    open_meeting,
    plan_meeting,
    proposed_effects,
    publish_meeting,
    save_decision,
    save_note,
    set_attendance,
)
from partners.enums import Role


def _at(day, hour):
    return timezone.make_aware(datetime.combine(day, time(hour)))


def create_troika(dunkerque):
    body = Body(cite=dunkerque.cite, kind=BodyKind.TROIKA, label="Troïka", code="TR")
    pilots = [mandate for mandate in dunkerque.mandates if mandate.role == Role.PILOT]
    return create_body(body, actor=dunkerque.actor, mandates=pilots)


def hold_first(dunkerque, body):
    """From the agenda to the relevé, as a lead would do it alone."""
    actor = dunkerque.actor
    meeting = plan_meeting(
        body=body, actor=actor, starts_at=_at(date(2026, 4, 21), 14), place="Sous-préfecture de Dunkerque"
    )
    item = add_item(
        meeting=meeting,
        actor=actor,
        title="Programmation de la première vague 2026",
        kind=ItemKind.DECISION,
        actions=dunkerque.first_wave,
        presenter=actor.person,
        minutes_planned=40,
    )
    note = save_note(
        item=item,
        actor=actor,
        title="Programmer seize actions de la première vague",
        request="La Troïka est invitée à programmer seize actions pour 320\u00a0000\u00a0€.",
        context="<p>L’appel 2026 a reçu seize demandes pour 367\u00a0600\u00a0€. Le comité technique les a examinées en mars "
        "avec la grille partagée et propose 320\u00a0000\u00a0€, soit 62\u00a0% des enveloppes notifiées.</p>",
        proposal="La Troïka programme seize actions de la première vague pour 320\u00a0000\u00a0€, selon le tableau annexé.",
        follow_up="<ul><li>Informer les porteurs, sans montant, avant le 30 avril.</li>"
        "<li>Actes des financeurs de mai à juillet.</li></ul>",
    )
    issue_note(note, actor=actor)
    convene_meeting(meeting, actor=actor)
    meeting = open_meeting(meeting, actor=actor)
    for mandate in expected_mandates(meeting):
        if mandate.person.last_name != "Hennebelle":
            set_attendance(meeting=meeting, mandate=mandate, presence=Presence.PRESENT, actor=actor)
    save_decision(
        item=item,
        actor=actor,
        title="Programme de la première vague, 320\u00a0000\u00a0€",
        text=note.proposal,
        is_agreed=True,
        effects=proposed_effects(item),
    )
    close_meeting(meeting, actor=actor)
    publish_meeting(meeting, actor=actor)


def prepare_second(dunkerque, body):
    """A meeting to come: the note of its first point is being written, the second point has none yet."""
    actor = dunkerque.actor
    day = timezone.localdate() + timedelta(days=9)
    while day.weekday() != 1:
        day += timedelta(days=1)
    meeting = plan_meeting(
        body=body, actor=actor, starts_at=_at(day, 14), place="Hôtel communautaire, salle du Conseil"
    )
    item = add_item(
        meeting=meeting,
        actor=actor,
        title="Programmation de la seconde vague 2026",
        kind=ItemKind.DECISION,
        actions=dunkerque.second_wave,
        presenter=actor.person,
        minutes_planned=45,
    )
    save_note(
        item=item,
        actor=actor,
        title="Programmer treize actions de la seconde vague",
        request="La Troïka est invitée à programmer treize actions pour 174\u00a0500\u00a0€ et à ajourner le séjour linguistique.",
        context="<p>La Troïka du 21 avril a programmé 320\u00a0000\u00a0€ sur 514\u00a0000\u00a0€ notifiés (TR-2026-001). La seconde vague a "
        "reçu quatorze demandes pour 225\u00a0300\u00a0€.</p><p>Après cette décision, il reste 19\u00a0500\u00a0€, soit 3,8\u00a0% des "
        "enveloppes, pour les ajustements.</p>",
        proposal="La Troïka programme treize actions de la seconde vague pour 174\u00a0500\u00a0€, selon le tableau annexé. Elle "
        "ajourne la demande de séjour linguistique et invite son porteur à la redéposer.",
        follow_up="<ul><li>Informer les porteurs, sans montant.</li><li>Préparer les actes des financeurs.</li></ul>",
        options=[
            {
                "label": "A. Équilibre entre les axes",
                "interest": "Chaque axe progresse\u00a0; chaque enveloppe est respectée.",
                "risk": "Montants réduits de 23\u00a0% en moyenne.",
                "cost": 174500,
                "is_proposed": True,
            },
            {
                "label": "B. Priorité aux 0-6 ans",
                "interest": "Renforce le langage avant l’école.",
                "risk": "Dépasse l’enveloppe de l’État de 6\u00a0000\u00a0€.",
                "cost": 186200,
            },
            {
                "label": "C. Baisse de 10\u00a0%",
                "interest": "Garde une réserve.",
                "risk": "Trois porteurs renonceraient.",
                "cost": 157050,
            },
        ],
    )
    add_item(
        meeting=meeting,
        actor=actor,
        title="Calendrier de la revue de projet",
        kind=ItemKind.INFORMATION,
        presenter=actor.person,
        minutes_planned=10,
    )
    return meeting
