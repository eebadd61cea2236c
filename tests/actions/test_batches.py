"""One gesture on many actions: pre-flight, a result per row, a second click harmless."""

import uuid
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actions.batches import BATCHES, LIMIT, chosen_actions, refusals
from actions.enums import ActionStatus
from actions.models import Action, BulkRun, ExpectedPiece, Scheme, Theme
from partners.enums import DeliveryState, Role
from partners.models import Delivery, OutgoingMessage
from tests.actions.factories import make_action, make_axis, make_call, make_objective, make_programme
from tests.factories import make_organisation, make_person, make_user

pytestmark = pytest.mark.django_db

URL = "/actions/lot/"


@pytest.fixture
def objective(cite):
    return make_objective(make_axis(make_programme(cite)))


@pytest.fixture
def holder(cite):
    organisation = make_organisation("Les Mots Passeurs", cite=cite)
    make_user(cite, Role.HOLDER, organisation=organisation, person=make_person(email="directrice@exemple.fr"))
    return organisation


def reasons(user, cite, key, choice=None):
    actions = chosen_actions(user, cite, Action.objects.values_list("pk", flat=True))
    found = refusals(BATCHES[key], actions, choice)
    return {action.title: found.get(action.pk, "") for action in actions}


# --- Pre-flight -----------------------------------------------------------------------------------


def test_publishing_suits_retained_actions_not_published_yet(cite, lead):
    make_action(cite, title="Retenue", status=ActionStatus.RETAINED)
    make_action(cite, title="Publiée", status=ActionStatus.RETAINED, published_at="2026-03-02T12:00Z")
    make_action(cite, title="Déposée")

    assert reasons(lead, cite, "publier") == {
        "Retenue": "",
        "Publiée": "Elle est déjà publiée.",
        "Déposée": "Elle n’est pas retenue.",
    }


def test_a_call_suits_actions_of_its_year_that_are_not_over(cite, lead):
    call = make_call(cite)
    make_action(cite, title="Libre")
    make_action(cite, title="Déjà là", call=call)
    make_action(cite, title="D’avant", budget_year=2025)
    make_action(cite, title="Close", status=ActionStatus.CLOSED)
    make_action(cite, title="Abandonnée", status=ActionStatus.ABANDONED)

    assert reasons(lead, cite, "appel", call) == {
        "Libre": "",
        "Déjà là": "Elle répond déjà à cet appel.",
        "D’avant": "Elle est de l’exercice 2025, l’appel de 2026.",
        "Close": "Elle est close.",
        "Abandonnée": "Elle est abandonnée.",
    }


def test_an_axis_and_an_objective_suit_what_is_not_there_yet(cite, lead, objective):
    make_action(cite, title="Libre")
    make_action(cite, title="Rangée", axis=objective.axis, objective=objective)

    assert reasons(lead, cite, "objectif", objective) == {"Libre": "", "Rangée": "C’est déjà son objectif."}
    assert reasons(lead, cite, "axe", objective.axis) == {"Libre": "", "Rangée": "C’est déjà son axe."}


@pytest.mark.parametrize(
    ("key", "model", "relation"), [("thematiques", Theme, "themes"), ("dispositifs", Scheme, "schemes")]
)
def test_themes_and_schemes_suit_what_lacks_one_of_them(cite, lead, key, model, relation):
    first, second = (model.objects.create(cite=cite, label=label) for label in ("Santé", "Sport"))
    getattr(make_action(cite, title="Une"), relation).add(first)
    getattr(make_action(cite, title="Deux"), relation).set([first, second])

    assert reasons(lead, cite, key, [first, second]) == {"Une": "", "Deux": "Elle les a déjà."}


def test_renewal_suits_a_later_year_and_happens_once(cite, lead):
    action = make_action(cite, title="De l’an dernier", budget_year=2025)
    make_action(cite, title="Reconduite", budget_year=2026, renews=action)
    make_action(cite, title="De cette année", budget_year=2026)

    assert reasons(lead, cite, "reconduire", 2026) == {
        "De l’an dernier": "Elle est déjà reconduite pour 2026.",
        "Reconduite": "Elle est déjà de l’exercice 2026.",
        "De cette année": "Elle est déjà de l’exercice 2026.",
    }


