"""All the meetings, found again; an agenda that fits in the length of its meeting; its order."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from governance import services
from governance.convocation_content import meeting_facts
from governance.models import Meeting
from governance.services.bodies import SETTINGS
from partners.enums import Role
from tests import factories
from tests.governance.factories import make_closed_meeting, make_meeting, make_note, make_setting

pytestmark = pytest.mark.django_db
LIST = reverse("governance:meetings")


@pytest.fixture
def setting():
    return make_setting()


@pytest.fixture
def lead(client, setting):
    client.force_login(setting.lead, backend="partners.backends.AccountBackend")
    return client


def listed(client, **query):
    return [row.cells[0].url.rsplit("/", 2)[1] for row in client.get(LIST, query).context["listing"].rows]


def keys(*meetings):
    return [str(meeting.pk) for meeting in meetings]


def test_a_meeting_of_any_state_is_found_by_its_points_place_body_year_and_state(lead, setting):
    old = make_closed_meeting(setting, days=-800)
    coming = make_meeting(setting, days=5, items=2)
    cancelled = services.cancel_meeting(make_meeting(setting, days=9), actor=setting.lead)
    services.add_item(meeting=coming, actor=setting.lead, title="Réseau des écoles", kind="information")

    assert listed(lead) == keys(cancelled, coming, old)
    assert listed(lead, q="reseau ECOLES") == keys(coming)
    assert listed(lead, q="troika sous préfecture") == keys(cancelled, coming, old)
    assert listed(lead, etat="tenues") == keys(old)
    assert listed(lead, etat="cancelled") == keys(cancelled)
    assert listed(lead, annee=timezone.localdate(old.starts_at).year, instance=setting.body.pk) == keys(old)
    assert lead.get(LIST, {"annee": "1999"}).context["listing"].errors
    assert "Réseau des écoles" in lead.get(LIST, {"format": "csv"}).getvalue().decode()


def test_a_renamed_body_and_a_removed_point_are_found_as_they_are_now(lead, setting):
    meeting = make_meeting(setting, days=5)
    item = services.add_item(meeting=meeting, actor=setting.lead, title="Voyage à Lille", kind="information")
    found = reverse("search")
    assert str(meeting) in lead.get(found, {"q": "voyage lille"}).content.decode()
    body = setting.body
    values = {name: getattr(body, name) for name in SETTINGS} | {"label": "Comité restreint"}

    services.remove_item(item, actor=setting.lead)
    services.update_body(
        body, actor=setting.lead, version=body.version, steps=[], required_sides=[], presiding=[], **values
    )

    assert listed(lead, q="Lille") == []
    assert listed(lead, q="comité restreint") == keys(meeting)


def test_a_member_is_told_nothing_before_the_funders_and_reads_no_draft_agenda(client, setting):
    held, _ = make_closed_meeting(setting), make_meeting(setting, days=5)
    services.publish_meeting(held, actor=setting.lead)
    holder = factories.make_user(setting.cite, Role.HOLDER, organisation=setting.actions[0].holder)
    mandates = [*(row.mandate for row in setting.body.members.all()), holder.person.mandates.get()]
    services.set_members(setting.body, actor=setting.lead, mandates=mandates)
    client.force_login(holder, backend="partners.backends.AccountBackend")

    (row,) = client.get(LIST).context["listing"].rows

    texts = {cell.key: cell.text for cell in row.cells}
    assert (texts["nb_items"], texts["nb_decisions"], texts["documents"]) == (1, "–", "–")


def test_the_list_costs_the_same_whatever_its_length(lead, setting, django_assert_max_num_queries):
    for days in range(-4, 0):
        make_closed_meeting(setting, days=days)
    with django_assert_max_num_queries(15):
        page = lead.get(LIST).content.decode()
    assert page.count(">Relevé<") == 4


def test_an_agenda_too_long_says_by_how_much(lead, setting):
    meeting = make_meeting(setting, days=5, items=3)
    url = reverse("governance:meeting_update", args=[meeting.pk])
    sent = {"day": "2027-06-23", "time": "14:30", "place": "Ici", "version": "1"}

    refused = lead.post(url, sent | {"minutes_planned": "-5"})
    assert "supérieure ou égale à 5" in refused.content.decode()
    lead.post(url, sent | {"minutes_planned": "25"})

    page = lead.get(reverse("governance:meeting", args=[meeting.pk])).content.decode()
    assert "30 min sur 25 prévues" in page
    assert "dépasse de 5 minutes la durée prévue" in page
    meeting.refresh_from_db()
    assert meeting_facts(meeting)["minutes"] == "25"
    calendar = lead.get(reverse("governance:meeting_calendar", args=[meeting.pk])).content
    (event,) = Calendar.from_ical(calendar).walk("VEVENT")
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(minutes=25)


def test_the_next_meetings_last_as_long(setting):
    meeting = make_meeting(setting, days=5)
    Meeting.objects.update(minutes_planned=90)
    meeting.refresh_from_db()
    day = timezone.localdate() + timedelta(days=40)
    (following,) = services.plan_series(meeting, days=[day], items=[], actor=setting.lead)
    assert following.minutes_planned == 90
    bare = make_meeting(setting, days=60, items=0)
    services.carry_over(meeting=bare, last=meeting, items=[], points=[], actor=setting.lead)
    bare.refresh_from_db()
    assert bare.minutes_planned == 90


def test_a_point_is_put_before_another_or_last(lead, setting):
    meeting, other = make_meeting(setting, days=5, items=3), make_meeting(setting, days=6)
    first, second, third = meeting.items.all()

    def place(item, before):
        return lead.post(reverse("governance:item_move", args=[item.pk]), {"avant": before}, follow=True)

    page = place(third, first.pk).content.decode()
    assert "est maintenant au rang 1" in page
    assert page.index(f'id="point-{third.pk}"') < page.index(f'id="point-{first.pk}"')
    assert list(meeting.items.all()) == [third, first, second]
    place(third, "fin")
    assert list(meeting.items.all()) == [first, second, third]
    assert "rien n’a été déplacé" in place(third, other.items.get().pk).content.decode()
    assert place(third, "x").status_code == 404
    assert list(meeting.items.all()) == [first, second, third]


def test_the_note_is_read_in_the_meeting_as_issued_else_as_written(lead, setting):
    meeting = make_meeting(setting, items=2)
    first, second = meeting.items.all()
    note = make_note(setting, first, request="Demande émise")
    services.issue_note(note, actor=setting.lead)
    note.refresh_from_db()
    services.save_note(item=first, actor=setting.lead, note=note, version=note.version, request="Demande reprise")
    text = [{"title": "Contexte de {cite}", "text": "<p>Rappel</p>"}]
    make_note(setting, second, sections=text)
    services.open_meeting(meeting, actor=setting.lead)
    live = reverse("governance:live", args=[meeting.pk])

    issued = lead.get(live, {"point": first.pk}).content.decode()
    written = lead.get(live, {"point": second.pk}).content.decode()

    assert "Lire la note, version 1" in issued
    assert "Demande émise" in issued
    assert "Demande reprise" not in issued
    assert "pas encore émise" in written
    assert f"<h3>Contexte de {setting.cite}</h3>" in written
    assert "<p>Rappel</p>" in written
