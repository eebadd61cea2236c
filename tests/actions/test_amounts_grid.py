"""Several amounts at once, typed or pasted; the money tab: history, last year beside, the part of each."""

from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from actions.enums import ActionStatus, EntryKind, Step
from actions.finances.amounts_paste import read_amounts
from actions.finances.pasting import PasteError
from actions.finances.shares import shares_of
from actions.models import Funding, FundingEntry
from partners.enums import OrganisationKind, Part, Role
from tests.actions import factories

DRAFT = {"status": ActionStatus.DRAFT, "shared_at": "2026-01-05T10:00Z"}


@pytest.fixture
def holder(builders, cite):
    return builders.make_organisation("Les Ateliers", cite=cite)


@pytest.fixture
def action(cite, holder):
    return factories.make_action(cite, holder=holder, title="Radio", **DRAFT)


@pytest.fixture
def state(cite):
    return factories.make_source(cite, "État – P147", short_label="État")


@pytest.fixture
def town(cite):
    return factories.make_source(cite, "Ville de Dunkerque", circuit="commune")


@pytest.fixture
def page(sign_in, lead):
    return sign_in(lead)


def url(action):
    return reverse("actions:amounts", args=[action.pk])


def opened(client, action):
    form = client.get(url(action)).context["form"]
    return {field.html_name: field.value() for field in form if field.value() not in (None, "", False)}


def test_several_amounts_are_entered_at_once_each_with_its_entry(page, action, state, town):
    factories.make_funding(action, state, requested="500")
    data = opened(page, action) | {
        f"a-{state.pk}-requested": "500", f"a-{state.pk}-paid": "200,50", f"a-{town.pk}-requested": "80", "on": "2026-02-03",
    }  # fmt: skip

    page.post(url(action), data)

    entries = FundingEntry.objects.filter(fact_on="2026-02-03").order_by("pk")
    assert [(entry.funding.source, entry.step, entry.after) for entry in entries] == [
        (state, Step.PAID, Decimal("200.50")),
        (town, Step.REQUESTED, Decimal("80")),
    ]
    assert {entry.kind for entry in entries} == {EntryKind.ENTRY}


def test_the_grid_never_programmes_nor_grants(page, action, state):
    fields = page.get(url(action)).context["form"].fields
    assert f"a-{state.pk}-programmed" not in fields
    assert f"a-{state.pk}-granted" not in fields

    page.post(url(action), opened(page, action) | {f"a-{state.pk}-granted": "5", f"a-{state.pk}-paid": "3"})

    funding = Funding.objects.get()
    assert (funding.granted, funding.programmed, funding.paid) == (None, None, Decimal("3"))


def test_a_step_that_the_circuit_has_not_is_not_asked(page, action, state, town):
    fields = page.get(url(action)).context["form"].fields

    assert f"a-{state.pk}-committed" in fields
    assert f"a-{town.pk}-committed" not in fields


def test_a_holder_enters_its_requests_only_and_nothing_once_filed(sign_in, builders, cite, holder, action, state):
    client = sign_in(builders.make_user(cite, Role.HOLDER, organisation=holder))
    data = opened(client, action) | {f"a-{state.pk}-requested": "12", f"a-{state.pk}-paid": "12"}
    client.post(url(action), data)
    funding = Funding.objects.get()
    assert (funding.requested, funding.paid) == (Decimal("12"), None)

    action.status, action.code, action.submitted_on = ActionStatus.SUBMITTED, "CE26-900", "2026-01-05"
    action.save()
    assert client.get(url(action)).status_code == 403


def test_an_amount_is_not_withdrawn_by_mistake(page, action, state, text_of):
    factories.make_funding(action, state, requested="500")
    data = opened(page, action)
    del data[f"a-{state.pk}-requested"]

    assert "Ce montant était connu" in text_of(page.post(url(action), data))
    assert Funding.objects.get().requested == Decimal("500")

    page.post(url(action), data | {"withdraw": "on"})
    assert Funding.objects.get().requested is None


def test_bad_input_writes_nothing(page, action, state, town, text_of):
    data = opened(page, action) | {
        f"a-{state.pk}-requested": "12", f"a-{town.pk}-requested": "beaucoup", f"a-{town.pk}-paid": "-4", "on": "2999-01-01",
    }  # fmt: skip

    text = text_of(page.post(url(action), data))

    assert "3 points sont à corriger" in text
    assert not Funding.objects.exists()


def test_two_people_on_the_grid_see_both_versions(page, action, state, text_of):
    mine = opened(page, action) | {f"a-{state.pk}-requested": "12"}
    factories.make_funding(action, state, requested="34")

    conflict = page.post(url(action), mine)

    assert conflict.status_code == 409
    assert "34,00 €" in text_of(conflict)
    assert Funding.objects.get().requested == Decimal("34")
    again = {
        field.html_name: field.value() for field in conflict.context["form"] if field.value() not in (None, "", False)
    }
    assert page.post(url(action), again).status_code == 302
    assert Funding.objects.get().requested == Decimal("12")


def test_a_pasted_table_fills_the_grid_and_saves_nothing_yet(page, action, state, town, text_of):
    pasted = "Financeur\tDemandé\tVersé\tAccordé\nÉtat\t1 200,50\t–\t900\nVille de Dunkerque\t80\t\nRégion\t5"

    preview = page.post(url(action), opened(page, action) | {"pasted": pasted, "coller": "1"})

    text = text_of(preview)
    assert "2 montants lus" in text
    assert "l’accordé vient de l’acte du financeur." in text
    assert "Ligne 4, « Région | 5 » : aucun financeur de la Cité" in text
    assert not Funding.objects.exists()
    sent = {
        field.html_name: field.value() for field in preview.context["form"] if field.value() not in (None, "", False)
    }
    page.post(url(action), sent)
    assert {row.source: row.requested for row in Funding.objects.all()} == {
        state: Decimal("1200.50"),
        town: Decimal("80"),
    }


