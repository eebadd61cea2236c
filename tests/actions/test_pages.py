from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from actions.enums import ActionStatus
from actions.models import Action, Envelope, FunderAct, Funding, FundingEntry, FundingSource, Programme
from partners.enums import Role
from tests.actions.factories import (
    make_action,
    make_axis,
    make_call,
    make_envelope,
    make_funding,
    make_objective,
    make_programme,
    make_source,
)
from tests.factories import make_organisation, make_side, make_user

pytestmark = pytest.mark.django_db


def address(name, *args):
    return reverse(f"actions:{name}", args=args)


def test_the_lead_creates_completes_and_files_an_action(sign_in, cite, lead):
    holder, source = make_organisation(cite=cite), make_source(cite)
    objective = make_objective(make_axis(make_programme(cite)))
    client = sign_in(lead)
    client.post(
        address("create"),
        {
            "title": "Radio",
            "holder": holder.pk,
            "budget_year": "2026",
            "scope": "communal",
            "objective": objective.pk,
            "communes": [cite.communes.first().pk],
            "audience": "Collégiens",
            "starts_on": "01/09/2026",
            "ends_on": "2026-12-18",
        },
    )
    action = Action.objects.get()
    client.post(
        address("amount", action.pk),
        {"source": source.pk, "budget_year": 2026, "step": "requested", "amount": "12 500,50", "on": "2026-01-05"},
    )
    client.post(address("submit", action.pk))

    action.refresh_from_db()
    assert (action.status, action.code, action.starts_on) == ("submitted", "CE26-001", date(2026, 9, 1))
    assert action.axis == objective.axis
    assert action.fundings.get().requested == Decimal("12500.50")


def test_what_is_missing_links_to_the_field_that_mends_it(sign_in, cite, lead, text_of):
    action = make_action(cite, status=ActionStatus.DRAFT, shared_at="2026-01-05T10:00Z")
    client = sign_in(lead)

    text = text_of(client.post(address("submit", action.pk), follow=True))

    assert "L’action n’est pas déposée. Il manque" in text
    assert f"{address('section', action.pk, 'plan')}#id_objective" in text
    assert f"{address('section', action.pk, 'territory')}#div_id_communes" in text
    assert 'id="div_id_communes"' in text_of(client.get(address("section", action.pk, "territory")))
    assert f'href="{address("amount", action.pk)}"' in text


def test_bad_answers_are_kept_and_explained(sign_in, cite, lead, text_of):
    answers = {
        "title": "Radio",
        "budget_year": "26",
        "scope": "communal",
        "total_cost": "3.500,0,0",
        "starts_on": "jadis",
    }

    text = text_of(sign_in(lead).post(address("create"), answers))

    for expected in ("Radio", "3.500,0,0", "Montant illisible", "Cette date est illisible", "Année illisible"):
        assert expected in text
    assert not Action.objects.exists()


def test_a_holder_files_for_its_own_organisation_only(sign_in, cite):
    own, other = make_organisation(cite=cite), make_organisation(cite=cite)
    client = sign_in(make_user(cite, Role.HOLDER, organisation=own))
    answers = {"title": "Radio", "budget_year": "2026", "scope": "communal"}

    client.post(address("create"), {**answers, "holder": other.pk})
    assert not Action.objects.exists()
    client.post(address("create"), {**answers, "holder": own.pk})
    assert Action.objects.get().holder == own


def test_an_objective_of_another_axis_is_refused(sign_in, cite, lead, text_of):
    programme = make_programme(cite)
    objective, other = make_objective(make_axis(programme)), make_axis(programme)
    action = make_action(cite)

    client, url = sign_in(lead), address("section", action.pk, "plan")
    mark = client.get(url).context["form"]["mark"].value()

    text = text_of(client.post(url, {"mark": mark, "objective": objective.pk, "axis": other.pk}))

    assert "Cet objectif relève de l’axe" in text


def test_the_money_shows_the_difference_the_circuit_and_the_ledger(sign_in, cite, lead, text_of):
    action = make_action(cite)
    make_funding(action, make_source(cite, "CAF", circuit="other"), requested="500")
    make_funding(action, make_source(cite, "État"), programmed="14000", granted="13000")

    response = sign_in(lead).get(address("money", action.pk))

    text = text_of(response)
    assert "1 000,00 € de moins" in text
    assert "CE-2026-004" in text
    caf, state = response.context["tables"][0].rows
    assert [cell.label for cell in caf.cells if not cell.is_used] == ["Proposé", "Programmé", "Engagé"]
    assert [cell.text for cell in response.context["tables"][0].total][:4] == [
        *("500,00\u00a0€", "–", "14\u00a0000,00\u00a0€", "13\u00a0000,00\u00a0€")
    ]
    assert len(response.context["ledger"]) == 3
    assert state.cells[2].notes == ("2\u00a0mars", "CE-2026-004")


