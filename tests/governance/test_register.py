from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from actions.enums import ActionStatus, EntryKind, Step
from actions.models import Funding
from cite_educative.common.dates import date_fr
from cite_educative.documents.models import GeneratedFile
from governance import services
from governance.documents import render_register
from governance.enums import DecisionStatus, EffectKind, Verdict
from governance.execution import with_execution
from governance.models import Decision, DecisionEffect, RegisterEdition
from partners.models import Mandate
from tests.actions.factories import make_act
from tests.governance.factories import make_closed_meeting, make_decision, make_open_meeting, make_setting

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def setting():
    return make_setting()


@pytest.fixture
def lead(client, setting):
    client.force_login(setting.lead)
    return client


@pytest.fixture
def decision(setting):
    """Four amounts programmed: two actions, two funders."""
    return make_closed_meeting(setting).decisions.get()


def url(name, pk=None, query=""):
    return reverse(f"governance:{name}", args=[pk] if pk else []) + query


def read(decision):
    return with_execution(Decision.objects.all()).get(pk=decision.pk)


def text_only(setting, **fields):
    """A decision that changes no amount."""
    item = make_open_meeting(setting).items.get()
    row = make_decision(setting, item, effects=[], **fields)
    services.close_meeting(item.meeting, actor=setting.lead)
    row.refresh_from_db()
    return row


def follow(decision, setting, **fields):
    return services.follow_decision(decision, actor=setting.lead, version=decision.version, **fields)


def csv(client, query=""):
    return client.get(url("decisions", query=f"?format=csv{query}")).getvalue().decode("utf-8-sig")


# --- The state of execution --------------------------------------------------------------------------


def test_it_follows_from_the_facts_step_after_step(setting, decision):
    assert (read(decision).execution, read(decision).nb_amounts) == ("to_do", 4)
    fundings = Funding.objects.filter(decision_effects__decision=decision)
    act = make_act(setting.cite, setting.state.organisation)
    for funding in fundings:
        funding.record(
            Step.GRANTED, funding.programmed, kind=EntryKind.ACT, on=TODAY(), actor=setting.lead, reference="", act=act
        )
    assert (read(decision).execution, read(decision).nb_granted) == ("under_way", 4)
    fundings.update(notified_on=decision.adopted_on + timedelta(days=12))
    for funding in fundings[:3]:
        pay(funding, setting)
    assert (read(decision).execution, read(decision).nb_paid) == ("under_way", 3)
    pay(fundings[3], setting)
    known = read(decision)
    assert known.execution == "executed"
    assert (known.notified_on - known.adopted_on).days == 12
    assert known.paid_on == TODAY()


def pay(funding, setting):
    funding.record(
        Step.PAID, Decimal("100.00"), kind=EntryKind.PAYMENT, on=TODAY(), actor=setting.lead, reference="mandat 12"
    )


def test_a_refusal_is_carried_out_at_closing_and_a_text_when_somebody_says_so(lead, setting):
    item = make_open_meeting(setting, days=-3).items.get()
    effects = [services.PlannedEffect(EffectKind.REJECT, setting.actions[0])]
    refusal = make_decision(setting, item, effects=effects)
    services.close_meeting(item.meeting, actor=setting.lead)
    assert read(refusal).execution == "executed"
    row = text_only(setting, title="Calendrier")
    assert read(row).execution == "to_do"
    data = {"executed_on": f"{TODAY():%d/%m/%Y}", "word": "Publié au site", "version": row.version}
    assert lead.post(url("decision_follow", row.pk), data).status_code == 302
    assert read(row).execution == "executed"
    assert "Publié au site" in lead.get(url("decision", row.pk)).content.decode()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"executed_on": "01/01/2020"}, "pas avant"),
        ({"executed_on": "01/01/2099"}, "pas encore venu"),
        ({"word": "Fait hier"}, "Dites quel jour"),
        ({"due_on": "bientôt"}, "illisible"),
    ],
)
def test_a_bad_follow_up_is_refused_in_a_sentence_and_kept(lead, decision, data, sentence):
    page = lead.post(url("decision_follow", decision.pk), data | {"version": decision.version})
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert next(iter(data.values())) in page.content.decode()


def test_two_people_who_follow_at_once_see_both_versions(lead, setting, decision):
    version = decision.version
    follow(decision, setting, due_on=date(2030, 1, 1))
    page = lead.post(url("decision_follow", decision.pk), {"due_on": "02/02/2030", "version": version})
    assert page.status_code == 409
    assert date_fr(date(2030, 1, 1)) in page.content.decode()
    assert date_fr(date(2030, 2, 2)) in page.content.decode()


def test_the_same_follow_up_twice_writes_one_line(setting, decision):
    row = follow(decision, setting, due_on=date(2030, 1, 1))
    again = follow(row, setting, due_on=date(2030, 1, 1))
    assert again.version == row.version


# --- The register ------------------------------------------------------------------------------------


def test_what_is_slow_is_a_filter_and_a_line_at_home(lead, setting, decision):
    recent = text_only(setting, title="Récente")
    Decision.objects.filter(pk=decision.pk).update(adopted_on=TODAY() - timedelta(days=61))
    text = csv(lead, "&execution=plus-de-60-jours")
    assert decision.reference in text
    assert recent.reference not in text
    home = lead.get(reverse("home")).content.decode()
    assert "1 décision non exécutée" in home
    follow(Decision.objects.get(pk=decision.pk), setting, executed_on=TODAY())
    assert "décision non exécutée" not in lead.get(reverse("home")).content.decode()


