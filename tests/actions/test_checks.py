"""Thresholds, usual lines and checks of the money."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from actions import services
from actions.enums import ActKind, ExpenseNature, Outcome, Step
from actions.finances.books import Books
from actions.finances.budget import Line
from actions.finances.checks import run_checks
from actions.finances.checks.registry import RULES
from actions.finances.thresholds import measures
from actions.models import (
    Agreement,
    AgreementLine,
    Expense,
    FinancialStatement,
    Funding,
    FundingSource,
    MainstreamContribution,
    MoneyThresholds,
    Payment,
    Receipt,
    StatementShare,
    Theme,
    ThresholdAcknowledgement,
)
from cite_educative.common.locks import ConflictError
from partners.enums import OrganisationKind, Role
from partners.models import Organisation
from tests.actions.factories import YEAR, make_action, make_envelope, make_funding, make_source, release
from tests.factories import make_organisation, make_user

pytestmark = pytest.mark.django_db

NBSP = "\u00a0"


def address(name, *args):
    return reverse(f"actions:{name}", args=args)


def found(cite, key):
    [result] = [one for one in run_checks(cite, YEAR) if one.rule.key == key]
    return result.findings


def alert_keys(cite):
    return {alert.key for alert in Books(cite, YEAR).alerts}


def funder(cite, name, kind, **fields):
    return make_source(cite, name, organisation=make_organisation(name, kind=kind, cite=cite), **fields)


def thresholds(cite, **fields):
    return MoneyThresholds.objects.create(cite=cite, **fields)


# --- Thresholds -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("town", "is_alert"), [("100", False), ("99.95", True), ("150", False)])
def test_cofinancing_counts_what_others_than_the_state_bring(cite, town, is_alert):
    make_funding(make_action(cite), make_source(cite, "État"), programmed="120", granted="100")
    make_funding(make_action(cite), make_source(cite, "Ville", circuit="commune"), programmed=town)

    assert ("cofinancement" in alert_keys(cite)) is is_alert


def test_ordinary_policies_count_when_the_cite_says_so(cite, lead):
    make_funding(make_action(cite), make_source(cite, "État"), granted="100")
    make_funding(make_action(cite), make_source(cite, "Ville", circuit="commune"), granted="60")
    MainstreamContribution.objects.create(
        cite=cite, institution=make_organisation(), label="Gymnase", amount=Decimal(40), budget_year=YEAR, author=lead
    )

    assert "cofinancement" in alert_keys(cite)
    thresholds(cite, counts_in_kind=True)
    assert "cofinancement" not in alert_keys(cite)


def test_engineering_is_what_its_theme_says(cite):
    theme = Theme.objects.create(cite=cite, label="Ingénierie", order=1)
    engineering = make_action(cite)
    engineering.themes.add(theme)
    source = make_source(cite)
    make_funding(engineering, source, programmed="20")
    make_funding(make_action(cite), source, programmed="80")
    limits = thresholds(cite, engineering_share=20, engineering_theme=theme)

    assert "ingenierie" not in alert_keys(cite)
    limits.engineering_share = 19
    limits.save()
    [measure] = [one for one in measures(Books(cite, YEAR)) if one.label == "Part de l’ingénierie"]
    assert measure.figure == 20
    assert "ingenierie" in alert_keys(cite)


def test_the_ceiling_of_public_money_is_read_where_other_money_is_known(cite):
    state = funder(cite, "Préfecture", OrganisationKind.STATE)
    own = make_source(cite, "Porteurs", circuit="own")
    beyond, within, unknown = (make_action(cite) for _ in range(3))
    make_funding(beyond, state, granted="81")
    make_funding(beyond, own, requested="19")
    make_funding(within, state, granted="80")
    make_funding(within, own, requested="20")
    make_funding(unknown, state, granted="500")

    assert {key for key in alert_keys(cite) if key.startswith("public:")} == {f"public:{beyond.pk}"}


def test_the_ceiling_of_public_money_is_read_on_the_total_cost_too(cite):
    state = funder(cite, "Préfecture", OrganisationKind.STATE)
    beyond, within = make_action(cite, total_cost=Decimal(1000)), make_action(cite, total_cost=Decimal(1000))
    make_funding(beyond, state, granted="801")
    make_funding(within, state, granted="800")

    assert {key for key in alert_keys(cite) if key.startswith("public:")} == {f"public:{beyond.pk}"}


def test_an_agreement_is_mandatory_above_the_cumulated_sum(cite):
    prefecture = make_organisation("Préfecture", kind=OrganisationKind.STATE, cite=cite)
    first, second = (make_source(cite, label, organisation=prefecture) for label in ("1.3", "6.3"))
    club = make_organisation("Le Club", kind=OrganisationKind.ASSOCIATION, cite=cite)
    town = make_organisation("La Ville", kind=OrganisationKind.COMMUNE, cite=cite)
    make_funding(make_action(cite, holder=club), first, granted="13000")
    make_funding(make_action(cite, holder=club), second, programmed="10000")
    make_funding(make_action(cite, holder=town), first, granted="90000")

    assert not found(cite, "agreement-missing")
    make_funding(make_action(cite, holder=club), first, granted="0.01")
    [finding] = found(cite, "agreement-missing")
    assert finding.subject == "Convention de Préfecture avec Le Club"
    assert f"23{NBSP}000,01{NBSP}€" in finding.detail


def test_an_alert_seen_is_quiet_until_it_gets_worse(cite, lead, sign_in, text_of):
    state = make_source(cite, "État")
    make_funding(make_action(cite), state, granted="60")
    make_funding(make_action(cite), make_source(cite, "Ville", circuit="commune"), granted="40")
    client = sign_in(lead)
    page = f"{address('threshold_acknowledge')}?alerte=cofinancement"

    client.post(page, {"reason": "La ville votera en juin."})
    client.post(page, {"reason": "La ville votera en juin."})
    seen = client.get(address("thresholds"))
    quiet = found(cite, "thresholds")
    make_funding(make_action(cite), state, granted="10")
    worse = client.get(address("thresholds"))

    row = ThresholdAcknowledgement.objects.get()
    assert (row.author, row.excess, row.figure) == (lead, Decimal(10), f"40{NBSP}%")
    assert not quiet
    assert seen.context["opened"] == []
    assert "La ville votera en juin." in text_of(seen)
    [alert] = worse.context["opened"]
    assert alert["got_worse"]
    assert "avait pris acte" in text_of(worse)
    assert len(found(cite, "thresholds")) == 1


def test_taking_note_needs_a_reason(cite, lead, sign_in):
    make_funding(make_action(cite), make_source(cite, "État"), granted="60")
    client = sign_in(lead)

    page = client.post(f"{address('threshold_acknowledge')}?alerte=cofinancement", {"reason": "  "})

    assert page.context["form"].errors
    assert not ThresholdAcknowledgement.objects.exists()
    assert client.get(address("threshold_acknowledge")).status_code == 404


def test_the_journal_says_which_threshold_moved(cite, lead, sign_in):
    client = sign_in(lead)
    client.post(
        address("thresholds_update"), {"version": "0", "cofinancing_target": "40", "agreement_above": "20 000"}
    )
    client.post(
        address("thresholds_update"), {"version": "1", "cofinancing_target": "30", "agreement_above": "20 000"}
    )

    row = MoneyThresholds.objects.get()
    assert (row.cofinancing_target, row.agreement_above, row.public_ceiling) == (30, Decimal(20_000), None)
    with pytest.raises(ConflictError):
        services.save_thresholds(cite=cite, actor=lead, version=1, cofinancing_target=50)
    page = client.post(address("thresholds_update"), {"version": "1", "cofinancing_target": "70"})
    assert page.status_code == 409


def test_the_theme_of_engineering_is_retired_rather_than_erased(cite, lead):
    theme = Theme.objects.create(cite=cite, label="Ingénierie", order=1)
    thresholds(cite, engineering_share=20, engineering_theme=theme)

    assert services.retire_list_item(theme, actor=lead)


@pytest.mark.parametrize(
    ("answers", "name"),
    [
        ({"cofinancing_target": "101"}, "cofinancing_target"),
        ({"public_ceiling": "-1"}, "public_ceiling"),
        ({"agreement_above": "beaucoup"}, "agreement_above"),
        ({"engineering_share": "10"}, "engineering_theme"),
        ({"engineering_theme": "999999"}, "engineering_theme"),
    ],
)
def test_a_wrong_threshold_is_refused_with_a_sentence(cite, lead, sign_in, answers, name):
    page = sign_in(lead).post(address("thresholds_update"), {"version": "0", **answers})

    assert name in page.context["form"].errors
    assert not MoneyThresholds.objects.exists()


# --- Usual lines ----------------------------------------------------------------------------------


def test_a_cite_that_starts_adds_the_usual_lines_at_once(cite, lead, sign_in):
    prefecture = make_organisation("Préfecture du Nord", kind=OrganisationKind.STATE, cite=cite)
    client = sign_in(lead)
    form = client.get(address("source_usual")).context["form"]
    answers = {f"take-{line.key}": "on" for line in form.usual}
    answers |= {name: field.initial for name, field in form.fields.items() if name.startswith("organisation-")}

    client.post(address("source_usual"), answers)
    again = client.post(address("source_usual"), answers)

    labels = set(FundingSource.objects.values_list("label", flat=True))
    assert {"État – P147, sous-thème 1.3", "État – P147, sous-thème 6.3", "Éducation nationale – P230"} <= labels
    assert {"Ville de Dunkerque", "Ville de Grande-Synthe", "CAF", "Département", "Région"} <= labels
    assert {"Ressources propres des porteurs", "Fonds du collège chef de file", "Intercommunalité"} <= labels
    assert FundingSource.objects.filter(organisation=prefecture).count() == 2
    assert Organisation.objects.filter(name="Ville de Dunkerque").count() == 1
    assert again.context["form"].rows == []
    orders = list(FundingSource.objects.order_by("order").values_list("order", flat=True))
    assert orders == list(range(1, len(orders) + 1))


def test_nothing_ticked_adds_nothing(cite, lead, sign_in):
    page = sign_in(lead).post(address("source_usual"), {"organisation-caf": "creer"})

    assert "Cochez au moins une ligne" in str(page.context["form"].errors)
    assert not FundingSource.objects.exists()


@pytest.mark.parametrize("wrong", ["999999", "abc", ""])
def test_an_organisation_of_elsewhere_is_refused(cite, lead, sign_in, wrong):
    elsewhere = make_organisation("Ailleurs")
    client = sign_in(lead)

    client.post(address("source_usual"), {"take-caf": "on", "organisation-caf": wrong or elsewhere.pk})

    assert not FundingSource.objects.exists()


# --- Checks ---------------------------------------------------------------------------------------


def disorder(cite, lead):
    """One finding at least for every rule that is about fundings; the keys of these rules."""
    club = make_organisation("Le Club", kind=OrganisationKind.ASSOCIATION, cite=cite)
    state = make_source(cite, "État", used_steps=[step for step in Step if step != Step.PROPOSED])
    make_envelope(state, provisional=Decimal(10))
    town = make_source(cite, "Ville", circuit="state_carrier")
    row = make_funding(make_action(cite, holder=club), state, granted="50")
    make_funding(make_action(cite, holder=club), state, requested="10", programmed="100", granted="40", proposed="9")
    make_funding(make_action(cite, holder=club), state, programmed="10", granted="12", committed="13", paid="20")
    make_funding(make_action(cite, holder=club), town, programmed="10", granted="23001", justified="23002")
    Funding.objects.filter(pk=row.pk).update(outcome=Outcome.REFUSED, notified_on=date(2026, 3, 1))
    services.save_budget(row.action, budget_year=YEAR, lines=[Line("604", Decimal(10))], actor=lead)
    _owe(cite, club, state, lead)
    services.plan_payments(None, [(row, "single", Decimal(60), date(2026, 3, 1), "RIB")], actor=lead)
    late = Receipt(source=state, budget_year=YEAR, label="Acompte", expected=Decimal(5), created_by=lead)
    late.expected_on = date(2026, 3, 1)
    services.save_receipt(late, actor=lead)
    Payment.objects.filter(funding=row).update(ordered_on=date(2026, 3, 2))
    MainstreamContribution.objects.create(
        cite=cite, institution=club, label="Prêt", kind="premises", quantity=2, budget_year=YEAR, author=lead
    )
    _out_of_order(cite, club, state, lead)
    return {
        *("granted-without-programming", "programmed-above-granted", "granted-above-programmed", "above-requested"),
        *("refused-with-amounts", "committed-above-granted", "paid-above-ceiling", "justified-above-ceiling"),
        *("payments-above-ceiling", "ordered-not-paid", "ordered-without-condition", "receipt-late"),
        *("unused-step", "dates-in-disorder", "overdrawn", "unannounced", "thresholds", "agreement-missing"),
        *("holder-without-siret", "carrier-missing", "in-kind-without-measure", "budget-unbalanced"),
        *("agreement-differs", "agreement-above-granted", "agreement-ended-unpaid"),
        *("statement-late", "justified-above-paid", "refund-missing", "granted-after-statement"),
        *("paid-without-act", "paid-below-payments", "expense-funded", "agreement-below-granted"),
    }


def _out_of_order(cite, club, state, lead):
    """Paid on what pilots programmed only; less paid than its payments; a direct expense on what the line funds."""
    make_funding(make_action(cite, holder=club), state, programmed="30", paid="30")
    told = make_funding(make_action(cite, holder=club), state, granted="70", paid="30")
    services.plan_payments(None, [(told, "single", Decimal(70), date(2026, 1, 15), "")], actor=lead)
    Payment.objects.filter(funding=told).update(paid_on=date(2026, 2, 1))
    Expense.objects.create(
        **{"source": state, "budget_year": YEAR, "label": "Car", "amount": Decimal(9), "action": told.action},
        **{"nature": ExpenseNature.OTHER, "created_by": lead},
    )


def _owe(cite, club, state, lead):
    """An agreement that ended unpaid, above what is granted and committed otherwise; statements late, or leaving money."""
    row = make_funding(make_action(cite, holder=club), state, granted="60", committed="59", paid="5", justified="66")
    agreement = Agreement.objects.create(
        **{"cite": cite, "funder": state.organisation, "holder": club, "budget_year": YEAR, "title": "Lire"},
        **{"starts_on": date(2026, 1, 1), "ends_on": date(2026, 1, 31), "first_due_on": date(2026, 1, 15)},
        **{"state": "signed", "signed_on": date(2026, 1, 10), "created_by": lead},
    )
    AgreementLine.objects.create(agreement=agreement, funding=row, amount=Decimal(61))
    below = make_funding(make_action(cite, holder=club), state, granted="60", committed="50")
    AgreementLine.objects.create(agreement=agreement, funding=below, amount=Decimal(50))
    services.plan_payments(agreement, [(row, "single", Decimal(60), date(2026, 1, 15), "")], actor=lead)
    FinancialStatement.objects.create(action=row.action, budget_year=YEAR, due_on=date(2026, 1, 31))
    left = make_funding(make_action(cite, holder=club), state, granted="60")
    make_funding(left.action, make_source(cite, "Région"), granted="7", paid="3")
    accepted = FinancialStatement.objects.create(
        action=left.action, budget_year=YEAR, due_on=date(2027, 6, 30), state="accepted"
    )
    StatementShare.objects.create(statement=accepted, funding=left, justified=Decimal(50))


def test_every_rule_finds_what_it_looks_for(cite, lead):
    expected = disorder(cite, lead)

    found_by = {result.rule.key for result in run_checks(cite, YEAR) if result.count}

    assert found_by == expected == set(RULES)


def test_a_year_in_order_has_nothing_to_look_at(cite):
    holder = make_organisation("La Ville", kind=OrganisationKind.COMMUNE, siret="21590183300016", cite=cite)
    state = make_source(cite, "État")
    town = make_source(cite, "Ville", circuit="commune", organisation=holder)
    for source in (state, town):
        make_envelope(source, provisional=Decimal(100))
        amounts = dict.fromkeys(source.steps, "100")
        make_funding(make_action(cite, holder=holder), source, **amounts)

    assert [result.rule.key for result in run_checks(cite, YEAR) if result.count] == []


def test_a_difference_that_is_explained_is_no_longer_to_look_at(cite, lead):
    row = make_funding(make_action(cite), make_source(cite), programmed="50", granted="40")
    assert found(cite, "programmed-above-granted")

    services.explain_gap(row, reason="crédits réduits", actor=lead)

    assert not found(cite, "programmed-above-granted")


def test_what_a_table_kept_before_granted_was_programmed_elsewhere(cite, lead):
    source = make_source(cite)
    row = make_funding(make_action(cite), source, granted="50")
    Funding.objects.filter(pk=row.pk).update(notified_on=date(2026, 1, 1))
    assert found(cite, "granted-without-programming")
    assert found(cite, "dates-in-disorder")

    row.act.kind = ActKind.TAKEOVER
    row.act.save()

    assert not found(cite, "granted-without-programming")
    assert not found(cite, "dates-in-disorder")


def test_the_day_a_row_was_entered_is_no_deposit_day(cite, lead):
    entered, told = (make_action(cite, submitted_on=day) for day in (timezone.localdate(), date(2026, 6, 1)))
    for action in (entered, told):
        make_funding(action, make_source(cite), granted="50")

    (finding,) = found(cite, "dates-in-disorder")

    assert "1er\u00a0juin\u00a02026" in finding.detail


def test_the_gesture_of_every_finding_opens(cite, lead, sign_in):
    disorder(cite, lead)
    client = sign_in(lead)

    for result in run_checks(cite, YEAR):
        for finding in result.findings:
            assert client.get(finding.url).status_code == 200, (result.rule.key, finding.url)


def test_amounts_in_kind_and_drafts_are_not_checked(cite):
    source = make_source(cite)
    make_funding(make_action(cite), source, granted="50", in_kind=True)
    make_funding(make_action(cite, status="draft"), source, programmed="50", granted="60")

    assert not found(cite, "granted-without-programming")
    assert not found(cite, "granted-above-programmed")


def test_the_page_shows_ten_rows_of_a_rule_and_leads_to_all(cite, lead, sign_in, text_of):
    source = make_source(cite)
    for _ in range(12):
        make_funding(make_action(cite), source, granted="50")
    client = sign_in(lead)

    page = text_of(client.get(address("checks")))
    whole = text_of(client.get(f"{address('checks')}?regle=granted-without-programming"))

    assert page.count("rien de programmé") == 10
    assert "Voir les 12 lignes" in page
    assert whole.count("rien de programmé") == 12
    assert client.get(f"{address('checks')}?regle=nulle-part&format=pdf").status_code == 200


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_findings_are_exported(cite, lead, sign_in, format):
    disorder(cite, lead)

    page = sign_in(lead).get(f"{address('checks')}?format={format}")

    assert "attachment" in page.headers["Content-Disposition"]
    if format == "csv":
        lines = list(csv.DictReader(io.StringIO(page.getvalue().decode("utf-8-sig")), delimiter=";"))
        assert len(lines) == sum(result.count for result in run_checks(cite, YEAR))
        assert {line["Contrôle"] for line in lines} == {rule.label for rule in RULES.values()}


def test_the_lead_is_told_at_home_and_on_the_envelopes(cite, lead, sign_in, text_of):
    disorder(cite, lead)
    client = sign_in(lead)
    number = sum(result.count for result in run_checks(cite, YEAR))

    assert address("checks_count") in text_of(client.get("/"))
    assert f"{number} points à regarder dans les finances" in text_of(client.get(address("checks_count")))
    assert address("checks_count") in text_of(client.get(address("finances")))


def test_a_pilot_reads_the_checks_without_the_gestures_of_the_keepers(cite, lead, sign_in):
    disorder(cite, lead)

    page = sign_in(make_user(cite, Role.PILOT)).get(address("checks")).content.decode()

    assert address("threshold_acknowledge") not in page
    assert "Prendre acte" in page


def test_checks_and_envelopes_cost_the_same_for_one_and_many(cite, lead, sign_in, django_assert_max_num_queries):
    disorder(cite, lead)
    release(FundingSource.objects.first())
    client = sign_in(lead)
    pages = [address(name) for name in ("checks", "finances", "thresholds", "fundings")]
    counts = {}
    for page in pages:
        with django_assert_max_num_queries(21) as queries:
            client.get(page)
        counts[page] = len(queries)
    sources = [make_source(cite) for _ in range(4)]
    for _ in range(6):
        action = make_action(cite)
        for source in sources:
            make_funding(action, source, requested="10", programmed="20", granted="30")

    for page in pages:
        with django_assert_max_num_queries(counts[page]):
            client.get(page)


def test_an_acknowledgement_without_reason_is_refused_by_the_service(cite, lead):
    make_funding(make_action(cite), make_source(cite, "État"), granted="60")
    [alert] = [one for one in Books(cite, YEAR).alerts if one.key == "cofinancement"]

    with pytest.raises(ValidationError):
        services.acknowledge(cite=cite, budget_year=YEAR, alert=alert, reason=" ", actor=lead)
