from datetime import timedelta

from django.utils import timezone

from governance import services
from governance.convocation_content import called, mark_of, signatories_of
from governance.dossier import readers_of
from governance.models import Body
from partners.enums import Gesture
from partners.models import AccessLink, Mandate, Person
from partners.services import link_path
from tests.access.governance import GESTURE, HIDDEN, MONEY, TEAM, planned, setting
from tests.access.matrix import ALL, Row, Secret
from tests.governance import factories

ADDRESS = "sous-prefecture@exemple.fr"


def _letter(meeting):
    return {
        "place": "Dunkerque",
        "opening": "Madame, Monsieur,",
        "closing": "Salutations.",
        "subject": "Convocation",
        "body": "Bonjour,",
        "reply_by": timezone.localdate(meeting.starts_at) - timedelta(days=1),
    }


def _convened(world):
    meeting = factories.make_meeting(setting(world), days=6, items=1)
    members = called(services.expected_mandates(meeting))
    Person.objects.filter(pk=members[0].person.pk).update(email=ADDRESS)
    services.send_convocation(
        meeting,
        text=_letter(meeting),
        signatories=signatories_of(meeting)[:1],
        members=called(services.expected_mandates(meeting)),
        guests=[],
        mark=mark_of(meeting),
        actor=world.lead,
    )
    return meeting


def convened(world):
    return world.made("convened", _convened)


def called_off(world):
    return world.made("called_off", lambda world: services.cancel_meeting(_convened(world), actor=world.lead))


def pk(build):
    return lambda world: [build(world).pk]


def reply_pk(world):
    return [convened(world).invitees.first().pk]


def token(world):
    link = AccessLink.objects.get(gesture=Gesture.CONVOCATION, subject_pk__in=convened(world).invitees.values("pk"))
    return [link_path(link).rstrip("/").rpartition("/")[2]]


def a_convocation(world):
    meeting = planned(world)
    line = services.expected_mandates(meeting)[0]
    signatory = signatories_of(meeting)[0].pk
    return _letter(meeting) | {
        "members": [line.pk],
        "signatories": [signatory],
        "mark": mark_of(meeting),
        "send": "1",
    }


def sent(world):
    """The dossier of a meeting where everybody of the Cité sits, sent to all of them."""

    def build(world):
        cite = setting(world).cite
        everybody = Mandate.objects.filter(cite=cite, person__user__in=[user for user in world.users.values() if user])
        for person in Person.objects.filter(mandates__in=everybody):
            Person.objects.filter(pk=person.pk).update(email=f"membre-{person.pk}@exemple.fr")
        body = services.create_body(
            Body(cite=cite, kind="group", label="Groupe élargi", code="GE"), actor=world.lead, mandates=everybody
        )
        starts_at = timezone.now() + timedelta(days=9)
        meeting = services.plan_meeting(body=body, actor=world.lead, starts_at=starts_at, place="Mairie")
        services.add_item(
            meeting=meeting, actor=world.lead, title="Tour de table", kind="decision", actions=setting(world).actions
        )
        paper, _ = services.make_paper(meeting, "dossier", actor=world.lead)
        persons = [reader.person for reader in readers_of(meeting)]
        letter = {"subject": "Dossier", "body": "Bonjour,", "persons": persons}
        services.send_dossier(meeting, dossier=paper.pk, actor=world.lead, **letter)
        return meeting

    return world.made("dossier_sent", build)


def file_of(kind):
    return lambda world: [sent(world).papers.get(kind=kind).files.get().file_id]


def a_dossier(world):
    reader = next(one for one in readers_of(sent(world)) if not one.missing)
    paper = sent(world).papers.get(kind="dossier").pk
    return {"recipients": [reader.person.pk], "subject": "Dossier", "body": "Bonjour,", "paper": paper, "send": "1"}


RECEIVED = {"reply": "excused", "received": "au téléphone", "version": "1"}

ROWS = [
    Row("governance:convocation", pk(planned), **HIDDEN),
    Row("governance:convocation", pk(planned), **GESTURE, post=a_convocation),
    Row("governance:dossier_send", pk(sent), **HIDDEN),
    Row("governance:dossier_send", pk(sent), **GESTURE, post=a_dossier),
    Row("documents:status", file_of("dossier"), only=MONEY, others=404),
    Row("documents:status", file_of("members"), only=ALL),
    # Members of the body see the meeting once it is convened: the pilots are those of the matrix.
    Row("governance:convocation_remind", pk(convened), **HIDDEN),
    Row("governance:convocation_call_off", pk(called_off), **HIDDEN),
    Row("governance:meeting_postpone", pk(planned), **GESTURE, post={}),
    Row("governance:meeting_calendar", pk(convened), only=MONEY, others=404),
    Row("governance:reply", reply_pk, only=TEAM, others=404),
    Row("governance:reply", reply_pk, only=TEAM, others=404, code=302, post=lambda world: RECEIVED),
    Row("governance:link_convocation", token, code=200, others=200, outside=200, anonymous=200),
]

SECRETS = [
    Secret("documents:list", lambda world: "Dossier de séance, ", MONEY, prepare=sent),
    Secret("governance:meeting", lambda world: ADDRESS, TEAM, pk(convened)),
    Secret("governance:meeting", lambda world: "Sans réponse", TEAM, pk(convened)),
    Secret("governance:link_convocation", lambda world: ADDRESS, "", token),
]
