"""Where a request stands: what is waited for, in the words of each side, and what the holder must not learn."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from actions.enums import ActionStatus, Step
from actions.models import Action, ExpectedPiece
from actions.readable import with_readable_stage
from actions.standing import standings
from partners.enums import Role
from tests.actions.factories import make_action, make_call, make_funding, make_source, release
from tests.factories import make_organisation, make_user

pytestmark = pytest.mark.django_db

FILED = {"submitted_on": date(2026, 1, 15), "starts_on": date(2026, 2, 2), "ends_on": date(2099, 7, 1)}


@pytest.fixture
def holder(cite):
    return make_organisation("Les Mots Passeurs", cite=cite)


@pytest.fixture
def holder_user(cite, holder):
    return make_user(cite, Role.HOLDER, organisation=holder)


@pytest.fixture
def source(cite):
    return make_source(cite, "État – P147")


def standing(user, action):
    actions = with_readable_stage(Action.objects.visible_to(user), user).select_related("cite", "holder", "call")
    action = actions.prefetch_related("communes").get(pk=action.pk)
    return standings(user, [action])[action.pk]


def words(user, action):
    lines = standing(user, action).lines
    return " ".join(f"{line.text} {', '.join(label for label, *_ in line.items)} {line.when}" for line in lines)


def current(progress):
    return [label for label, state, _ in progress.steps if state == "current"]


def test_a_draft_waits_for_its_holder_in_the_words_of_each_side(cite, lead, holder, holder_user):
    call = make_call(cite, closes_on=date(2099, 12, 4))
    ExpectedPiece.objects.create(call=call, label="RIB")
    draft = make_action(
        cite, holder=holder, call=call, status=ActionStatus.DRAFT, shared_at="2026-01-05T10:00Z", audience="Familles"
    )

    assert "Nous attendons du porteur\u00a0: l’objectif" in words(lead, draft)
    assert "Il nous manque de votre part\u00a0: l’objectif" in words(holder_user, draft)
    for user in (lead, holder_user):
        assert ", RIB" in words(user, draft)
        assert "pour le 4\u00a0décembre\u00a02099" in words(user, draft)
        assert "le public" not in words(user, draft)
        assert current(standing(user, draft)) == ["préparation"]


def test_a_passed_deadline_is_late(cite, lead, holder):
    call = make_call(cite, closes_on=date(2020, 1, 1))
    draft = make_action(cite, holder=holder, call=call, status=ActionStatus.DRAFT, shared_at="2026-01-05T10:00Z")

    assert any(line.is_late for line in standing(lead, draft).lines)


def test_under_appraisal_the_pilots_are_waited_for(cite, lead, holder):
    filed = make_action(cite, holder=holder, **FILED)

    assert words(lead, filed) == "Les pilotes doivent se prononcer.  déposée le 15\u00a0janvier\u00a02026"


@pytest.mark.parametrize(
    ("status", "amounts"),
    [
        (ActionStatus.DEFERRED, {}),
        (ActionStatus.REJECTED, {}),
        (ActionStatus.RETAINED, {"programmed": "13222.22"}),
        (ActionStatus.RETAINED, {"programmed": "13222.22", "granted": "12333.33"}),
        (ActionStatus.RETAINED, {"programmed": "13222.22", "granted": "12333.33", "paid": "9444.44"}),
        (ActionStatus.SUSPENDED, {"granted": "12333.33"}),
        (ActionStatus.CLOSED, {"granted": "12333.33", "justified": "9444.44"}),
    ],
)
def test_an_answer_not_released_changes_no_word_for_the_holder(
    sign_in, text_of, cite, holder, holder_user, source, status, amounts
):
    filed = make_action(cite, holder=holder, title="Voile", **FILED)
    make_funding(filed, make_source(cite, "CAF"), requested="16000")
    before = standing(holder_user, filed)
    # Asked of nobody: a holder does not learn that this source has the action in hand.
    make_funding(filed, source, **amounts)
    Action.objects.filter(pk=filed.pk).update(status=status)

    assert standing(holder_user, filed) == before
    assert current(before) == ["instruction"]
    client = sign_in(holder_user)
    for page in (reverse("actions:own"), reverse("actions:detail", args=[filed.pk])):
        text = text_of(client.get(page))
        assert "Votre demande est en instruction." in text
        for secret in ("13 222", "12 333", "9 444", "rejetée", "ajournée", "ont retenu", "est suspendue", "est close"):
            assert secret not in text


def test_after_the_release_the_holder_is_told_what_each_funder_has_still_to_do(cite, holder, holder_user, source):
    caf = make_source(cite, "CAF", circuit="family_fund")
    retained = make_action(cite, holder=holder, status=ActionStatus.RETAINED, **FILED)
    make_funding(retained, source, requested="16000", programmed="13000")
    make_funding(retained, caf, requested="4000", programmed="3000")
    release(source)

    told = words(holder_user, retained)

    assert "Les pilotes ont retenu votre action." in told
    assert "État – P147\u00a0: nous attendons l’arrêté ou la décision," in told
    assert "CAF\u00a0: en instruction, la réponse vous sera notifiée." in told


def test_a_funder_that_nobody_asked_and_that_released_nothing_is_not_named(
    sign_in, text_of, cite, lead, holder, holder_user, source
):
    retained = make_action(cite, holder=holder, status=ActionStatus.RETAINED, **FILED)
    make_funding(retained, source, requested="1000", programmed="800")
    make_funding(retained, make_source(cite, "Fondation discrète"), programmed="555")
    release(source)

    client = sign_in(holder_user)
    for page in (reverse("actions:own"), reverse("actions:detail", args=[retained.pk])):
        text = text_of(client.get(page))
        assert "État – P147" in text
        assert "Fondation discrète" not in text
    assert "Fondation discrète" in words(lead, retained)


def test_the_team_reads_the_next_step_of_each_circuit(cite, lead, holder, source, today):
    retained = make_action(cite, holder=holder, status=ActionStatus.RETAINED, **FILED)
    funding = make_funding(retained, source, requested="16000", programmed="13000")
    type(funding).objects.filter(pk=funding.pk).update(programmed_on=today - timedelta(days=23))
    paid = make_source(cite, "Ville", circuit="commune")
    make_funding(retained, paid, requested="4000", granted="4000")
    make_funding(retained, make_source(cite, "CUD", circuit="intercommunality"), requested="1")

    told = words(lead, retained)

    assert "État – P147\u00a0: nous attendons l’arrêté ou la décision du financeur" in told
    assert "depuis 23 jours" in told
    assert "Ville\u00a0: le versement est attendu." in told
    assert "CUD\u00a0: les pilotes n’ont pas encore programmé de montant." in told
    assert "les notifications ne sont pas libérées" in told


def test_an_action_that_is_over_waits_for_its_report(cite, lead, holder):
    over = make_action(
        cite, holder=holder, status=ActionStatus.RETAINED, starts_on=date(2026, 1, 5), ends_on=date(2026, 6, 1)
    )

    assert "le bilan de l’action" in words(lead, over)
    assert current(standing(lead, over)) == ["bilan"]


def test_who_reads_the_published_part_is_told_nothing(sign_in, cite, holder, text_of):
    published = make_action(
        cite, holder=holder, status=ActionStatus.RETAINED, published_at="2026-01-05T10:00Z", **FILED
    )
    text = text_of(sign_in(make_user(cite, Role.PARTNER)).get(reverse("actions:detail", args=[published.pk])))

    assert "Où en est la demande" not in text


def test_many_requests_cost_the_queries_of_one(
    sign_in, cite, holder, holder_user, source, django_assert_max_num_queries
):
    call = make_call(cite)
    ExpectedPiece.objects.create(call=call, label="RIB")

    def add(status):
        action = make_action(cite, holder=holder, call=call, status=status)
        make_funding(action, source, **{Step.REQUESTED: "10"})

    client, url = sign_in(holder_user), reverse("actions:own")
    add(ActionStatus.DRAFT)
    add(ActionStatus.SUBMITTED)
    client.get(url)
    with django_assert_max_num_queries(40) as few:
        client.get(url)
    for _ in range(4):
        add(ActionStatus.DRAFT)
        add(ActionStatus.SUBMITTED)
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(url)
