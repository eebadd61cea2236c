"""The page of the budget: who reads and writes it, the paste and its preview, conflicts, last year beside."""

from datetime import date
from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from actions import services
from actions.edition_content import edition_content
from actions.enums import ActionStatus
from actions.finances.budget import Line, budget_of
from actions.sheet import get_sheet_action
from partners.enums import Part, Role
from tests.actions import factories


@pytest.fixture
def holder(builders, cite):
    return builders.make_organisation("Les Ateliers", cite=cite)


@pytest.fixture
def action(cite, holder):
    return factories.make_action(
        cite, holder=holder, title="Radio", status=ActionStatus.DRAFT, shared_at="2026-01-05T10:00Z"
    )


@pytest.fixture
def page(sign_in, lead):
    return sign_in(lead)


def url(action, query=""):
    return reverse("actions:budget", args=[action.pk]) + query


def write(action, *lines, year=2026):
    lines = [Line(code, Decimal(amount), *words) for code, amount, *words in lines]
    services.save_budget(action, budget_year=year, lines=lines, actor=action.created_by)


def opened(client, action):
    """What the form sends when nothing is changed."""
    form = client.get(url(action)).context["form"]
    return {field.html_name: field.value() for field in form if field.value() not in (None, "")}


def file(action):
    action.status, action.code, action.submitted_on = ActionStatus.SUBMITTED, "CE26-900", date(2026, 1, 5)
    action.save()


def test_the_budget_is_written_line_by_line_and_said_balanced(page, action, text_of):
    data = opened(page, action) | {
        "m-604-0": "1 000,50", "m-74etat-0": "600", "p-74etat-0": "Préfecture", "m-74com-0": "400,50",
    }  # fmt: skip

    said = page.post(url(action), data, follow=True)

    text = text_of(said)
    assert "Le budget 2026 est enregistré : il est équilibré." in text
    assert "Le budget est équilibré." in text
    kept = budget_of(action, 2026)
    assert [(line.code, line.planned, line.precision) for line in kept.lines] == [
        ("604", Decimal("1000.50"), ""),
        ("74etat", Decimal("600"), "Préfecture"),
        ("74com", Decimal("400.50"), ""),
    ]
    assert "m-74etat-1" in said.context["form"].fields


def test_a_budget_that_does_not_balance_is_saved_and_said_so(page, action, text_of):
    text = text_of(page.post(url(action), opened(page, action) | {"m-604-0": "100", "m-756-0": "40"}, follow=True))

    assert "Charges et produits ne s’équilibrent pas : il manque 60,00 € de produits." in text


def test_bad_amounts_get_a_sentence_keep_what_was_typed_and_write_nothing(page, action, text_of):
    data = opened(page, action) | {
        "m-604-0": "beaucoup", "m-601-0": "-5", "p-74com-0": "Dunkerque", "p-74etat-0": "a\x00b", "m-613-0": "77",
    }  # fmt: skip

    text = text_of(page.post(url(action), data))

    assert "4 points sont à corriger" in text
    assert "Montant illisible" in text
    assert "Le montant ne peut pas être négatif." in text
    assert "Écrivez le montant de cette ligne, 0 si rien n’est prévu." in text
    assert 'value="beaucoup"' in text
    assert 'value="77"' in text
    assert not action.budget_lines.exists()


def test_the_total_cost_is_typed_when_the_charges_are_not_detailed(page, action):
    page.post(url(action), opened(page, action) | {"total_cost": "1 500"})
    action.refresh_from_db()
    assert action.total_cost == Decimal("1500")

    page.post(url(action), opened(page, action) | {"m-60-0": "20", "total_cost": "9"})
    action.refresh_from_db()
    assert action.total_cost == Decimal("20")


def test_a_holder_writes_its_draft_and_once_filed_reads_it(sign_in, builders, cite, holder, action, text_of):
    client = sign_in(builders.make_user(cite, Role.HOLDER, organisation=holder))
    assert client.post(url(action), opened(client, action) | {"m-604-0": "12,34"}).status_code == 302

    file(action)
    read = client.get(url(action))
    assert read.context["form"] is None
    assert "12,34 €" in text_of(read)
    assert client.post(url(action), {"m-604-0": "99"}).status_code == 403
    assert budget_of(action, 2026).balance.charges == Decimal("12.34")


