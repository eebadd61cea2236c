from urllib.parse import parse_qs, urlsplit

import django_filters
import pytest
from django.db import models
from django.db.models import Count, Sum
from django.template.loader import render_to_string
from django.test.utils import isolate_apps
from django.utils import timezone

from cite_educative.common.money import ZERO, MoneyField, MoneyFormField, euros
from cite_educative.common.tables import Column, ListPage

KINDS = [("school", "École"), ("sport", "Sport"), ("art", "Art")]
COLUMNS = [
    Column("title", "Intitulé", sort="title"),
    Column("kind", "Type"),
    Column("amount", "Montant", kind="money", sort="amount", total=True),
    Column("internal", "Interne", export=False),
]


class AmountFilter(django_filters.Filter):
    field_class = MoneyFormField


@pytest.fixture
def grants(make_table):
    with isolate_apps("cite_educative.common"):

        class Grant(models.Model):
            title = models.CharField(max_length=50)
            kind = models.CharField(max_length=10, choices=KINDS)
            amount = MoneyField(null=True)
            on = models.DateField(default=timezone.localdate)

            class Meta:
                app_label = "common"

            def __str__(self):
                return str(self.title)

    make_table(Grant)
    Grant.objects.bulk_create(
        Grant(title=f"Action {number:03}", kind=KINDS[number % 3][0], amount=number * 100 if number else None)
        for number in range(120)
    )
    return Grant


@pytest.fixture
def listing(grants, rf):
    class GrantFilter(django_filters.FilterSet):
        q = django_filters.CharFilter(field_name="title", lookup_expr="icontains", label="Recherche")
        kind = django_filters.MultipleChoiceFilter(choices=KINDS, label="Type")
        amount_min = AmountFilter(field_name="amount", lookup_expr="gte", label="Montant minimal")
        on = django_filters.DateFromToRangeFilter(label="Date")

        class Meta:
            model = grants
            fields = []

    def make(query="", **options):
        defaults = {
            "row": lambda grant: {
                "title": grant.title,
                "kind": grant.get_kind_display(),
                "amount": euros(grant.amount),
                "url": f"/actions/{grant.pk}/",
            },
            "values": lambda grant: {"title": grant.title, "kind": grant.kind, "amount": grant.amount},
            "totals": {"amount": Sum("amount")},
            "default_sort": "title",
            "filterset": GrantFilter,
            "noun": ("action", "actions"),
        }
        return ListPage(rf.get(f"/liste/{query}"), grants.objects.all(), COLUMNS, **{**defaults, **options})

    return make


def query_of(url):
    return parse_qs(urlsplit(url).query)


def test_a_page_costs_one_count_one_sum_and_one_page(listing, django_assert_num_queries):
    with django_assert_num_queries(3):
        page = listing()
        assert (len(page.rows), page.count_text) == (50, "120 actions")
        assert [(total.label, total.text) for total in page.sums] == [("Montant", "714\u00a0000\u00a0€")]
        assert (page.pagination.pages, page.headers[0].aria_sort, page.errors) == (3, "ascending", [])


def test_a_row_is_made_of_ready_cells_and_its_first_one_is_the_link(listing):
    page = listing("?q=action 001")

    row = page.rows[0]

    assert row.url == row.cells[0].url != ""
    assert [(cell.key, cell.text, cell.url == "") for cell in row.cells] == [
        ("title", "Action 001", False),
        ("kind", "Sport", True),
        ("amount", "100,00\u00a0€", True),
        ("internal", "", True),
    ]
    assert [cell.text for cell in page.total_cells] == ["", "", "100\u00a0€", ""]


def test_sums_are_those_of_what_is_filtered_not_of_the_page(listing):
    page = listing("?kind=sport&page=1", per_page=10)

    assert page.count_text == "40 actions"
    assert page.totals == {"amount": sum(range(1, 120, 3)) * 100}


def test_sorting_reads_the_address_and_offers_the_reverse(listing):
    page = listing("?tri=-amount&q=action&page=2")
    title, kind, amount, _ = page.headers

    assert page.rows[0].cells[0].text == "Action 069"
    assert (title.aria_sort, kind.aria_sort, amount.aria_sort) == ("none", "", "descending")
    assert kind.url == ""
    assert query_of(title.url) == {"q": ["action"], "tri": ["title"]}
    assert query_of(amount.url) == {"q": ["action"], "tri": ["amount"]}
    assert query_of(listing("?tri=amount").headers[2].url) == {"tri": ["-amount"]}


@pytest.mark.parametrize("direction", ["", "-"])
def test_unknown_amounts_come_last_both_ways(listing, direction):
    page = listing(f"?tri={direction}amount", per_page=200)

    assert page.rows[-1].cells[0].text == "Action 000"


