"""How an action moves, who moves it, and how errors are corrected."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from actions import services
from actions.enums import ActionStatus, EntryKind, Step
from actions.life import BY_DECISION, BY_HAND, gestures_of
from actions.models import Action, ActionComment, FundingEntry
from cite_educative.common.transitions import TransitionError
from cite_educative.home.audit import differences
from partners.enums import Role
from partners.models import OutgoingMessage
from tests.actions import factories
from tests.factories import make_cite, make_commune, make_lead, make_organisation, make_person, make_user

TODAY = timezone.localdate


@pytest.fixture
def cite(db):
    return make_cite("dunkerque", communes=[make_commune("Grande-Synthe")])


@pytest.fixture
def lead(cite):
    return make_lead(cite)


@pytest.fixture
def holder(cite):
    return make_organisation("Les Ateliers", cite=cite)


def make(cite, holder, status=ActionStatus.SUBMITTED, **fields):
    return factories.make_action(cite, holder=holder, communes=cite.communes.all(), status=status, **fields)


# --- Every move, from every status ----------------------------------------------------------------

ALLOWED = {
    "send_back": {ActionStatus.SUBMITTED},
    "suspend": {ActionStatus.RETAINED},
    "resume": {ActionStatus.SUSPENDED},
    "abandon": {
        ActionStatus.DRAFT,
        ActionStatus.SUBMITTED,
        ActionStatus.SENT_BACK,
        ActionStatus.RETAINED,
        ActionStatus.DEFERRED,
        ActionStatus.SUSPENDED,
    },
    "close": {ActionStatus.RETAINED},
    "reopen": {ActionStatus.ABANDONED},
}


def test_the_table_of_moves_by_hand_is_whole():
    assert set(ALLOWED) == set(BY_HAND)
    assert set(BY_HAND) | set(BY_DECISION) | {"submit"} == set(Action.TRANSITIONS)


@pytest.mark.parametrize("name", BY_HAND)
def test_each_status_takes_the_moves_of_the_table_and_refuses_the_others(cite, lead, holder, name):
    for status in ActionStatus:
        action = make(cite, holder, status)
        if status in ALLOWED[name]:
            moved = services.move_by_hand(action, name, actor=lead, comment="Motif")
            assert moved.status == Action.TRANSITIONS[name].target, status
        else:
            with pytest.raises(TransitionError):
                services.move_by_hand(action, name, actor=lead, comment="Motif")
            action.refresh_from_db()
            assert action.status == status


@pytest.mark.parametrize("name", BY_DECISION)
def test_what_the_pilots_decide_is_not_done_by_hand(cite, lead, holder, name):
    action = make(cite, holder)

    with pytest.raises(TransitionError, match="est une décision des pilotes"):
        services.move_by_hand(action, name, actor=lead)

    assert action.log.count() == 0


@pytest.mark.parametrize("status", [ActionStatus.RETAINED, ActionStatus.DEFERRED, ActionStatus.REJECTED])
def test_what_a_decision_wrote_is_reopened_by_another_only(cite, lead, holder, status):
    action = make(cite, holder)
    action.move("retain", actor=lead, reference="CP-2026-004")
    Action.objects.filter(pk=action.pk).update(status=status)

    with pytest.raises(TransitionError, match="CP-2026-004"):
        services.move_by_hand(action, "reopen", actor=lead)


def test_gestures_offered_are_those_that_work(cite, lead, holder):
    for status in ActionStatus:
        action = make(cite, holder, status)
        offered = {gesture.name for gesture in gestures_of(lead, action)}
        assert offered == {name for name, sources in ALLOWED.items() if status in sources}, status


@pytest.mark.parametrize("role", [Role.PILOT, Role.FINANCE, Role.REFERENT, Role.EVALUATOR])
def test_others_than_the_team_are_offered_nothing_and_refused(cite, holder, client, role):
    fields = {"communes": cite.communes.all()} if role == Role.REFERENT else {}
    user = make_user(cite, role, **fields)
    action = make(cite, holder, ActionStatus.RETAINED)
    client.force_login(user)

    assert gestures_of(user, action) == []
    assert client.post(reverse("actions:move", args=[action.pk, "close"]), {}).status_code == 403


def test_a_holder_gives_up_its_own_draft_and_nothing_else(cite, holder, client):
    user = make_user(cite, Role.HOLDER, organisation=holder)
    client.force_login(user)
    draft, filed = make(cite, holder, ActionStatus.DRAFT), make(cite, holder)
    data = {"happened_on": TODAY().isoformat(), "comment": "Le projet ne se fait plus"}

    assert client.post(reverse("actions:move", args=[draft.pk, "abandon"]), data).status_code == 302
    assert client.post(reverse("actions:move", args=[filed.pk, "abandon"]), data).status_code == 403


# --- The day of the fact --------------------------------------------------------------------------


def test_a_fact_may_be_entered_late_and_for_somebody(cite, lead, holder, client):
    action = make(cite, holder, ActionStatus.RETAINED)
    day = TODAY() - timedelta(days=12)
    client.force_login(lead)

    client.post(
        reverse("actions:move", args=[action.pk, "suspend"]),
        {"happened_on": day.isoformat(), "said_by": "Mme Prévost", "comment": "Salle indisponible"},
    )

    move = action.log.get()
    assert (move.happened_on, move.said_by, move.comment) == (day, "Mme Prévost", "Salle indisponible")
    assert timezone.localdate(move.created_at) == TODAY()
    page = client.get(reverse("actions:history", args=[action.pk])).content.decode()
    assert "pour Mme Prévost" in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"happened_on": "2099-01-01"}, "pas encore arrivé"),
        ({"happened_on": "hier"}, "illisible"),
        ({"comment": ""}, "Dites pourquoi"),
    ],
)
def test_a_wrong_move_gets_a_sentence_and_keeps_what_was_typed(cite, lead, holder, client, fields, sentence):
    action = make(cite, holder, ActionStatus.RETAINED)
    client.force_login(lead)
    data = {"happened_on": TODAY().isoformat(), "said_by": "Mme Prévost", "comment": "Motif"} | fields

    page = client.post(reverse("actions:move", args=[action.pk, "abandon"]), data).content.decode()

    assert sentence in page
    assert "Mme Prévost" in page
    action.refresh_from_db()
    assert action.status == ActionStatus.RETAINED


def test_a_move_does_not_go_before_the_last_one(cite, lead, holder):
    action = make(cite, holder, ActionStatus.RETAINED)
    services.move_by_hand(action, "suspend", actor=lead, comment="Motif")

    with pytest.raises(ValidationError, match="précède le dernier changement"):
        services.move_by_hand(action, "resume", actor=lead, happened_on=TODAY() - timedelta(days=1))


def test_two_clicks_move_once(cite, lead, holder):
    action = make(cite, holder, ActionStatus.RETAINED)
    services.move_by_hand(action, "close", actor=lead)

    with pytest.raises(TransitionError):
        services.move_by_hand(action, "close", actor=lead)

    assert action.log.count() == 1


# --- Corrections ----------------------------------------------------------------------------------


def test_the_last_move_by_hand_is_undone_and_both_lines_stay(cite, lead, holder, client):
    action = make(cite, holder, ActionStatus.RETAINED)
    services.move_by_hand(action, "close", actor=lead)
    client.force_login(lead)

    client.post(reverse("actions:undo", args=[action.pk]), {"reason": "Mauvaise action"})

    action.refresh_from_db()
    assert action.status == ActionStatus.RETAINED
    assert [move.transition for move in action.log.all()] == ["close", "undo"]
    again = client.post(reverse("actions:undo", args=[action.pk]), {"reason": "Encore"}).content.decode()
    assert "Il n’y a plus rien à annuler" in again


def test_what_a_decision_wrote_is_not_undone_by_hand(cite, lead, holder):
    action = make(cite, holder)
    action.move("retain", actor=lead, reference="CP-2026-004")

    with pytest.raises(TransitionError, match="CP-2026-004"):
        services.undo_last_move(action, actor=lead, reason="Erreur")


def test_the_day_of_a_filing_is_corrected_with_both_in_the_journal(cite, lead, holder, client):
    action = make(cite, holder, ActionStatus.DRAFT)
    action.move("submit", actor=lead, code="CE26-001", submitted_on=TODAY())
    day = TODAY() - timedelta(days=3)
    client.force_login(lead)

    client.post(reverse("actions:move_day", args=[action.log.get().pk]), {"happened_on": day.isoformat()})

    action.refresh_from_db()
    assert action.submitted_on == day == action.log.get().happened_on
    assert "a corrigé une date" in client.get(reverse("actions:history", args=[action.pk])).content.decode()


def entered(action, lead, step=Step.REQUESTED, amount="1000"):
    source = factories.make_source(action.cite, "CAF")
    return services.record_amount(
        action=action, source=source, budget_year=action.budget_year, step=step, amount=Decimal(amount),
        on=TODAY(), actor=lead,
    )  # fmt: skip


def test_an_amount_is_corrected_by_a_reversal_and_the_ledger_still_explains_it(cite, lead, holder, client):
    action = make(cite, holder)
    entry = entered(action, lead)
    client.force_login(lead)

    client.post(
        reverse("actions:amount_correct", args=[entry.pk]), {"amount": "1 500,50", "reason": "Faute de frappe"}
    )

    rows = FundingEntry.objects.order_by("pk").values_list("kind", "before", "after")
    assert list(rows) == [
        (EntryKind.ENTRY, None, Decimal("1000")),
        (EntryKind.REVERSAL, Decimal("1000"), None),
        (EntryKind.ENTRY, None, Decimal("1500.50")),
    ]
    entry.funding.refresh_from_db()
    assert entry.funding.requested == Decimal("1500.50")
    assert list(differences()) == []


def test_an_amount_may_prove_not_known_after_all(cite, lead, holder):
    entry = entered(make(cite, holder), lead)

    services.correct_amount(entry, amount=None, reason="Pas encore demandé", actor=lead)

    entry.funding.refresh_from_db()
    assert entry.funding.requested is None


def test_amounts_of_decisions_and_acts_are_corrected_otherwise(cite, lead, holder):
    action = make(cite, holder)
    funding = services.ensure_funding(action, factories.make_source(cite, "CAF"), action.budget_year)
    decided = funding.programme(Decimal(800), on=TODAY(), reference="CP-2026-004", actor=lead)

    with pytest.raises(ValidationError, match="seule une autre décision"):
        services.correct_amount(decided, amount=Decimal(700), reason="Erreur", actor=lead)


def test_only_the_last_amount_is_corrected(cite, lead, holder):
    action = make(cite, holder)
    first = entered(action, lead)
    services.record_amount(
        action=action, source=first.funding.source, budget_year=action.budget_year, step=Step.REQUESTED,
        amount=Decimal(2000), on=TODAY(), actor=lead,
    )  # fmt: skip

    with pytest.raises(ValidationError, match="dernière écriture"):
        services.correct_amount(first, amount=Decimal(700), reason="Erreur", actor=lead)


def test_nothing_to_correct_is_said(cite, lead, holder, client):
    entry = entered(make(cite, holder), lead)
    client.force_login(lead)

    page = client.post(reverse("actions:amount_correct", args=[entry.pk]), {"amount": "1000", "reason": "?"})

    assert "C’est déjà le montant enregistré" in page.content.decode()
    assert FundingEntry.objects.count() == 1


# --- Sending back ---------------------------------------------------------------------------------


def back_data(**fields):
    due = (TODAY() + timedelta(days=10)).isoformat()
    data = {"due_on": due, "subject": "Fiche à corriger", "body": "Bonjour [la date] [le lien]"}
    remarks = {
        "about_1": "public.audience",
        "remark_1": "Combien d’enfants\u00a0?",
        "about_2": "calendar",
        "remark_2": "Les dates se croisent",
    }
    return data | remarks | fields


def test_a_sheet_goes_back_with_its_comments_and_a_letter_and_comes_again(cite, lead, holder, client):
    person = make_person(email="porteur@exemple.fr")
    user = make_user(cite, Role.HOLDER, organisation=holder, person=person)
    action = make(cite, holder, audience="Enfants", objective=factories.make_objective(factories.make_axis(
        factories.make_programme(cite)
    )), starts_on=TODAY(), ends_on=TODAY())  # fmt: skip
    entered(action, lead)
    code = action.code
    client.force_login(lead)

    sent = client.post(reverse("actions:send_back", args=[action.pk]), back_data(recipients=[person.pk]))

    assert sent.status_code == 302
    action.refresh_from_db()
    assert action.status == ActionStatus.SENT_BACK
    assert OutgoingMessage.objects.get().subject == "Fiche à corriger"
    client.force_login(user)
    page = client.get(reverse("actions:comments", args=[action.pk])).content.decode()
    assert "Combien d’enfants" in page
    for comment in ActionComment.objects.open():
        client.post(reverse("actions:comment_answer", args=[comment.pk]), {"body": "C’est corrigé"})
        client.post(reverse("actions:comment_resolve", args=[comment.pk]), {"regle": "1"})
    assert not ActionComment.objects.open().exists()
    client.post(reverse("actions:submit", args=[action.pk]))
    action.refresh_from_db()
    assert (action.status, action.code) == (ActionStatus.SUBMITTED, code)


def test_nothing_leaves_when_nothing_is_to_be_corrected(cite, lead, holder, client):
    action = make(cite, holder)
    client.force_login(lead)

    page = client.post(
        reverse("actions:send_back", args=[action.pk]), back_data(about_1="", remark_1="", about_2="", remark_2=" ")
    ).content.decode()

    assert "Dites au moins une chose à corriger" in page
    action.refresh_from_db()
    assert action.status == ActionStatus.SUBMITTED
    assert not OutgoingMessage.objects.exists()


# --- Odd sequences --------------------------------------------------------------------------------


def draft_for(cite, holder, call=None):
    objective = factories.make_objective(factories.make_axis(factories.make_programme(cite)))
    action = make(
        cite, holder, ActionStatus.DRAFT, call=call, objective=objective, audience="Enfants", starts_on=TODAY(),
        ends_on=TODAY(), shared_at=timezone.now(),
    )  # fmt: skip
    factories.make_funding(action, factories.make_source(cite), requested="100")
    return action


def closed_call(cite):
    return factories.make_call(cite, closes_on=TODAY() - timedelta(days=1), born_in="here")


def test_a_draft_given_up_is_not_opened_again_as_a_request_never_filed(cite, lead, holder, client):
    action = make(cite, holder, ActionStatus.DRAFT, shared_at=timezone.now())
    services.move_by_hand(action, "abandon", actor=lead, comment="Doublon")
    action.refresh_from_db()
    client.force_login(lead)

    answer = client.post(reverse("actions:move", args=[action.pk, "reopen"]), {"happened_on": TODAY().isoformat()})

    assert answer.status_code == 302
    assert "reopen" not in [gesture.name for gesture in gestures_of(lead, action)]
    with pytest.raises(TransitionError, match="n’a jamais été déposée"):
        services.move_by_hand(action, "reopen", actor=lead)
    services.undo_last_move(action, actor=lead, reason="Ce n’en était pas un")
    action.refresh_from_db()
    assert action.status == ActionStatus.DRAFT


@pytest.mark.parametrize(
    ("status", "address"),
    [(ActionStatus.RETAINED, "/actions/{}/vie/suspend/"), (ActionStatus.SUBMITTED, "/actions/{}/renvoyer/")],
)
def test_the_second_click_is_told_that_the_move_is_made(cite, lead, holder, client, status, address):
    action = make(cite, holder, status)
    address = address.format(action.pk)
    data = back_data(happened_on=TODAY().isoformat(), comment="Travaux")
    client.force_login(lead)

    answers = [client.post(address, data, follow=True) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert "C’est déjà fait" in answers[1].content.decode()
    assert action.log.count() == 1


def test_a_move_from_a_page_left_open_is_told_where_the_action_stands(cite, lead, holder, client):
    action = make(cite, holder, ActionStatus.CLOSED)
    client.force_login(lead)

    page = client.get(reverse("actions:move", args=[action.pk, "suspend"]), follow=True).content.decode()

    assert "l’action est aujourd’hui «\u00a0close\u00a0»" in page


def test_a_holder_who_clicks_twice_is_told_that_it_gave_up(cite, holder, client):
    action = make(cite, holder, ActionStatus.DRAFT)
    client.force_login(make_user(cite, Role.HOLDER, organisation=holder))
    data = {"happened_on": TODAY().isoformat(), "comment": "Faute de salle"}

    answers = [client.post(reverse("actions:move", args=[action.pk, "abandon"]), data, follow=True) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]


def test_a_filing_undone_is_no_filing_and_may_be_late_the_next_time(cite, lead, holder):
    action = draft_for(cite, holder, closed_call(cite))
    services.submit_action(action, actor=lead, on=TODAY() - timedelta(days=5))
    services.undo_last_move(action, actor=lead, reason="Mauvaise fiche")

    action.refresh_from_db()

    assert (action.status, action.submitted_on) == (ActionStatus.DRAFT, None)
    with pytest.raises(services.LateFiling):
        services.submit_action(action, actor=lead)
    services.submit_action(action, actor=lead, late_reason="Panne")
    services.undo_last_move(action, actor=lead, reason="Encore")
    action.refresh_from_db()
    assert (action.late_accepted_on, action.late_reason) == (None, "")


def test_a_second_filing_undone_leaves_the_day_of_the_first(cite, lead, holder):
    action, first = draft_for(cite, holder), TODAY() - timedelta(days=9)
    services.submit_action(action, actor=lead, on=first)
    services.send_back(
        action,
        actor=lead,
        comments=[("public", "", "Combien\u00a0?")],
        due_on=None,
        recipients=[],
        subject="",
        body="",
    )
    services.submit_action(action, actor=lead)
    services.undo_last_move(action, actor=lead, reason="Trop tôt")

    action.refresh_from_db()

    assert (action.status, action.submitted_on) == (ActionStatus.SENT_BACK, first)


def test_the_day_of_filing_is_the_first_one_even_corrected(cite, lead, holder):
    action = draft_for(cite, holder)
    services.submit_action(action, actor=lead, on=TODAY() - timedelta(days=9))
    services.send_back(
        action, actor=lead, comments=[("public", "", "Combien\u00a0?")], due_on=None, recipients=[], subject="", body="",
        happened_on=TODAY() - timedelta(days=6),
    )  # fmt: skip
    services.submit_action(action, actor=lead, on=TODAY() - timedelta(days=3))

    services.correct_move_day(action.log.first(), actor=lead, happened_on=TODAY() - timedelta(days=8))

    action.refresh_from_db()
    days = [move.happened_on for move in action.log.filter(transition="submit").order_by("pk")]
    assert action.submitted_on == TODAY() - timedelta(days=8)
    assert days == [TODAY() - timedelta(days=8), TODAY() - timedelta(days=3)]


def test_a_corrected_day_does_not_make_a_filing_late_without_its_reason(cite, lead, holder):
    action = draft_for(cite, holder, closed_call(cite))
    services.submit_action(action, actor=lead, on=TODAY() - timedelta(days=2))

    with pytest.raises(ValidationError, match="motif du dépôt tardif"):
        services.correct_move_day(action.log.get(), actor=lead, happened_on=TODAY())
    services.correct_move_day(action.log.get(), actor=lead, happened_on=TODAY() - timedelta(days=1))
    action.refresh_from_db()
    assert action.submitted_on == TODAY() - timedelta(days=1)


def test_a_filing_that_proves_in_time_is_no_longer_told_late(cite, lead, holder):
    action = draft_for(cite, holder, closed_call(cite))
    services.submit_action(action, actor=lead, late_reason="Panne")

    services.correct_move_day(action.log.get(), actor=lead, happened_on=TODAY() - timedelta(days=1))

    action.refresh_from_db()
    assert (action.late_accepted_on, action.late_accepted_by, action.late_reason) == (None, None, "")


def test_undoing_from_a_page_left_open_undoes_nothing_else(cite, lead, holder, client):
    action = make(cite, holder, ActionStatus.RETAINED)
    services.move_by_hand(action, "suspend", actor=lead, comment="Travaux")
    client.force_login(lead)
    address = reverse("actions:undo", args=[action.pk])
    opened = client.get(address)
    seen = opened.context["form"]["seen"].value()
    services.move_by_hand(action, "resume", actor=lead)

    page = client.post(address, {"reason": "Erreur", "seen": seen}).content.decode()

    assert f'name="seen" value="{seen}"' in opened.content.decode()
    assert "L’action a changé depuis que vous avez ouvert cette page" in page
    assert "Erreur" in page
    action.refresh_from_db()
    assert action.status == ActionStatus.RETAINED