def test_steps_that_no_circuit_uses_are_hidden(sign_in, cite, lead):
    action = make_action(cite)
    make_funding(action, make_source(cite, circuit="other"), requested="500")

    table = sign_in(lead).get(address("money", action.pk)).context["tables"][0]

    assert [label for label, _ in table.headers] == ["Demandé", "Accordé", "Versé", "Justifié"]


def test_an_amount_entered_for_a_funder_is_told_so_for_ever(sign_in, cite, lead, text_of):
    action, source = make_action(cite), make_source(cite, "CAF")
    client = sign_in(lead)
    answers = {"source": source.pk, "budget_year": 2026, "step": "paid", "amount": "100", "on": "2026-03-01"}

    client.post(address("amount", action.pk), {**answers, "received": "courriel du 3 mars"})

    text = text_of(client.get(address("money", action.pk)))
    assert f"saisi pour {source.organisation}" in text
    assert "courriel du 3 mars" in text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"step": "granted"}, "granted n’en fait pas partie"),
        ({"amount": "n.c."}, "Montant illisible"),
        ({"amount": "-5"}, "Le montant ne peut pas être négatif"),
        ({"amount": ""}, "Écrivez la somme"),
        ({"withdraw": "on"}, "Videz la somme"),
        ({"on": "2999-01-01"}, "Cette date"),
        ({"budget_year": "1"}, "Année illisible"),
        ({"source": "0"}, "Sélectionnez un choix valide"),
    ],
)
def test_a_wrong_amount_writes_nothing_and_says_why(sign_in, cite, lead, text_of, change, sentence):
    action, source = make_action(cite), make_source(cite)
    answers = {"source": source.pk, "budget_year": 2026, "step": "paid", "amount": "100", "on": "2026-03-01", **change}

    text = text_of(sign_in(lead).post(address("amount", action.pk), answers))

    assert sentence in text
    assert not FundingEntry.objects.exists()


def test_a_step_outside_the_circuit_is_refused(sign_in, cite, lead, text_of):
    action, source = make_action(cite), make_source(cite, circuit="other")
    make_source(cite)
    answers = {"source": source.pk, "budget_year": 2026, "step": "committed", "amount": "100", "on": "2026-03-01"}

    assert "ne se saisit pas pour" in text_of(sign_in(lead).post(address("amount", action.pk), answers))


def test_a_pilot_enters_the_amounts_of_its_own_side_only(sign_in, cite):
    side, other = make_side(cite), make_side(cite)
    own, foreign = make_source(cite, side=side), make_source(cite, side=other)
    client = sign_in(make_user(cite, Role.PILOT, side=side))
    action = make_action(cite)
    answers = {"budget_year": 2026, "step": "paid", "amount": "100", "on": "2026-03-01"}

    client.post(address("amount", action.pk), {**answers, "source": foreign.pk})
    assert not Funding.objects.exists()
    client.post(address("amount", action.pk), {**answers, "source": own.pk})
    assert Funding.objects.get().source == own


def test_an_act_is_recorded_for_several_actions(sign_in, cite, lead):
    source = make_source(cite)
    first, second, left = (make_action(cite) for _ in range(3))
    for action in (first, second, left):
        make_funding(action, source, requested="1000")

    sign_in(lead).post(
        f"{address('act_create')}?ligne={source.pk}",
        {
            "kind": "order",
            "number": "2026-114",
            "decided_on": "2026-05-22",
            f"grant-{first.pk}": "900,10",
            f"grant-{second.pk}": "0",
            f"grant-{left.pk}": "",
        },
    )

    granted = dict(Funding.objects.values_list("action", "granted"))
    assert granted == {first.pk: Decimal("900.10"), second.pk: Decimal("0.00"), left.pk: None}
    assert FunderAct.objects.get().number == "2026-114"
    assert FundingEntry.objects.filter(step="granted").first().on_behalf_of == source.organisation


def test_an_act_keeps_what_was_typed_and_names_the_wrong_line(sign_in, cite, lead, text_of):
    source, action = make_source(cite), make_action(cite)
    url = f"{address('act_create')}?ligne={source.pk}&action={action.pk}"

    text = text_of(sign_in(lead).post(url, {"kind": "order", "number": "N° 7", f"grant-{action.pk}": "beaucoup"}))

    assert 'value="N° 7"' in text
    assert "Montant illisible" in text
    assert not FunderAct.objects.exists()


