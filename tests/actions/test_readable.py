"""Who reads which amount, by value: in pages, sums, sorts, filters and exports."""

from decimal import Decimal

import pytest
from django.urls import reverse

from actions.enums import ActionStatus, Step
from actions.models import Action
from actions.readable import sums, with_amounts, with_readable_stage
from partners.enums import Role
from tests.actions.factories import FACT, make_action, make_call, make_funding, make_source, release
from tests.factories import make_cite, make_organisation, make_user

pytestmark = pytest.mark.django_db

SECRETS = {"proposed": "14111.11", "programmed": "13222.22", "granted": "12333.33", "paid": "9444.44"}
WRITTEN = {"requested": "16 555,55", "proposed": "14 111,11", "programmed": "13 222,22", "granted": "12 333,33"}
PAID = "9 444,44"
NOON = f"{FACT}T12:00Z"


@pytest.fixture
def holder(cite):
    return make_organisation("Les Mots Passeurs", cite=cite)


@pytest.fixture
def source(cite):
    return make_source(cite, "État – P147")


@pytest.fixture
def action(cite, holder, source):
    action = make_action(cite, title="Ambassadeurs de la lecture", holder=holder, status=ActionStatus.RETAINED)
    make_funding(action, source, requested="16555.55", **SECRETS)
    return action


@pytest.fixture
def holder_user(cite, holder, action):
    return make_user(cite, Role.HOLDER, organisation=holder)


def pages(action):
    names = ("detail", "money", "history")
    return [reverse("actions:list"), *(reverse(f"actions:{name}", args=[action.pk]) for name in names)]


def everything_read(client, action, text_of):
    exports = [f"{reverse('actions:list')}?format=csv"]
    return " ".join(text_of(client.get(url)) for url in [*pages(action), *exports]).replace("12333,33", "12 333,33")


def test_a_holder_reads_the_request_and_nothing_else_before_the_release(sign_in, holder_user, action, text_of):
    text = everything_read(sign_in(holder_user), action, text_of)

    assert WRITTEN["requested"] in text
    for amount in (*list(WRITTEN.values())[1:], PAID, "14111,11", "13222,22", "12333,33", "9444,44", "889,00"):
        assert amount not in text
    assert "en instruction" in text
    assert "Instruction" in text
    assert "Programmée" not in text.replace('value="programmee">Programmée', "")
    assert "CE-2026-004" not in text
    assert "2026-114" not in text


def test_after_the_release_a_holder_reads_all_but_what_was_proposed(sign_in, holder_user, action, source, text_of):
    release(source)

    text = everything_read(sign_in(holder_user), action, text_of)

    for amount in (WRITTEN["programmed"], WRITTEN["granted"], PAID):
        assert amount in text
    assert WRITTEN["proposed"] not in text
    assert "888,89 € de moins" in text


def test_the_release_of_one_call_says_nothing_of_another(sign_in, cite, holder_user, action, source, text_of):
    release(source, call=make_call(cite, "Autre appel"))

    assert WRITTEN["granted"] not in everything_read(sign_in(holder_user), action, text_of)


def test_a_holder_sorts_and_filters_on_what_it_reads_only(sign_in, cite, holder, holder_user, action, source):
    other = make_action(cite, title="Voile scolaire", holder=holder, status=ActionStatus.REJECTED)
    caf = make_source(cite, "CAF")
    make_funding(other, source, requested="100", proposed="1")
    make_funding(action, caf, proposed="3000")
    client = sign_in(holder_user)

    for sort in ("programmed", "-programmed", "granted", "-paid", "stage"):
        rows = client.get(reverse("actions:list"), {"tri": sort}).context["listing"].instances
        assert {row.sum_programmed for row in rows} == {None}
    assert client.get(reverse("actions:list"), {"financeur": caf.pk}).context["listing"].count == 0
    assert client.get(reverse("actions:list"), {"etape": "rejetee"}).context["listing"].count == 0
    assert client.get(reverse("actions:list"), {"etape": "programmee"}).context["listing"].count == 0
    assert client.get(reverse("actions:list"), {"etape": "instruction"}).context["listing"].count == 2


def test_the_stage_of_a_refused_action_is_told_once_every_source_is_released(cite, holder, holder_user, source):
    refused = make_action(cite, holder=holder, status=ActionStatus.REJECTED)
    caf = make_source(cite, "CAF")
    make_funding(refused, source, requested="100")
    make_funding(refused, caf, requested="100")

    release(source)
    assert with_readable_stage(Action.objects.all(), holder_user).get(pk=refused.pk).readable_stage == "instruction"
    release(caf)
    assert with_readable_stage(Action.objects.all(), holder_user).get(pk=refused.pk).readable_stage == "rejetee"


