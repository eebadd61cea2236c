from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from actions.enums import ActionStatus
from actions.models import Action
from governance import services
from governance.enums import ItemKind
from governance.models import ActionPoint
from partners.enums import Role
from tests import factories
from tests.actions.factories import make_action, make_funding, make_source, release
from tests.governance.factories import YEAR, make_setting

pytestmark = pytest.mark.django_db


@pytest.fixture
def setting():
    return make_setting()


@pytest.fixture
def lead(client, setting):
    client.force_login(setting.lead)
    client.post(reverse("context"), {"year": YEAR, "next": "/"})
    return client


def titles(client):
    page = client.get("/")
    return [task.title for _, tasks in page.context["groups"] for task in tasks]


def plan(setting, **fields):
    fields.setdefault("starts_at", timezone.now() + timedelta(days=8))
    return services.plan_meeting(body=setting.body, actor=setting.lead, **fields)


def test_requests_that_no_meeting_examines_are_announced_until_one_does(lead, setting):
    assert "2 demandes en instruction" in titles(lead)

    services.add_item(
        meeting=plan(setting),
        actor=setting.lead,
        title="Programmation",
        kind=ItemKind.DECISION,
        actions=setting.actions,
    )

    assert "2 demandes en instruction" not in titles(lead)


def test_a_meeting_to_come_says_how_many_points_have_no_note(lead, setting):
    meeting = plan(setting)
    services.add_item(meeting=meeting, actor=setting.lead, title="Programmation", kind=ItemKind.DECISION)
    services.add_item(meeting=meeting, actor=setting.lead, title="Calendrier", kind=ItemKind.INFORMATION)

    assert "2 points, dont 1 sans note." in lead.get("/").content.decode()


def test_a_meeting_that_was_not_recorded_is_to_be_updated(lead, setting):
    plan(setting, starts_at=timezone.now() - timedelta(days=3))

    page = lead.get("/").content.decode()

    assert "La date est passée" in page
    assert "depuis 3 jours" in page


def test_the_counter_counts_the_lines_of_the_page(lead, setting):
    plan(setting)

    counter = lead.get(reverse("awaiting_count")).content.decode()

    assert f">{len(titles(lead))}<" in counter


def test_the_figures_of_the_year_are_the_sums_of_the_money(lead, setting):
    figures = {figure["label"]: figure["value"] for figure in lead.get("/").context["figures"]}

    assert figures[f"Enveloppes notifiées {YEAR}"] == "100\u00a0000\u00a0€"
    assert figures["Programmé"] == "–"


def test_a_holder_reads_neither_envelopes_nor_programmed_amounts(client, setting):
    action = setting.actions[0]
    action.fundings.first().programme(
        Decimal("7777.00"), on=timezone.localdate(), reference="TR-2026-001", actor=setting.lead
    )
    client.force_login(factories.make_user(setting.cite, Role.HOLDER, organisation=action.holder))
    client.post(reverse("context"), {"year": YEAR, "next": "/"})

    page = client.get("/")

    assert "Enveloppes" not in page.content.decode()
    assert "7\u00a0777" not in page.content.decode()


def shown(client, setting, role, **mandate):
    client.force_login(factories.make_user(setting.cite, role, **mandate))
    client.post(reverse("context"), {"year": YEAR, "next": "/"})
    return {figure["label"]: figure["value"] for figure in client.get("/").context["figures"]}


def test_the_figures_speak_of_one_same_set_of_actions(client, setting):
    """A published action of elsewhere counts for those alone who read nothing else."""
    commune = factories.make_commune("Commune des figures")
    holder = factories.make_organisation("Porteur des figures", cite=setting.cite)
    own = make_action(setting.cite, code="FIG-1", budget_year=YEAR, holder=holder, communes=[commune])
    far = make_action(setting.cite, code="FIG-2", budget_year=YEAR, published_at=timezone.now())
    source = make_source(setting.cite)
    make_funding(own, source, year=YEAR, programmed="1000", granted="900")
    make_funding(far, source, year=YEAR, programmed="5000", granted="4000")
    release(source, year=YEAR)
    own_sums = {"Programmé": "1\u00a0000\u00a0€", "Accordé": "900\u00a0€", "Versé": "–"}

    assert shown(client, setting, Role.REFERENT, communes=[commune]) == own_sums
    assert shown(client, setting, Role.HOLDER, organisation=holder) == own_sums
    for role in (Role.PARTNER, Role.READER):
        assert shown(client, setting, role) == {"Accordé aux actions publiées": "4\u00a0000\u00a0€"}


