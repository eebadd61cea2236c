"""Circuits, the order of amounts and envelopes."""

import csv
import io
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions import services
from actions.circuits import CIRCUITS
from actions.enums import EntryKind, Step
from actions.finances.books import Books
from actions.finances.checks import run_checks
from actions.finances.envelopes import ANNOUNCED, DRAWING, carry_over, source_figures, totals
from actions.models import Envelope, Funding, FundingSource, MainstreamContribution
from cite_educative.common.money import total
from tests.actions.factories import FACT, YEAR, make_act, make_action, make_envelope, make_funding, make_source
from tests.factories import make_organisation

pytestmark = pytest.mark.django_db

PROOF = {"notified_on": date(2026, 2, 3), "notified_reference": "courrier du 3 février"}
NBSP = "\u00a0"


def address(name, *args):
    return reverse(f"actions:{name}", args=args)


def found(cite, key, year=YEAR):
    [result] = [one for one in run_checks(cite, year) if one.rule.key == key]
    return result.findings


def amount(action, source, step, value, actor):
    return services.record_amount(
        action=action,
        source=source,
        budget_year=YEAR,
        step=step,
        amount=Decimal(value),
        on=FACT,
        actor=actor,
    )


# --- Circuits -------------------------------------------------------------------------------------


@pytest.mark.parametrize("circuit", CIRCUITS)
def test_a_new_line_takes_the_steps_and_the_act_of_its_circuit(cite, lead, circuit):
    funder = make_organisation(cite=cite)
    source = FundingSource(cite=cite, organisation=funder, label="Ligne", short_label="L", circuit=circuit)

    services.save_source(source, actor=lead)

    saved = FundingSource.objects.get()
    assert saved.steps == CIRCUITS[circuit].steps
    assert saved.act_kind == CIRCUITS[circuit].act_kind


def test_an_unused_step_is_asked_nowhere(cite, lead, sign_in):
    source = make_source(cite, "Ville", used_steps=["requested", "paid"])
    action = make_action(cite)
    client = sign_in(lead)

    asked = client.get(address("amount", action.pk)).context["form"].fields["step"].choices
    offered = client.get(address("act_create")).context["sources"]
    [line] = client.get(address("finances")).context["lines"]

    assert source.steps == (Step.REQUESTED, Step.PAID)
    assert [code for code, _ in asked] == ["requested", "paid"]
    assert offered == []
    assert client.get(f"{address('act_create')}?ligne={source.pk}").status_code == 404
    assert [cell["label"] for cell in line["cells"]] == ["Versé"]


def test_a_step_with_amounts_stays(cite, lead, sign_in, text_of):
    source = make_source(cite, "Ville", used_steps=["requested", "programmed", "granted"])
    make_funding(make_action(cite), source, requested="100", programmed="80.50")
    make_funding(make_action(cite), source, programmed="10")
    answers = {
        "organisation": source.organisation_id,
        "label": "Ville",
        "short_label": "V",
        "circuit": "commune",
        "order": 1,
        "is_active": "on",
        "used_steps": ["requested"],
    }

    page = sign_in(lead).post(address("source_update", source.pk), answers)

    assert "L’étape « programmé » ne peut pas être retirée : 2 financements" in text_of(page)
    assert "90,50 €" in text_of(page)
    assert FundingSource.objects.get().steps == (Step.REQUESTED, Step.PROGRAMMED, Step.GRANTED)


def test_a_step_without_amount_leaves(cite, lead, sign_in):
    source = make_source(cite, "Ville", circuit="commune")
    make_funding(make_action(cite), source, requested="100")
    answers = {
        "organisation": source.organisation_id,
        "label": "Ville",
        "short_label": "V",
        "circuit": "commune",
        "order": 1,
        "used_steps": ["granted", "requested"],
        "act_kind": "board",
    }

    sign_in(lead).post(address("source_update", source.pk), answers)

    saved = FundingSource.objects.get()
    assert saved.steps == (Step.REQUESTED, Step.GRANTED)
    assert saved.granted_by == "board"