def test_no_stage_tells_a_grant_that_is_not_released(cite, lead, holder, holder_user, source):
    begun = make_action(cite, holder=holder, status=ActionStatus.RETAINED, starts_on=FACT, published_at=NOON)
    make_funding(begun, source, requested="100", granted="90")
    partner = make_user(cite, Role.PARTNER)

    def stages():
        readers = (lead, holder_user, partner)
        return [with_readable_stage(Action.objects.all(), user).get(pk=begun.pk).readable_stage for user in readers]

    assert stages() == ["encours", "programmee", "programmee"]
    release(source)
    assert stages() == ["encours", "encours", "encours"]


def test_a_partner_does_not_see_an_action_before_it_is_published(sign_in, cite, action):
    client = sign_in(make_user(cite, Role.PARTNER))

    assert client.get(reverse("actions:list")).context["listing"].count == 0
    assert [client.get(url).status_code for url in pages(action)] == [200, 404, 404, 404]


def test_a_partner_reads_the_published_part_and_what_was_granted_once_released(
    sign_in, cite, action, source, text_of, today
):
    Action.objects.filter(pk=action.pk).update(published_at=NOON, summary="Description interne", theme="T")
    client = sign_in(make_user(cite, Role.PARTNER))
    urls = [reverse("actions:list"), *pages(action)[1:3]]

    before = " ".join(text_of(client.get(url)) for url in urls)
    release(source)
    after = " ".join(text_of(client.get(url)) for url in urls)

    assert "Ambassadeurs de la lecture" in before
    assert WRITTEN["granted"] not in before
    assert WRITTEN["granted"] in after
    for hidden in (WRITTEN["requested"], WRITTEN["proposed"], WRITTEN["programmed"], PAID, "Description interne"):
        assert hidden not in after
    assert client.get(pages(action)[3]).status_code == 404


def test_a_referent_reads_own_commune_in_full_and_nothing_of_another(sign_in, cite, action, source, text_of):
    dunkerque, synthe = cite.communes.order_by("name")
    action.communes.set([dunkerque])
    elsewhere = make_action(cite, title="Loin d’ici", communes=[synthe])
    make_funding(elsewhere, source, requested="7777")
    client = sign_in(make_user(cite, Role.REFERENT, communes=[dunkerque]))

    text = everything_read(client, action, text_of)

    assert WRITTEN["proposed"] in text
    assert WRITTEN["granted"] in text
    assert "Loin d’ici" not in text
    assert "7 777" not in text
    assert client.get(reverse("actions:detail", args=[elsewhere.pk])).status_code == 404


def test_an_evaluator_reads_amounts_without_the_names_of_persons(sign_in, cite, lead, action, text_of):
    client = sign_in(make_user(cite, Role.EVALUATOR))

    text = everything_read(client, action, text_of)

    assert WRITTEN["granted"] in text
    assert lead.person.last_name not in text


def test_another_cite_is_never_read(sign_in, action):
    stranger = make_user(make_cite("ailleurs"), Role.LEAD)

    assert [sign_in(stranger).get(url).status_code for url in pages(action)] == [200, 404, 404, 404]
    assert sign_in(stranger).get(pages(action)[0]).context["listing"].count == 0


def test_sums_are_exact_and_leave_kind_contributions_and_other_years_out(cite, lead, source):
    for cents in ("0.10", "0.20", "1000000.03"):
        make_funding(make_action(cite), source, requested=cents)
    extra = make_action(cite)
    make_funding(extra, source, requested="500", in_kind=True)
    make_funding(extra, make_source(cite), year=2027, requested="500")

    found = sums(Action.objects.visible_to(lead), lead, [Step.REQUESTED, Step.PAID])

    assert found == {"requested": Decimal("1000000.33"), "paid": None}
    annotated = with_amounts(Action.objects.filter(pk=extra.pk), lead, [Step.REQUESTED]).get()
    assert annotated.sum_requested is None


def test_the_communes_and_the_sources_of_an_action_multiply_no_sum(sign_in, cite, lead, source):
    action = make_action(cite, communes=cite.communes.all())
    make_funding(action, source, requested="100")
    make_funding(action, make_source(cite), requested="50")

    listing = sign_in(lead).get(reverse("actions:list")).context["listing"]

    assert listing.totals["requested"] == Decimal("150.00")
    assert listing.count == 1
