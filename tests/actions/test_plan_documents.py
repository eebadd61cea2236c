"""Catalogue, poster and leaflet: frozen, filtered, and nothing in a leaflet that a family may not read."""

import zipfile
from datetime import date
from io import BytesIO

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from actions import services
from actions.documents.plan import plan_context, render_plan
from actions.enums import ActionStatus, PlanDocument, SchoolZone, Scope
from actions.models import Action, HolidayPeriod, PlanEdition
from actions.plan_content import EVERYWHERE, plan_content
from actions.poster import density
from cite_educative.common.office import render_docx
from cite_educative.common.pdf import count_pages, render_pdf
from cite_educative.documents.models import GeneratedFile
from partners.enums import Role
from tests.actions import factories
from tests.factories import make_cite, make_commune, make_lead, make_organisation, make_user

DAY = date(2026, 11, 27)
PUBLISHED = "2026-05-01T10:00Z"


@pytest.fixture
def cite(db):
    return make_cite()


@pytest.fixture
def lead(cite):
    return make_lead(cite)


@pytest.fixture
def plan(cite, lead):
    """One published and retained, one retained only, one rejected, one draft."""
    commune = make_commune("Grande-Synthe")
    cite.communes.add(commune)
    holder = make_organisation("Les Mots", cite=cite, phone="03 28 00 00 00")
    axis = factories.make_axis(factories.make_programme(cite), "Conforter le rôle de l’école")
    retained = {"status": ActionStatus.RETAINED, "holder": holder, "axis": axis, "communes": [commune]}
    told = factories.make_action(
        cite,
        title="Lire ensemble",
        published_at=PUBLISHED,
        starts_on=date(2026, 2, 10),
        ends_on=date(2026, 3, 20),
        **retained,
    )
    kept = factories.make_action(cite, title="Encore secrète", **retained)
    factories.make_action(cite, title="Refusée", status=ActionStatus.REJECTED)
    factories.make_action(cite, title="Brouillon", status=ActionStatus.DRAFT, shared_at=PUBLISHED)
    state = factories.make_source(cite, "État – P147")
    factories.make_funding(told, state, requested="9876.50", programmed="8000", granted="7654.32")
    factories.make_funding(kept, state, requested="100")
    return told


def make(kind, cite, lead, actions=None, **fields):
    actions = Action.objects.visible_to(lead).filter(cite=cite) if actions is None else actions
    return services.make_plan_document(kind=kind, cite=cite, budget_year=2026, actor=lead, actions=actions, **fields)


def html_of(edition):
    return render_to_string(f"actions/print/{edition.kind}.html", plan_context(edition))


def test_the_catalogue_tells_each_action_and_its_money(plan, cite, lead):
    edition, _ = make(PlanDocument.CATALOGUE, cite, lead)
    html = html_of(edition)

    assert edition.content["count"] == 2
    assert edition.content["totals"] == ["9\u00a0976,50\u00a0€", "8\u00a0000\u00a0€", "7\u00a0654,32\u00a0€"]
    assert "Lire ensemble" in html
    assert "Encore secrète" in html
    assert "Refusée" not in html
    assert "Brouillon" not in html


def test_the_catalogue_opens_in_word(plan, cite, lead):
    edition, _ = make(PlanDocument.CATALOGUE, cite, lead)

    with zipfile.ZipFile(BytesIO(render_docx(html_of(edition)))) as archive:
        text = archive.read("word/document.xml").decode()

    assert "Lire ensemble" in text
    assert "7\u00a0654,32" in text


def test_the_leaflet_holds_what_is_published_and_no_amount(plan, cite, lead):
    edition, _ = make(PlanDocument.LEAFLET, cite, lead)
    html = html_of(edition)

    assert "Lire ensemble" in html
    assert "03 28 00 00 00" in html
    assert "Encore secrète" not in html
    assert "€" not in html
    assert "7654.32" not in str(edition.content)


def test_an_action_of_the_whole_territory_is_told_last(plan, cite, lead):
    Action.objects.filter(pk=plan.pk).update(scope=Scope.INTERCOMMUNAL)

    edition, _ = make(PlanDocument.LEAFLET, cite, lead)

    assert [place["name"] for place in edition.content["places"]] == [EVERYWHERE]


def test_the_leaflet_never_names_who_answers_for_an_action(plan, cite, lead):
    person = make_user(cite, Role.HOLDER, organisation=plan.holder).person
    Action.objects.filter(pk=plan.pk).update(contact=person)

    edition, _ = make(PlanDocument.LEAFLET, cite, lead)

    assert person.last_name not in html_of(edition)


def test_only_readers_of_all_money_see_catalogue_and_poster(plan, cite, lead):
    for kind in PlanDocument:
        make(kind, cite, lead)

    seen = {
        role: set(PlanEdition.objects.visible_to(make_user(cite, role)).values_list("kind", flat=True))
        for role in (Role.PILOT, Role.FINANCE, Role.HOLDER, Role.REFERENT, Role.PARTNER, Role.READER)
    }

    assert seen[Role.PILOT] == seen[Role.FINANCE] == set(PlanDocument.values)
    assert {frozenset(seen[role]) for role in (Role.HOLDER, Role.REFERENT, Role.PARTNER, Role.READER)} == {
        frozenset({PlanDocument.LEAFLET})
    }


