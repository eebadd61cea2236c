"""The pages of the written consultations of the demonstration."""

from governance.models import Consultation
from partners.enums import Gesture
from tests.browser.page import Page


def _of(status):
    return lambda demo: [Consultation.objects.get(body__cite=demo.cite, status=status).pk]


def _awaited(demo):
    return [Consultation.objects.get(body__cite=demo.cite, status="open").answers.awaited().first().pk]


CONSULTATION_PAGES = [
    Page("governance:consultations"),
    Page("governance:consultations", login="prefecture"),
    Page("governance:consultation", _of("draft"), which="preparation"),
    Page("governance:consultation", _of("open"), which="ouverte"),
    Page("governance:consultation", _of("open"), login="prefecture"),
    Page("governance:consultation", _of("adopted"), which="adoptee"),
    Page("governance:consultation_create"),
    Page("governance:consultation_update", _of("draft")),
    Page("governance:consultation_effects", _of("draft")),
    Page("governance:consultation_piece_add", _of("draft")),
    Page("governance:consultation_ask", _of("open")),
    Page("governance:consultation_close", _of("open")),
    Page("governance:consultation_answer", _awaited),
    Page("governance:link_consultation", lambda demo: demo.token(Gesture.CONSULTATION), login=None),
]
