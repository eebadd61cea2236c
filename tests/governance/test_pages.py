from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from actions.enums import ActionStatus
from actions.models import Funding
from governance import services
from governance.forms import DecisionForm
from governance.models import AgendaItem, Body, Decision, Meeting, Note
from partners.enums import Role
from tests import factories
from tests.actions.factories import release
from tests.governance.factories import (
    make_closed_meeting,
    make_decision,
    make_meeting,
    make_note,
    make_open_meeting,
    make_setting,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def setting():
    return make_setting()


@pytest.fixture
def lead(client, setting):
    client.force_login(setting.lead)
    return client


def url(name, pk=None, **query):
    address = reverse(f"governance:{name}", args=[pk] if pk else [])
    return address + ("?" + "&".join(f"{key}={value}" for key, value in query.items()) if query else "")


def test_a_lead_alone_creates_the_troika_with_its_members_ticked(client):
    cite = factories.make_cite("lens")
    client.force_login(factories.make_lead(cite))
    factories.make_mandate(cite, Role.PILOT)
    page = client.get(url("body_create"))
    values = page.context["form"].initial
    response = client.post(url("body_create"), {key: values[key] for key in ("kind", "label", "code", "mandates")})
    assert response.status_code == 302
    body = Body.objects.get(cite=cite)
    assert (body.code, body.members.count()) == ("TR", 2)


def test_a_prefix_used_twice_is_refused_with_a_sentence(lead):
    data = {"kind": "troika", "label": "Autre", "code": "TR"}
    page = lead.post(url("body_create"), data)
    assert "utilise déjà ce préfixe" in page.content.decode()


def test_planning_a_meeting_leads_to_its_page(lead, setting):
    data = {"body": setting.body.pk, "day": "2026-06-23", "time": "14:30", "place": "Sous-préfecture"}
    response = lead.post(url("meeting_create"), data)
    meeting = Meeting.objects.get()
    assert response.url == url("meeting", meeting.pk)
    assert timezone.localtime(meeting.starts_at).hour == 14


def test_an_unreadable_date_keeps_what_was_typed(lead, setting):
    data = {"body": setting.body.pk, "day": "un jour", "time": "14:30", "place": "Ici"}
    text = lead.post(url("meeting_create"), data).content.decode()
    assert "pas lisible" in text
    assert 'value="Ici"' in text


def test_the_picker_ticks_every_request_of_a_call_and_keeps_what_was_typed(lead, setting):
    call = setting.cite.calls.create(label="2026", budget_year=2026)
    for action in setting.actions:
        action.call = call
        action.save()
    meeting = make_meeting(setting, items=0)
    page = lead.post(url("item_create", meeting.pk), {"title": "Vague", "gesture": "appel", "call": call.pk})
    assert page.context["picker"].ticked == {action.pk for action in setting.actions}
    assert 'value="Vague"' in page.content.decode()
    assert not AgendaItem.objects.exists()


def test_adding_an_item_writes_it_with_its_actions(lead, setting):
    meeting = make_meeting(setting, items=0)
    data = {
        "title": "Vague",
        "kind": "decision",
        "minutes_planned": "25",
        "actions": [action.pk for action in setting.actions],
        "gesture": "enregistrer",
    }
    lead.post(url("item_create", meeting.pk), data)
    assert AgendaItem.objects.get().actions.count() == 2


def note_data(version="", **fields):
    values = {
        "title": "Programmer la vague",
        "request": "La Troïka est invitée à programmer.",
        "kind": "troika",
        "section-0-title": "Ce qu’il faut savoir",
        "section-0-text": "Un paragraphe.\n\n- un\n- deux",
        "proposal": "La Troïka programme.",
        "follow_up": "",
        "version": version,
        "options-TOTAL_FORMS": "1",
        "options-INITIAL_FORMS": "0",
        "options-0-label": "A",
        "options-0-cost": "12,5 k€",
    }
    return values | fields


def test_a_note_is_written_previewed_and_issued(lead, setting):
    item = make_meeting(setting, days=3).items.get()
    response = lead.post(url("note", item.pk), note_data(preview="1"))
    assert response.url == url("note_preview", item.pk)
    note = Note.objects.get()
    assert "<li>un</li>" in note.sections[0]["text"]
    assert note.options.get().cost == Decimal(12500)
    assert "Projet, sans valeur de décision" in lead.get(response.url).content.decode()
    lead.post(url("note_issue", item.pk))
    note.refresh_from_db()
    assert note.versions.count() == 1
    lead.post(url("note_issue", item.pk))
    assert note.versions.count() == 1


def test_an_option_cost_that_cannot_be_read_keeps_the_whole_note(lead, setting):
    item = make_meeting(setting).items.get()
    text = lead.post(url("note", item.pk), note_data(**{"options-0-cost": "n.c."})).content.decode()
    assert "Montant illisible" in text
    assert "La Troïka est invitée à programmer." in text
    assert not Note.objects.exists()


def test_a_second_writer_of_a_note_sees_both_versions(lead, setting):
    item = make_meeting(setting).items.get()
    note = make_note(setting, item)
    make_note(setting, item, note=note, version=1, title="Le sien")
    page = lead.post(url("note", item.pk), note_data(version=1, title="Le mien"))
    assert page.status_code == 409
    text = page.content.decode()
    assert "Le sien" in text
    assert "Le mien" in text
    again = dict(pair for pair in page.context["hidden"]) | {"version": page.context["version"]}
    assert lead.post(url("note", item.pk), again).status_code == 302
    note.refresh_from_db()
    assert note.title == "Le mien"


def decision_data(item, **fields):
    form = DecisionForm(item=item)
    values = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    values = {name: value for name, value in values.items() if value is not None and value is not False}
    values |= {"text": "La Troïka programme.", "is_agreed": "on"}
    return values | fields


def test_a_decision_is_prefilled_and_written_with_its_effects(lead, setting):
    meeting = make_open_meeting(setting)
    item = meeting.items.get()
    page = lead.get(url("live", meeting.pk))
    assert page.context["point"]["form"].lines
    response = lead.post(url("decision_create", item.pk), decision_data(item))
    assert response.status_code == 302
    decision = Decision.objects.get()
    assert decision.is_agreed
    assert decision.effects.count() == 6


def test_an_action_is_deferred_and_its_amounts_are_left_out(lead, setting):
    meeting = make_open_meeting(setting)
    item = meeting.items.get()
    lead.post(url("decision_create", item.pk), decision_data(item, **{f"choice-{setting.actions[0].pk}": "defer"}))
    lead.post(url("closing", meeting.pk))
    setting.actions[0].refresh_from_db()
    assert setting.actions[0].status == ActionStatus.DEFERRED
    assert Funding.objects.filter(programmed__isnull=False).count() == 2


def test_an_unreadable_amount_comes_back_with_a_sentence(lead, setting):
    item = make_open_meeting(setting).items.get()
    name = f"amount-{Funding.objects.first().pk}"
    page = lead.post(url("decision_create", item.pk), decision_data(item, **{name: "beaucoup"}))
    assert page.status_code == 422
    text = page.content.decode()
    assert "Montant illisible" in text
    assert "beaucoup" in text
    assert not Decision.objects.exists()


def test_figures_follow_what_is_being_typed_and_write_nothing(lead, setting):
    item = make_open_meeting(setting).items.get()
    name = f"amount-{Funding.objects.filter(source=setting.state).first().pk}"
    text = lead.post(url("decision_figures", item.pk), decision_data(item, **{name: "1 000"})).content.decode()
    assert "9\N{NO-BREAK SPACE}000,00" in text
    assert not Decision.objects.exists()


def test_positions_typed_in_the_form_replace_the_agreement(lead, setting):
    item = make_open_meeting(setting).items.get()
    side = setting.cite.sides.first()
    fields = {f"verdict-{side.pk}-0": "reserved", f"comment-{side.pk}-0": "à revoir en juin"}
    lead.post(url("decision_create", item.pk), decision_data(item, **fields))
    decision = Decision.objects.get()
    assert not decision.is_agreed
    assert decision.positions.get().comment == "à revoir en juin"


def test_a_decision_without_agreement_needs_a_position(lead, setting):
    item = make_open_meeting(setting).items.get()
    data = decision_data(item)
    del data["is_agreed"]
    page = lead.post(url("decision_create", item.pk), data)
    assert "Sans accord entre les pilotes" in page.content.decode()


def test_a_pilot_enters_the_position_of_the_own_side_only(client, setting):
    meeting = make_open_meeting(setting)
    decision = make_decision(setting, meeting.items.get())
    client.force_login(setting.pilot)
    own, other = setting.cite.sides.all()[:2]
    data = {"side": other.pk, f"p{other.pk}-verdict": "favourable"}
    assert client.post(url("position", decision.pk), data).status_code == 403
    data = {"side": own.pk, f"p{own.pk}-verdict": "favourable"}
    assert client.post(url("position", decision.pk), data).status_code == 302
    assert decision.positions.get().side == own


def test_what_is_said_is_saved_while_it_is_typed(lead, setting):
    item = make_open_meeting(setting).items.get()
    headers = {"X-Autosave": "1"}
    sent = {"discussion": "Mme D. indique", "version": 1}
    answer = lead.post(url("discussion", item.pk), sent, headers=headers)
    assert (answer.status_code, answer["X-Version"]) == (204, "2")
    assert lead.post(url("discussion", item.pk), sent, headers=headers).status_code == 409
    assert lead.post(url("discussion", item.pk), sent).status_code == 409
    item.refresh_from_db()
    assert item.discussion == "<p>Mme D. indique</p>"


def test_attendance_answers_a_fragment_to_htmx_and_the_page_otherwise(lead, setting):
    meeting = make_open_meeting(setting)
    mandate = meeting.attendances.first().mandate_id
    data = {"mandate": mandate, "presence": "present", "point": meeting.items.get().pk}
    fragment = lead.post(url("attendance", meeting.pk), data, headers={"HX-Request": "true"})
    assert "<html" not in fragment.content.decode()
    assert "1 sur 4" in fragment.content.decode()
    assert lead.post(url("attendance", meeting.pk), data).status_code == 302


def test_somebody_represented_by_nobody_is_refused_with_a_sentence(lead, setting):
    meeting = make_open_meeting(setting)
    data = {"mandate": meeting.attendances.first().mandate_id, "presence": "represented"}
    page = lead.post(url("attendance", meeting.pk), data, follow=True)
    assert "par qui la personne est représentée" in page.content.decode()


def test_closing_tells_what_it_will_write_then_writes_it(lead, setting):
    meeting = make_open_meeting(setting)
    make_decision(setting, meeting.items.get())
    text = lead.get(url("closing", meeting.pk)).content.decode()
    assert "8\N{NO-BREAK SPACE}000,00\N{NO-BREAK SPACE}€ à programmer" in text
    assert "Action retenue" in text
    page = lead.post(url("closing", meeting.pk), follow=True)
    assert "TR-" in page.content.decode()
    again = lead.post(url("closing", meeting.pk), follow=True)
    assert "Impossible de passer" in again.content.decode()
    assert Decision.objects.count() == 1


def test_an_overdrawn_envelope_asks_who_accepts_it(lead, setting):
    setting.state.envelopes.update(notified=Decimal(10))
    meeting = make_open_meeting(setting)
    make_decision(setting, meeting.items.get())
    page = lead.post(url("closing", meeting.pk))
    assert page.status_code == 422
    assert "dépassée de" in page.content.decode()
    page = lead.post(url("closing", meeting.pk), {"acknowledgement": "M. le sous-préfet"})
    assert page.status_code == 302


def test_the_register_filters_sums_and_exports(lead, setting):
    make_closed_meeting(setting)
    decision = Decision.objects.get()
    page = lead.get(url("decisions"))
    assert page.context["listing"].count == 1
    assert "26\N{NO-BREAK SPACE}000,00" in page.content.decode()
    assert lead.get(url("decisions", q=decision.reference)).context["listing"].count == 1
    assert lead.get(url("decisions", q="inconnu")).context["listing"].count == 0
    assert decision.reference in b"".join(lead.get(url("decisions", format="csv")).streaming_content).decode()


def test_members_read_decisions_and_the_record_once_published_and_no_amount(client, setting):
    member = factories.make_user(setting.cite, Role.PARTNER)
    setting.body.members.create(mandate=member.person.mandates.get())
    meeting = make_closed_meeting(setting)
    decision = Decision.objects.get()
    client.force_login(member)
    assert client.get(url("meeting", meeting.pk)).status_code == 404
    assert client.get(url("decision", decision.pk)).status_code == 404
    services.publish_meeting(meeting, actor=setting.lead)
    assert client.get(url("meeting", meeting.pk)).status_code == 200
    assert client.get(url("decision", decision.pk)).status_code == 404
    for source in (setting.state, setting.town):
        release(source)
    text = client.get(url("decision", decision.pk)).content.decode()
    assert decision.text in text
    assert "8\N{NO-BREAK SPACE}000" not in text
    assert "26\N{NO-BREAK SPACE}000" not in client.get(url("decisions")).content.decode()
    file = meeting.records.get().files.first().file
    assert client.get(reverse("documents:status", args=[file.pk])).status_code == 200


def test_a_note_is_hidden_from_pilots_until_it_is_issued(client, setting):
    item = make_meeting(setting, days=2).items.get()
    note = make_note(setting, item)
    client.force_login(setting.pilot)
    assert client.get(url("note", item.pk)).status_code == 404
    version = services.issue_note(note, actor=setting.lead)
    assert client.get(url("note", item.pk)).status_code == 200
    file = version.files.first().file
    assert client.get(reverse("documents:status", args=[file.pk])).status_code == 200
    client.force_login(factories.make_user(setting.cite, Role.PARTNER))
    assert client.get(reverse("documents:status", args=[file.pk])).status_code == 404


def test_the_queries_of_a_page_do_not_follow_its_rows(lead, setting, django_assert_max_num_queries):
    meeting = make_open_meeting(setting, items=6)
    for item in meeting.items.all():
        make_decision(setting, item, effects=services.proposed_effects(item) if item.order == 1 else [])
    with django_assert_max_num_queries(20):
        lead.get(url("meeting", meeting.pk))
    with django_assert_max_num_queries(40):
        lead.get(url("live", meeting.pk, point=meeting.items.first().pk))
    with django_assert_max_num_queries(25):
        lead.get(url("home"))
    with django_assert_max_num_queries(15):
        lead.get(url("decisions"))


def test_the_home_page_tells_the_next_meeting_and_what_it_lacks(lead, setting):
    make_meeting(setting, days=5)
    text = lead.get(url("home")).content.decode()
    assert "1 sans note" in text
    assert "Dans" in text


def test_moving_and_removing_items_go_back_to_the_agenda(lead, setting):
    meeting = make_meeting(setting, days=5, items=2)
    first, last = meeting.items.all()
    lead.post(url("item_move", last.pk), {"direction": "haut"})
    assert meeting.items.first() == last
    lead.post(url("item_remove", first.pk))
    assert meeting.items.count() == 1


def test_a_meeting_saved_by_somebody_else_shows_both_versions(lead, setting):
    meeting = make_meeting(setting, days=5)
    services.update_meeting(
        meeting,
        actor=setting.lead,
        version=1,
        starts_at=meeting.starts_at + timedelta(days=1),
        place="Ailleurs",
        minutes_planned=None,
    )
    data = {"day": "2026-06-23", "time": "14:30", "place": "Ici", "version": "1"}
    page = lead.post(url("meeting_update", meeting.pk), data)
    assert page.status_code == 409
    assert "Ailleurs" in page.content.decode()


def test_the_tab_of_an_action_tells_what_was_decided(lead, setting):
    make_closed_meeting(setting)
    text = lead.get(url("action_decisions", setting.actions[0].pk)).content.decode()
    assert Decision.objects.get().reference in text
    assert "Programmation 1" in text


@pytest.mark.parametrize("days", [-1, 0, 3])
def test_a_sitting_opens_at_once_on_its_day_and_when_confirmed_on_another(lead, setting, days):
    meeting = make_meeting(setting, days=days)
    page = lead.post(url("meeting_open", meeting.pk))
    meeting.refresh_from_db()
    assert meeting.is_open == (days == 0)
    if days:
        assert "Confirmez-vous qu’elle se tient maintenant" in page.content.decode()
        assert lead.post(url("meeting_open", meeting.pk), {"confirmed": "1"}).status_code == 302
        meeting.refresh_from_db()
        assert meeting.is_open


def test_who_writes_the_title_of_a_point_is_told_who_reads_it(lead, setting):
    said = "Ce titre est lu par tous les membres."
    assert said in lead.get(url("item_create", make_meeting(setting).pk)).content.decode()
    assert said in lead.get(url("carry_action", setting.actions[0].pk)).content.decode()