def test_the_line_of_a_carrier_says_who_carries(cite, lead, sign_in, text_of):
    answers = {
        "organisation": make_organisation(cite=cite).pk,
        "label": "P147",
        "short_label": "P147",
        "circuit": "state_carrier",
        "order": 1,
    }
    client = sign_in(lead)

    refused = client.post(address("source_create"), answers)
    carrier = make_organisation("Caisse des écoles", cite=cite)
    client.post(address("source_create"), {**answers, "carrier": carrier.pk, "pays_ourselves": "on"})

    assert "Dites quelle structure porte les crédits" in text_of(refused)
    saved = FundingSource.objects.get()
    assert saved.carrier == carrier
    assert saved.pays_ourselves
    assert carrier.partnerships.filter(part="carrier").exists()


def test_the_form_of_a_new_line_is_filled_in_by_the_chosen_way(cite, lead, sign_in, text_of):
    client = sign_in(lead)

    form = client.get(f"{address('source_create')}?circuit=family_fund").context["form"]
    choice = text_of(client.get(f"{address('source_create')}?circuit=nulle-part"))

    assert form.initial["used_steps"] == ["requested", "proposed", "programmed", "granted", "paid", "justified"]
    assert "Par où passe cet argent" in choice


@pytest.mark.parametrize("step", ["nulle-part", "requested&used_steps=x"])
def test_an_unknown_step_is_refused(cite, lead, sign_in, step):
    source = make_source(cite)
    answers = {
        "organisation": source.organisation_id,
        "label": "L",
        "short_label": "L",
        "circuit": "other",
        "order": 1,
    }

    page = sign_in(lead).post(address("source_update", source.pk), {**answers, "used_steps": [step]})

    assert page.status_code == 200
    assert "used_steps" in page.context["form"].errors
    assert FundingSource.objects.get().used_steps == []


# --- The order of amounts -------------------------------------------------------------------------


def test_our_own_officer_never_pays_above_the_lowest_known_ceiling(cite, lead):
    source = make_source(cite, pays_ourselves=True)
    action = make_action(cite)
    make_funding(action, source, programmed="5000", granted="4000", committed="3500", paid="3000")

    with pytest.raises(ValidationError) as refused:
        amount(action, source, "paid", "3500.01", lead)

    [sentence] = refused.value.messages
    assert f"3{NBSP}500,01{NBSP}€ versé, c’est plus que les 3{NBSP}500,00{NBSP}€ engagés" in sentence
    assert f"Il reste 500,00{NBSP}€" in sentence
    assert Funding.objects.get().paid == Decimal(3000)
    assert amount(action, source, "paid", "3500", lead)


def test_another_payer_is_only_told_of(cite, lead):
    source = make_source(cite, pays_ourselves=False)
    action = make_action(cite)
    make_funding(action, source, granted="4000")

    amount(action, source, "paid", "4000.01", lead)

    [finding] = found(cite, "paid-above-ceiling")
    assert finding.amount == Decimal("0.01")


def test_only_known_amounts_are_compared(cite, lead):
    source = make_source(cite, pays_ourselves=True)
    action = make_action(cite)
    make_funding(action, source, requested="10")

    assert amount(action, source, "paid", "50", lead)
    assert amount(action, source, "committed", "60", lead)
    with pytest.raises(ValidationError, match="inférieur à ce qui est déjà versé"):
        amount(action, source, "committed", "49.99", lead)


def test_the_page_of_entry_says_why_and_keeps_what_was_typed(cite, lead, sign_in, text_of):
    source = make_source(cite, pays_ourselves=True)
    action = make_action(cite)
    make_funding(action, source, granted="100")
    answers = {"source": source.pk, "budget_year": "2026", "step": "paid", "amount": "150", "on": "2026-03-02"}

    text = text_of(sign_in(lead).post(address("amount", action.pk), answers))

    assert "c’est plus que les 100,00 € accordés" in text
    assert 'value="150"' in text


def test_a_correction_is_held_to_the_same_ceiling(cite, lead):
    source = make_source(cite, pays_ourselves=True)
    action = make_action(cite)
    make_funding(action, source, granted="100")
    entry = amount(action, source, "paid", "90", lead)

    with pytest.raises(ValidationError, match="notre comptable"):
        services.correct_amount(entry, amount=Decimal(101), reason="Erreur", actor=lead)

    assert Funding.objects.get().paid == Decimal(90)


# --- Envelopes ------------------------------------------------------------------------------------

