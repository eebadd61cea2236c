from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from actions.enums import ActionStatus, EntryKind, Step
from actions.models import Funding, FundingEntry
from cite_educative.common.locks import ConflictError
from cite_educative.common.models import Entry
from cite_educative.common.transitions import TransitionError
from cite_educative.documents.models import GeneratedFile
from governance import services
from governance.enums import DecisionStatus, EffectKind, Presence, Verdict
from governance.models import Attendance, Decision, DecisionRecord, NoteVersion
from tests.governance.factories import (
    ask,
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


def programmed():
    return list(Funding.objects.order_by("pk").values_list("programmed", flat=True))


def test_closing_programmes_what_the_decision_says_and_retains_the_actions(setting):
    make_closed_meeting(setting)
    assert programmed() == [Decimal("8000.00"), Decimal("5000.00")] * 2
    assert {action.status for action in refreshed(setting.actions)} == {ActionStatus.RETAINED}
    entries = FundingEntry.objects.filter(step=Step.PROGRAMMED)
    assert {entry.reference for entry in entries} == {Decision.objects.get().reference}
    assert {entry.kind for entry in entries} == {EntryKind.DECISION}
    assert all(entry.effect.applied_at for entry in entries)


def refreshed(rows):
    for row in rows:
        row.refresh_from_db()
    return rows


def test_nothing_is_programmed_before_the_meeting_closes(setting):
    meeting = make_open_meeting(setting)
    make_decision(setting, meeting.items.get())
    assert programmed() == [None] * 4
    assert Decision.objects.get().number is None


def test_a_stale_effect_refuses_the_closing_and_writes_nothing_at_all(setting):
    meeting = make_open_meeting(setting)
    make_decision(setting, meeting.items.get())
    last = Funding.objects.order_by("pk").last()
    last.programme(Decimal(100), on=date(2026, 3, 1), reference="TR-2026-900", actor=setting.lead)
    counts = [Entry.objects.count(), FundingEntry.objects.count(), GeneratedFile.objects.count()]

    with pytest.raises(services.ClosingRefused) as refusal:
        services.close_meeting(meeting, actor=setting.lead)

    assert len(refusal.value.problems) == 1
    assert "100,00" in refusal.value.problems[0]
    meeting.refresh_from_db()
    assert meeting.is_open
    assert programmed() == [None, None, None, Decimal(100)]
    assert Decision.objects.get().status == DecisionStatus.DRAFT
    assert counts == [Entry.objects.count(), FundingEntry.objects.count(), GeneratedFile.objects.count()]


def test_saving_a_stale_decision_again_lets_the_meeting_close(setting):
    meeting = make_open_meeting(setting)
    item = meeting.items.get()
    decision = make_decision(setting, item)
    last = Funding.objects.order_by("pk").last()
    last.programme(Decimal(100), on=date(2026, 3, 1), reference="TR-2026-900", actor=setting.lead)
    make_decision(setting, item, decision=decision, version=decision.version)
    services.close_meeting(meeting, actor=setting.lead)
    assert programmed()[-1] == Decimal(5000)


def test_a_second_click_on_close_writes_nothing_more(setting):
    meeting = make_closed_meeting(setting)
    with pytest.raises(TransitionError):
        services.close_meeting(meeting, actor=setting.lead)
    assert DecisionRecord.objects.count() == 1
    assert GeneratedFile.objects.count() == 2
    assert FundingEntry.objects.filter(step=Step.PROGRAMMED).count() == 4


def test_numbers_follow_without_a_gap_per_body_and_year(setting):
    make_closed_meeting(setting, items=2, days=-2)
    meeting = make_open_meeting(setting)
    removed = make_decision(setting, meeting.items.get(), effects=[])
    services.remove_decision(removed, actor=setting.lead)
    make_decision(setting, meeting.items.get(), effects=[])
    services.close_meeting(meeting, actor=setting.lead)
    assert sorted(Decision.objects.values_list("number", flat=True)) == [1, 2, 3]


def test_two_bodies_number_apart(setting):
    make_closed_meeting(setting)
    other = make_setting("roubaix", code="CP", label="Comité de pilotage")
    make_closed_meeting(other)
    assert set(Decision.objects.values_list("number", flat=True)) == {1}


def test_two_decisions_of_one_meeting_on_one_amount_are_refused_by_their_names(setting):
    meeting = make_open_meeting(setting, items=2)
    first, second = meeting.items.all()
    make_decision(setting, first)
    funding = Funding.objects.order_by("pk").first()
    effect = services.PlannedEffect(EffectKind.PROGRAMME, funding.action, funding, Decimal(1))
    make_decision(setting, second, effects=[effect])
    with pytest.raises(services.ClosingRefused) as refusal:
        services.close_meeting(meeting, actor=setting.lead)
    assert "Programmation 1\N{NO-BREAK SPACE}» et «\N{NO-BREAK SPACE}Programmation 2" in refusal.value.problems[0]
    assert len(refusal.value.problems) == 1


def test_an_overdrawn_envelope_needs_somebody_to_say_why(setting):
    extra = ask(setting.actions[0], setting.state, 90_000, proposed=90_000, actor=setting.lead)
    meeting = make_open_meeting(setting)
    make_decision(setting, meeting.items.get())
    with pytest.raises(services.AcknowledgementNeeded) as needed:
        services.close_meeting(meeting, actor=setting.lead)
    assert [change.source for change in needed.value.overdrawn] == [setting.state]
    extra.refresh_from_db()
    assert extra.programmed is None

    services.close_meeting(meeting, actor=setting.lead, acknowledgement="Mme la sous-préfète, crédits attendus")
    entry = Entry.objects.get(verb="meeting.closed")
    assert entry.after["acknowledgement"] == "Mme la sous-préfète, crédits attendus"


def test_deferring_and_rejecting_change_the_status_and_no_amount(setting):
    meeting = make_open_meeting(setting)
    effects = [
        services.PlannedEffect(EffectKind.DEFER, setting.actions[0]),
        services.PlannedEffect(EffectKind.REJECT, setting.actions[1]),
    ]
    make_decision(setting, meeting.items.get(), effects=effects)
    services.close_meeting(meeting, actor=setting.lead)
    assert [action.status for action in refreshed(setting.actions)] == [ActionStatus.DEFERRED, ActionStatus.REJECTED]
    assert programmed() == [None] * 4
    others = DecisionRecord.objects.get().content["decisions"][0]["effects"]["others"]
    assert [line["verb"] for line in others] == ["ajournée", "rejetée"]


def test_the_record_does_not_change_when_data_change_afterwards(setting):
    meeting = make_closed_meeting(setting)
    before = DecisionRecord.objects.get().content
    setting.actions[0].title = "Autre titre"
    setting.actions[0].save()
    decision = Decision.objects.get()
    decision.text = "Autre texte"
    decision.save(update_fields=["text"])
    setting.cite.name = "Autre nom"
    setting.cite.save()
    assert DecisionRecord.objects.get(meeting=meeting).content == before


def test_issuing_a_note_gives_its_number_and_asks_for_two_files(setting, published):
    meeting = make_meeting(setting, days=3)
    note = make_note(setting, meeting.items.get())
    version = services.issue_note(note, actor=setting.lead)
    note.refresh_from_db()
    assert note.reference == f"CE-{timezone.localdate().year}-N01"
    assert version.content["reference"] == note.reference
    assert version.content["cost"] == "26 000,00 €".replace(" ", "\N{NO-BREAK SPACE}")
    assert sorted(GeneratedFile.objects.values_list("format", flat=True)) == ["docx", "pdf"]


def test_issuing_twice_the_same_note_gives_one_version(setting):
    note = make_note(setting, make_meeting(setting).items.get())
    first = services.issue_note(note, actor=setting.lead)
    assert services.issue_note(note, actor=setting.lead) == first
    assert GeneratedFile.objects.count() == 2


def test_a_correction_is_a_new_version_that_cites_the_old_one(setting):
    item = make_meeting(setting).items.get()
    note = make_note(setting, item)
    first = services.issue_note(note, actor=setting.lead)
    note.refresh_from_db()
    make_note(setting, item, note=note, version=note.version, request="Autre demande")
    second = services.issue_note(note, actor=setting.lead)
    assert (second.number, second.content["replaces"], second.content["request"]) == (2, "1", "Autre demande")
    first.refresh_from_db()
    assert first.content["request"] == "La Troïka est invitée à programmer."


def test_an_issued_note_keeps_its_figures_when_amounts_change(setting):
    note = make_note(setting, make_meeting(setting).items.get())
    version = services.issue_note(note, actor=setting.lead)
    before = version.content["cost"]
    ask(setting.actions[0], setting.state, 1, proposed=1, actor=setting.lead)
    assert NoteVersion.objects.get().content["cost"] == before


def test_two_writers_of_one_note_do_not_overwrite_each_other(setting):
    item = make_meeting(setting).items.get()
    note = make_note(setting, item)
    make_note(setting, item, note=note, version=1, title="Premier")
    with pytest.raises(ConflictError):
        make_note(setting, item, note=note, version=1, title="Second")


def test_a_position_ends_the_agreement_and_is_replaced_by_the_next_one(setting):
    meeting = make_open_meeting(setting)
    decision = make_decision(setting, meeting.items.get())
    side = setting.cite.sides.first()
    for verdict in (Verdict.FAVOURABLE, Verdict.RESERVED):
        services.set_position(decision=decision, side=side, verdict=verdict, actor=setting.lead)
    decision.refresh_from_db()
    assert not decision.is_agreed
    assert decision.positions.get().verdict == Verdict.RESERVED


def test_positions_are_printed_only_when_the_body_says_so(setting):
    for prints, expected in ((False, 0), (True, 1)):
        setting.body.prints_positions = prints
        setting.body.save()
        meeting = make_open_meeting(setting)
        position = {
            "side": setting.cite.sides.first(),
            "organisation": None,
            "verdict": "reserved",
            "comment": "à revoir",
        }
        make_decision(setting, meeting.items.get(), effects=[], is_agreed=False, positions=[position])
        record = services.close_meeting(meeting, actor=setting.lead)
        assert len(record.content["decisions"][0]["positions"]) == expected


def test_opening_expects_the_members_and_one_click_marks_them_present(setting):
    meeting = make_open_meeting(setting)
    assert meeting.attendances.count() == 4
    mandate = meeting.attendances.first().mandate
    services.set_attendance(meeting=meeting, mandate=mandate, presence=Presence.PRESENT, actor=setting.lead)
    assert Attendance.objects.filter(presence=Presence.PRESENT).count() == 1


def test_moving_an_item_exchanges_it_with_its_neighbour(setting):
    meeting = make_meeting(setting, items=3)
    services.move_item(meeting.items.last(), actor=setting.lead, up=True)
    assert [item.title for item in meeting.items.all()] == ["Programmation 1", "Programmation 3", "Programmation 2"]
    services.move_item(meeting.items.first(), actor=setting.lead, up=True)
    assert meeting.items.first().title == "Programmation 1"


def test_the_agenda_of_a_closed_meeting_does_not_change(setting):
    meeting = make_closed_meeting(setting)
    with pytest.raises(TransitionError):
        services.add_item(meeting=meeting, actor=setting.lead, title="Trop tard", kind="information")


def test_closing_takes_a_bounded_number_of_queries(setting, django_assert_max_num_queries):
    meeting = make_open_meeting(setting)
    make_decision(setting, meeting.items.get())
    with django_assert_max_num_queries(90):
        services.close_meeting(meeting, actor=setting.lead)


def test_a_note_no_longer_changes_once_its_meeting_is_closed(setting):
    meeting = make_open_meeting(setting)
    item = meeting.items.get()
    fields = {"item": item, "actor": setting.lead, "title": "Programmer", "request": "Programmer deux actions."}
    note = services.save_note(**fields)
    services.issue_note(note, actor=setting.lead)
    services.close_meeting(meeting, actor=setting.lead)

    with pytest.raises(TransitionError):
        services.save_note(**fields, note=note, version=note.version)
    with pytest.raises(TransitionError):
        services.issue_note(note, actor=setting.lead)

    assert note.versions.count() == 1


def test_decisions_are_found_without_accents_and_by_number(setting):
    meeting = make_open_meeting(setting)
    decision = make_decision(setting, meeting.items.get(), text="Une première vague est programmée.")
    services.close_meeting(meeting, actor=setting.lead)
    decision.refresh_from_db()

    found = Decision.objects.visible_to(setting.lead)

    assert found.search("programmee vague").get() == decision
    assert found.search(decision.reference).get() == decision
    assert not found.search("TR-2026-999").exists()