def test_pieces_are_asked_where_some_lack_and_somebody_can_be_written_to(cite, lead, holder):
    call = make_call(cite)
    ExpectedPiece.objects.create(call=call, label="RIB")
    make_action(cite, title="À relancer", call=call, holder=holder)
    make_action(cite, title="Sans adresse", call=call)
    make_action(cite, title="Hors appel", holder=holder)

    assert reasons(lead, cite, "pieces", date(2026, 12, 1)) == {
        "À relancer": "",
        "Sans adresse": "Aucune adresse n’est connue pour écrire au porteur.",
        "Hors appel": "Aucune pièce indispensable ne lui manque.",
    }


def test_pieces_asked_today_are_not_asked_again(sign_in, cite, lead, holder):
    call = make_call(cite)
    ExpectedPiece.objects.create(call=call, label="RIB")
    action = make_action(cite, title="À relancer", call=call, holder=holder)
    due_on = timezone.localdate() + timedelta(days=9)
    body = choose([action], geste="pieces", due_on=due_on, faire="1", token=str(uuid.uuid4()))
    sign_in(lead).post(URL, body)

    assert reasons(lead, cite, "pieces", due_on) == {"À relancer": "Ses pièces ont déjà été demandées aujourd’hui."}
    sign_in(lead).post(URL, body | {"due_on": due_on + timedelta(days=1), "token": str(uuid.uuid4())})
    assert OutgoingMessage.objects.count() == 1

    OutgoingMessage.objects.update(created_at=timezone.now() - timedelta(days=1))
    assert reasons(lead, cite, "pieces", due_on) == {"À relancer": ""}
    OutgoingMessage.objects.update(created_at=timezone.now())
    Delivery.objects.update(state=DeliveryState.FAILED)
    assert reasons(lead, cite, "pieces", due_on) == {"À relancer": ""}


def test_the_pre_flight_costs_the_same_queries_for_one_and_twenty_rows(cite, lead, sign_in):
    client, call = sign_in(lead), make_call(cite)
    ExpectedPiece.objects.create(call=call, label="RIB")

    def cost():
        keys = [str(pk) for pk in Action.objects.values_list("pk", flat=True)]
        with CaptureQueriesContext(connection) as captured:
            due_on = date.today() + timedelta(days=9)  # noqa: DTZ011
            body = {"geste": "pieces", "choix": keys, "due_on": due_on.isoformat(), "verifier": "1"}
            assert client.post(URL, body).status_code == 200
        return len(captured)

    make_action(cite, call=call)
    one = cost()
    for _ in range(20):
        make_action(cite, call=call)

    assert cost() == one


# --- The walk -------------------------------------------------------------------------------------


def choose(actions, **more):
    return {"choix": [str(action.pk) for action in actions], **more}


def test_the_walk_says_how_many_then_why_not_then_what_became_of_each(sign_in, cite, lead, text_of):
    good = [make_action(cite, title=f"Retenue {rank}", status=ActionStatus.RETAINED) for rank in range(3)]
    bad = make_action(cite, title="Déposée seulement")
    client = sign_in(lead)

    check = client.post(URL, choose([*good, bad], geste="publier"))
    text = text_of(check)
    done = client.post(URL, choose([*good, bad], geste="publier", token=str(check.context["token"]), faire="1"))
    result = text_of(client.get(done.url))

    assert "4 choisies, 3 possibles, 1 non" in text
    assert "Elle n’est pas retenue." in text
    assert Action.objects.filter(published_at__isnull=False).count() == 3
    assert "3 faites, 1 non" in result
    csv = client.get(done.url, {"format": "csv"}).getvalue().decode()
    assert "Déposée seulement" in csv
    assert csv.count("fait") == 4


def test_the_same_request_twice_is_done_once(sign_in, cite, lead):
    action = make_action(cite, budget_year=2026, status=ActionStatus.RETAINED)
    client, token = sign_in(lead), str(uuid.uuid4())
    body = choose([action], geste="reconduire", year="2027", token=token, faire="1")

    first, second = client.post(URL, body), client.post(URL, body)

    assert first.url == second.url
    assert BulkRun.objects.count() == 1
    assert Action.objects.filter(renews=action).count() == 1
    third = client.post(URL, {**body, "token": str(uuid.uuid4())})
    assert BulkRun.objects.latest("pk").results[0]["said"] == "Elle est déjà reconduite pour 2027."
    assert third.url != first.url
    assert Action.objects.filter(renews=action).count() == 1


