"""The referents' network: a meeting held, one convened, a letter sent, and the point commune of Grande-Synthe."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from actions.models import Action
from cite_educative.common.dates import date_fr
from cite_educative.home.demo.accounts import DOMAIN
from governance.convocation_content import called, mark_of, signatories_of
from governance.enums import AnswerHow, BodyKind, ItemKind, Presence, Reply
from governance.models import AgendaProposal, Body, Invitee
from governance.presets import PRESETS
from governance.services import (
    add_item,
    close_meeting,
    convene_meeting,
    create_body,
    expected_mandates,
    give_reply,
    make_commune_point,
    open_meeting,
    plan_meeting,
    propose_point,
    publish_meeting,
    save_discussion,
    send_convocation,
    set_attendance,
    write_to_network,
)
from partners.enums import DeliveryState, Role
from partners.models import Mandate, Person, User

SEATED = (Role.LEAD, Role.REFERENT, Role.INSTITUTION)
HELD_ON, THURSDAY = date(2026, 9, 17), 3
SAID = (
    (
        "Tour des communes",
        "<p>Chaque commune dit où en sont ses actions de rentrée. Deux porteurs cherchent une salle le mercredi.</p>",
    ),
    ("Calendrier de la fin d’année", "<p>Les fiches seront relues avant la Troïka de décembre.</p>"),
)
SUBJECT = "Réunion du réseau le {day} et fiches à relire"
LETTER = """Bonjour,

Le réseau des référents se réunit le {day} à 9\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}30, à la maison de quartier du Courghain.

D’ici là, merci de relire les fiches des actions de votre commune\N{NO-BREAK SPACE}: les dates, le public et le contact \
du porteur. Vos remarques me parviennent en réponse à ce message.

Cordialement,

Claire Vandewalle
Cheffe de projet Cité éducative
Cité éducative Dunkerque – Grande-Synthe"""
CONVOCATION = {
    "place": "Dunkerque",
    "opening": "Madame, Monsieur,\n\nLa Cité éducative a l’honneur de vous convier à la réunion du réseau des référents, "
    "dont voici la date, le lieu et l’ordre du jour.",
    "closing": "Veuillez agréer, Madame, Monsieur, l’expression de notre considération distinguée.",
    "subject": "Convocation du réseau des référents",
    "body": "Madame, Monsieur,\n\nVous trouverez ci-jointe la convocation à la réunion du réseau."
    "\n\n{réponse}\n\nClaire Vandewalle",
}
REPLIES = ((Reply.PRESENT, ""), (Reply.REPRESENTED, "Mme Lucie Fournier, adjointe"), (Reply.EXCUSED, ""))
WHY = (
    "Deux porteurs demandent les mêmes créneaux, et chaque commune répond de son côté. Une règle commune éviterait des "
    "refus en janvier."
)
UNTOUCHED_SINCE = timedelta(days=84)


def open_network(dunkerque):
    """Seats the referents that exist by now: call it after they are appointed."""
    cite, actor = dunkerque.cite, dunkerque.actor
    mandates = list(Mandate.objects.filter(cite=cite, role__in=SEATED).active())
    preset = PRESETS[BodyKind.NETWORK]
    body = Body(
        cite=cite,
        kind=preset.kind,
        label=preset.label,
        code=preset.code,
        competence=preset.competence,
        rhythm_every=preset.every,
        rhythm_unit=preset.unit,
        order=2,
    )
    create_body(body, actor=actor, mandates=mandates, steps=preset.steps)
    _hold(body, actor)
    day = _next_thursday()
    coming = _plan(body, actor, day, "Maison de quartier du Courghain, Grande-Synthe")
    add_item(meeting=coming, actor=actor, title="Préparer la revue de projet", kind=ItemKind.DISCUSSION)
    add_item(meeting=coming, actor=actor, title="Tour des communes", kind=ItemKind.INFORMATION, minutes_planned=40)
    _convene(coming, actor)
    _write(cite, actor, mandates, day)
    _propose(body, day)
    commune = dunkerque.communes["Grande-Synthe"]
    # Two sheets that nobody has opened for a while.
    old = Action.objects.filter(cite=cite, budget_year=2026, communes=commune, status="retained").order_by("code")[:2]
    Action.objects.filter(pk__in=[action.pk for action in old]).update(updated_at=timezone.now() - UNTOUCHED_SINCE)
    make_commune_point(cite=cite, commune=commune, year=2026, actor=actor)


def _next_thursday():
    day = timezone.localdate() + timedelta(days=12)
    return day + timedelta(days=(THURSDAY - day.weekday()) % 7)


def _convene(meeting, actor):
    """Marked as sent at once; one comes, one is represented, one is excused, the others have not answered."""
    signatories = signatories_of(meeting)
    convocation, _ = send_convocation(
        meeting,
        text=CONVOCATION | {"reply_by": timezone.localdate(meeting.starts_at) - timedelta(days=3)},
        signatories=signatories,
        members=called(expected_mandates(meeting)),
        guests=[],
        mark=mark_of(meeting),
        actor=actor,
    )
    for sent in convocation.messages.all():
        sent.message.deliveries.update(state=DeliveryState.SENT, sent_at=timezone.now())
    for invitee, (reply, represented_by) in zip(Invitee.objects.in_force(meeting), REPLIES, strict=False):
        give_reply(
            invitee,
            actor=actor,
            how=AnswerHow.ENTERED,
            reply=reply,
            represented_by=represented_by,
            received="au téléphone",
        )


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


def _propose(body, day):
    """By the referent of Grande-Synthe: it waits for the team's answer."""
    referent = User.objects.get(email=f"referent@{DOMAIN}")
    proposal = AgendaProposal(body=body, title="Créneaux de gymnase le mercredi", why=WHY, wanted_before=day)
    propose_point(proposal, actor=referent)


def _write(cite, actor, mandates, day):
    """Marked as sent at once: the demonstration writes to nobody."""
    when = date_fr(day, weekday=True)
    referents = [mandate.person_id for mandate in mandates if mandate.role != Role.LEAD]
    persons = Person.objects.filter(pk__in=referents).exclude(email="")
    message, _ = write_to_network(
        cite=cite, subject=SUBJECT.format(day=when), body=LETTER.format(day=when), persons=persons, actor=actor
    )
    message.deliveries.update(state=DeliveryState.SENT, sent_at=timezone.now())
