from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from actions.enums import ActionStatus, Step
from actions.models import Envelope, Funding, FundingEntry
from cite_educative.common.locks import ConflictError
from cite_educative.common.transitions import TransitionError
from cite_educative.documents.models import GeneratedFile
from cite_educative.documents.tasks import render
from governance import services
from governance.enums import AnswerHow, DecisionStatus
from governance.models import Consultation, ConsultationRecord, Decision, Position
from partners.enums import Gesture
from partners.models import AccessLink, OutgoingMessage, Person
from partners.services import link_path
from tests.governance.factories import make_closed_meeting, make_meeting, make_setting

pytestmark = pytest.mark.django_db


@pytest.fixture
def setting():
    return make_setting()


def draft(setting, *, days=5, **fields):
    values = {
        "title": "Programmer la vague sans attendre",
        "presentation": "<p>Le calendrier ne permet pas de réunir la Troïka.</p>",
        "text": "Les pilotes programment les deux actions.",
        "deadline": timezone.localdate() + timedelta(days=days),
        "actions": setting.actions,
    } | fields
    return services.save_consultation(body=setting.body, actor=setting.lead, **values)


def opened(setting, **fields):
    return services.open_consultation(draft(setting, **fields), actor=setting.lead)


def give(setting, answer, verdict="favourable", **fields):
    values = {"how": AnswerHow.ENTERED, "received": "par courriel", "name": "Mme Durand", "comment": ""} | fields
    return services.answer_consultation(answer, actor=setting.lead, verdict=verdict, **values)


def answered(setting, verdict="favourable", **fields):
    consultation = opened(setting, **fields)
    for answer in consultation.answers.all():
        give(setting, answer, verdict)
    return consultation


def past_deadline(consultation):
    """As if it had been opened a week ago."""
    today = timezone.localdate()
    Consultation.objects.filter(pk=consultation.pk).update(
        opened_on=today - timedelta(days=7), deadline=today - timedelta(days=1)
    )
    return Consultation.objects.get(pk=consultation.pk)


def programmed(setting):
    return [funding.programmed for funding in Funding.objects.filter(source=setting.state).order_by("pk")]


# --- Preparing and opening ------------------------------------------------------------------------


def test_a_draft_sent_twice_is_written_once_with_the_usual_effects(setting):
    assert draft(setting) == draft(setting)
    decision = Decision.objects.get()
    assert (decision.status, decision.number, decision.meeting) == (DecisionStatus.DRAFT, None, None)
    assert decision.effects.count() == 6  # two actions retained, two funders each


def test_an_action_taken_out_of_the_draft_loses_its_effects(setting):
    row = draft(setting)
    services.save_consultation(
        body=setting.body,
        actor=setting.lead,
        title="Autre",
        presentation="<p>x</p>",
        text="y",
        deadline=row.deadline,
        actions=setting.actions[:1],
        consultation=row,
        version=1,
    )
    assert set(row.decision.effects.values_list("action", flat=True)) == {setting.actions[0].pk}


def test_two_people_who_write_the_same_draft_do_not_overwrite_each_other(setting):
    row = draft(setting)
    services.save_consultation_effects(row, actor=setting.lead, version=1, effects=[])
    with pytest.raises(ConflictError):
        services.save_consultation_effects(row, actor=setting.lead, version=1, effects=[])


def test_opening_awaits_one_answer_per_voice_and_freezes_the_text(setting):
    consultation = opened(setting)
    assert consultation.answers.count() == setting.cite.sides.count()
    with pytest.raises(TransitionError, match="ne change plus"):
        services.save_consultation_effects(consultation, actor=setting.lead, version=2, effects=[])
    upload = SimpleUploadedFile("tableau.pdf", b"%PDF-1.7")
    with pytest.raises(TransitionError):
        services.add_consultation_piece(consultation, upload=upload, title="", actor=setting.lead)
    with pytest.raises(TransitionError):
        services.open_consultation(consultation, actor=setting.lead)


def test_a_body_without_pilots_and_a_past_deadline_are_refused(setting):
    row = draft(setting, days=0)
    with pytest.raises(ValidationError, match="repoussez-la"):
        services.open_consultation(row, actor=setting.lead)
    setting.body.members.all().delete()
    with pytest.raises(ValidationError, match="complétez d’abord ses membres"):
        services.open_consultation(draft(setting, title="Autre"), actor=setting.lead)
    assert not setting.body.consultations.filter(opened_on__isnull=False).exists()


# --- Answering ------------------------------------------------------------------------------------


def test_who_does_not_sit_has_no_position(setting):
    side = setting.cite.sides.last()
    setting.body.members.filter(mandate__side=side).delete()
    consultation = opened(setting)
    with pytest.raises(ValidationError, match="ne siège pas"):
        services.voice_answer(consultation, side)


