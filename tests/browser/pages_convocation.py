"""The pages of the convocation of the demonstration: a network convened, a Troïka to convene, a meeting called off."""

from datetime import timedelta

from django.utils import timezone

from governance.convocation_content import called, mark_of, signatories_of
from governance.enums import PaperKind
from governance.models import Body, Meeting
from governance.services import (
    add_item,
    cancel_meeting,
    expected_mandates,
    make_paper,
    plan_meeting,
    send_convocation,
)
from partners.enums import Gesture
from tests.browser.page import Page


def _convened(demo):
    return Meeting.objects.filter(body__cite=demo.cite, convocations__isnull=False, status="convened").first()


def _called_off(demo):
    """A meeting of the network cancelled after it was convened, made the first time it is asked for."""
    known = Meeting.objects.filter(body__cite=demo.cite, status="cancelled").first()
    if known:
        return [known.pk]
    meeting = plan_meeting(
        body=Body.objects.get(cite=demo.cite, kind="network"),
        actor=demo.lead,
        starts_at=timezone.now() + timedelta(days=20),
        place="Maison de quartier",
    )
    add_item(meeting=meeting, actor=demo.lead, title="Tour de table", kind="discussion")
    words = {"opening": "Madame, Monsieur,", "closing": "Salutations.", "subject": "Convocation", "body": "Bonjour,"}
    send_convocation(
        meeting,
        text=words | {"place": "Dunkerque", "reply_by": timezone.localdate()},
        signatories=signatories_of(meeting),
        members=called(expected_mandates(meeting)),
        guests=[],
        mark=mark_of(meeting),
        actor=demo.lead,
    )
    return [cancel_meeting(meeting, actor=demo.lead).pk]


def _with_dossier(demo):
    make_paper(demo.planned, PaperKind.DOSSIER, actor=demo.lead)
    return [demo.planned.pk]


CONVOCATION_PAGES = [
    Page("governance:dossier_send", _with_dossier),
    Page("governance:convocation", lambda demo: [demo.planned.pk]),
    Page("governance:convocation", lambda demo: [_convened(demo).pk], which="de-nouveau"),
    Page("governance:meeting", lambda demo: [_convened(demo).pk], which="convoquee"),
    Page("governance:convocation_remind", lambda demo: [_convened(demo).pk]),
    Page("governance:convocation_call_off", _called_off),
    Page("governance:reply", lambda demo: [_convened(demo).invitees.first().pk]),
    Page("governance:link_convocation", lambda demo: demo.token(Gesture.CONVOCATION), login=None),
]