def test_files_follow_their_document(plan, cite, lead):
    for kind in PlanDocument:
        make(kind, cite, lead)
    partner = make_user(cite, Role.PARTNER)

    assert set(GeneratedFile.objects.visible_to(partner).values_list("title", flat=True)) == {
        f"Plaquette pour le public 2026, {PlanEdition.objects.first().content['made_on']}"
    }


def test_the_same_document_is_made_once_until_something_changes(plan, cite, lead):
    first, _ = make(PlanDocument.POSTER, cite, lead)
    again, created = make(PlanDocument.POSTER, cite, lead)
    assert (again, created) == (first, False)

    Action.objects.filter(pk=plan.pk).update(ends_on=date(2026, 6, 30))

    assert make(PlanDocument.POSTER, cite, lead)[1]


def test_another_choice_of_actions_is_another_document(plan, cite, lead):
    make(PlanDocument.CATALOGUE, cite, lead)
    part = Action.objects.filter(pk=plan.pk)

    edition, created = make(PlanDocument.CATALOGUE, cite, lead, part, selection="Axe\u00a0: école")

    assert created
    assert edition.content["count"] == 1


# --- Poster ---------------------------------------------------------------------------------------


def test_the_poster_fills_the_half_months_of_an_action(plan, cite, lead):
    HolidayPeriod.objects.create(
        cite=cite,
        school_year=2025,
        zone=SchoolZone.B,
        label="Hiver",
        starts_on=date(2026, 2, 14),
        ends_on=date(2026, 3, 1),
    )
    content = make(PlanDocument.POSTER, cite, lead)[0].content

    told, kept = content["axes"][0]["rows"]
    filled = [rank for rank, is_filled in enumerate(told["filled"]) if is_filled]
    off = [half["is_holiday"] for column in content["columns"] for half in column["halves"]]
    assert filled == [2, 3, 4, 5]
    assert (kept["filled"], kept["when"]) == ([], "Sans date")
    assert [rank for rank, is_off in enumerate(off) if is_off] == [2, 3, 4]


@pytest.mark.parametrize(("number", "pages"), [(0, 1), (20, 1), (48, 1), (120, 2)])
def test_a_few_dozen_actions_fit_on_one_sheet(cite, lead, number, pages):
    axis = factories.make_axis(factories.make_programme(cite))
    for rank in range(number):
        factories.make_action(
            cite,
            title=f"Une action au titre assez long pour tenir sur une ligne, numéro {rank}",
            axis=axis,
            starts_on=date(2026, 1, 5),
        )

    edition, _ = make(PlanDocument.POSTER, cite, lead)
    html = html_of(edition)

    found = count_pages(render_pdf(html))
    assert found == pages if pages == 1 else found >= pages
    assert ("continue sur les suivantes" in html) == (pages > 1)


def test_density_says_when_one_sheet_is_not_enough():
    axes = [{"rows": [{}] * 30}, {"rows": [{}] * 30}]

    assert density(axes) == ""
    assert density(axes[:1]) == "moyen"


# --- Page -----------------------------------------------------------------------------------------


def test_the_page_makes_what_the_list_shows(client, plan, cite, lead):
    client.force_login(lead)
    url = reverse("actions:plan_documents")
    assert "Imprimer ces actions" in client.get(reverse("actions:list"), {"exercice": "2026"}).content.decode()

    client.post(url, {"nature": "catalogue", "filtres": "exercice=2026&q=ensemble"})

    edition = PlanEdition.objects.get()
    assert edition.content["count"] == 1
    assert "ensemble" in edition.selection


def test_a_leaflet_is_chosen_by_nothing_that_families_may_not_know(client, plan, cite, lead):
    client.force_login(lead)
    source = cite.funding_sources.first()

    client.post(
        reverse("actions:plan_documents"),
        {"nature": "leaflet", "filtres": f"exercice=2026&financeur={source.pk}&etape=programmee&q=lire"},
    )

    edition = PlanEdition.objects.get()
    assert source.label not in edition.selection
    assert "Étape" not in edition.selection
    assert "lire" in edition.selection


@pytest.mark.parametrize("kind", ["", "poster ", "x" * 500])
def test_an_unknown_document_is_refused(client, plan, lead, kind):
    client.force_login(lead)

    answer = client.post(reverse("actions:plan_documents"), {"nature": kind, "filtres": ""})

    assert answer.status_code == 302
    assert not PlanEdition.objects.exists()


def test_the_content_of_many_actions_takes_few_queries(cite, lead, django_assert_max_num_queries):
    for _ in range(30):
        factories.make_action(cite)
    actions = Action.objects.visible_to(lead).filter(cite=cite)

    with django_assert_max_num_queries(8):
        plan_content(PlanDocument.CATALOGUE, cite, 2026, user=lead, actions=actions, today=DAY)


def test_what_is_printed_is_what_was_frozen(plan, cite, lead):
    edition, _ = make(PlanDocument.CATALOGUE, cite, lead)
    Action.objects.filter(pk=plan.pk).update(summary="Changé depuis")

    assert "Changé depuis" not in render_plan(edition.files.first().file)
