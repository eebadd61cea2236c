"""The bench measures what it says, on data of its own."""

import pytest

from actions.models import Funding, FundingEntry
from cite_educative.home.bench.data import build_cite
from cite_educative.home.bench.figures import add_figures
from cite_educative.home.bench.meetings import add_meetings
from cite_educative.home.bench.pages import FEW, MANY, NORMAL, PAGES, Measure, measure_pages
from cite_educative.home.bench.report import aligned, verdicts
from cite_educative.home.bench.scratch import environment


def measures(*, few=10, normal=10, many=10, limit=15, error=""):
    return [
        vars(Measure("Actions", size, limit, queries=queries, median=0.2, bare=0.1, plain=0.15, error=error))
        for size, queries in ((FEW, few), (NORMAL, normal), (MANY, many))
    ]


@pytest.mark.parametrize(
    ("figures", "why"),
    [
        ({}, ""),
        ({"few": 8}, ""),
        ({"limit": 9}, "more than 9 queries"),
        ({"many": 11}, "queries grow with the rows"),
        ({"few": 7}, "only 7 queries with few rows"),
        ({"error": "no address x"}, "no address x"),
    ],
)
def test_a_page_fails_when_its_queries_break_the_promise(figures, why):
    [page] = verdicts(measures(**figures))

    assert page["why"] == why
    assert page["verdict"] == ("FAIL" if why else "PASS")


def test_figures_are_aligned_to_the_right():
    assert aligned(("Page", "ms", "Verdict"), [("Home", "1.5", "PASS")]).splitlines() == [
        "Page   ms  Verdict",
        "------------------",
        "Home  1.5  PASS",
    ]


def test_a_probe_opens_neither_the_users_data_nor_the_users_queue(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL_FILE", "/run/secrets/database")
    monkeypatch.setenv("BROKER_URL", "redis://production")

    given = environment(tmp_path, "sqlite:////scratch")

    assert given["DATABASE_URL"] == "sqlite:////scratch"
    assert given["DATA_DIR"] == str(tmp_path)
    assert not given["BROKER_URL"]
    assert "DATABASE_URL_FILE" not in given


@pytest.mark.django_db
def test_every_page_is_measured_on_scratch_data_that_the_ledger_explains():
    plan = build_cite(FEW)
    add_meetings(plan)
    add_figures(plan)

    found = measure_pages(2, sizes=[FEW])

    assert [(page["label"], page["error"]) for page in found] == [(page.label, "") for page in PAGES]
    assert all(page["queries"] <= (page["limit"] or page["queries"]) for page in found)
    assert Funding.objects.sums("programmed") == {
        "programmed": sum(entry.after for entry in FundingEntry.objects.filter(step="programmed"))
    }
