from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cite_educative.common.journal import entries_for
from governance import services
from governance.content import record_content
from governance.enums import Presence, Verdict
from governance.forms import ItemForm
from governance.models import BodyMember
from governance.voices import voices
from partners.enums import Civility, Part, Role, SideKind
from partners.models import Mandate, Partnership
from tests.factories import make_cite, make_mandate, make_organisation, make_person, make_seat
from tests.governance.factories import make_closed_meeting, make_meeting, make_open_meeting, make_setting

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DAY = timedelta(days=1)


@pytest.fixture
def setting(client):
    made = make_setting()
    client.force_login(made.lead)
    return made


def url(setting):
    return reverse("governance:body_members", args=[setting.body.pk])


def seated(setting):
    return set(setting.body.members.values_list("mandate", flat=True))


def test_members_are_added_and_removed(setting, client):
    officer = make_mandate(setting.cite, Role.FINANCE)
    leaver, *others = setting.body.members.all()

    response = client.post(url(setting), {"mandates": [officer.pk, *(row.mandate_id for row in others)]}, follow=True)

    assert "est enregistrée" in response.content.decode()
    assert seated(setting) == {officer.pk, *(row.mandate_id for row in others)}
    entry = entries_for(setting.body).first()
    assert entry.after == {"added": [officer.person.formal_name]}
    assert entry.before == {"removed": [leaver.mandate.person.formal_name]}


def test_the_same_members_again_are_not_told(setting, client):
    count = entries_for(setting.body).count()

    client.post(url(setting), {"mandates": list(seated(setting))})

    assert entries_for(setting.body).count() == count


def test_who_is_removed_stays_in_the_meetings_held(setting, client):
    meeting = make_closed_meeting(setting)
    present = meeting.attendances.count()

    client.post(url(setting), {})

    assert seated(setting) == set()
    assert meeting.attendances.count() == present > 0


def test_an_ended_mandate_drops_out_by_itself_and_is_left_alone(setting, client):
    mandate = setting.body.members.first().mandate
    Mandate.objects.filter(pk=mandate.pk).update(ends_on=TODAY - DAY)
    meeting = make_meeting(setting, days=5)

    page = client.get(url(setting)).content.decode()

    assert f'value="{mandate.pk}"' not in page
    assert mandate not in services.expected_mandates(meeting)
    client.post(url(setting), {})
    assert seated(setting) == {mandate.pk}


@pytest.mark.parametrize("who", ["ended", "foreign", "unreadable"])
def test_who_cannot_sit_is_refused(setting, client, who):
    key = {
        "ended": lambda: make_mandate(setting.cite, Role.FINANCE, ends_on=TODAY - DAY).pk,
        "foreign": lambda: make_mandate(make_cite("amiens"), Role.FINANCE).pk,
        "unreadable": lambda: "99999999999999999999",
    }[who]()
    before = seated(setting)

    response = client.post(url(setting), {"mandates": [key]})

    assert response.status_code == 200
    assert "mandates" in response.context["form"].errors
    assert seated(setting) == before


def test_candidates_are_grouped_by_side_then_role(setting, client):
    make_mandate(setting.cite, Role.FINANCE)

    groups = [group for group, _ in client.get(url(setting)).context["form"].fields["mandates"].choices]

    sides = [side.label for side in setting.cite.sides.all()]
    assert groups == [*sides, "Chef ou cheffe de projet", "Responsable financier ou financière"]


def test_members_of_the_setting_count_only_the_active(setting, client):
    Mandate.objects.filter(pk=setting.body.members.first().mandate_id).update(ends_on=TODAY - DAY)

    assert "3 membres" in client.get(reverse("governance:home")).content.decode()


# --- Protocol order wherever names are printed ----------------------------------------------------


def test_attendance_and_minutes_follow_the_protocol_order(setting, client):
    first = setting.cite.sides.first()
    late = make_mandate(
        setting.cite, Role.PILOT, side=first, person=make_person(last_name="Tardive"), seat=first.seats.get()
    )
    guest = make_mandate(setting.cite, Role.FINANCE, person=make_person(last_name="Invité"))
    meeting = make_open_meeting(setting)
    for mandate in (guest, late):
        services.set_attendance(meeting=meeting, mandate=mandate, presence=Presence.PRESENT, actor=setting.lead)

    groups = record_content(meeting, version=1)["attendance"]

    assert [group["side"] for group in groups] == [side.label for side in setting.cite.sides.all()] + [
        "Autres membres"
    ]
    assert groups[0]["people"][0]["name"] == late.person.formal_name
    page = client.get(reverse("governance:live", args=[meeting.pk])).content.decode()
    assert page.index("Tardive") < page.index("Invité")


def test_who_is_represented_is_printed_with_civility_and_agreement(setting, client):
    titular = make_mandate(
        setting.cite,
        Role.PILOT,
        person=make_person(civility=Civility.MADAME, first_name="Anne", last_name="Titulaire"),
    )
    substitute = make_mandate(
        setting.cite,
        Role.PILOT,
        substitute_of=titular,
        person=make_person(civility=Civility.MONSIEUR, first_name="Jean", last_name="Suppléant"),
    )
    BodyMember.objects.create(body=setting.body, mandate=titular)
    meeting = make_open_meeting(setting)
    live = reverse("governance:live", args=[meeting.pk])
    assert '<option value="M. Jean Suppléant">' in client.get(live).content.decode()

    services.set_attendance(
        meeting=meeting,
        mandate=titular,
        presence=Presence.REPRESENTED,
        actor=setting.lead,
        represented_by=substitute.person.formal_name,
    )

    people = [person for group in record_content(meeting, version=1)["attendance"] for person in group["people"]]
    found = next(person for person in people if person["represented_by"])
    assert (found["name"], found["presence"]) == ("Mme Anne Titulaire", "représentée")
    assert "Représentée par M. Jean Suppléant" in client.get(live).content.decode()


def test_positions_of_communes_follow_their_seats(setting):
    side = setting.cite.sides.get(kind=SideKind.COMMUNES)
    zuydcoote, armbouts = (make_organisation(name) for name in ("Ville de Zuydcoote", "Ville d’Armbouts"))
    for order, town in ((2, zuydcoote), (3, armbouts)):
        Partnership.objects.create(cite=setting.cite, organisation=town, part=Part.SIDE, side=side)
        make_seat(side, town, order=order)
    meeting = make_open_meeting(setting)
    decision = services.save_decision(
        item=meeting.items.first(), actor=setting.lead, title="T", text="T", is_agreed=True, effects=[]
    )
    for town in (armbouts, zuydcoote):
        services.set_position(
            decision=decision, side=side, organisation=town, verdict=Verdict.FAVOURABLE, actor=setting.lead
        )

    assert [row.organisation for row in decision.positions.in_protocol_order()] == [zuydcoote, armbouts]
    assert [voice.organisation for voice in voices(setting.cite) if voice.side == side][1:] == [zuydcoote, armbouts]


def test_a_closed_seat_has_no_voice(setting):
    side = setting.cite.sides.get(kind=SideKind.COMMUNES)
    make_seat(side, make_organisation("Ville close"), closed_on=TODAY)

    assert "Ville close" not in [voice.label for voice in voices(setting.cite)]


def test_presenters_are_proposed_in_protocol_order(setting):
    make_mandate(setting.cite, Role.READER, person=make_person(last_name="Aaa"))
    meeting = make_meeting(setting)

    persons = list(ItemForm(meeting=meeting, user=setting.lead).fields["presenter"].queryset)

    assert persons[0] in {row.mandate.person for row in setting.body.members.all()}
    assert persons[-1].last_name == "Aaa"