def test_every_filter_holds_what_it_says_and_the_export_is_the_same(lead, setting, decision):
    text = text_only(setting, title="Calendrier")
    owner = Mandate.objects.get(person=setting.pilot.person)
    follow(text, setting, owner=owner, due_on=TODAY())
    both = {decision.reference, text.reference}
    expected = {
        "&q=calendrier": {text.reference},
        f"&year={decision.year}": both,
        f"&body={setting.body.pk}": both,
        f"&responsable={owner.person_id}": {text.reference},
        "&action=CE26-001": {decision.reference},
        f"&ligne={setting.town.pk}": {decision.reference},
        "&execution=to_do": both,
        "&execution=executed": set(),
        f"&du={TODAY() + timedelta(days=1):%d/%m/%Y}": set(),
    }
    for query, references in expected.items():
        found = csv(lead, query)
        assert {reference for reference in both if reference in found} == references, query
    assert "26000" in csv(lead, f"&ligne={setting.town.pk}").replace("\u00a0", "")


def test_positions_are_for_pilots(client, setting):
    item = make_open_meeting(setting).items.get()
    side = setting.cite.sides.first()
    position = {"side": side, "verdict": Verdict.RESERVED, "comment": "À revoir"}
    make_decision(setting, item, effects=[], is_agreed=False, positions=[position])
    services.close_meeting(item.meeting, actor=setting.lead)
    client.force_login(setting.pilot)
    assert "favorable avec réserve" in csv(client)


def test_five_thousand_decisions_cost_at_most_fifteen_queries(lead, setting, decision, django_assert_max_num_queries):
    effects = list(decision.effects.all())
    rows = [
        Decision(
            body=setting.body,
            meeting=decision.meeting,
            title=f"Décision {number}",
            text="Texte",
            status=DecisionStatus.ADOPTED,
            year=decision.year,
            number=number,
            adopted_on=decision.adopted_on,
            created_by=setting.lead,
        )
        for number in range(2, 5001)
    ]
    rows = Decision.objects.bulk_create(rows, batch_size=500)
    copies = [
        DecisionEffect(
            decision=row,
            kind=EffectKind.PROGRAMME,
            action_id=effects[-1].action_id,
            funding_id=effects[-1].funding_id,
            after=effects[-1].after,
            before_status=ActionStatus.RETAINED,
            applied_at=timezone.now(),
        )
        for row in rows
    ]
    DecisionEffect.objects.bulk_create(copies, batch_size=500)
    lead.get(url("decisions"))
    with django_assert_max_num_queries(15):
        page = lead.get(url("decisions")).content.decode()
    assert "5\u00a0000 décisions" in page


# --- One decision ------------------------------------------------------------------------------------


def test_its_page_tells_what_became_of_each_amount(lead, setting, decision):
    act = make_act(setting.cite, setting.state.organisation)
    funding = Funding.objects.get(action=setting.actions[0], source=setting.state)
    funding.record(
        Step.GRANTED, Decimal("7500"), kind=EntryKind.ACT, on=TODAY(), actor=setting.lead, reference="", act=act
    )
    page = lead.get(url("decision", decision.pk)).content.decode()
    assert "7\u00a0500,00\u00a0€" in page
    assert reverse("actions:act", args=[act.pk]) in page
    assert "1 acte reçu sur 4" in page


# --- Printed -----------------------------------------------------------------------------------------


def test_the_printed_register_is_gapless_frozen_and_made_once(lead, setting, decision):
    second = text_only(setting, title="Calendrier")
    data = {"body": setting.body.pk, "year": decision.year}
    for _ in range(2):
        assert lead.post(url("register_print"), data).status_code == 302
    edition = RegisterEdition.objects.get()
    assert [row["reference"] for row in edition.content["rows"]] == [decision.reference, second.reference]
    assert "sans numéro manquant" in edition.content["numbers"]
    assert {link.file.format for link in edition.files.all()} == {"pdf", "docx"}
    follow(second, setting, executed_on=TODAY())
    lead.post(url("register_print"), data)
    versions = RegisterEdition.objects.values_list("number", flat=True)
    assert sorted(versions) == [1, 2]
    edition.refresh_from_db()
    assert edition.content["rows"][1]["state"] == "À exécuter"


def test_a_year_without_decision_is_refused(lead, setting, decision):
    page = lead.post(url("register_print"), {"body": setting.body.pk, "year": "1999"})
    assert page.status_code == 422
    assert "Aucune décision n’a été adoptée cette année-là" in page.content.decode()


def test_the_printed_register_reads_its_frozen_content(setting, decision):
    services.print_register(body=setting.body, year=decision.year, actor=setting.lead)
    Decision.objects.filter(pk=decision.pk).update(is_agreed=False)
    html = render_register(GeneratedFile.objects.filter(kind="governance.register").first())
    assert decision.reference in html
    assert "Accord des pilotes" in html
    assert "+\u00a026\u00a0000\u00a0€" in html
