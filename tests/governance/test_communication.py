"""The communication plan: reserve, agreements, kit, photos, figures."""

import html
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from actions.models import ActionPhoto, Programme
from cite_educative.common.locks import ConflictError
from cite_educative.common.models import Entry
from governance import services
from governance.communication import asked_month, communication_figures, photo_groups
from governance.enums import CommunicationState, PressAnswer, Support
from governance.models import CommunicationItem, FunderMention, KitFile, PressAgreement, ReservePeriod
from partners.enums import Role, SideKind
from partners.models import PhotoConsent
from tests import factories
from tests.actions import factories as plan

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 20)
IN_RESERVE = date(2027, 4, 2)


@pytest.fixture
def cite():
    return factories.make_cite()


@pytest.fixture
def lead(cite):
    return factories.make_lead(cite)


@pytest.fixture
def period(cite, lead):
    row = ReservePeriod(cite=cite, label="élections", starts_on=date(2027, 3, 1), ends_on=date(2027, 4, 30))
    return services.save_reserve_period(row, actor=lead)


def side(cite, kind):
    return cite.sides.get(kind=kind)


def make_item(cite, lead, **fields):
    fields = {"title": "Affiche", "support": Support.POSTER} | fields
    return services.create_communication_item(cite=cite, actor=lead, **fields)


def agree(item, side, lead, version=0, **fields):
    given = {"answer": PressAnswer.GIVEN, "answered_on": TODAY} | fields
    return services.set_press_agreement(item=item, side=side, actor=lead, version=version, **given)


def text_of(response):
    return html.unescape(response.content.decode())


def test_the_same_form_sent_twice_adds_one_line(cite, lead, period):
    action = plan.make_action(cite)
    for _ in range(2):
        make_item(cite, lead, planned_on=IN_RESERVE, reserve_checked=True, actions=[action])

    assert CommunicationItem.objects.get().actions.get() == action


def test_a_day_in_the_reserve_asks_for_a_name_and_then_is_not_blocked(client, cite, lead, period):
    client.force_login(lead)
    url = reverse("governance:communication_create")
    typed = {"title": "Soirée des parents", "support": "event", "state": "idea", "planned_on": "2027-04-02"}

    refused = client.post(url, typed)

    assert CommunicationItem.objects.count() == 0
    assert "tombe dans la réserve électorale «\u00a0élections\u00a0»" in text_of(refused)
    assert "Soirée des parents" in text_of(refused)
    assert client.post(url, typed | {"reserve_checked": "on"}).status_code == 302
    item = CommunicationItem.objects.get()
    assert (item.reserve_by, item.reserve_day) == (lead, IN_RESERVE)


def test_another_day_of_the_reserve_asks_again_and_a_day_outside_forgets_the_name(cite, lead, period):
    item = make_item(cite, lead, planned_on=IN_RESERVE, reserve_checked=True)
    later = IN_RESERVE + timedelta(days=1)

    with pytest.raises(ValidationError, match="réserve électorale"):
        services.update_communication_item(item, actor=lead, version=1, planned_on=later)
    row = services.update_communication_item(item, actor=lead, version=1, planned_on=date(2027, 6, 1))

    assert row.reserve_by is None


def test_a_line_dropped_in_the_reserve_asks_nothing(cite, lead, period):
    assert make_item(cite, lead, planned_on=IN_RESERVE, state=CommunicationState.DROPPED).reserve_by is None


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"state": "done"}, "Donnez le jour de la diffusion"),
        ({"state": "idea", "done_on": TODAY}, "choisissez «"),
        ({"state": "done", "done_on": date(2099, 1, 1)}, "n’est pas encore passé"),
        ({"cost": Decimal("-1")}, "négatif"),
    ],
)
def test_what_contradicts_itself_is_refused_with_a_way_out(cite, lead, fields, sentence):
    with pytest.raises(ValidationError, match=sentence):
        make_item(cite, lead, **fields)


def test_two_people_on_one_line_see_both_versions(client, cite, lead):
    item = make_item(cite, lead)
    services.update_communication_item(item, actor=lead, version=1, title="Grande affiche")
    client.force_login(lead)
    typed = {"title": "Petite affiche", "support": "poster", "state": "idea", "version": "1"}

    response = client.post(reverse("governance:communication_update", args=[item.pk]), typed)

    assert response.status_code == 409
    assert all(title in text_of(response) for title in ("Grande affiche", "Petite affiche"))