def test_a_day_without_anything_to_do_says_so(client, setting):
    client.force_login(factories.make_user(setting.cite, Role.READER))

    assert "Rien à faire." in client.get("/").content.decode()


def test_a_holder_is_reminded_of_a_draft(client, setting):
    holder = setting.actions[0].holder
    Action.objects.create(
        cite=setting.cite, budget_year=YEAR, title="Brouillon à finir", holder=holder, created_by=setting.lead
    )
    client.force_login(factories.make_user(setting.cite, Role.HOLDER, organisation=holder))

    assert titles(client) == ["Brouillon à finir"]


def test_a_draft_kept_by_its_holder_is_found_by_nobody_else(lead, setting):
    Action.objects.create(
        cite=setting.cite,
        budget_year=YEAR,
        title="Secret de fabrique",
        holder=setting.actions[0].holder,
        created_by=setting.lead,
        status=ActionStatus.DRAFT,
    )

    assert "Secret de fabrique" not in lead.get(reverse("search"), {"q": "fabrique"}).content.decode()


def test_search_finds_without_accents_and_says_when_there_is_nothing(lead, setting):
    factories.make_organisation("Médiathèque de l’Estran", cite=setting.cite)

    assert "Médiathèque de l’Estran" in lead.get(reverse("search"), {"q": "mediatheque"}).content.decode()
    assert "Rien à ce nom" in lead.get(reverse("search"), {"q": "zzz"}).content.decode()


def test_the_context_never_leads_elsewhere_nor_to_another_cite(lead, setting):
    other = factories.make_cite("ailleurs")

    response = lead.post(reverse("context"), {"cite": other.pk, "year": "douze", "next": "https://exemple.fr/"})

    assert response.url == "/"
    assert lead.get("/").context["frame"]["cite"] == setting.cite
    assert lead.get("/").context["frame"]["year"] == YEAR


def test_an_account_without_mandate_is_told_what_to_do(client):
    client.force_login(factories.make_user())

    assert "Aucun mandat en cours" in client.get("/").content.decode()


def test_the_home_page_costs_the_same_whatever_the_number_of_actions(lead, setting, django_assert_max_num_queries):
    lead.get("/")
    with django_assert_max_num_queries(34) as few:
        lead.get("/")
    for number in range(50, 60):
        Action.objects.create(
            cite=setting.cite,
            budget_year=YEAR,
            title=f"Action {number}",
            code=f"CE26-{number:03d}",
            holder=setting.actions[0].holder,
            status=ActionStatus.SUBMITTED,
            submitted_on=timezone.localdate(),
            created_by=setting.lead,
        )

    with django_assert_max_num_queries(len(few.captured_queries)):
        lead.get("/")


def test_an_expected_act_opens_the_form_of_its_funder(lead, setting):
    funding = setting.actions[0].fundings.get(source=setting.state)
    funding.programme(Decimal("8000.00"), on=timezone.localdate(), reference="TR-2026-001", actor=setting.lead)

    tasks = [task for group, tasks in lead.get("/").context["groups"] if group == "Attendus" for task in tasks]
    form = lead.get(tasks[0].url)

    assert [task.title for task in tasks] == [f"{setting.state.label}\u00a0: acte attendu"]
    assert form.status_code == 200
    assert setting.actions[0].title in form.content.decode()


def test_what_others_have_not_done_in_time_is_told_to_the_lead(lead, setting):
    today = timezone.localdate()
    for owner, due_on in (("other", today - timedelta(days=1)), ("other", today), ("lead", today - timedelta(days=3))):
        organisation = (
            setting.lead.person.mandates.get().organisation if owner == "lead" else factories.make_organisation()
        )
        point = {"organisation": organisation, "due_on": due_on, "created_by": setting.lead}
        ActionPoint.objects.create(cite=setting.cite, body=setting.body, text=owner, **point)

    page = lead.get("/").content.decode()

    assert "1 suite à donner en retard" in page
    assert f"{reverse('governance:action_points')}?etat=en-retard&amp;qui=autres" in page