def test_the_team_enters_what_it_received_and_says_how(setting):
    answer = opened(setting).answers.first()
    with pytest.raises(ValidationError, match="comment cette réponse a été reçue"):
        give(setting, answer, received="")
    row = give(setting, answer)
    assert (row.how, row.received, row.entered_by) == (AnswerHow.ENTERED, "par courriel", setting.lead)
    assert give(setting, answer).version == row.version  # a second click


def test_an_answer_is_not_silently_replaced(setting):
    answer = opened(setting).answers.first()
    give(setting, answer, version=1)
    with pytest.raises(ConflictError):
        give(setting, answer, "unfavourable", version=1)


def test_after_the_deadline_only_what_was_received_in_time_counts(setting):
    answer = past_deadline(opened(setting)).answers.first()
    with pytest.raises(ValidationError, match="L’échéance est passée"):
        give(setting, answer)
    row = give(setting, answer, answered_on=timezone.localdate() - timedelta(days=2))
    assert row.verdict == "favourable"


def test_a_cancelled_consultation_takes_no_answer_and_decides_nothing(setting):
    consultation = services.cancel_consultation(answered(setting), actor=setting.lead)
    with pytest.raises(TransitionError, match="annulée"):
        give(setting, consultation.answers.first(), "reserved")
    with pytest.raises(TransitionError):
        services.close_consultation(consultation, actor=setting.lead, adopted=True)
    assert programmed(setting) == [None, None]


# --- By a link ------------------------------------------------------------------------------------


def ask(setting, consultation):
    Person.objects.filter(pk=setting.pilot.person_id).update(email="pilote@exemple.fr")
    asked = [pair for pair in services.askable(consultation) if pair[1] == setting.pilot.person]
    return services.ask_answers(
        consultation=consultation, asked=asked, subject="Consultation", body="Ici {lien}", actor=setting.lead
    )


def test_the_letter_leaves_once_with_a_personal_link(setting):
    consultation = opened(setting)
    assert ask(setting, consultation) == ask(setting, consultation)
    assert OutgoingMessage.objects.count() == AccessLink.objects.count() == 1


def test_a_link_answers_without_account_and_corrects_until_the_deadline(setting, client):
    consultation = opened(setting)
    ask(setting, consultation)
    url = link_path(AccessLink.objects.get(gesture=Gesture.CONSULTATION))
    page = client.get(url).content.decode()
    assert "Programmer la vague sans attendre" in page
    assert "noindex" in page

    sent = client.post(url, {"verdict": "reserved", "comment": "", "version": 1})
    assert "quelle est la réserve" in sent.content.decode()
    client.post(url, {"verdict": "favourable", "comment": "", "version": 1})
    client.post(url, {"verdict": "unfavourable", "comment": "Trop cher", "version": 2})

    row = consultation.answers.given().get()
    assert (row.verdict, row.how, row.name) == ("unfavourable", AnswerHow.LINK, setting.pilot.person.formal_name)
    assert AccessLink.objects.get().used_at


def test_a_link_is_dead_once_the_consultation_is_over(setting, client):
    consultation = opened(setting)
    ask(setting, consultation)
    url = link_path(AccessLink.objects.get())
    services.cancel_consultation(consultation, actor=setting.lead)
    response = client.get(url)
    assert response.status_code == 410
    assert "annulé" in response.content.decode()


def test_a_link_says_that_the_deadline_has_passed(setting, client):
    consultation = opened(setting)
    ask(setting, consultation)
    past_deadline(consultation)
    response = client.post(link_path(AccessLink.objects.get()), {"verdict": "favourable", "version": 1})
    assert response.status_code == 410
    assert "L’échéance est passée" in response.content.decode()
    assert not consultation.answers.given().exists()


def test_a_link_gives_its_own_pieces_only(setting, client):
    upload = SimpleUploadedFile("tableau.pdf", b"%PDF-1.7")
    other = services.add_consultation_piece(draft(setting, title="Autre"), upload=upload, title="", actor=setting.lead)
    row = draft(setting)
    mine = services.add_consultation_piece(row, upload=upload, title="Tableau", actor=setting.lead)
    consultation = services.open_consultation(row, actor=setting.lead)
    ask(setting, consultation)
    url = link_path(AccessLink.objects.get())
    assert client.get(f"{url}?piece={mine.pk}").getvalue() == b"%PDF-1.7"
    assert client.get(f"{url}?piece={other.pk}").status_code == 404


# --- Closing --------------------------------------------------------------------------------------


def test_closing_numbers_the_decision_in_the_register_and_applies_its_effects_once(setting):
    make_closed_meeting(setting)  # the first number of the year, when it is this year's
    last = Decision.objects.get(number__isnull=False)
    consultation = answered(setting, actions=setting.actions[:1])
    services.close_consultation(consultation, actor=setting.lead, adopted=True)
    decision = Decision.objects.get(consultation=consultation)
    same_year = last.year == timezone.localdate().year
    assert (decision.number, decision.is_agreed) == (2 if same_year else 1, True)
    assert decision.positions.count() == consultation.answers.count()
    with pytest.raises(TransitionError):
        services.close_consultation(consultation, actor=setting.lead, adopted=True)
    assert ConsultationRecord.objects.count() == 1