def test_equal_rows_keep_a_stable_order_over_pages(listing, grants):
    grants.objects.update(amount=ZERO)

    seen = [row.url for number in (1, 2, 3) for row in listing(f"?tri=amount&page={number}").rows]

    assert len(set(seen)) == 120


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?tri=password", "Le tri «\u00a0password\u00a0» n’existe pas"),
        ("?tri=kind", "Le tri «\u00a0kind\u00a0» n’existe pas"),
        ("?tri=--title", "n’existe pas"),
        ("?page=abc", "La page «\u00a0abc\u00a0» n’existe pas"),
        ("?page=0", "voici la première"),
        ("?page=-1", "voici la première"),
        ("?page=99", "La page 99 n’existe pas\u00a0: voici la dernière."),
        ("?page=99999999999999999999", "voici la première"),
        ("?page=²", "voici la première"),
        ("?format=exe", "Le format «\u00a0exe\u00a0» n’existe pas"),
    ],
)
def test_what_the_address_has_wrong_is_said_and_rows_are_shown(listing, query, sentence):
    page = listing(query)

    assert page.rows
    assert len(page.errors) == 1
    assert sentence in page.errors[0]


@pytest.mark.parametrize("query", ["?kind=nothing", "?amount_min=n.c.", "?on_after=31/02/2026", "?q=%00"])
def test_an_unreadable_filter_shows_nothing_rather_than_everything(listing, query):
    page = listing(query)

    assert (page.rows, page.count, page.badges) == ([], 0, [])
    assert page.is_filtered
    assert page.errors
    assert query_of(page.clear_url) == {}


def test_each_active_filter_is_a_badge_that_removes_itself(listing):
    query = "?q=action&kind=sport&kind=art&amount_min=1+000&on_after=2026-01-01&on_before=2099-12-31"
    page = listing(f"{query}&tri=amount&page=1&annee=2026")

    assert [(badge.label, badge.text) for badge in page.badges] == [
        ("Recherche", "action"),
        ("Type", "Sport"),
        ("Type", "Art"),
        ("Montant minimal", "1\u00a0000,00\u00a0€"),
        ("Date", "du 1er\u00a0janvier\u00a02026 au 31\u00a0décembre\u00a02099"),
    ]
    assert query_of(page.badges[1].remove_url)["kind"] == ["art"]
    assert "q" not in query_of(page.badges[0].remove_url)
    assert not {"on_after", "on_before", "page"} & set(query_of(page.badges[4].remove_url))
    assert query_of(page.clear_url) == {"tri": ["amount"], "annee": ["2026"]}
    assert page.hidden == [{"name": "tri", "value": "amount"}, {"name": "annee", "value": "2026"}]


def test_without_filter_there_is_no_badge(listing):
    page = listing("?q=&kind=")

    assert (page.badges, page.is_filtered) == ([], False)


def test_page_links_keep_the_filters(listing):
    pagination = listing("?q=action&page=2", per_page=10).pagination

    assert (pagination.number, pagination.pages, pagination.first, pagination.last) == (2, 12, 11, 20)
    assert query_of(pagination.previous_url) == {"q": ["action"]}
    assert query_of(pagination.next_url) == {"q": ["action"], "page": ["3"]}
    assert [(link.label, link.current) for link in pagination.links][:4] == [
        ("1", False),
        ("2", True),
        ("3", False),
        ("…", False),
    ]
    assert pagination.links[3].url == ""


def test_an_export_holds_all_that_is_filtered_in_the_order_shown(listing, django_assert_num_queries):
    with django_assert_num_queries(2):
        page = listing("?kind=sport&tri=-amount&page=2&format=csv", per_page=10)
        lines = page.export().getvalue().decode("utf-8-sig").splitlines()

    assert lines[0] == "Intitulé;Type;Montant"
    assert lines[1] == "Action 118;sport;11800,00"
    assert len(lines) == 1 + 40 + 1
    assert lines[-1] == "Total;;238000,00"
    assert [query_of(link.url)["format"] for link in listing("?kind=sport").export_links] == [["xlsx"], ["csv"]]


def test_an_export_is_named_after_its_day(listing):
    response = listing("?format=xlsx", filename="actions").export()

    assert response["Content-Disposition"] == f'attachment; filename="actions-{timezone.localdate()}.xlsx"'
    assert response.content.startswith(b"PK")


def test_totals_may_be_computed_by_a_function_and_count_things(listing):
    columns_of = {"totals": lambda queryset: queryset.aggregate(amount=Count("pk"))}

    assert listing("?kind=sport", **columns_of).totals == {"amount": 40}


def test_a_list_without_filters_or_totals_works(listing):
    page = listing("?q=anything", filterset=None, totals=None)

    assert (page.form, page.sums, page.total_cells, page.badges) == (None, [], [], [])
    assert page.count == 120


def test_the_list_is_drawn_with_its_sums_its_badges_and_its_links(listing):
    page = listing("?kind=sport&tri=-amount", title="Actions", per_page=10)

    html = render_to_string("common/includes/_table.html", {"listing": page})

    assert "40 actions" in html
    assert 'aria-sort="descending"' in html
    assert "238\u00a0000\u00a0€" in html
    assert "Action 118" in html
    assert all(badge.text in html for badge in page.badges)
    assert "format=xlsx" in html


def test_an_empty_list_is_drawn_too(listing):
    assert "Tout effacer" in render_to_string("common/includes/_table.html", {"listing": listing("?q=zzz")})
