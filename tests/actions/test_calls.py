"""Calls for projects: written by the team, copied, published, read by each as far as she or he may."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from actions import services
from actions.blocks import OPTIONAL_KEYS, blocks_of
from actions.calls import expected_renewals
from actions.enums import ActionStatus
from actions.models import Call, Criterion
from actions.next_call import WAVE, YEAR, proposal, shifted
from cite_educative.common.dates import BudgetYear, SchoolYear
from cite_educative.common.locks import ConflictError
from partners.enums import Role
from tests.actions.factories import make_action, make_call, make_funding, make_source
from tests.factories import make_organisation, make_user

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DAY = timedelta(days=1)
FORM = {"label": "Appel 2027", "budget_year": "2027", "born_in": "dauphin", "blocks": ["need", "pieces"]}


def address(name, *args):
    return reverse(f"actions:{name}", args=args)


def whole(cite, **fields):
    """A call that may be published."""
    fields = {"presentation": "Pour les enfants.", "closes_on": TODAY + 30 * DAY, **fields}
    return make_call(cite, **fields)


# --- Writing --------------------------------------------------------------------------------------


def test_the_team_writes_a_call_and_chooses_its_blocks(sign_in, lead):
    client = sign_in(lead)
    answers = {
        **FORM,
        "opens_on": "01/12/2026",
        "closes_on": "15/01/2027",
        "answers_on": "01/04/2027",
        "contact": "aap@cite.example",
    }

    answer = client.post(address("call_create"), answers)

    call = Call.objects.get()
    assert answer.url == address("call", call.pk)
    assert (call.closes_on, call.answers_on, call.blocks) == (date(2027, 1, 15), date(2027, 4, 1), ["need", "pieces"])
    shown = {block.key for block in blocks_of(make_action(call.cite, call=call))}
    assert {"identification", "need", "pieces"} <= shown
    assert "communication" not in shown


def test_blocks_always_there_are_ticked_and_cannot_be_sent_away(sign_in, lead, cite, text_of):
    page = sign_in(lead).get(address("call_update", make_call(cite, blocks=["need"]).pk))
    form = page.context["form"]
    options = {
        option["value"]: option
        for _, group, _ in form.fields["blocks"].widget.optgroups("blocks", form["blocks"].value())
        for option in group
    }

    assert options["holder"]["selected"]
    assert options["holder"]["attrs"]["disabled"]
    assert options["need"]["selected"]
    assert not options["means"]["selected"]


@pytest.mark.parametrize(
    ("field", "dates", "words"),
    [
        (
            "closes_on",
            {"opens_on": "2026-12-01", "closes_on": "2026-11-01"},
            "La clôture ne peut pas précéder l’ouverture",
        ),
        (
            "answers_on",
            {"closes_on": "2026-12-01", "answers_on": "2026-11-01"},
            "La réponse aux porteurs ne peut pas précéder la clôture",
        ),
        ("opens_on", {"opens_on": "le 40 mai"}, "Cette date est illisible"),
    ],
)
def test_dates_in_disorder_are_told_beside_their_field_and_nothing_is_lost(sign_in, lead, field, dates, words):
    answer = sign_in(lead).post(address("call_create"), {**FORM, **dates, "contact": "aap@cite.example"})

    assert words in str(answer.context["form"].errors[field])
    assert answer.context["form"]["contact"].value() == "aap@cite.example"
    assert not Call.objects.exists()


def test_the_service_refuses_dates_in_disorder_too(cite, lead):
    call = Call(cite=cite, label="Appel", budget_year=2027, closes_on=TODAY, answers_on=TODAY - DAY)

    with pytest.raises(ValidationError, match="La réponse aux porteurs ne peut pas précéder la clôture"):
        services.save_call(call, actor=lead)


def test_two_people_change_a_call_at_once_and_none_loses_hers(sign_in, cite, lead, text_of):
    call = make_call(cite, blocks=["need"])
    client, url = sign_in(lead), address("call_update", call.pk)
    call.presentation = "Version de la préfecture"
    services.save_call(call, actor=make_user(cite, Role.CO_LEAD))

    mine = {**FORM, "label": "Appel 2026", "presentation": "Ma version", "version": "1"}
    answer = client.post(url, mine)

    page = text_of(answer)
    assert answer.status_code == 409
    assert "Version de la préfecture" in page
    assert "Ma version" in page
    call.refresh_from_db()
    assert call.presentation == "Version de la préfecture"

    client.post(url, {**mine, "version": answer.context["form"]["version"].value()})
    call.refresh_from_db()
    assert call.presentation == "Ma version"


def test_a_stale_version_is_refused_by_the_service(cite, lead):
    call = make_call(cite)
    services.save_call(call, actor=lead, version=1)

    with pytest.raises(ConflictError):
        services.save_call(Call.objects.get(), actor=lead, version=1)


# --- The next one ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "kind", "following"),
    [
        ("Appel à projets 2026", YEAR, "Appel à projets 2027"),
        ("Appel 2026, deuxième vague", YEAR, "Appel 2027"),
        ("Appel de la Cité", YEAR, "Appel de la Cité 2027"),
        ("Appel 2026", WAVE, "Appel 2026, deuxième vague"),
        ("Appel 2026, seconde vague", WAVE, "Appel 2026, troisième vague"),
        ("Appel 2026, cinquième vague", WAVE, "Appel 2026, sixième vague"),
        ("Appel 2026, sixième vague", WAVE, "Appel 2026, sixième vague, vague suivante"),
    ],
)
def test_the_next_call_is_named_after_its_year_or_wave(label, kind, following):
    call = Call(label=label, budget_year=BudgetYear(2026), school_year=SchoolYear(2025))

    assert proposal(call, kind)["label"] == following


def test_dates_move_by_whole_months():
    assert shifted(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert shifted(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert shifted(None, 12) is None


def test_next_year_takes_pieces_criteria_and_blocks_and_shifts_the_dates(sign_in, cite, lead):
    source = whole(
        cite,
        label="Appel 2026",
        blocks=["need"],
        school_year=2025,
        opens_on=date(2025, 10, 1),
        closes_on=date(2025, 12, 5),
    )
    services.add_usual_pieces(source, actor=lead)
    services.add_usual_criteria(source, actor=lead)
    services.publish_call(source, actor=lead)
    client, url = sign_in(lead), f"{address('call_next', source.pk)}?suite=annee"

    initial = client.get(url).context["form"].initial
    assert (initial["label"], str(initial["school_year"])) == ("Appel 2027", "2026-2027")
    client.post(url, {name: value or "" for name, value in initial.items()})

    call = Call.objects.get(label="Appel 2027")
    assert (call.opens_on, call.closes_on) == (date(2026, 10, 1), date(2026, 12, 5))
    assert (call.blocks, call.presentation, call.published_at) == (["need"], "Pour les enfants.", None)
    assert call.expected_pieces.count() == source.expected_pieces.count() > 0
    assert [row.label for row in call.criteria.all()] == [row.label for row in source.criteria.all()]
    assert call.criteria.count() == 5


def test_a_second_click_makes_no_second_call(sign_in, cite, lead, text_of):
    source = make_call(cite)
    client, url = sign_in(lead), address("call_next", source.pk)
    answers = {"label": "Appel 2027", "budget_year": "2027"}
    client.post(url, answers)

    assert "porte déjà ce nom" in text_of(client.post(url, answers))
    assert Call.objects.count() == 2


# --- The public page ------------------------------------------------------------------------------


def test_the_public_page_says_what_who_when_and_how_without_an_account(client, cite, lead, text_of):
    call = whole(
        cite, eligibility="Les associations des quartiers.", naming_rule="CE-DK – projet", contact="aap@cite.example"
    )
    services.add_usual_pieces(call, actor=lead)
    services.add_usual_criteria(call, actor=lead)
    services.publish_call(call, actor=lead)
    make_action(cite, title="Secret d’atelier", call=call)

    page = text_of(client.get(address("call_public", cite.slug, call.pk)))

    for words in ("Pour les enfants.", "Les associations des quartiers.", "RIB", "Faisabilité", "CE-DK – projet"):
        assert words in page
    assert "aap@cite.example" in page
    assert "clôture dans 30 jours" in page
    assert "Secret d’atelier" not in page
    assert str(lead) not in page


def test_it_is_not_found_before_it_is_published_nor_once_withdrawn_nor_under_another_cite(
    client, cite, builders, lead
):
    call, url = whole(cite), None
    url = address("call_public", cite.slug, call.pk)
    assert client.get(url).status_code == 404

    services.publish_call(call, actor=lead)
    assert client.get(url).status_code == 200
    assert client.get(address("call_public", builders.make_cite("amiens").slug, call.pk)).status_code == 404

    services.withdraw_call(call, actor=lead)
    assert client.get(url).status_code == 404


def test_a_closed_call_stays_readable_and_says_so(client, cite, lead, text_of):
    call = whole(cite, closes_on=TODAY - DAY)
    services.publish_call(call, actor=lead)

    page = text_of(client.get(address("call_public", cite.slug, call.pk)))

    assert "l’appel est clos" in page
    assert "demande tardive" in page


def test_nothing_empty_is_published(sign_in, cite, lead, text_of):
    call = make_call(cite)

    page = text_of(sign_in(lead).post(address("call_publish", call.pk), follow=True))

    assert "Il manque : la présentation et la clôture." in page
    call.refresh_from_db()
    assert call.published_at is None


# --- Who reads what -------------------------------------------------------------------------------


def test_a_holder_reads_published_calls_and_its_own_requests_only(sign_in, cite, lead, text_of):
    call = whole(cite)
    holder = make_organisation("Les Ateliers", cite=cite)
    make_action(cite, title="La nôtre", holder=holder, call=call)
    make_action(cite, title="Celle des voisins", call=call)
    other = make_call(cite, "Appel en préparation")
    services.publish_call(call, actor=lead)
    client = sign_in(make_user(cite, Role.HOLDER, organisation=holder))

    page = text_of(client.get(address("call", call.pk)))

    assert "La nôtre" in page
    assert "Celle des voisins" not in page
    assert client.get(address("call", other.pk)).status_code == 404
    assert "Appel en préparation" not in text_of(client.get(address("call_list")))


def test_a_holder_still_reads_the_call_it_answered_once_its_page_is_withdrawn(cite):
    holder = make_organisation(cite=cite)
    call = make_call(cite)
    make_action(cite, holder=holder, call=call)

    user = make_user(cite, Role.HOLDER, organisation=holder)

    assert list(Call.objects.visible_to(user)) == [call]


def test_requests_are_counted_by_stage_and_those_without_call_elsewhere(sign_in, cite, lead, text_of):
    call = whole(cite)
    for status in (ActionStatus.SUBMITTED, ActionStatus.SUBMITTED, ActionStatus.REJECTED):
        make_action(cite, call=call, status=status)
    make_action(cite)
    client = sign_in(lead)

    counted = client.get(address("call", call.pk)).context["stages"]

    assert [(number, "etape=" in url) for _, number, url in counted] == [(2, True), (1, True)]
    assert "1 action, comptée à part" in text_of(client.get(address("call_list")))


def test_the_page_says_what_each_request_waits_for(sign_in, cite, lead, text_of):
    call = whole(cite)
    services.add_usual_pieces(call, actor=lead)
    make_action(cite, call=call, holder=make_organisation(kind="association", cite=cite))

    page = text_of(sign_in(lead).get(address("call", call.pk)))

    assert "Les pilotes doivent se prononcer." in page
    assert "Nous attendons du porteur : Statuts, Liste des dirigeants et 5 autres" in page


@pytest.mark.parametrize("name", ["call", "call_appraisal"])
def test_queries_do_not_grow_with_the_requests(sign_in, cite, lead, name, django_assert_max_num_queries):
    call, source = whole(cite), make_source(cite)
    services.add_usual_pieces(call, actor=lead)
    client, url = sign_in(lead), address(name, call.pk)
    counts = []
    for number in (1, 5):
        for _ in range(number):
            make_funding(make_action(cite, call=call, communes=cite.communes.all()), source, requested="100")
        with django_assert_max_num_queries(15) as captured:
            client.get(url)
        counts.append(len(captured))

    assert counts[0] == counts[1]


def test_a_referent_of_an_institution_asks_the_same_whatever_the_requests(
    sign_in, cite, django_assert_max_num_queries
):
    call, institution = whole(cite, published_at=timezone.now()), make_organisation("CAF du Nord", cite=cite)
    source = make_source(cite, organisation=institution)
    client = sign_in(make_user(cite, Role.INSTITUTION, organisation=institution))
    counts = []
    for number in (1, 5):
        for _ in range(number):
            make_funding(make_action(cite, call=call), source, requested="100")
        with django_assert_max_num_queries(15) as captured:
            page = client.get(address("call", call.pk))
        counts.append(len(captured))

    assert len(page.context["requests"]) == 6
    assert counts[0] == counts[1]


def test_the_list_of_calls_asks_the_same_whatever_their_number(sign_in, cite, lead, django_assert_max_num_queries):
    client, counts = sign_in(lead), []
    for number in (1, 5):
        for rank in range(number):
            make_action(cite, call=make_call(cite, f"Appel {number} {rank}"))
        with django_assert_max_num_queries(15) as captured:
            client.get(address("call_list"))
        counts.append(len(captured))

    assert counts[0] == counts[1]


# --- Criteria -------------------------------------------------------------------------------------


def test_the_five_criteria_are_proposed_in_one_click_and_added_once(sign_in, cite, lead, text_of):
    call = make_call(cite)
    client, url = sign_in(lead), address("call_criteria", call.pk)

    client.post(url)
    assert "rien n’a changé" in text_of(client.post(url, follow=True))

    assert call.criteria.count() == 5


def test_a_criterion_is_written_and_removed_until_somebody_scored_it(sign_in, cite, lead, text_of):
    call = make_call(cite)
    client = sign_in(lead)
    client.post(address("criterion_create", call.pk), {"label": "Lien avec l’école", "weight": "2", "order": "1"})
    criterion = Criterion.objects.get()
    assert criterion.weight == 2

    action = make_action(cite, call=call)
    answers = {
        "name": "M. X",
        "verdict": "favourable",
        "comment": "Oui",
        "given_on": "2026-03-03",
        "given_how": "mail",
    }
    client.post(address("opinion_enter", action.pk), {**answers, f"critere-{criterion.pk}": "3"})
    page = text_of(client.post(address("criterion_remove", criterion.pk), follow=True))
    assert "ce critère ne s’efface plus" in page

    loose = Criterion.objects.create(call=call, label="Autre")
    client.post(address("criterion_remove", loose.pk))
    assert list(call.criteria.all()) == [criterion]


@pytest.mark.parametrize("weight", ["0", "11", "-1", "beaucoup"])
def test_an_odd_weight_is_refused_with_a_sentence(sign_in, cite, lead, weight):
    url = address("criterion_create", make_call(cite).pk)

    answer = sign_in(lead).post(url, {"label": "Lien", "weight": weight, "order": "1"})

    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not Criterion.objects.exists()


# --- What is waited for ---------------------------------------------------------------------------


def test_last_years_holders_are_expected_until_they_file(cite):
    call = make_call(cite, "Appel 2026", closes_on=TODAY + 5 * DAY)
    before = make_call(cite, "Appel 2025", budget_year=2025)
    holder = make_organisation("Mots passeurs", cite=cite)
    funded = make_action(cite, holder=holder, call=before, budget_year=2025, status=ActionStatus.RETAINED)
    make_action(cite, call=before, budget_year=2025, status=ActionStatus.REJECTED)
    draft = make_action(cite, holder=holder, call=call, status=ActionStatus.DRAFT)
    assert list(expected_renewals(call)) == [funded]

    draft.move("submit", actor=draft.created_by, code="CE26-900", submitted_on=TODAY)

    assert not expected_renewals(call)


def test_the_lead_is_told_two_weeks_before_a_call_closes(client, cite, lead, text_of):
    call = make_call(cite, "Appel 2026", closes_on=TODAY + 14 * DAY)
    before = make_call(cite, "Appel 2025", budget_year=2025)
    holder = make_organisation("Mots passeurs", cite=cite)
    make_action(cite, holder=holder, call=before, budget_year=2025, status=ActionStatus.CLOSED)
    client.force_login(lead)
    line = "1 porteur financé l’an dernier n’a rien déposé : Mots passeurs."
    assert line in text_of(client.get("/"))

    Call.objects.filter(pk=call.pk).update(closes_on=TODAY + 15 * DAY)

    assert line not in text_of(client.get("/"))


def test_a_holder_is_invited_to_answer_until_it_does(client, cite, text_of):
    call = whole(cite, published_at=timezone.now())
    whole(cite, label="Pas publié")
    holder = make_organisation(cite=cite)
    client.force_login(make_user(cite, Role.HOLDER, organisation=holder))
    page = text_of(client.get("/"))
    assert "Répondre à l’appel « Appel 2026 »" in page
    assert "Pas publié" not in page

    make_action(cite, holder=holder, call=call, status=ActionStatus.DRAFT)

    assert "Répondre à l’appel" not in text_of(client.get("/"))


def test_a_new_call_asks_every_block(cite):
    assert make_call(cite).blocks == list(OPTIONAL_KEYS)