def test_adopting_programmes_the_amounts(setting):
    services.close_consultation(answered(setting), actor=setting.lead, adopted=True)
    assert programmed(setting) == [Decimal(8_000), Decimal(8_000)]
    entries = FundingEntry.objects.filter(step=Step.PROGRAMMED)
    assert {entry.reference for entry in entries} == {Decision.objects.get().reference}
    setting.actions[0].refresh_from_db()
    assert setting.actions[0].status == ActionStatus.RETAINED


def test_not_adopted_writes_no_amount_and_takes_no_number(setting):
    services.close_consultation(answered(setting, "unfavourable"), actor=setting.lead, adopted=False)
    assert programmed(setting) == [None, None]
    assert Decision.objects.get().number is None
    assert Consultation.objects.get().status == "refused"


def test_it_is_not_closed_while_answers_are_awaited(setting):
    consultation = opened(setting)
    give(setting, consultation.answers.first())
    with pytest.raises(ValidationError, match="Réponses attendues jusqu’au"):
        services.close_consultation(consultation, actor=setting.lead, adopted=True)
    services.close_consultation(past_deadline(consultation), actor=setting.lead, adopted=True)
    assert Decision.objects.get().is_agreed is False  # silence says nothing unless the body says so


def test_silence_agrees_only_by_the_rule_of_the_body_at_the_opening(setting):
    consultation = past_deadline(opened(setting))
    setting.body.silence_agrees = True
    setting.body.save()
    with pytest.raises(ValidationError, match="Personne n’a répondu"):
        services.close_consultation(consultation, actor=setting.lead, adopted=True)

    setting.body.refresh_from_db()
    other = past_deadline(opened(setting, title="Autre"))
    services.close_consultation(other, actor=setting.lead, adopted=True)
    assert Decision.objects.get(number__isnull=False).is_agreed is True
    assert "valant accord" in ConsultationRecord.objects.get().content["answers"][0]["when"]


def test_an_amount_that_moved_meanwhile_refuses_the_whole_closing(setting):
    consultation = answered(setting)
    make_closed_meeting(setting)
    before = programmed(setting)
    with pytest.raises(services.ClosingRefused, match="est maintenant de"):
        services.close_consultation(consultation, actor=setting.lead, adopted=True)
    consultation.refresh_from_db()
    assert (consultation.status, programmed(setting)) == ("open", before)
    assert not Position.objects.exists()
    assert not ConsultationRecord.objects.exists()


def test_overdrawing_asks_for_a_named_acknowledgement(setting):
    Envelope.objects.filter(source=setting.state).update(notified=Decimal(10_000))
    consultation = answered(setting)
    with pytest.raises(services.AcknowledgementNeeded):
        services.close_consultation(consultation, actor=setting.lead, adopted=True)
    services.close_consultation(
        consultation, actor=setting.lead, adopted=True, acknowledgement="Mme Durand, le solde arrive"
    )
    assert programmed(setting) == [Decimal(8_000), Decimal(8_000)]


# --- After ----------------------------------------------------------------------------------------


def test_ratifying_adds_one_point_and_changes_no_amount(setting):
    consultation = answered(setting)
    services.close_consultation(consultation, actor=setting.lead, adopted=True)
    meeting = make_meeting(setting, days=3)
    entries = FundingEntry.objects.count()
    item = services.ratify_consultation(consultation, meeting=meeting, actor=setting.lead)
    assert services.ratify_consultation(consultation, meeting=meeting, actor=setting.lead) == item
    assert item.title.startswith("Ratification de la consultation écrite TR-")
    assert meeting.items.count() == 2
    assert FundingEntry.objects.count() == entries


def test_a_consultation_that_is_not_adopted_is_not_ratified(setting):
    consultation = opened(setting)
    with pytest.raises(TransitionError, match="adoptée"):
        services.ratify_consultation(consultation, meeting=make_meeting(setting), actor=setting.lead)


@pytest.mark.parametrize("prints", [True, False])
def test_the_printed_outcome_tells_positions_only_if_the_body_says_so(setting, prints):
    setting.body.prints_positions = prints
    setting.body.save()
    consultation = opened(setting)
    for answer in consultation.answers.all():
        give(setting, answer, "reserved", comment="Sous réserve du bilan")
    services.close_consultation(consultation, actor=setting.lead, adopted=True)
    said = [answer["comment"] for answer in ConsultationRecord.objects.get().content["answers"]]
    assert ("Sous réserve du bilan" in said) is prints


def test_the_outcome_gives_a_pdf_and_a_word_file(setting):
    services.close_consultation(answered(setting), actor=setting.lead, adopted=True)
    for file in GeneratedFile.objects.all():
        render(file.pk)
    assert [file.error for file in GeneratedFile.objects.all()] == ["", ""]
