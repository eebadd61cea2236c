"""Bodies, the calendar, what precedes a meeting, points proposed and carried."""

from actions.models import Agreement, Scenario
from governance.models import ActionPoint, AgendaProposal, Body, Note
from tests.browser.page import Page, action_of, first_of


def _meeting(demo):
    return [demo.planned.pk]


def _point(demo):
    return [ActionPoint.objects.filter(cite=demo.cite, status="open").earliest("pk").pk]


def _call(demo):
    return [demo.action.call_id]


def _proposal(demo):
    return [AgendaProposal.objects.filter(body__cite=demo.cite).earliest("pk").pk]


def _scenario(demo):
    return [Scenario.objects.filter(call__cite=demo.cite, shared_at__isnull=False).earliest("pk").pk]


def _note(demo):
    return [Note.objects.filter(item__meeting=demo.planned).earliest("pk").pk]


BODY_PAGES = [
    Page("governance:meetings"),
    Page("governance:meetings", login="referent"),
    Page("governance:calendar"),
    Page("governance:calendar", login="referent"),
    Page("governance:body", first_of(Body)),
    Page("governance:body_presets", query="?forme=etagee"),
    Page("governance:body_update", first_of(Body)),
    Page("governance:meeting_series", _meeting),
    Page("governance:meeting_carry_over", _meeting),
    Page("governance:proposals"),
    Page("governance:proposals", login="referent"),
    Page("governance:proposal_create"),
    Page("governance:proposal", _proposal),
    Page("governance:carry_action", action_of),
    Page("governance:carry_scenario", _scenario),
    Page("governance:carry_agreement", first_of(Agreement)),
    Page("governance:carry_note", _note),
    Page("governance:carry_action_point", _point),
    Page("governance:carry_call", _call),
]