AMOUNTS = st.none() | st.decimals(0, 10_000_000, places=2, allow_nan=False, allow_infinity=False)
MOVES = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.sampled_from(list(Step)), AMOUNTS), max_size=25)


@contextmanager
def undone():
    """What one example wrote is gone before the next one."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES, announced=st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=3, max_size=3))
def test_what_is_left_is_announced_less_the_detail_to_the_cent(cite, lead, moves, announced):
    with undone():
        sources = _announce(cite, announced)
        _record_all(moves, sources, lead)

        figures = source_figures(cite, YEAR)

        for line, amounts in zip(figures, announced, strict=True):
            available = total(amounts)
            for step in DRAWING:
                spent = total(Funding.objects.filter(source=line.source).values_list(step, flat=True))
                assert line.sums.get(step) == spent
                assert line.left(step) == (None if available is None else available - (spent or 0))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES, announced=st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=3, max_size=3))
def test_totals_are_the_sums_of_the_lines_and_of_the_books(cite, lead, moves, announced):
    with undone():
        sources = _announce(cite, announced)
        _record_all(moves, sources, lead)

        figures, books = source_figures(cite, YEAR), Books(cite, YEAR)

        sums = totals(figures)
        for name in ANNOUNCED:
            assert sums[name] == total(line.announced(name) for line in figures)
        for step in Step:
            spent = total(Funding.objects.values_list(step, flat=True))
            assert sums[step] == (spent, total(line.left(step) for line in figures))
            assert spent == total(books.used(source.pk, step) for source in sources)


def _announce(cite, announced):
    sources = [make_source(cite, f"Ligne {rank}") for rank in range(3)]
    for source, (provisional, carried) in zip(sources, announced, strict=True):
        make_envelope(source, provisional=provisional, carried_over=carried)
    return sources


def _record_all(moves, sources, actor):
    """Any sequence of amounts, each through the ledger."""
    cite = sources[0].cite
    actions = [make_action(cite) for _ in range(3)]
    for source, action, step, value in moves:
        funding, _ = Funding.objects.get_or_create(action=actions[action], source=sources[source], budget_year=YEAR)
        act = make_act(cite, sources[source].organisation) if step == Step.GRANTED else None
        funding.record(step, value, kind=EntryKind.ENTRY, on=FACT, actor=actor, reference="D-1", act=act)


def test_each_figure_leads_to_the_rows_that_make_it(cite, lead, sign_in):
    source, other = make_source(cite, "Ville"), make_source(cite, "CAF")
    make_funding(make_action(cite), source, programmed="100.10", granted="90")
    make_funding(make_action(cite), source, programmed="0.05")
    make_funding(make_action(cite), source, programmed="7", in_kind=True)
    make_funding(make_action(cite, status="draft"), source, requested="3", programmed="3")
    make_funding(make_action(cite), other, programmed="50")
    client = sign_in(lead)

    [line] = [line for line in client.get(address("finances")).context["lines"] if line["source"] == source]
    cells = {cell["label"]: cell for cell in line["cells"]}
    listing = client.get(cells["Programmé"]["url"]).context["listing"]

    assert cells["Programmé"]["text"] == f"100,15{NBSP}€"
    assert listing.count == 2
    assert listing.totals["programmed"] == Decimal("100.15")


def test_the_list_of_fundings_is_exported_as_it_is_shown(cite, lead, sign_in):
    source = make_source(cite, "Ville")
    make_funding(make_action(cite, title="Radio"), source, requested="1234.50")

    page = sign_in(lead).get(f"{address('fundings')}?q=radio&format=csv")

    lines = list(csv.DictReader(io.StringIO(page.getvalue().decode("utf-8-sig")), delimiter=";"))
    assert lines[0]["Financeur"] == "Ville"
    assert lines[-1]["Demandé"] == "1234,50"


@pytest.mark.parametrize("query", ["?financeur=abc", "?etape=nulle-part", "?exercice=1", "?nature=x", "?tri=x"])
def test_a_wrong_filter_is_a_sentence(cite, lead, sign_in, query):
    make_funding(make_action(cite), make_source(cite), requested="1")

    page = sign_in(lead).get(address("fundings") + query)

    assert page.status_code == 200
    assert page.context["listing"].errors


def test_what_last_year_leaves_is_proposed(cite, lead, sign_in, text_of):
    source = make_source(cite, "Ville")
    make_envelope(source, year=2025, provisional="900", notified=Decimal(1000), carried_over=Decimal("20.50"), **PROOF)
    make_funding(make_action(cite), source, year=2025, programmed="300", granted="250.25")
    make_funding(make_action(cite), source, year=2025, programmed="100")
    make_funding(make_action(cite), source, year=2025, programmed="500", in_kind=True)

    page = sign_in(lead).get(f"{address('envelope', source.pk)}?reporter=oui")

    assert carry_over(source, YEAR).amount == Decimal("670.25")
    assert "670,25 €" in text_of(page)
    assert page.context["form"]["carried_over"].value() == "670,25"
    assert not Envelope.objects.filter(budget_year=2026).exists()


@pytest.mark.parametrize("granted", ["1000", "1000.01"])
def test_nothing_left_is_not_carried_over(cite, granted):
    source = make_source(cite)
    make_envelope(source, year=2025, notified=Decimal(1000), **PROOF)
    make_funding(make_action(cite), source, year=2025, granted=granted)

    assert carry_over(source, YEAR) is None


def test_two_people_on_one_envelope_lose_nothing(cite, lead, sign_in, text_of):
    source = make_source(cite, "Ville")
    client = sign_in(lead)
    version = client.get(address("envelope", source.pk)).context["form"]["version"].value()
    services.save_envelope(source=source, budget_year=YEAR, actor=lead, provisional=Decimal(1000), version=0)

    page = client.post(address("envelope", source.pk), {"provisional": "2 000", "version": version})
    kept = page.context["form"]["version"].value()
    after = client.post(address("envelope", source.pk), {"provisional": "2 000", "version": kept})

    assert page.status_code == 409
    assert "1 000,00" in text_of(page)
    assert after.status_code == 302
    assert Envelope.objects.get().provisional == Decimal(2000)


def test_the_history_of_an_envelope_says_who_changed_what(cite, lead, sign_in):
    source = make_source(cite, "Ville")
    services.save_envelope(source=source, budget_year=YEAR, actor=lead, provisional=Decimal("1000.00"))
    services.save_envelope(source=source, budget_year=YEAR, actor=lead, provisional=Decimal("1000"))
    services.save_envelope(source=source, budget_year=YEAR, actor=lead, notified=Decimal("1200.5"), **PROOF)

    history = sign_in(lead).get(address("envelope", source.pk)).context["history"]

    assert len(history) == 2
    told = {change["label"]: (change["before"], change["after"]) for change in history[0]["changes"]}
    assert told["Prévisionnel"] == (f"1{NBSP}000,00{NBSP}€", "–")
    assert told["Notifié"] == ("–", f"1{NBSP}200,50{NBSP}€")
    assert told["Notifié le"] == ("–", f"3{NBSP}février{NBSP}2026")
    assert history[0]["author"] == str(lead)


def test_contributions_in_kind_stay_out_of_every_total(cite, lead, sign_in):
    town = make_organisation("Ville de Dunkerque", cite=cite)
    for kind, quantity, unit, value in (
        ("fte", Decimal("0.5"), "ETP", None),
        ("fte", Decimal(1), "ETP", Decimal(30_000)),
        ("hours", Decimal(36), "heures", None),
        ("euros", None, "", Decimal("777.70")),
    ):
        in_kind(cite, town, lead, kind=kind, quantity=quantity, unit=unit, amount=value)
    make_source(cite, "Ville")

    context = sign_in(lead).get(address("finances")).context

    [line] = context["in_kind"]
    assert line["measures"] == [
        ("Heures", f"36{NBSP}heures"),
        ("Temps de travail (ETP)", f"1,5{NBSP}ETP"),
        ("Locaux", "–"),
    ]
    assert line["valued"] == f"30{NBSP}777,70{NBSP}€"
    assert {cell["text"] for cell in context["totals"]["cells"]} == {"–"}


def in_kind(cite, institution, author, **fields):
    return MainstreamContribution.objects.create(
        cite=cite, institution=institution, label="Apport", budget_year=YEAR, author=author, **fields
    )