def test_ready_says_which_agreements_are_missing(client, cite, lead):
    item = make_item(cite, lead, state=CommunicationState.READY)
    agree(item, side(cite, SideKind.STATE), lead)
    agree(item, side(cite, SideKind.COMMUNES), lead, answer=PressAnswer.REFUSED)
    client.force_login(lead)

    text = text_of(client.get(reverse("governance:communication_item", args=[item.pk])))

    assert "Il manque l’accord de\u00a0: Éducation nationale, Communauté urbaine" in text
    assert "accord refusé par\u00a0: Communes" in text


def test_an_agreement_entered_twice_is_one_row_and_one_line_of_journal(cite, lead):
    item, state = make_item(cite, lead), side(cite, SideKind.STATE)
    for _ in range(2):
        agree(item, state, lead, said_by="reçu par courriel le 20 novembre")

    assert PressAgreement.objects.get().version == 1
    assert Entry.objects.filter(verb="communication.press").count() == 1


def test_two_people_who_answer_differently_do_not_overwrite(cite, lead):
    item, state = make_item(cite, lead), side(cite, SideKind.STATE)
    agree(item, state, lead)

    with pytest.raises(ConflictError):
        agree(item, state, lead, answer=PressAnswer.REFUSED)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"answered_on": None}, "jour de la réponse"),
        ({"answer": ""}, "donné ou refusé"),
        ({"asked_on": TODAY + timedelta(days=1)}, "précéder la demande|pas encore passé"),
    ],
)
def test_an_answer_without_its_day_is_refused(cite, lead, fields, sentence):
    with pytest.raises(ValidationError, match=sentence):
        agree(make_item(cite, lead), side(cite, SideKind.STATE), lead, **fields)


def test_a_pilot_answers_for_the_own_side_and_not_for_another(client, cite, lead):
    state = side(cite, SideKind.STATE)
    item = make_item(cite, lead)
    client.force_login(factories.make_user(cite, Role.PILOT, side=state))
    answer = {"answer": "given", "answered_on": "2026-11-20", "version": "0", "asked_on": "2026-01-01"}

    own = client.post(reverse("governance:press_agreement", args=[item.pk, state.pk]), answer)
    other = side(cite, SideKind.COMMUNES)
    foreign = client.post(reverse("governance:press_agreement", args=[item.pk, other.pk]), answer)

    assert (own.status_code, foreign.status_code) == (302, 403)
    row = PressAgreement.objects.get()
    assert (row.side, row.asked_on) == (state, None)


def test_the_side_of_another_cite_is_not_found(client, cite, lead):
    elsewhere = factories.make_cite("amiens").sides.first()
    client.force_login(lead)

    assert (
        client.get(reverse("governance:press_agreement", args=[make_item(cite, lead).pk, elsewhere.pk])).status_code
        == 404
    )


def test_the_first_strategy_of_two_people_is_not_overwritten(cite, lead):
    programme = Programme.objects.create(
        cite=cite, label="Label", starts_on=date(2025, 1, 1), ends_on=date(2027, 12, 31)
    )
    typed = {"audiences": "Familles\n\nFamilles\nÉlus", "messages": "", "cite": cite, "programme": programme}
    first = services.save_strategy(actor=lead, version=0, objectives="Un", **typed)

    with pytest.raises(ConflictError):
        services.save_strategy(actor=lead, version=0, objectives="Deux", **typed)
    assert first.audience_list == ["Familles", "Élus"]


def test_a_period_that_ends_before_it_starts_is_refused(client, cite, lead):
    client.force_login(lead)

    typed = {"label": "scrutin", "starts_on": "2027-04-01", "ends_on": "2027-03-01"}
    response = client.post(reverse("governance:reserve_create"), typed)

    assert "corrigez l’une des deux dates" in text_of(response)
    assert ReservePeriod.objects.count() == 0


