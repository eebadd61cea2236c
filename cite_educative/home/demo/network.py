"""The referents' network: a meeting held, one convened, a letter sent, and the point commune of Grande-Synthe."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from actions.models import Action
from governance.enums import BodyKind, ItemKind, Presence
from governance.models import Body
from governance.services import (
    add_item,
    close_meeting,
    convene_meeting,
    create_body,
    expected_mandates,
    make_commune_point,
    open_meeting,
    plan_meeting,
    publish_meeting,
    save_discussion,
    set_attendance,
    write_to_network,
)
from partners.enums import DeliveryState, Role
from partners.models import Mandate, Person

SEATED = (Role.LEAD, Role.REFERENT, Role.INSTITUTION)
HELD_ON, NEXT_ON = date(2026, 9, 17), date(2026, 12, 10)
SAID = (
    (
        "Tour des communes",
        "<p>Chaque commune dit où en sont ses actions de rentrée. Deux porteurs cherchent une salle le mercredi.</p>",
    ),
    ("Calendrier de la fin d’année", "<p>Les fiches seront relues avant la Troïka de décembre.</p>"),
)
SUBJECT = "Réunion du réseau le 10 décembre et fiches à relire"
LETTER = """Bonjour,

Le réseau des référents se réunit le jeudi 10 décembre à 9\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}30, à la maison de quartier du Courghain.

D’ici là, merci de relire les fiches des actions de votre commune\N{NO-BREAK SPACE}: les dates, le public et le contact \
du porteur. Vos remarques me parviennent en réponse à ce message.

Cordialement,

Claire Vandewalle
Cheffe de projet Cité éducative
Cité éducative Dunkerque – Grande-Synthe"""
UNTOUCHED_SINCE = timedelta(days=84)


def open_network(dunkerque):
    """Seats the referents that exist by now: call it after they are appointed."""
    cite, actor = dunkerque.cite, dunkerque.actor
    mandates = list(Mandate.objects.filter(cite=cite, role__in=SEATED).active())
    body = Body(cite=cite, kind=BodyKind.NETWORK, label="Réseau des référents", code="RR", order=2)
    create_body(body, actor=actor, mandates=mandates)
    _hold(body, actor)
    coming = _plan(body, actor, NEXT_ON, "Maison de quartier du Courghain, Grande-Synthe")
    add_item(meeting=coming, actor=actor, title="Préparer la revue de projet", kind=ItemKind.DISCUSSION)
    convene_meeting(coming, actor=actor)
    _write(cite, actor, mandates)
    commune = dunkerque.communes["Grande-Synthe"]
    # Two sheets that nobody has opened for a while.
    old = Action.objects.filter(cite=cite, budget_year=2026, communes=commune, status="retained").order_by("code")[:2]
    Action.objects.filter(pk__in=[action.pk for action in old]).update(updated_at=timezone.now() - UNTOUCHED_SINCE)
    make_commune_point(cite=cite, commune=commune, year=2026, actor=actor)


def _plan(body, actor, day, place):
    starts_at = timezone.make_aware(datetime.combine(day, time(9, 30)))
    return plan_meeting(body=body, actor=actor, starts_at=starts_at, place=place)


def _hold(body, actor):
    meeting = _plan(body, actor, HELD_ON, "Hôtel communautaire")
    items = [add_item(meeting=meeting, actor=actor, title=title, kind=ItemKind.DISCUSSION) for title, _ in SAID]
    meeting = open_meeting(convene_meeting(meeting, actor=actor), actor=actor)
    for mandate in expected_mandates(meeting):
        set_attendance(meeting=meeting, mandate=mandate, presence=Presence.PRESENT, actor=actor)
    for item, (_, html) in zip(items, SAID, strict=True):
        save_discussion(item, actor=actor, version=item.version, html=html)
    close_meeting(meeting, actor=actor)
    publish_meeting(meeting, actor=actor)


def _write(cite, actor, mandates):
    """Marked as sent at once: the demonstration writes to nobody."""
    referents = [mandate.person_id for mandate in mandates if mandate.role != Role.LEAD]
    persons = Person.objects.filter(pk__in=referents).exclude(email="")
    message, _ = write_to_network(cite=cite, subject=SUBJECT, body=LETTER, persons=persons, actor=actor)
    message.deliveries.update(state=DeliveryState.SENT, sent_at=timezone.now())
