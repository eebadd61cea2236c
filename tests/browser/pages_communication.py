"""The pages of the communication plan, with objects of the demonstration."""

from governance.enums import CommunicationState
from governance.models import CommunicationItem, FunderMention, ReservePeriod
from tests.browser.page import Page, first_of


def _item(state):
    return lambda demo: [demo.of_cite(CommunicationItem, state=state).pk]


def _agreement(demo):
    item = demo.of_cite(CommunicationItem, state=CommunicationState.READY)
    return [item.pk, item.cite.sides.order_by("order").first().pk]


READY = _item(CommunicationState.READY)

COMMUNICATION_PAGES = [
    Page("governance:communication"),
    Page("governance:communication", login="prefecture"),
    Page("governance:communication_calendar", query="?mois=2026-12"),
    Page("governance:communication_calendar", query="?mois=2027-04", which="reserve"),
    Page("governance:communication_strategy"),
    Page("governance:strategy_update"),
    Page("governance:reserve_periods"),
    Page("governance:reserve_create"),
    Page("governance:reserve_update", first_of(ReservePeriod)),
    Page("governance:kit"),
    Page("governance:kit_photos"),
    Page("governance:kit_file_create"),
    Page("governance:mention_create"),
    Page("governance:mention_update", first_of(FunderMention)),
    Page("governance:communication_create"),
    Page("governance:communication_item", READY),
    Page("governance:communication_update", READY),
    Page("governance:press_agreement", _agreement),
]
