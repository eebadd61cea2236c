"""The pages of reports: bad input told cell by cell, what is typed kept, who is late, who is reminded."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from actions.enums import ActionStatus
from actions.models import FormDraft
from evaluation import services
from evaluation.enums import Category, Certainty, Measure, ReportState, Unit
from evaluation.models import ActionReport, ReportReminder
from partners.enums import Role
from partners.models import OutgoingMessage
from tests import factories
from tests.actions import factories as of_actions
from tests.evaluation.factories import make_indicator, make_report

pytestmark = pytest.mark.django_db
PERSONS, COMINGS, HOW = "n-persons-all", "n-participations-all", "how-persons-all"


@pytest.fixture
def cite():
    return factories.make_cite(communes=[factories.make_commune("Grande-Synthe")])


@pytest.fixture
def lead(cite):
    return factories.make_lead(cite)


@pytest.fixture
def signed(client, lead):
    client.force_login(lead)
    return client


@pytest.fixture
def action(cite):
    return of_actions.make_action(
        cite, status=ActionStatus.CLOSED, communes=cite.communes.all(), expected_reach=20, published_at=timezone.now()
    )


@pytest.fixture
def report(action, lead):
    return services.begin_report(action=action, budget_year=2026, kind="final", actor=lead)


def send(client, report, **typed):
    report.refresh_from_db()
    return client.post(reverse("evaluation:report_write", args=[report.pk]), {"version": report.version} | typed)


def faults(response):
    return {name: list(sentences) for name, sentences in response.context["form"].errors.items()}


@pytest.mark.parametrize(
    ("typed", "cell", "words"),
    [
        ({PERSONS: "une vingtaine"}, PERSONS, "n’est pas un nombre"),
        ({PERSONS: "N/A"}, PERSONS, "se choisit à côté"),
        ({PERSONS: "-4"}, PERSONS, "négatif"),
        ({PERSONS: "12,5"}, PERSONS, "décimales"),
        ({PERSONS: "25000000"}, PERSONS, "plus d’un million"),
        ({PERSONS: "20", HOW: "unknown"}, PERSONS, "choisissez"),
        ({HOW: "counted"}, PERSONS, "Écrivez le nombre"),
        ({PERSONS: "20", COMINGS: "5"}, COMINGS, "au moins autant"),
        ({PERSONS: "20", "n-persons-qpv": "21"}, "n-persons-qpv", "plus que l’ensemble"),
        ({PERSONS: "20", "n-persons-female": "12", "n-persons-male": "12"}, "n-persons-male", "font 24"),
        ({PERSONS: "20", "n-persons-6-11": "15", "n-persons-11-15": "15"}, "n-persons-6-11", "font 30"),
        ({"goal-0-reached": "reached"}, "goal-0-label", "Écrivez cet objectif"),
        ({PERSONS: "300"}, "__all__", "enregistrez une seconde fois"),
    ],
)
def test_each_cell_tells_what_is_wrong_and_nothing_is_lost(signed, report, typed, cell, words):
    response = send(signed, report, implementation="Vingt ateliers", **typed)

    assert words in " ".join(faults(response)[cell])
    assert response.context["form"]["implementation"].value() == "Vingt ateliers"
    report.refresh_from_db()
    assert report.implementation == ""


def test_numbers_are_read_as_the_french_type_them_and_a_large_one_is_confirmed(signed, report):
    send(signed, report, confirmed="1", **{PERSONS: "1 234", "how-persons-qpv": "unknown"})

    rows = {row.category: row for row in report.reach.all()}
    assert (rows[Category.ALL].reached, rows[Category.ALL].certainty, rows[Category.ALL].planned) == (
        1234,
        Certainty.COUNTED,
        20,
    )
    assert (rows[Category.QPV].reached, rows[Category.QPV].certainty) == (None, Certainty.UNKNOWN)


@pytest.mark.parametrize(
    ("numerator", "denominator", "words"),
    [("13", "10", "dépasse le dénominateur"), ("5", "", "vont ensemble"), ("0", "0", "divise pas par zéro")],
)
def test_a_share_is_told_by_what_it_divides(signed, cite, action, lead, numerator, denominator, words):
    share = make_indicator(cite, "E1", unit=Unit.PERCENT, numerator_label="présents", denominator_label="inscrits")
    share.actions.add(action)
    report = services.begin_report(action=action, budget_year=2026, kind="final", actor=lead)

    response = send(signed, report, **{"goal-0-numerator": numerator, "goal-0-denominator": denominator})

    assert words in str(faults(response))


def test_what_is_typed_is_kept_apart_until_it_is_saved(signed, report, lead):
    url = reverse("evaluation:report_write", args=[report.pk])
    answer = signed.post(
        url, {"version": 1, "implementation": "En cours", PERSONS: "abc"}, headers={"X-Autosave": "1"}
    )

    assert answer.status_code == 204
    report.refresh_from_db()
    assert report.implementation == ""
    form = signed.get(url).context["form"]
    assert (form["implementation"].value(), form[PERSONS].value()) == ("En cours", "abc")
    send(signed, report, implementation="Fini", **{PERSONS: "20"})
    assert not FormDraft.objects.exists()


def test_somebody_else_s_words_are_shown_beside_mine(signed, report, lead):
    ActionReport.objects.filter(pk=report.pk).update(implementation="Les leurs", version=5)

    url = reverse("evaluation:report_write", args=[report.pk])
    response = signed.post(url, {"version": 1, "implementation": "Les miens", PERSONS: "20"})

    assert response.status_code == 409
    text = response.content.decode()
    assert "Les leurs" in text
    assert "Les miens" in text
    again = {"version": response.context["form"]["version"].value(), "implementation": "Les miens", PERSONS: "20"}
    signed.post(url, again)
    report.refresh_from_db()
    assert report.implementation == "Les miens"


def test_what_is_missing_is_said_and_what_is_typed_is_saved(signed, report):
    response = send(signed, report, deposer="1", **{PERSONS: "20"})

    assert "Dites ce qui a été fait" in response.content.decode()
    report.refresh_from_db()
    assert (report.state, report.reach.get(category="all").reached) == (ReportState.DRAFT, 20)


def test_a_reader_sees_small_numbers_masked_and_its_writer_does_not(client, cite, action, lead):
    reach = {(Measure.PERSONS, Category.ALL): 40, (Measure.PERSONS, Category.QPV): 3}
    report = make_report(action, state=ReportState.VALIDATED, reach=reach, author=lead)
    found = {}
    for role, user in {"pilot": factories.make_user(cite, Role.PILOT), "lead": lead}.items():
        client.force_login(user)
        groups = client.get(reverse("evaluation:report", args=[report.pk])).context["groups"]
        found[role] = [row["reached"] for row in groups[0]["rows"]]

    assert found == {"pilot": ["40", "moins de 5"], "lead": ["40", "3"]}


def test_a_holder_learns_nothing_before_the_answer_is_released(client, cite, lead):
    organisation = factories.make_organisation(cite=cite)
    action = of_actions.make_action(cite, holder=organisation, status=ActionStatus.RETAINED)
    report = services.begin_report(action=action, budget_year=2026, kind="final", actor=lead)
    client.force_login(factories.make_user(cite, Role.HOLDER, organisation=organisation))

    assert client.get(reverse("evaluation:report", args=[report.pk])).status_code == 404
    assert "Bilan final" not in client.get(reverse("evaluation:action_reports", args=[action.pk])).content.decode()


# --- Who is late ----------------------------------------------------------------------------------


def test_the_list_tells_who_is_late_and_leads_to_the_letter(signed, cite, action, lead, django_assert_max_num_queries):
    for _ in range(8):
        of_actions.make_action(cite, status=ActionStatus.CLOSED, communes=cite.communes.all())
    make_report(action, state=ReportState.FILED, author=lead)
    url = reverse("evaluation:reports") + "?exercice=2026"

    with django_assert_max_num_queries(15):
        page = signed.get(url)
    assert page.context["listing"].count == 9
    assert signed.get(f"{url}&situation=depose").context["listing"].count == 1
    assert signed.get(f"{url}&situation=attendu").context["listing"].count == 8


def test_a_holder_is_reminded_once_a_day_by_hand(action, lead):
    person = factories.make_person(email="asso@exemple.fr")
    factories.make_mandate(action.cite, Role.HOLDER, person=person, organisation=action.holder)
    words = {"subject": "Bilan", "body": "Bonjour"}

    assert services.remind_report(action, budget_year=2026, actor=lead, **words)
    assert services.remind_report(action, budget_year=2026, actor=lead, **words)
    assert OutgoingMessage.objects.count() == 1
    make_report(action, state=ReportState.FILED, author=lead)
    with pytest.raises(ValidationError):
        services.remind_report(action, budget_year=2026, actor=lead, **words)


def test_reminders_go_by_themselves_each_once_and_stop_once_it_is_filed(action, lead):
    days = [date(2027, 5, 15), date(2027, 5, 16), date(2027, 5, 17), date(2027, 7, 8), date(2027, 7, 9)]

    for day in days:
        services.remind_reports(today=day)

    assert [(one.stage, one.sent_on) for one in ReportReminder.objects.all()] == [
        ("d45", date(2027, 5, 16)),
        ("d8", date(2027, 7, 8)),
    ]
    ReportReminder.objects.all().delete()
    make_report(action, state=ReportState.FILED, author=lead)
    assert services.remind_reports(today=date(2027, 5, 16)) == 0
    assert not ReportReminder.objects.exists()


def test_a_letter_never_tells_a_grant_that_is_not_released(action, lead):
    of_actions.make_funding(action, of_actions.make_source(action.cite, "État"), granted="1000")

    with pytest.raises(ValidationError):
        services.remind_report(action, budget_year=2026, subject="Bilan", body="Bonjour", actor=lead)
    services.remind_reports(today=date(2027, 5, 16))
    assert not ReportReminder.objects.exists()