@pytest.mark.parametrize(
    "query", ["?action=999999", "?action=abc", "?ligne=0", "?ligne=%00", "?ligne=9999999999999999"]
)
def test_an_act_on_nothing_is_not_found(sign_in, cite, lead, query):
    make_source(cite)

    assert sign_in(lead).get(f"{address('act_create')}{query}").status_code == 404


def test_the_overview_gives_each_line_and_the_total_to_the_cent(sign_in, cite, lead):
    state, town = make_source(cite, "État"), make_source(cite, "Ville")
    proof = {"notified_on": date(2026, 2, 3), "notified_reference": "courrier"}
    make_envelope(state, notified=Decimal("1000.10"), carried_over=Decimal("50"), **proof)
    make_envelope(town, provisional=Decimal("100"))
    make_funding(make_action(cite), state, programmed="400.05", granted="390", paid="10")
    make_funding(make_action(cite), state, programmed="0.05")
    make_funding(make_action(cite), town, programmed="150")

    context = sign_in(lead).get(address("finances")).context

    lines = {line["source"].label: line for line in context["lines"]}
    cells = {label: {cell["label"]: cell for cell in line["cells"]} for label, line in lines.items()}
    totals = {cell["label"]: cell for cell in context["totals"]["cells"]}
    assert cells["État"]["Programmé"]["text"] == "400,10\u00a0€"
    assert cells["État"]["Programmé"]["left"] == "reste 650\u00a0€"
    assert cells["Ville"]["Programmé"]["left"] == "dépassé de 50\u00a0€"
    assert lines["Ville"]["is_overdrawn"]
    assert cells["Ville"]["Accordé"]["text"] == "–"
    assert totals["Programmé"]["text"] == "550,10\u00a0€"
    assert totals["Programmé"]["left"] == "reste 600\u00a0€"


def test_a_lead_alone_sets_up_the_plan_and_the_money(sign_in, cite, lead):
    client, funder = sign_in(lead), make_organisation(cite=cite)
    for name in ("list", "plan", "call_list", "finances"):
        assert client.get(address(name)).status_code == 200

    client.post(
        address("programme_create"), {"label": "2024-2027", "starts_on": "2024-09-01", "ends_on": "2027-08-31"}
    )
    programme = Programme.objects.get()
    client.post(
        address("axis_create", programme.pk),
        {"national_objective": "school", "label": "École", "short_label": "École", "order": 1},
    )
    axis = programme.axes.get()
    client.post(address("objective_create", axis.pk), {"label": "Lire", "order": 1})
    client.post(address("programme_publish", programme.pk))
    client.post(address("call_create"), {"label": "Appel 2026", "budget_year": "2026", "born_in": "here"})
    source = {"organisation": funder.pk, "label": "CAF", "short_label": "CAF", "circuit": "family_fund", "order": 1}
    client.post(address("source_create"), {**source, "is_active": "on"})
    client.post(address("envelope", FundingSource.objects.get().pk), {"provisional": "60 000"})

    assert axis.objectives.get().label == "Lire"
    assert cite.calls.get().label == "Appel 2026"
    assert Envelope.objects.get().provisional == Decimal("60000")
    assert client.get(address("plan")).status_code == 200
    assert client.get(address("finances")).status_code == 200


def test_a_name_already_taken_is_refused_with_a_sentence(sign_in, cite, lead, text_of):
    make_call(cite, "Appel 2026")
    make_programme(cite, "Programme")
    make_source(cite, "CAF")
    client = sign_in(lead)
    funder = make_organisation(cite=cite)

    call = client.post(address("call_create"), {"label": "Appel 2026", "budget_year": "2026", "born_in": "here"})
    programme = client.post(
        address("programme_create"), {"label": "Programme", "starts_on": "2024-09-01", "ends_on": "2027-08-31"}
    )
    source = client.post(
        address("source_create"),
        {"organisation": funder.pk, "label": "CAF", "short_label": "CAF", "circuit": "other", "order": 1},
    )

    assert "Un appel de cette Cité porte déjà ce nom" in text_of(call)
    assert "porte déjà ce nom" in text_of(programme)
    assert "porte déjà ce nom" in text_of(source)


def test_the_plan_counts_what_the_reader_may_see(sign_in, cite, lead):
    axis = make_axis(make_programme(cite, published_at="2026-01-05T10:00Z"))
    make_funding(make_action(cite, axis=axis), make_source(cite), programmed="100.10")

    def read(user):
        branches = sign_in(user).get(address("plan")).context["branches"]
        return branches[0]["axes"][0]["count"], branches[0]["axes"][0]["amounts"][0][1]

    assert read(lead) == (1, "100,10\u00a0€")
    assert read(make_user(cite)) == (0, "–")


def test_an_account_without_mandate_has_an_empty_list(sign_in):
    assert sign_in(make_user()).get(address("list")).context["listing"].count == 0
