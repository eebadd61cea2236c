"""The frozen review of the demonstration: each computed figure derived again by loops over the rows, and its three files."""

from collections import Counter
from decimal import Decimal

import pytest

from actions.models import Action, Envelope, Exchange, Funding, FundingSource
from cite_educative.common.office import render_docx
from cite_educative.documents.tasks import pdf_of
from evaluation.documents.reviews import render_review
from evaluation.enums import Public
from evaluation.models import Indicator, ProjectReview, ReportReach
from evaluation.review_enums import ReviewState
from governance.models import BodyMember, CommunicationItem, Meeting
from partners.models import Seat
from tests.browser.demonstration import Demonstration

# Creates the database; `site` fills it.
pytestmark = pytest.mark.django_db(transaction=True)
YEAR = 2025
TOWNS = ("commune", "intercommunality")
LATE = {"Forum des parcours"}  # noted after the review was frozen


@pytest.fixture(scope="module")
def review(site):
    return ProjectReview.objects.get(cite=Demonstration().cite, year=YEAR, state=ReviewState.FROZEN)


@pytest.fixture
def contents(review):
    rows = review.answers.select_related("question")
    return {row.question.code: row.content for row in rows if row.content is not None}


@pytest.fixture
def fundings(review):
    rows = Funding.objects.select_related("source__organisation", "action").filter(action__cite=review.cite)
    return [row for row in rows if int(row.budget_year) == YEAR and not row.in_kind]


@pytest.fixture
def funded(fundings):
    return {row.action_id: row.action for row in fundings if row.programmed or row.granted}


def summed(amounts):
    known = [amount for amount in amounts if amount is not None]
    return f"{sum(known, Decimal(0)):.2f}" if known else None


def is_of_policy(source):
    return "147" in source.label + source.detail


def test_money(review, contents, fundings, funded):
    policy = [row for row in fundings if is_of_policy(row.source)]
    sources = [row for row in FundingSource.objects.filter(cite=review.cite) if is_of_policy(row)]
    envelopes = [row for row in Envelope.objects.filter(source__in=sources) if int(row.budget_year) == YEAR]
    towns = [row for row in fundings if row.source.organisation.kind in TOWNS]
    assert contents["5.1"]["value"] == summed(row.notified for row in envelopes)
    assert contents["5.2"]["value"] == summed(row.committed for row in policy)
    assert contents["5.3"]["value"] == summed(row.paid for row in policy)
    assert contents["5.4"]["value"] == summed(row.granted for row in towns)
    assert contents["5.5"]["value"] == str(len(funded))
    assert {row[0] for row in contents["5.5"]["rows"]} == {str(action) for action in funded.values()}


def test_plan(review, contents, funded):
    kept = [row for row in Action.objects.filter(cite=review.cite, budget_year=YEAR) if row.pk in funded]
    gone = sum(row.status == "abandoned" for row in kept)
    renewed = sum(row.renews_id is not None and row.status != "abandoned" for row in kept)
    numbers = [int(word) for word in contents["2.1"]["value"].replace(",", "").split() if word.isdigit()]
    assert numbers == [len(kept) - gone - renewed, renewed, gone]
    by_objective = Counter(row.axis.national_objective for row in kept if row.axis and row.status != "abandoned")
    shown = [int(row[2]) for row in contents["2.2"]["rows"] if row[0] == "Objectif national"]
    assert sorted(number for number in shown if number) == sorted(by_objective.values())
    counted = Counter()
    for row in ReportReach.objects.filter(report__action__in=kept, report__state="validated", measure="persons"):
        if row.category in Public.values and row.reached is not None:
            counted[row.category] += row.reached
    said = contents["2.3"]["value"]
    assert said == (", ".join(f"{Public(key).label}\u00a0: {number}" for key, number in counted.items()) or None)


def test_governance(review, contents):
    cite = review.cite
    seats = Seat.objects.filter(side__cite=cite)
    assert {row[1] for row in contents["1.1"]["rows"]} == {seat.label for seat in seats}
    held = [
        row
        for row in Meeting.objects.filter(body__cite=cite, status__in=["closed", "published"])
        if row.starts_at.year == YEAR
    ]
    assert (contents["1.2"]["value"] is None) == (not held)
    members = BodyMember.objects.filter(body__cite=cite, mandate__side=None).select_related("mandate__organisation")
    assert {row[1] for row in contents["1.3"]["rows"]} == {row.mandate.organisation.name for row in members}
    national = [row for row in Exchange.objects.filter(cite=cite, kind="national") if row.held_on.year == YEAR]
    assert contents["3.1"]["value"] == str(len(national))
    events = CommunicationItem.objects.filter(cite=cite, support="event", state="done", done_on__year=YEAR)
    assert contents["4.1"]["value"] == str(len({row.title for row in events} - LATE))
    assert contents["6.2"]["value"] == str(Indicator.objects.filter(cite=cite, is_active=True).count())


def test_every_computed_question_is_derived_above(contents):
    derived = {"1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "3.1", "4.1", "5.1", "5.2", "5.3", "5.4", "5.5", "6.2"}
    assert set(contents) == derived


def test_three_formats(review):
    files = {link.file.format: render_review(link.file) for link in review.editions.get().files.select_related("file")}
    assert pdf_of(files["pdf"]).startswith(b"%PDF-")
    assert render_docx(files["docx"]).startswith(b"PK")
    assert files["xlsx"].startswith(b"PK")
