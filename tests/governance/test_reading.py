"""What a holder or a partner learns by sitting in a body: nothing that its funders have not released."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from actions.models import NotificationRelease
from cite_educative.documents.models import GeneratedFile
from governance import services
from governance.models import Body, BodyMember, Decision, DecisionRecord, Meeting
from partners.enums import Role
from partners.models import Mandate
from tests.factories import make_mandate, make_user
from tests.governance.factories import make_closed_meeting, make_meeting, make_setting

pytestmark = pytest.mark.django_db
TOLD = "8\N{NO-BREAK SPACE}000"


@pytest.fixture
def setting():
    return make_setting()


@pytest.fixture
def member(setting):
    """The holder of the first action, who sits."""
    user = make_user(setting.cite, Role.HOLDER, organisation=setting.actions[0].holder)
    BodyMember.objects.create(body=setting.body, mandate=user.person.mandates.get())
    return user


def publish(setting):
    meeting = make_closed_meeting(setting)
    for decision in Decision.objects.filter(meeting=meeting):
        decision.text = f"La Troïka programme {TOLD} € pour l’action."
        decision.save(update_fields=["text"])
    return services.publish_meeting(meeting, actor=setting.lead)


def release(setting):
    for source in (setting.state, setting.town):
        NotificationRelease.objects.create(
            source=source, budget_year=2026, released_on=timezone.localdate(), released_by=setting.lead
        )


def pages(meeting):
    decision = meeting.decisions.get()
    return [
        reverse("governance:home"),
        reverse("governance:meeting", args=[meeting.pk]),
        reverse("governance:decisions"),
        reverse("governance:decisions") + "?format=csv",
        reverse("governance:decision", args=[decision.pk]),
        reverse("documents:list"),
        reverse("search") + "?q=programme",
        reverse("home"),
        *(reverse("documents:download", args=[file.pk]) for file in GeneratedFile.objects.all()),
    ]


def test_a_published_record_waits_for_the_release_before_it_reaches_a_holder_who_sits(client, setting, member):
    meeting = publish(setting)
    client.force_login(member)

    for url in pages(meeting):
        text = client.get(url).getvalue().decode()
        assert TOLD not in text, url
        assert "TR-20" not in text, url
        assert "releve-" not in text, url
        assert "Relevé de décisions, " not in text, url
    assert "quand les notifications" in client.get(pages(meeting)[1]).content.decode()
    assert not DecisionRecord.objects.visible_to(member).exists()

    release(setting)
    assert client.get(reverse("governance:decision", args=[meeting.decisions.get().pk])).status_code == 200
    assert GeneratedFile.objects.visible_to(member).count() == 2


def test_one_funder_that_has_not_released_keeps_the_whole_record(setting, member):
    publish(setting)
    release(setting)
    NotificationRelease.objects.filter(source=setting.town).delete()

    assert not GeneratedFile.objects.visible_to(member).exists()
    assert not Decision.objects.visible_to(member).exists()


def test_a_pilot_reads_the_record_without_waiting(setting):
    publish(setting)

    assert GeneratedFile.objects.visible_to(setting.pilot).count() == 2


def test_an_ended_mandate_opens_no_meeting_even_to_who_keeps_another_one(setting):
    today = timezone.localdate()
    user = make_user(setting.cite, Role.PARTNER, ends_on=today - timedelta(days=1))
    BodyMember.objects.create(body=setting.body, mandate=user.person.mandates.get())
    make_mandate(setting.cite, Role.READER, person=user.person)
    services.convene_meeting(make_meeting(setting, days=5), actor=setting.lead)

    assert not Meeting.objects.visible_to(user).exists()
    assert not Body.objects.visible_to(user).exists()
    Mandate.objects.filter(person=user.person).update(ends_on=None)
    del user.access
    assert Meeting.objects.visible_to(user).count() == 1
