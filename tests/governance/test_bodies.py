"""Bodies: presets, settings, quorum, what precedes a meeting, its series."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from actions.models import AssemblySession
from cite_educative.common.holidays import easter, public_holiday
from cite_educative.common.locks import ConflictError
from cite_educative.common.transitions import TransitionError
from governance import services
from governance.convocation_content import usual_signatories
from governance.enums import Presence, QuorumRule, Rhythm
from governance.models import Body, Meeting, RetroStep
from governance.presets import STEPS, form_of
from governance.quorum import quorum_of
from governance.retro import late_steps, steps_of, timeline
from governance.rhythm import series_days
from tests import factories
from tests.governance.factories import make_closed_meeting, make_meeting, make_note, make_open_meeting, make_setting


@pytest.fixture
def setting(db):
    return make_setting()


@pytest.fixture
def lead(client, setting):
    client.force_login(setting.lead, backend="partners.backends.AccountBackend")
    return client


def settings_of(body, **changes):
    names = ("label", "code", "competence", "rhythm_every", "rhythm_unit", "quorum_rule", "quorum_number")
    values = {name: getattr(body, name) for name in (*names, "prints_positions", "silence_agrees")}
    return values | {"steps": [], "required_sides": [], "presiding": [], "version": body.version} | changes


# --- Presets --------------------------------------------------------------------------------------


def test_a_form_creates_its_bodies_once_and_leaves_those_that_exist(lead, setting):
    page = lead.get(reverse("governance:body_presets"), {"forme": "etagee"}).content.decode()
    assert "Existe déjà" in page
    assert "Créer ces 5 instances" in page

    for _ in range(2):
        lead.post(reverse("governance:body_presets"), {"forme": "etagee"})

    bodies = Body.objects.filter(cite=setting.cite)
    assert sorted(bodies.values_list("code", flat=True)) == ["CF", "CP", "CT", "RP", "RR", "TR"]
    steering = bodies.get(code="CP")
    assert steering.steps.count() == len(STEPS)
    assert steering.members.count() == len(setting.cite.sides.all()) + 1  # the pilots and the lead


def test_a_prefix_taken_by_another_body_gets_a_letter(setting):
    services.create_body(
        Body(cite=setting.cite, kind="group", label="Pause méridienne", code="CP"), actor=setting.lead
    )

    services.create_bodies(cite=setting.cite, form=form_of("petite"), actor=setting.lead)

    assert Body.objects.get(cite=setting.cite, kind="steering").code == "CPB"


# --- Settings -------------------------------------------------------------------------------------


def test_settings_are_written_with_the_steps_kept_by_key(setting):
    body = setting.body
    kept = RetroStep.objects.create(body=body, label="Notes", days_before=21)
    RetroStep.objects.create(body=body, label="Salle", days_before=9)
    steps = [
        {"key": kept.pk, "label": "Notes relues", "days_before": 20, "fact": ""},
        {"key": None, "label": "Convocation", "days_before": 15, "fact": "convocation"},
    ]

    services.update_body(
        body, actor=setting.lead, **settings_of(body, steps=steps, rhythm_every=6, rhythm_unit="week")
    )

    assert list(body.steps.values_list("pk", "label")) == [
        (kept.pk, "Notes relues"),
        (body.steps.last().pk, "Convocation"),
    ]
    with pytest.raises(ConflictError):
        services.update_body(body, actor=setting.lead, **settings_of(body))


def test_the_prefix_is_frozen_once_a_decision_is_numbered(lead, setting):
    make_closed_meeting(setting)
    setting.body.refresh_from_db()

    with pytest.raises(ValidationError, match="ne change plus"):
        services.update_body(setting.body, actor=setting.lead, **settings_of(setting.body, code="TX"))

    page = lead.get(reverse("governance:body_update", args=[setting.body.pk]))
    assert page.context["form"].fields["code"].disabled


def test_half_a_rhythm_and_a_step_without_a_day_are_refused_with_a_sentence(lead, setting):
    data = {"label": "Troïka", "code": "TR", "version": "1", "rhythm_every": "6", "competence": "Arbitre."}
    data |= {"steps-TOTAL_FORMS": "1", "steps-INITIAL_FORMS": "0", "steps-0-label": "Notes"}

    page = lead.post(reverse("governance:body_update", args=[setting.body.pk]), data).content.decode()

    assert "par exemple 6 semaines" in page
    assert "combien de jours avant" in page
    assert "Arbitre." in page
    setting.body.refresh_from_db()
    assert setting.body.competence == ""


# --- Quorum ---------------------------------------------------------------------------------------


def test_the_quorum_counts_seats_and_required_sides_and_never_blocks(lead, setting):
    body = setting.body
    body.quorum_rule = QuorumRule.HALF
    body.save()
    meeting = make_open_meeting(setting)
    rows = list(meeting.attendances.in_protocol_order())
    body.required_sides.set([rows[-1].mandate.side])
    assert not quorum_of(meeting).is_reached

    for row in rows[:2]:
        services.set_attendance(meeting=meeting, mandate=row.mandate, presence=Presence.PRESENT, actor=setting.lead)
    quorum = quorum_of(meeting)
    assert not quorum.is_reached
    assert f"Sans représentant\u00a0: {rows[-1].mandate.side.label}" in quorum.sentence

    lead.post(reverse("governance:quorum_acknowledge", args=[meeting.pk]))
    assert "en a pris acte" in lead.get(reverse("governance:closing", args=[meeting.pk])).content.decode()
    services.close_meeting(Meeting.objects.get(pk=meeting.pk), actor=setting.lead)
    assert "n’est pas atteint" in meeting.records.get().content["quorum"]
    assert str(setting.lead) in meeting.records.get().content["quorum"]


def test_a_reached_quorum_has_nothing_to_acknowledge(setting):
    setting.body.quorum_rule, setting.body.quorum_number = QuorumRule.NUMBER, 1
    setting.body.save()
    meeting = make_open_meeting(setting)
    row = meeting.attendances.first()
    services.set_attendance(
        meeting=meeting,
        mandate=row.mandate,
        presence=Presence.REPRESENTED,
        represented_by="M. Caron",
        actor=setting.lead,
    )

    assert "1 membre sur" in quorum_of(meeting).sentence
    with pytest.raises(TransitionError):
        services.acknowledge_quorum(meeting, actor=setting.lead)


# --- What precedes a meeting ----------------------------------------------------------------------


def test_steps_are_done_by_facts_or_by_hand_late_or_to_come(lead, setting, django_assert_num_queries):
    for label, days, fact in (*STEPS, ("Salle réservée", 12, "")):
        RetroStep.objects.create(body=setting.body, label=label, days_before=days, fact=fact)
    meeting, other = make_meeting(setting, days=13), make_meeting(setting, days=60)
    rows = Meeting.objects.filter(pk=meeting.pk)

    with django_assert_num_queries(1):
        states = {step.label: step.state for step in steps_of(rows)}

    assert states == {
        "Notes de décision prêtes": "late",
        "Convocation envoyée": "late",
        "Salle réservée": "coming",
        "Dossier de séance envoyé": "coming",
    }
    services.issue_note(make_note(setting, meeting.items.get()), actor=setting.lead)
    services.convene_meeting(meeting, actor=setting.lead)
    step = RetroStep.objects.get(label="Salle réservée")
    lead.post(reverse("governance:step_tick", args=[meeting.pk]), {"etape": step.pk, "faite": "1"})
    assert [one.label for one in steps_of(rows) if one.state == "done"] == [
        "Notes de décision prêtes",
        "Convocation envoyée",
        "Salle réservée",
    ]
    assert not late_steps(Meeting.objects.filter(body=setting.body))
    assert not [one for one in steps_of(Meeting.objects.filter(pk=other.pk)) if one.state == "done"]


def test_the_sittings_of_the_funders_asked_are_on_the_same_line(lead, setting):
    meeting = make_meeting(setting, days=30)
    today = timezone.localdate()
    for organisation in (setting.town.organisation, factories.make_organisation("Département")):
        AssemblySession.objects.create(
            cite=setting.cite,
            organisation=organisation,
            label=f"Conseil, {organisation}",
            held_on=today + timedelta(days=20),
            filing_on=today + timedelta(days=6),
            committee_on=today + timedelta(days=9),
            created_by=setting.lead,
        )

    labels = [line["session"].label for line in timeline(setting.lead, meeting) if "session" in line]

    town = f"Conseil, {setting.town.organisation}"
    assert labels == [f"Dépôt des dossiers, {town}", f"Passage en commission, {town}", town]
    page = lead.get(reverse("governance:calendar"), {"instance": setting.body.pk}).content.decode()
    assert "Conseil, Département" in page
    assert "Troïka" in page


# --- Series ---------------------------------------------------------------------------------------


def test_series_keep_the_weekday_and_avoid_holidays():
    assert easter(2027) == date(2027, 3, 28)
    assert public_holiday(date(2027, 5, 6)) == "Ascension"
    winter = SimpleNamespace(starts_on=date(2027, 2, 20), ends_on=date(2027, 3, 7), label="Hiver")

    monthly = series_days(date(2027, 1, 26), 1, Rhythm.MONTH, 3, [winter])

    # The last Tuesday; that of February falls in the winter holidays.
    assert [one.day for one in monthly] == [date(2027, 3, 9), date(2027, 3, 30), date(2027, 4, 27)]
    assert "Hiver" in monthly[0].moved
    weekly = series_days(date(2027, 4, 29), 1, Rhythm.WEEK, 1, [])
    assert (weekly[0].day, weekly[0].moved) == (date(2027, 5, 13), "jour férié, Ascension")


def test_a_series_is_made_once_of_ordinary_meetings(lead, setting):
    meeting = make_meeting(setting, days=5)
    url = reverse("governance:meeting_series", args=[meeting.pk])
    page = lead.get(url, {"number": "3", "every": "1", "unit": "month"})
    days = [one["iso"] for one in page.context["days"]]

    for _ in range(2):
        lead.post(url, {"jours": [*days, "demain"], "points": [meeting.items.get().pk]})

    made = Meeting.objects.filter(body=setting.body).exclude(pk=meeting.pk)
    assert [timezone.localdate(one.starts_at).isoformat() for one in made.order_by("starts_at")] == days
    assert {(one.place, one.items.count()) for one in made} == {(meeting.place, 1)}
    assert lead.post(url, {"jours": ["demain"]}).status_code == 422


# --- Who presides -----------------------------------------------------------------------------------


def test_who_presides_signs_the_convocation_and_chairs_the_minutes_when_there(setting):
    seats = list(setting.body.members.order_by("pk")[:2])
    meeting = make_open_meeting(setting)
    assert len(usual_signatories(meeting)) > 1

    for seat in seats:
        setting.body.members.filter(pk=seat.pk).update(presides=True)
    there, away = seats[0].mandate, seats[1].mandate
    services.set_attendance(meeting=meeting, mandate=there, presence=Presence.PRESENT, actor=setting.lead)
    services.set_attendance(meeting=meeting, mandate=away, presence=Presence.EXCUSED, actor=setting.lead)
    services.close_meeting(meeting, actor=setting.lead)

    assert {mandate.pk for mandate in usual_signatories(meeting)} == {there.pk, away.pk}
    assert meeting.minutes.chair == there.person.formal_name
