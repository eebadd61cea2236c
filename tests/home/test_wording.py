"""« Accordé » is never said of an amount that the pilots programmed and no funder granted: on no page, in no document."""

import re
from datetime import date
from decimal import Decimal
from html import unescape

import pytest
from django.urls import reverse

from actions.enums import ActionStatus, EntryKind, Step
from actions.models import FundingSource
from cite_educative.common.dates import BudgetYear
from cite_educative.documents.models import GeneratedFile
from cite_educative.documents.registry import renderers
from partners.enums import Part, Role
from tests.actions.factories import (
    make_action,
    make_axis,
    make_call,
    make_funding,
    make_programme,
    make_source,
    release,
)
from tests.factories import make_cite, make_commune, make_lead, make_organisation, make_user

YEAR = BudgetYear(2026)
PROGRAMMED = Decimal(7431)
WRITTEN = re.compile(r"7[\s\u00a0\u202f]?431")
BLOCK = re.compile(
    r"<(?:/?)(?:p|li|td|th|tr|dt|dd|h[1-6]|div|section|caption|figcaption|option|label|desc|title)\b[^>]*>"
)
CELL = re.compile(r'<td[^>]*data-mot="([^"]*)"[^>]*>(.*?)</td>', re.S)
TABLE = re.compile(r"<table.*?</table>", re.S)
ROW = re.compile(r"<tr.*?</tr>", re.S)
ANY_CELL = re.compile(r"<t[hd]\b([^>]*)>(.*?)</t[hd]>", re.S)
GRANTED = re.compile(r"(?<!pas encore )(?<!ni )\baccord[ée]", re.I)
SAID_PROGRAMMED = re.compile(r"programmée?s? 7 431|7 431(?:,00)? € programmé", re.I)
TAG = re.compile(r"<[^>]+>")


def text_of(html):
    return " ".join(unescape(TAG.sub(" ", html)).split())


def said_granted(html):
    """What says « accordé » of the programmed amount: cells under such a heading, and sentences."""
    html = re.sub(r"<(script|style)\b.*?</\1>", "", html, flags=re.S)
    faults = [text_of(body) for label, body in CELL.findall(html) if GRANTED.search(label) and WRITTEN.search(body)]
    for table in TABLE.findall(html):
        faults += _under_headings(table)
    for block in BLOCK.split(html):
        words = SAID_PROGRAMMED.sub("", text_of(block))
        if WRITTEN.search(words) and GRANTED.search(words):
            faults.append(words)
    return faults


def _under_headings(table):
    """Cells of the body whose column is headed « Accordé », where rows have as many cells as headings."""
    head, *rows = ROW.findall(table) or [""]
    headings = [text_of(body) for _, body in ANY_CELL.findall(head)]
    for row in rows:
        cells = ANY_CELL.findall(row)
        if len(cells) == len(headings) and "colspan" not in row:
            for heading, (_, body) in zip(headings, cells, strict=True):
                if GRANTED.search(heading) and WRITTEN.search(text_of(body)):
                    yield f"{heading}: {text_of(body)}"


def test_the_search_itself_finds_the_fault():
    for fault in (
        '<td class="m" data-mot="Accordé"><span>7\u00a0431\u00a0€</span></td>',
        "<table><tr><th>Action</th><th>Accordé</th></tr><tr><td>A</td><td>7\u202f431,00</td></tr></table>",
        "<p>Vous avez obtenu 7 431 €, accordés par l’État.</p>",
    ):
        assert said_granted(fault), fault
    for right in (
        '<td data-mot="Programmé">7 431 €</td><td data-mot="Accordé">–</td>',
        "<p>7 431 € programmés.</p><p>Rien n’est accordé.</p>",
        "<p>1 action, programmé 7 431 €, accordé –.</p>",
        "<table><tr><th>Programmé</th><th>Accordé</th></tr><tr><td>7 431</td><td>–</td></tr></table>",
    ):
        assert not said_granted(right), right


@pytest.fixture
def programmed(db):
    """A Cité where one action was programmed 7 431 €, that no act grants, and that its holder may read of."""
    commune = make_commune("Dunkerque")
    cite = make_cite(communes=[commune])
    lead = make_lead(cite)
    axis = make_axis(make_programme(cite, published_at="2026-01-02T10:00Z"))
    holder = make_organisation("Association des Dunes", cite=cite, part=Part.HOLDER)
    call = make_call(cite)
    action = make_action(
        cite, axis=axis, call=call, holder=holder, status=ActionStatus.RETAINED, communes=[commune], budget_year=YEAR
    )
    funding = make_funding(action, make_source(cite, "État – P147"), requested=PROGRAMMED + 500)
    funding.programme(PROGRAMMED, on=date(2026, 3, 3), reference="TR-2026-001", actor=lead)
    funding.record(Step.PROPOSED, PROGRAMMED, kind=EntryKind.ENTRY, on=date(2026, 2, 1), actor=lead)
    release(funding.source)
    return cite, lead, action


PAGES = (
    *("home", "actions:list", "actions:cards", "actions:timeline", "actions:territory", "actions:plan"),
    *("actions:coverage", "actions:articulation", "actions:articulation_holders", "actions:articulation_quarters"),
    *("actions:finances", "actions:fundings", "actions:votes", "actions:acts", "actions:releases"),
    *("actions:thresholds", "actions:checks", "actions:reviews", "actions:open_data", "actions:consumption"),
    *("governance:home", "governance:decisions", "journal"),
)
OF_ACTION = ("detail", "money", "amounts", "budget", "history", "follow_up", "opinions")


def addresses(action):
    yield from (reverse(name) for name in PAGES)
    yield from (reverse(f"actions:{name}", args=[action.pk]) for name in OF_ACTION)
    yield reverse("actions:board", args=[action.call_id])
    yield reverse("actions:call", args=[action.call_id])
    yield reverse("actions:envelope", args=[FundingSource.objects.get().pk])
    yield reverse("actions:articulation_holder", args=[action.holder_id])


def test_no_page_says_granted_of_what_is_only_programmed(programmed, client):
    cite, lead, action = programmed
    users = {
        "lead": lead,
        "pilot": make_user(cite, Role.PILOT),
        "finance": make_user(cite, Role.FINANCE),
        "holder": make_user(cite, Role.HOLDER, organisation=action.holder),
    }
    seen = 0
    for role, user in users.items():
        client.force_login(user, backend="partners.backends.AccountBackend")
        for address in addresses(action):
            response = client.get(address)
            if response.status_code == 200:
                html = response.content.decode()
                seen += bool(WRITTEN.search(html))
                assert not said_granted(html), f"{role} {address}"
    assert seen > 25, "the amount itself must be on many of these pages"


def test_no_document_says_granted_of_what_is_only_programmed(programmed, client):
    _, lead, action = programmed
    client.force_login(lead, backend="partners.backends.AccountBackend")
    for kind in ("catalogue", "poster"):
        client.post(reverse("actions:plan_documents"), {"nature": kind})
    client.post(reverse("actions:reviews"))
    client.post(reverse("actions:print_sheet", args=[action.pk]))

    shown = [(file.kind, str(renderers[file.kind](file))) for file in GeneratedFile.objects.filter(format="pdf")]

    assert len(shown) == 4, [kind for kind, _ in shown]
    for kind, html in shown:
        assert WRITTEN.search(html), kind
        assert not said_granted(html), kind