def test_a_partner_finds_nothing_even_of_a_published_action(sign_in, builders, cite, action):
    write(action, ("604", "4321.09"))
    file(action)
    action.published_at = "2026-02-01T10:00Z"
    action.save()
    outsider = builders.make_organisation("Médiathèque", cite=cite, part=Part.ASSOCIATED)
    client = sign_in(builders.make_user(cite, Role.PARTNER, organisation=outsider))

    assert client.get(url(action)).status_code == 404
    for name in ("detail", "money"):
        assert "4\u00a0321,09" not in client.get(reverse(f"actions:{name}", args=[action.pk])).content.decode()


def test_two_people_on_it_see_both_versions_and_one_may_keep_hers(page, action, text_of):
    mine, theirs = opened(page, action), opened(page, action)
    page.post(url(action), theirs | {"m-604-0": "100"})

    conflict = page.post(url(action), mine | {"m-604-0": "250", "m-756-0": "7"})

    text = text_of(conflict)
    assert conflict.status_code == 409
    assert "250,00 €" in text
    assert "100,00 €" in text
    assert budget_of(action, 2026).balance.charges == Decimal("100")
    again = {field.html_name: field.value() for field in conflict.context["form"] if field.value() not in (None, "")}
    assert page.post(url(action), again).status_code == 302
    assert budget_of(action, 2026).balance.charges == Decimal("250")


def test_a_paste_is_shown_before_it_is_saved(page, action, text_of):
    write(action, ("613", "30"), ("604", "1"))
    data = opened(page, action) | {"pasted": "604 Prestations\t1 200,50\nLicorne\t12", "coller": "1", "m-616-0": "8"}

    preview = page.post(url(action), data)

    text = text_of(preview)
    assert preview.status_code == 200
    assert "1 ligne reconnue, 1 200,50 € en tout" in text
    assert "Ligne 2, « Licorne | 12 »" in text
    assert budget_of(action, 2026).balance.charges == Decimal("31")
    form = preview.context["form"]
    sent = {field.html_name: field.value() for field in form if field.value() not in (None, "")}
    page.post(url(action), sent)
    kept = {line.code: line.planned for line in budget_of(action, 2026).lines}
    assert kept == {"604": Decimal("1200.50"), "613": Decimal("30"), "616": Decimal("8")}


def test_a_paste_may_begin_from_an_empty_table(page, action):
    write(action, ("613", "30"))
    data = opened(page, action) | {"pasted": "604\t12", "coller": "1", "everything": "1"}

    form = page.post(url(action), data).context["form"]

    assert [line.code for line in form.shown] == ["604"]


def test_a_pasted_budget_does_not_write_over_what_somebody_saved_meanwhile(page, action):
    old = opened(page, action)
    write(action, ("613", "30"))

    form = page.post(url(action), old | {"pasted": "604\t12", "coller": "1"}).context["form"]
    sent = {field.html_name: field.value() for field in form if field.value() not in (None, "")}

    assert page.post(url(action), sent).status_code == 409


@pytest.mark.parametrize("pasted", ["", "60\t1\n" * 10_000, "x" * 200_000, "60 Achats\x00\t3", "=1+1\t2"])
def test_a_hostile_paste_gets_a_sentence(page, action, pasted):
    answer = page.post(url(action), {"pasted": pasted, "coller": "1"})

    assert answer.status_code == 200
    assert "avis-error" in answer.content.decode() or "n’a été reconnue" in answer.content.decode()
    assert not action.budget_lines.exists()


def test_many_lines_of_one_funder_are_all_kept(page, action):
    """More than the form would offer by itself."""
    pasted = "\n".join(f"74com : Commune {rank}\t{rank}" for rank in range(1, 41))
    form = page.post(url(action), {"pasted": pasted, "coller": "1"}).context["form"]

    sent = {field.html_name: field.value() for field in form if field.value() not in (None, "")}
    page.post(url(action), sent)

    assert budget_of(action, 2026).subsidies == Decimal(sum(range(1, 41)))


def test_last_year_stands_beside_and_may_be_the_beginning(page, cite, holder, action, text_of):
    before = factories.make_action(cite, holder=holder, budget_year=2025)
    write(before, ("604", "777.70"), ("74com", "55.50", "Dunkerque"), year=2025)
    action.renews = before
    action.save()
    write(action, ("74com", "60", "Dunkerque"))

    shown = page.get(url(action))
    assert "777,70 €" in text_of(shown)
    taken = page.post(url(action), {"reprendre": "1"})

    assert "montants à revoir" in text_of(taken)
    assert taken.context["balance"].charges == Decimal("777.70")
    assert budget_of(action, 2026).balance.charges == 0