def test_a_row_that_fails_undoes_nothing_of_the_others(sign_in, cite, lead, monkeypatch):
    call = make_call(cite)
    rows = [make_action(cite, title=title) for title in ("Une", "Deux", "Trois")]
    stale = chosen_actions(lead, cite, [row.pk for row in rows])
    stale[1].version = 99
    monkeypatch.setattr("actions.batch_runs.chosen_actions", lambda *args: stale)

    sign_in(lead).post(URL, choose(rows, geste="appel", call=str(call.pk), token=str(uuid.uuid4()), faire="1"))

    assert [line["done"] for line in BulkRun.objects.get().results] == [True, False, True]
    assert "modifiée par quelqu’un d’autre" in BulkRun.objects.get().results[1]["said"]
    assert Action.objects.filter(call=call).count() == 2


def test_all_the_filtered_actions_may_be_chosen(sign_in, cite, lead):
    for rank in range(3):
        make_action(cite, title=f"Lecture {rank}", status=ActionStatus.RETAINED)
    make_action(cite, title="Voile", status=ActionStatus.RETAINED)

    page = sign_in(lead).post(URL, {"geste": "publier", "tout": "1", "filtres": "q=lecture&etape="})

    assert [action.title for action in page.context["suited"]] == ["Lecture 0", "Lecture 1", "Lecture 2"]


def test_a_gesture_that_asks_something_asks_it_first_and_refuses_nonsense(sign_in, cite, lead, objective, text_of):
    action = make_action(cite)
    client = sign_in(lead)

    asked = client.post(URL, choose([action], geste="objectif"))
    wrong = client.post(URL, choose([action], geste="objectif", objective="999999", verifier="1"))
    right = client.post(URL, choose([action], geste="objectif", objective=str(objective.pk), verifier="1"))

    assert not asked.context["form"].errors
    assert wrong.context["form"].errors
    assert right.context["suited"] == [action]
    client.post(
        URL, choose([action], geste="objectif", objective=str(objective.pk), faire="1", token=str(uuid.uuid4()))
    )
    action.refresh_from_db()
    assert (action.objective, action.axis) == (objective, objective.axis)


def test_pieces_leave_as_one_letter_for_each_holder(sign_in, cite, lead, holder):
    call = make_call(cite)
    ExpectedPiece.objects.create(call=call, label="RIB")
    actions = [make_action(cite, call=call, holder=holder) for _ in range(2)]
    due_on = (date.today() + timedelta(days=9)).isoformat()  # noqa: DTZ011

    sign_in(lead).post(URL, choose(actions, geste="pieces", due_on=due_on, faire="1", token=str(uuid.uuid4())))

    (run,) = BulkRun.objects.all()
    assert [line["done"] for line in run.results] == [True, True]
    assert OutgoingMessage.objects.count() == 2


@pytest.mark.parametrize(
    "body",
    [{}, {"geste": "publier"}, {"choix": ["x", "-1", "99999999999999999999"], "geste": "publier"}, {"tout": "1", "filtres": "axe=zzz", "geste": "publier"}],
)  # fmt: skip
def test_nothing_chosen_is_told(sign_in, cite, lead, text_of, body):
    make_action(cite)

    assert "Cochez d’abord les actions" in text_of(sign_in(lead).post(URL, body, follow=True))


def test_an_unknown_gesture_and_a_wrong_token_are_no_fault(sign_in, cite, lead, text_of):
    action = make_action(cite, status=ActionStatus.RETAINED)
    client = sign_in(lead)

    assert "Choisissez un geste" in text_of(client.post(URL, choose([action], geste="détruire"), follow=True))
    assert client.post(URL, choose([action], geste="publier", token="zzz", faire="1")).status_code == 302


def test_more_than_the_limit_is_told(sign_in, cite, lead, text_of):
    keys = [str(number) for number in range(1, LIMIT + 2)]

    text = text_of(sign_in(lead).post(URL, {"choix": keys, "geste": "publier"}, follow=True))

    assert "10 000 actions au plus" in text


def test_nobody_acts_with_the_token_of_another(sign_in, cite, lead):
    action = make_action(cite, status=ActionStatus.RETAINED)
    other = make_user(cite, Role.CO_LEAD)
    run = BulkRun.objects.create(cite=cite, actor=other, gesture="publier", label="Publier", total=0)

    response = sign_in(lead).post(URL, choose([action], geste="publier", token=str(run.token), faire="1"))

    assert response.status_code == 302
    assert BulkRun.objects.filter(actor=lead).count() == 1