def test_the_month_marks_the_reserve_and_ignores_an_unreadable_address(client, cite, lead, period):
    make_item(cite, lead, planned_on=IN_RESERVE, reserve_checked=True)
    client.force_login(lead)
    url = reverse("governance:communication_calendar")

    text = text_of(client.get(url, {"mois": "2027-04"}))

    assert "Avril 2027" in text
    assert "mois-reserve" in text
    assert "Affiche" in text
    assert asked_month("2027-13", TODAY) == asked_month("²027-1", TODAY) == asked_month("", TODAY) == date(2026, 11, 1)
    assert client.get(url, {"mois": "99999-99"}).status_code == 200


def test_the_figures_of_a_year_do_not_turn_the_unknown_into_zero(cite, lead):
    done = {"state": CommunicationState.DONE, "cost": Decimal("10.50")}
    make_item(cite, lead, title="Un", done_on=date(2025, 5, 1), **done)
    make_item(cite, lead, title="Deux", done_on=date(2025, 6, 1), **done)
    make_item(cite, lead, title="Trois", planned_on=date(2025, 7, 1), reached=9)

    figures = communication_figures(cite, 2025)

    assert (figures.done, figures.cost, figures.reached) == (2, Decimal(21), None)


def test_the_export_holds_the_costs_and_their_sum(client, cite, lead):
    make_item(cite, lead, cost=Decimal(1200), cost_source="ingénierie")
    make_item(cite, lead, title="Autre", cost=Decimal(34))
    client.force_login(lead)

    text = client.get(reverse("governance:communication"), {"format": "csv"}).getvalue().decode("utf-8-sig")

    assert "ingénierie" in text
    assert "1234" in text.replace("\u00a0", "").replace("\u202f", "").replace(" ", "")


def test_logos_come_in_protocol_order_and_a_disguised_file_is_refused(client, cite, lead):
    for kind in (SideKind.COMMUNES, SideKind.EDUCATION):
        file = ContentFile(b"x", name="logo.png")
        services.add_kit_file(cite=cite, actor=lead, file=file, title="logo", side=side(cite, kind), is_logo=True)
    client.force_login(lead)
    upload = SimpleUploadedFile("logo.png", b"<script>alert(1)</script>")

    refused = client.post(reverse("governance:kit_file_create"), {"kind": "logo", "title": "Logo", "file": upload})
    text = text_of(client.get(reverse("governance:kit")))

    assert "n’est pas celui d’un fichier .png" in text_of(refused)
    assert KitFile.objects.count() == 2
    assert text.index("<b>Éducation nationale</b>") < text.index("<b>Communes</b>")


def test_a_funder_has_one_mention(cite, lead):
    funder = factories.make_organisation()
    services.save_mention(FunderMention(cite=cite, organisation=funder, text="Avec l’État."), actor=lead)
    services.save_mention(FunderMention(cite=cite, organisation=funder, text="Avec l’État."), actor=lead)

    with pytest.raises(ValidationError, match="modifiez-la"):
        services.save_mention(FunderMention(cite=cite, organisation=funder, text="Autre."), actor=lead)


def test_a_photo_without_a_standing_leave_is_never_offered(client, cite, lead):
    action, today = plan.make_action(cite), timezone.localdate()
    day = timedelta(days=1)
    leaves = {
        "nobody": None,
        "open": {},
        "ending": {"expires_on": today + 30 * day},
        "expired": {"expires_on": today - day},
        "taken back": {"withdrawn_on": today},
    }
    for title, dates in leaves.items():
        consent = None
        if dates is not None:
            consent = PhotoConsent.objects.create(
                cite=cite, group=title, scope="site", given_on=today - 90 * day, entered_by=lead, **dates
            )
        ActionPhoto.objects.create(
            action=action,
            consent=consent,
            shows_nobody=consent is None,
            title=title,
            author=lead,
            file=ContentFile(b"x", name="photo.png"),
        )
    client.force_login(lead)

    groups = {name: {photo.title for photo in photos} for name, photos in photo_groups(lead, cite).items()}
    text = text_of(client.get(reverse("governance:kit_photos")))

    assert groups == {"usable": {"nobody", "open"}, "ending": {"ending"}, "over": {"expired", "taken back"}}
    for photo in ActionPhoto.objects.all():
        is_offered = reverse("actions:photo", args=[photo.pk]) in text
        assert is_offered == (photo.title not in groups["over"])
