import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import models
from django.template import Context, Engine
from django.test.utils import isolate_apps

from cite_educative.common.dates import (
    BudgetYear,
    BudgetYearField,
    BudgetYearFormField,
    SchoolYear,
    SchoolYearField,
    SchoolYearFormField,
    YearError,
    date_fr,
    parse_date_fr,
    period_fr,
    time_fr,
)

PARIS_NIGHT = datetime.datetime(2026, 6, 30, 23, 30, tzinfo=datetime.UTC)  # 1 July, 01:30 in Paris


def test_a_school_year_is_written_with_both_its_years():
    assert str(SchoolYear(2025)) == f"{SchoolYear(2025)}" == "2025-2026"
    assert Engine().from_string("{{ year }}").render(Context({"year": SchoolYear(2025)})) == "2025-2026"
    assert SchoolYear(2025) == 2025


def test_a_school_year_turns_on_the_first_of_september():
    assert SchoolYear.of(datetime.date(2026, 8, 31)) == SchoolYear(2025)
    assert SchoolYear.of(datetime.date(2026, 9, 1)) == SchoolYear(2026)
    assert SchoolYear(2025).start == datetime.date(2025, 9, 1)
    assert SchoolYear(2025).end == datetime.date(2026, 8, 31)


def test_a_budget_year_is_the_civil_year():
    assert BudgetYear.of(datetime.date(2026, 12, 31)) == BudgetYear(2026)
    assert str(BudgetYear(2026)) == "2026"
    assert BudgetYear(2026).end == datetime.date(2026, 12, 31)


@pytest.mark.parametrize("written", ["2025-2026", "2025/2026", "2025-26", "2025 – 2026", "2025", 2025])
def test_a_school_year_is_read_in_its_usual_writings(written):
    assert SchoolYear.parse(written) == SchoolYear(2025)


@pytest.mark.parametrize("written", ["2025-2027", "25-26", "1999", "2101", "abc", "", None, "2026-2025"])
def test_a_wrong_school_year_is_refused_in_french(written):
    with pytest.raises(YearError, match=r"^Année illisible"):
        SchoolYear.parse(written)


@pytest.mark.parametrize("written", ["26", "1999", "2101", "abc", "2026.5", "²"])
def test_a_wrong_budget_year_is_refused_in_french(written):
    with pytest.raises(YearError, match=r"^Année illisible"):
        BudgetYear.parse(written)
    with pytest.raises(ValidationError, match="Année illisible"):
        BudgetYearFormField().clean(written)


def test_forms_give_typed_years():
    assert isinstance(BudgetYearFormField().clean("2026"), BudgetYear)
    assert isinstance(SchoolYearFormField().clean("2025-2026"), SchoolYear)
    assert SchoolYearFormField(required=False).clean("") is None
    assert SchoolYearFormField().prepare_value(2025) == "2025-2026"


@pytest.fixture
def plans(make_table):
    with isolate_apps("cite_educative.common"):

        class Plan(models.Model):
            budget_year = BudgetYearField("année")
            school_year = SchoolYearField("année scolaire", null=True)

            class Meta:
                app_label = "common"

            def __str__(self):
                return str(self.budget_year)

    return make_table(Plan)


def test_the_database_gives_typed_years(plans):
    plans.objects.create(budget_year=2026, school_year=2025)

    plan = plans.objects.get(budget_year=BudgetYear(2026), school_year__gte=2025)

    assert repr((plan.budget_year, plan.school_year)) == "(BudgetYear(2026), SchoolYear(2025))"


def test_an_absurd_year_is_never_stored_and_finds_nothing(plans):
    with pytest.raises(YearError):
        plans.objects.create(budget_year=26)
    with pytest.raises(ValidationError):
        plans(budget_year=26).full_clean()
    assert not plans.objects.filter(budget_year=20_000).exists()


def test_dates_are_written_in_french():
    day = datetime.date(2026, 6, 1)

    assert date_fr(day) == "1er\u00a0juin\u00a02026"
    assert date_fr(day, weekday=True) == "lundi 1er\u00a0juin\u00a02026"
    assert date_fr(day, year=2026) == "1er\u00a0juin"
    assert date_fr(PARIS_NIGHT) == "1er\u00a0juillet\u00a02026"
    assert date_fr(None) == ""
    assert time_fr(datetime.time(14, 5)) == "14\u00a0h\u00a005"
    assert time_fr(PARIS_NIGHT) == "1\u00a0h\u00a030"
    assert time_fr(datetime.time(9)) == "9\u00a0h"


@pytest.mark.parametrize(
    ("start", "end", "written"),
    [
        ((2026, 6, 1), (2026, 6, 3), "du 1er au 3\u00a0juin\u00a02026"),
        ((2026, 5, 28), (2026, 6, 3), "du 28\u00a0mai au 3\u00a0juin\u00a02026"),
        ((2025, 12, 1), (2026, 1, 3), "du 1er\u00a0décembre\u00a02025 au 3\u00a0janvier\u00a02026"),
        ((2026, 6, 1), (2026, 6, 1), "le 1er\u00a0juin\u00a02026"),
        ((2026, 6, 1), None, "à partir du 1er\u00a0juin\u00a02026"),
        (None, (2026, 6, 1), "jusqu’au 1er\u00a0juin\u00a02026"),
        (None, None, ""),
    ],
)
def test_a_period_does_not_repeat_what_its_ends_share(start, end, written):
    assert period_fr(start and datetime.date(*start), end and datetime.date(*end)) == written


@pytest.mark.parametrize(
    "written",
    [
        *(
            "01/02/2026",
            "1/2/2026",
            "01-02-2026",
            "01.02.26",
            "2026-02-01",
            "2026-02-01 00:00:00",
            "2026-02-01T10:00:00Z",
        ),
        *(
            "1er février 2026",
            "le 1er FÉVRIER 2026",
            "dimanche 1er fevrier 2026",
            "1 févr. 2026",
            "1er\u00a0février\u00a02026",
        ),
        datetime.date(2026, 2, 1),
        datetime.datetime(2026, 1, 31, 23, 30, tzinfo=datetime.UTC),
    ],
)
def test_a_day_is_read_as_people_write_it(written):
    assert parse_date_fr(written) == datetime.date(2026, 2, 1)


@pytest.mark.parametrize(
    "written", ["", None, "31/02/2026", "juin 2026", "2026", "courant mai", "12 brumaire 2026", "1/1/0001"]
)
def test_what_is_no_single_day_is_none(written):
    assert parse_date_fr(written) is None