def test_who_reads_sees_what_only_last_year_had(sign_in, builders, cite, holder, action, text_of):
    before = factories.make_action(cite, holder=holder, budget_year=2025)
    write(before, ("604", "700"), ("74com", "55.50", "Dunkerque"), ("76x", "3"), year=2025)
    write(action, ("604", "100"), ("74com", "60", "Grande-Synthe"))
    action.renews = before
    file(action)
    client = sign_in(builders.make_user(cite, Role.HOLDER, organisation=holder))

    charges, income = client.get(url(action)).context["columns"]

    assert [(row.amount, row.before) for row in charges.cash[0].rows] == [("100,00\u00a0€", "700,00\u00a0€")]
    assert [(row.precision, row.amount, row.before) for row in income.cash[0].rows] == [
        ("Grande-Synthe", "60,00\u00a0€", ""),
        ("Dunkerque", "", "55,50\u00a0€"),
    ]
    assert [(post.code, post.before) for post in income.cash] == [("74", "55,50\u00a0€"), ("76", "3,00\u00a0€")]
    assert income.total_before == "58,50\u00a0€"


def test_who_changed_what_is_told(page, action, lead, text_of):
    page.post(url(action), opened(page, action) | {"m-604-0": "100"})
    page.post(url(action), opened(page, action) | {"m-604-0": "250"})

    text = text_of(page.get(url(action)))

    assert "100,00 € → 250,00 €" in text
    assert str(lead) in text


def test_the_difference_with_what_is_asked_is_told_and_blocks_nothing(page, cite, action, text_of):
    state = factories.make_source(cite, "État – P147")
    town = factories.make_source(cite, "Ville de Dunkerque", circuit="commune")
    factories.make_funding(action, state, requested="500")
    write(action, ("74etat", "600"), ("74com", "300", "Dunkerque"))

    text = text_of(page.get(url(action)))

    assert "400,00 € de plus au budget" in text
    assert "À demander d’après le budget : Ville de Dunkerque, 300,00 €" in text
    grid = page.get(reverse("actions:amounts", args=[action.pk]) + "?exercice=2026&budget=1")
    assert grid.context["form"][f"a-{town.pk}-requested"].value() == "300,00"
    assert grid.context["form"][f"a-{state.pk}-requested"].value() == "500,00"


def test_another_year_is_asked_for_in_the_address(page, cite, action):
    assert page.get(url(action, "?exercice=2027")).status_code == 404
    factories.make_funding(action, factories.make_source(cite), year=2027, requested="5")
    assert page.get(url(action, "?exercice=2027")).status_code == 200
    assert page.get(url(action, "?exercice=abc")).status_code == 404


def test_the_section_of_the_budget_is_its_page(page, action):
    answer = page.get(reverse("actions:section", args=[action.pk, "budget"]))

    assert answer.status_code == 302
    assert answer.url == url(action)
    assert url(action) in page.get(reverse("actions:detail", args=[action.pk])).content.decode()


def test_the_budget_is_printed_and_ready_for_dauphin(page, lead, action, text_of, today):
    write(action, ("604", "100.40"), ("74com", "100.40", "Dunkerque"), ("864", "9"), ("870", "9"))

    content = edition_content(lead, get_sheet_action(lead, action.pk), today)
    printed = render_to_string(
        "actions/print/sheet.html",
        {"sheet": content, "accent": "#000000", "logos": [], "draft": False, "signatures": ()},
    )
    aid = text_of(page.get(reverse("actions:dauphin", args=[action.pk])))

    assert "Commune\u00a0: Dunkerque" in printed
    assert "100,40\u00a0€" in printed
    assert "109,40\u00a0€" in printed
    assert "Équilibré" in printed
    assert "Commune : Dunkerque : 100,40 €" in aid
    assert "Charges, 109,40 €" in aid


def test_the_page_asks_a_constant_number_of_queries(page, action, django_assert_max_num_queries):
    write(action, ("74com", "1"), ("604", "40"))
    page.get(url(action))
    with django_assert_max_num_queries(30) as few:
        page.get(url(action))
    write(action, *(("74com", "1", str(rank)) for rank in range(40)), ("604", "40"))

    with django_assert_max_num_queries(len(few.captured_queries)):
        page.get(url(action))
