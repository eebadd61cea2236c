"""Where requests are born: filed in Dauphin and entered at once, begun here from a call; in time, late, or too early."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from actions import services
from actions.enums import ActionStatus, BornIn
from actions.models import Action, ActionPiece, Funding
from partners.enums import Role
from tests.actions.factories import (
    make_action,
    make_axis,
    make_call,
    make_funding,
    make_objective,
    make_programme,
    make_source,
)
from tests.factories import make_organisation, make_user

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DAY = timedelta(days=1)
REASON = "Panne de Dauphin le dernier jour."


def address(name, *args):
    return reverse(f"actions:{name}", args=args)


def pdf(content=b"%PDF-1.4 demande"):
    return SimpleUploadedFile("demande.pdf", content, content_type="application/pdf")


@pytest.fixture
def holder(cite):
    return make_organisation("Les Ateliers", cite=cite)


@pytest.fixture
def objective(cite):
    return make_objective(make_axis(make_programme(cite)))


@pytest.fixture
def sources(cite):
    return [make_source(cite, "État"), make_source(cite, "CUD"), make_source(cite, "CAF")]


@pytest.fixture
def call(cite):
    return make_call(cite, school_year=2025, opens_on=TODAY - 60 * DAY, closes_on=TODAY + 10 * DAY)


@pytest.fixture
def answers(holder, objective, sources):
    """The eight fields."""
    return {
        "title": "Radio au collège",
        "holder": holder.pk,
        "objective": objective.pk,
        "scope": "intercommunal",
        "audience": "60 collégiens",
        "starts_on": "2026-02-02",
        "ends_on": "2026-06-30",
        "external_ref": "DA26001",
        "received_on": TODAY.isoformat(),
        f"requested-{sources[0].pk}": "12 000",
        f"requested-{sources[1].pk}": "3 500,50",
    }


def whole(cite, holder, objective, call, **fields):
    """A draft that lacks nothing, shared with the team."""
    fields = {"starts_on": date(2026, 2, 2), "ends_on": date(2026, 6, 30), "external_ref": "DA26009", **fields}
    fields = {"shared_at": timezone.now(), **fields}
    action = make_action(
        cite,
        holder=holder,
        call=call,
        objective=objective,
        scope="intercommunal",
        audience="Collégiens",
        status=ActionStatus.DRAFT,
        **fields,
    )
    make_funding(action, make_source(cite), requested="1000")
    return action


# --- Filed in Dauphin, entered here ---------------------------------------------------------------


def test_eight_fields_and_the_pdf_create_and_file_a_request_at_once(sign_in, call, lead, answers, sources):
    answer = sign_in(lead).post(address("request_create", call.pk), {**answers, "upload": pdf()})

    action = Action.objects.get()
    assert answer.url == address("detail", action.pk)
    assert (action.status, action.code, action.submitted_on) == (ActionStatus.SUBMITTED, "CE26-001", TODAY)
    assert (action.call, int(action.school_year), action.axis) == (call, 2025, action.objective.axis)
    requested = dict(Funding.objects.values_list("source__label", "requested"))
    assert requested == {"État": Decimal(12000), "CUD": Decimal("3500.50")}
    entry = Funding.objects.get(source=sources[0]).entries.get()
    assert (entry.on_behalf_of, entry.reference) == (action.holder, "DA26001")
    piece = ActionPiece.objects.get()
    assert (piece.title, piece.attachment.filename) == ("Demande déposée dans Dauphin", "demande.pdf")
    assert action.log.get().said_by == "Les Ateliers"


def test_a_second_click_files_one_request(sign_in, call, lead, answers):
    client, url = sign_in(lead), address("request_create", call.pk)

    first = client.post(url, answers)
    second = client.post(url, answers)

    assert first.url == second.url
    assert Action.objects.count() == 1
    assert Funding.objects.count() == 2


def test_what_is_missing_is_told_beside_each_field_and_nothing_is_written(sign_in, call, lead, answers, sources):
    typed = {"title": "Radio", "holder": answers["holder"], "scope": "communal", "received_on": TODAY.isoformat()}

    answer = sign_in(lead).post(address("request_create", call.pk), typed)

    form = answer.context["form"]
    wanted = {"objective", "communes", "audience", "starts_on", "ends_on", "external_ref"}
    assert set(form.errors) == wanted | {f"requested-{sources[0].pk}"}
    assert form["title"].value() == "Radio"
    assert not Action.objects.exists()


def test_a_draft_needs_a_title_and_a_holder_and_says_what_is_missing(sign_in, call, lead, holder, text_of):
    typed = {
        "title": "Radio",
        "holder": holder.pk,
        "scope": "communal",
        "received_on": TODAY.isoformat(),
        "brouillon": "1",
    }

    page = text_of(sign_in(lead).post(address("request_create", call.pk), typed, follow=True))

    assert "gardée en brouillon" in page
    assert "Il manque encore, pour la déposer : l’objectif, le territoire, le public, les dates" in page
    assert Action.objects.get().status == ActionStatus.DRAFT


def test_a_call_born_here_asks_no_dauphin_reference(sign_in, cite, lead, answers, text_of):
    call = make_call(cite, born_in=BornIn.HERE)
    client, url = sign_in(lead), address("request_create", call.pk)
    assert "Enregistrer une demande reçue" in text_of(client.get(url))

    client.post(url, {**answers, "external_ref": ""})

    assert Action.objects.get().status == ActionStatus.SUBMITTED


def test_a_reference_known_already_is_refused_and_named(sign_in, cite, call, lead, answers, text_of):
    make_action(cite, title="Déjà là", external_ref="da26001")

    answer = sign_in(lead).post(address("request_create", call.pk), answers)

    assert "Déjà là" in str(answer.context["form"].errors["external_ref"])
    assert Action.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("ends_on", "2026-01-01", "ne peut pas finir avant d’avoir commencé"),
        ("received_on", (TODAY + DAY).isoformat(), "n’est pas encore arrivée"),
        ("starts_on", "hier", "illisible"),
        ("holder", "999999", "choix"),
        ("communes", ["9" * 30], "valeur correcte"),
        ("upload", SimpleUploadedFile("demande.pdf", b"MZ pas un pdf"), "Le contenu de ce fichier"),
        ("upload", SimpleUploadedFile("demande.exe", b"MZ"), "n’est pas accepté"),
    ],
)
def test_bad_input_is_refused_with_a_sentence(sign_in, call, lead, answers, field, value, words):
    answer = sign_in(lead).post(address("request_create", call.pk), {**answers, field: value})

    assert answer.status_code == 200
    assert words in str(answer.context["form"].errors[field])
    assert not Action.objects.exists()


@pytest.mark.parametrize("amount", ["-5", "beaucoup", "1e999"])
def test_an_odd_amount_is_refused(sign_in, call, lead, answers, sources, amount):
    name = f"requested-{sources[0].pk}"

    answer = sign_in(lead).post(address("request_create", call.pk), {**answers, name: amount})

    assert name in answer.context["form"].errors
    assert not Action.objects.exists()


def test_nothing_is_half_written_when_the_filing_is_refused(sign_in, cite, lead, answers):
    call = make_call(cite, closes_on=TODAY - DAY)

    answer = sign_in(lead).post(address("request_create", call.pk), {**answers, "upload": pdf()})

    assert "est clos depuis le" in str(answer.context["form"].errors["late_reason"])
    assert not Action.objects.exists()
    assert not Funding.objects.exists()


def test_a_request_received_in_time_may_be_entered_after_the_end(sign_in, cite, lead, answers):
    call = make_call(cite, closes_on=TODAY - DAY)

    sign_in(lead).post(address("request_create", call.pk), {**answers, "received_on": (TODAY - DAY).isoformat()})

    action = Action.objects.get()
    assert (action.submitted_on, action.late_accepted_on) == (TODAY - DAY, None)


# --- Begun here -----------------------------------------------------------------------------------


def test_a_holder_answers_a_call_with_its_years_set(sign_in, cite, call, holder):
    call.published_at = timezone.now()
    call.save()
    client = sign_in(make_user(cite, Role.HOLDER, organisation=holder))
    url = address("call_answer", call.pk)
    assert client.get(url).context["form"]["holder"].value() == holder.pk

    for _ in range(2):
        answer = client.post(url, {"title": "Radio", "holder": holder.pk})

    action = Action.objects.get()
    assert answer.url == address("detail", action.pk)
    assert (action.call, action.budget_year, int(action.school_year)) == (call, 2026, 2025)
    assert action.shared_at is None


def test_a_holder_does_not_answer_for_another(sign_in, cite, call, holder):
    call.published_at = timezone.now()
    call.save()
    other = make_organisation("Voisins", cite=cite)

    answer = sign_in(make_user(cite, Role.HOLDER, organisation=holder)).post(
        address("call_answer", call.pk), {"title": "Radio", "holder": other.pk}
    )

    assert "holder" in answer.context["form"].errors
    assert not Action.objects.exists()


def test_a_closed_call_tells_the_holder_whom_to_ask(sign_in, cite, holder, text_of):
    call = make_call(cite, closes_on=TODAY - DAY, published_at=timezone.now(), contact="aap@cite.example")
    client = sign_in(make_user(cite, Role.HOLDER, organisation=holder))

    page = text_of(client.post(address("call_answer", call.pk), {"title": "R", "holder": holder.pk}, follow=True))

    assert "écrivez à aap@cite.example" in page
    assert "Répondre à cet appel" not in page
    assert not Action.objects.exists()


# --- Early, late ----------------------------------------------------------------------------------


@pytest.fixture
def closed(cite):
    return make_call(
        cite, opens_on=TODAY - 60 * DAY, closes_on=TODAY - DAY, published_at=timezone.now(), contact="aap@cite.example"
    )


def test_a_holder_files_until_the_last_day_and_not_after(sign_in, cite, holder, objective, closed, text_of):
    action = whole(cite, holder, objective, closed)
    client = sign_in(make_user(cite, Role.HOLDER, organisation=holder))

    page = text_of(client.post(address("submit", action.pk), follow=True))
    assert "Seule l’équipe de la Cité peut accepter un dépôt tardif : écrivez à aap@cite.example." in page
    action.refresh_from_db()
    assert action.status == ActionStatus.DRAFT

    closed.closes_on = TODAY
    closed.save()
    client.post(address("submit", action.pk))
    action.refresh_from_db()
    assert (action.status, action.late_accepted_on) == (ActionStatus.SUBMITTED, None)


def test_nobody_files_before_the_call_opens(cite, lead, holder, objective):
    action = whole(cite, holder, objective, make_call(cite, opens_on=TODAY + DAY))

    for actor in (lead, make_user(cite, Role.HOLDER, organisation=holder)):
        with pytest.raises(ValidationError, match="on ne peut pas y déposer avant"):
            services.submit_action(action, actor=actor, late_reason=REASON)


def test_the_team_accepts_a_late_filing_in_its_name_with_a_reason(
    sign_in, cite, lead, holder, objective, closed, text_of
):
    action = whole(cite, holder, objective, closed)
    client = sign_in(lead)
    assert client.post(address("submit", action.pk)).url == address("filing", action.pk)

    url, answers = (
        address("filing", action.pk),
        {"received_on": TODAY.isoformat(), "said_by": "Mme Prévost, par courriel"},
    )
    assert "late_reason" in client.post(url, answers).context["form"].errors
    page = text_of(client.post(url, {**answers, "late_reason": REASON}, follow=True))

    action.refresh_from_db()
    assert (action.late_accepted_on, action.late_accepted_by, action.late_reason) == (TODAY, lead, REASON)
    assert action.log.get().said_by == "Mme Prévost, par courriel"
    assert REASON in page
    assert REASON in text_of(client.get(address("call", closed.pk)))


def test_the_holder_reads_that_it_is_late_but_not_why_it_was_accepted(
    sign_in, cite, lead, holder, objective, closed, text_of
):
    action = whole(cite, holder, objective, closed)
    services.submit_action(action, actor=lead, late_reason=REASON)
    client = sign_in(make_user(cite, Role.HOLDER, organisation=holder))

    for url in (address("detail", action.pk), address("call", closed.pk), address("history", action.pk)):
        page = text_of(client.get(url))
        assert "tardif" in page
        assert REASON not in page


def test_an_evaluator_reads_no_name_of_who_accepted(sign_in, cite, lead, holder, objective, closed, text_of):
    action = whole(cite, holder, objective, closed)
    services.submit_action(action, actor=lead, late_reason=f"{REASON} Signalé par {lead}")

    page = text_of(sign_in(make_user(cite, Role.EVALUATOR)).get(address("detail", action.pk)))

    assert "Dépôt tardif" in page
    assert str(lead) not in page


def test_the_day_of_the_fact_counts_not_that_of_the_entry(sign_in, cite, lead, holder, objective, closed):
    action = whole(cite, holder, objective, closed)

    sign_in(lead).post(address("filing", action.pk), {"received_on": (TODAY - DAY).isoformat()})

    action.refresh_from_db()
    assert (action.submitted_on, action.late_accepted_on, action.late_reason) == (TODAY - DAY, None, "")
    assert action.log.get().happened_on == TODAY - DAY


def test_a_filing_of_tomorrow_is_refused(sign_in, cite, lead, holder, objective, call):
    action = whole(cite, holder, objective, call)

    answer = sign_in(lead).post(address("filing", action.pk), {"received_on": (TODAY + DAY).isoformat()})

    assert "n’est pas encore arrivée" in str(answer.context["form"].errors["received_on"])


def test_a_sheet_sent_back_is_filed_again_whatever_the_day(cite, holder, objective, closed):
    action = whole(cite, holder, objective, closed, code="CE26-700", submitted_on=TODAY - 10 * DAY)
    Action.objects.filter(pk=action.pk).update(status=ActionStatus.SENT_BACK)

    again = services.submit_action(action, actor=make_user(cite, Role.HOLDER, organisation=holder))

    assert (again.status, again.late_accepted_on) == (ActionStatus.SUBMITTED, None)


def test_a_reason_too_long_is_told(cite, lead, holder, objective, closed):
    action = whole(cite, holder, objective, closed)

    with pytest.raises(ValidationError, match="trop long"):
        services.submit_action(action, actor=lead, late_reason="x" * 241)