def test_without_a_first_row_the_columns_are_those_of_the_grid(state, town):
    steps = {state: [Step.REQUESTED, Step.PROPOSED, Step.PAID], town: [Step.REQUESTED, Step.PAID]}

    read = read_amounts(
        "ETAT - p147\t10\t\t30\nVille de dunkerque\t1\t2", steps, [Step.REQUESTED, Step.PROPOSED, Step.PAID]
    )

    assert read.amounts == {
        (state, Step.REQUESTED): Decimal(10),
        (state, Step.PAID): Decimal(30),
        (town, Step.REQUESTED): Decimal(1),
    }
    assert [one.why for one in read.unread] == ["le proposé ne se saisit pas pour lui."]


@pytest.mark.parametrize("pasted", ["", "a\tb\n" * 10_000, "=A1\t3", "État\x00\t3", "État\t-3", "x" * 200_000])
def test_a_hostile_paste_gets_a_sentence(page, action, state, pasted):
    answer = page.post(url(action), {"pasted": pasted, "coller": "1"})

    assert answer.status_code == 200
    assert "avis-error" in answer.content.decode() or "Aucun montant n’a été lu" in answer.content.decode()
    assert not Funding.objects.exists()


@given(st.text(max_size=300))
def test_any_text_is_read_without_failing(text):
    try:
        read = read_amounts(text, {}, [Step.REQUESTED])
    except PasteError:
        return
    assert read.amounts == {}


# --- The money tab --------------------------------------------------------------------------------


def money(client, action, query=""):
    return client.get(reverse("actions:money", args=[action.pk]) + query)


def test_the_history_of_one_amount_is_one_click_away(page, action, state, town):
    one = factories.make_funding(action, state, requested="500", paid="20")
    factories.make_funding(action, town, requested="80")

    whole = money(page, action)
    assert f"?montant={one.pk}-paid#ecritures" in whole.content.decode()
    assert len(whole.context["ledger"]) == 3

    history = money(page, action, f"?montant={one.pk}-paid").context["ledger"]
    assert [(line["source"], line["step"], line["after"]) for line in history] == [
        ("État – P147", "versé", "20,00\u00a0€")
    ]
    assert len(money(page, action, "?montant=x").context["ledger"]) == 3


def test_an_amount_corrected_before_is_not_corrected_again_in_its_history(page, action, state):
    """The page of one amount says as the whole page which entry may be corrected."""
    one = factories.make_funding(action, state, requested="500")
    one.record(Step.REQUESTED, Decimal("6"), kind=EntryKind.ENTRY, on=factories.FACT, actor=action.created_by)

    history = money(page, action, f"?montant={one.pk}-requested").context["ledger"]

    assert [line["pk"] is None for line in history] == [False, True]


def test_last_year_stands_beside_each_funder(sign_in, builders, cite, holder, lead, action, state, text_of):
    before = factories.make_action(cite, holder=holder, budget_year=2025)
    factories.make_funding(before, state, year=2025, requested="321", programmed="222.22", proposed="111.11")
    action.renews = before
    action.save()
    factories.make_funding(action, state, requested="400", programmed="10")

    assert "2025 : 222,22 €" in text_of(money(sign_in(lead), action))
    client = sign_in(builders.make_user(cite, Role.HOLDER, organisation=holder))
    text = text_of(money(client, action))
    assert "2025 : 321,00 €" in text
    assert "222,22" not in text
    assert "111,11" not in text


def test_the_part_of_each_and_the_public_part_of_the_cost(builders, cite, action, state, town):
    family = builders.make_organisation("CAF", cite=cite, part=Part.FUNDER, kind=OrganisationKind.FAMILY_FUND)
    caf = factories.make_source(cite, "CAF", circuit="family_fund", organisation=family)
    friend = builders.make_organisation("Mécène", cite=cite, part=Part.FUNDER, kind=OrganisationKind.COMPANY)
    gift = factories.make_source(cite, "Mécène", circuit="other", organisation=friend)
    for source, amount in ((state, "500"), (town, "250"), (caf, "150"), (gift, "100")):
        factories.make_funding(action, source, requested=amount)
    factories.make_funding(action, factories.make_source(cite), in_kind=True, requested="9999")
    action.total_cost = Decimal("1000")
    read = [(funding, frozenset(Step)) for funding in Funding.objects.select_related("source__organisation")]

    shares = shares_of(action, read, 2026)

    assert [(label, parts[0].text, parts[0].share) for label, parts in shares.rows] == [
        ("État", "500,00\u00a0€", "50\u00a0%"),
        ("Collectivités", "250,00\u00a0€", "25\u00a0%"),
        ("Autres", "250,00\u00a0€", "25\u00a0%"),
    ]
    assert "900,00\u00a0€, fait 90\u00a0% du coût total" in shares.remarks[0]
    assert shares.remarks[0].endswith("plus que le repère de 80\u00a0%.")


def test_a_holder_reads_no_share_of_what_is_not_released(sign_in, builders, cite, holder, action, state, text_of):
    factories.make_funding(action, state, requested="400", granted="123.45", programmed="123.45")
    client = sign_in(builders.make_user(cite, Role.HOLDER, organisation=holder))

    assert "123,45" not in text_of(money(client, action))
    factories.release(state)
    assert "123,45" in text_of(money(client, action))
