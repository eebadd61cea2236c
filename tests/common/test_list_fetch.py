"""Lists that find their keys first: same rows, same order, same export, and rows written without the engine."""

import csv
import io
from types import SimpleNamespace

import pytest
from django.template import engines
from django.test import RequestFactory

from cite_educative.common.tables import Column, ListPage
from partners.models import Commune
from tests.factories import make_commune

pytestmark = pytest.mark.django_db
COLUMNS = [
    Column("name", "Nom", sort="name"),
    Column("code", "Code", css="sans-mot"),
    Column("size", "Taille", kind="count"),
]


def listing(query="", **options):
    asked = []

    def fetch(keys):
        asked.append(list(keys))
        return reversed(list(Commune.objects.filter(pk__in=keys)))

    request = RequestFactory().get(f"/communes/{query}")
    made = ListPage(
        request,
        Commune.objects.all(),
        COLUMNS,
        fetch=fetch,
        row=lambda one: {"key": one.pk, "name": one.name, "code": one.insee_code, "notes": {"code": "<b>"}},
        default_sort="name",
        per_page=2,
        **options,
    )
    return made, asked


def test_a_page_fetches_its_own_rows_in_the_order_of_the_list():
    for name in ("Coudekerque", "Armbouts", "Bourbourg"):
        make_commune(name)

    made, asked = listing("?tri=-name")

    assert [row.cells[0].text for row in made.rows] == ["Coudekerque", "Bourbourg"]
    assert [len(keys) for keys in asked] == [2]


def test_an_export_fetches_every_row():
    for name in ("Coudekerque", "Armbouts", "Bourbourg"):
        make_commune(name)

    made, _ = listing("?format=csv")

    text = made.export().getvalue().decode().removeprefix("\ufeff")
    assert [row[0] for row in csv.reader(io.StringIO(text), delimiter=";")] == [
        *("Nom", "Armbouts", "Bourbourg", "Coudekerque"),
    ]


def test_rows_are_escaped_and_have_a_box_when_they_may_be_chosen():
    commune = make_commune("<script>")
    made, _ = listing()
    template = engines["django"].from_string("{% list_rows listing selects %}")

    html = template.render({"listing": made, "selects": True})

    assert "<script>" not in html
    assert f'value="{commune.pk}" form="lot"' in html
    assert '<td class="m "' in html
    assert '<span class="sous">&lt;b&gt;</span>' in html
    assert 'data-mot="Code"' not in html
    assert 'type="checkbox"' not in template.render({"listing": made, "selects": False})


def test_a_select_of_a_filter_is_escaped_and_keeps_what_was_chosen():
    field = SimpleNamespace(
        value=lambda: "2",
        field=SimpleNamespace(choices=[("", "Tous"), (2, "<b>")]),
        errors=["x"],
        html_name="axe",
        id_for_label="id_axe",
    )

    html = engines["django"].from_string("{% filter_select field %}").render({"field": field})

    assert '<option value="2" selected>&lt;b&gt;</option>' in html
    assert 'class="form-select is-invalid" name="axe" id="id_axe" aria-invalid="true"' in html
