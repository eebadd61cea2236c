"""A form writes in the Cité and the year of the page that it was drawn in, whatever another tab chose since; and what
two people read before they write.
"""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from actions import services
from actions.enums import Step
from actions.finances.clauses import usual_clauses
from actions.forms.amounts import cell_name
from actions.forms.money import SourceForm
from actions.models import AgreementTemplate, Envelope, MoneyThresholds, Payment, Scenario
from cite_educative.common.locks import ConflictError
from partners.enums import Part, Role
from tests.actions.factories import make_action, make_call, make_funding, make_source, release
from tests.factories import make_cite, make_mandate, make_organisation, make_user

CADRE = re.compile(r'name="cadre" value="([^"]+)"')


def frame_of(page):
    return CADRE.search(page.content.decode())[1]


def choose(client, **chosen):
    session = client.session
    session.update(chosen)
    session.save()


def test_a_page_says_where_it_was_drawn_and_is_written_there(cite, lead, sign_in):
    source, client = make_source(cite), sign_in(lead)
    url = reverse("actions:envelope", args=[source.pk])
    choose(client, year=2025)
    drawn = frame_of(client.get(url))
    choose(client, year=2026)

    client.post(url, {"cadre": drawn, "provisional": "12 345", "version": "0"})

    assert drawn == f"{cite.pk}-2025"
    assert [int(year) for year in Envelope.objects.values_list("budget_year", flat=True)] == [2025]


def test_settings_are_those_of_the_cite_of_the_page(cite, lead, sign_in):
    other = make_cite("montpellier")
    make_mandate(other, Role.LEAD, person=lead.person)
    client, url = sign_in(lead), reverse("actions:thresholds_update")
    choose(client, cite=other.pk)
    page = client.get(url)
    answers = {name: field.initial or "" for name, field in page.context["form"].fields.items()}
    choose(client, cite=cite.pk)

    client.post(url, answers | {"cadre": frame_of(page), "agreement_above": "24 000"})

    assert list(MoneyThresholds.objects.values_list("cite", flat=True)) == [other.pk]


@pytest.mark.parametrize("forged", ["999999-2026", "-", "1", "²-²", "x-y"])
def test_a_forged_frame_opens_nothing(cite, lead, sign_in, forged):
    source = make_source(cite)

    sign_in(lead).post(
        reverse("actions:envelope", args=[source.pk]), {"cadre": forged, "provisional": "5", "version": "0"}
    )

    assert Envelope.objects.get().source == source


def test_two_people_on_a_line_lose_nothing(cite, lead, sign_in):
    source, client = make_source(cite, pays_ourselves=True), sign_in(lead)
    url = reverse("actions:source_update", args=[source.pk])
    form = SourceForm(instance=source, cite=cite)
    answers = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    client.post(url, answers | {"pays_ourselves": ""})

    answer = client.post(url, answers | {"label": "Autre nom", "pays_ourselves": "on"})

    source.refresh_from_db()
    assert answer.status_code == 409
    assert "Autre nom" in answer.content.decode()
    assert not source.pays_ourselves


def test_the_first_template_is_under_the_lock_too(cite, lead):
    mine, theirs = AgreementTemplate.of(cite), AgreementTemplate.of(cite)
    services.save_template(theirs, version=0, clauses=usual_clauses(), actor=lead)

    with pytest.raises(ConflictError):
        services.save_template(mine, version=0, clauses=usual_clauses()[:1], actor=lead)


def test_a_statement_filed_again_is_read_again_before_it_is_accepted(cite, lead, sign_in):
    funding = make_funding(make_action(cite, status="retained"), make_source(cite), granted="1000")
    release(funding.source)

    def filed(unspent):
        return services.file_elsewhere(
            services.statement_of(funding.action),
            filed_on=date(2026, 4, 1),
            spent=Decimal(9),
            unspent=Decimal(unspent),
            people_reached=3,
            actor=lead,
        )

    read = filed(0)
    client, url = sign_in(lead), reverse("actions:statement_accept", args=[funding.action.pk])
    answers = {"version": read.version, f"justified-{funding.pk}": "1 000"}
    services.send_statement_back(read, remarks="à revoir", actor=lead)
    filed(500)

    answer = client.post(url, answers)

    assert answer.status_code == 409
    assert "500,00" in answer.content.decode()
    funding.refresh_from_db()
    assert funding.justified is None


def test_a_holder_does_not_read_what_the_team_wrote_for_itself(cite, lead, sign_in):
    holder = make_organisation("Les Dunes", cite=cite, part=Part.HOLDER)
    funding = make_funding(make_action(cite, holder=holder, status="retained"), make_source(cite), granted="1000")
    release(funding.source)
    act = funding.act
    services.correct_act(
        act, version=act.version, grants={funding.pk: Decimal(900)}, reason="MOTIF INTERNE", actor=lead
    )
    url = reverse("actions:money", args=[funding.action.pk])

    assert "MOTIF INTERNE" in sign_in(lead).get(url).content.decode()
    page = sign_in(make_user(cite, Role.HOLDER, organisation=holder)).get(url).content.decode()
    assert "900,00" in page
    assert "MOTIF INTERNE" not in page


def test_what_is_typed_beside_a_paste_is_kept(cite, lead, sign_in):
    action, source = make_action(cite), make_source(cite, "État")
    url = reverse("actions:amounts", args=[action.pk])
    cell = cell_name(source, Step.REQUESTED)

    page = sign_in(lead).post(
        url,
        {"coller": "1", "pasted": "", "reference": "AR-12", "received": "courriel", "on": "2026-02-03", cell: "12 x"},
    )

    shown = page.content.decode()
    for typed in ("AR-12", "courriel", "2026-02-03", "12 x"):
        assert f'value="{typed}"' in shown


@pytest.mark.parametrize("year", [2000, 2100])
def test_the_first_and_the_last_years_have_one_neighbour(cite, lead, sign_in, year):
    assert sign_in(lead).get(reverse("actions:statements"), {"exercice": year}).status_code == 200


def test_keys_that_no_database_holds_are_refused(cite, lead, sign_in):
    client = sign_in(lead)

    answer = client.post(reverse("actions:payment_orders"), {"chosen": "9" * 25, "on": "2026-02-03"})

    assert answer.status_code in (200, 422)
    assert not Payment.objects.exists()


def test_two_clicks_make_one_scenario(cite, lead):
    call = make_call(cite)

    made = [services.create_scenario(call=call, label="A", start="vide", actor=lead) for _ in range(2)]
    copies = [services.copy_scenario(made[0], label="B", actor=lead) for _ in range(2)]

    assert made[0] == made[1]
    assert copies[0] == copies[1]
    assert Scenario.objects.count() == 2
