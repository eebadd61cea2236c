import json
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from cite_educative.common.locks import ConflictError
from cite_educative.common.transitions import TransitionError
from cite_educative.documents.models import GeneratedFile
from cite_educative.documents.tasks import render
from governance import services
from governance.enums import ItemKind, MinutesState, RemarkState, ReviewState, SignedKind
from governance.minutes_content import blocks, fingerprint
from governance.models import BodyMember, MeetingFile, Minutes, MinutesVersion
from partners.enums import Role
from partners.models import OutgoingMessage
from tests import factories as base
from tests.actions.factories import release
from tests.governance.factories import make_closed_meeting, make_decision, make_open_meeting, make_setting

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n%%EOF\n"
RECEIVED = {"received_from": "Mme Petit", "received_by": "courriel"}


def soon(days=7):
    return timezone.localdate() + timedelta(days=days)


def draft_of(setting, **fields):
    return Minutes.objects.select_related("meeting__body__cite").get(meeting=make_closed_meeting(setting, **fields))


def sent_of(setting):
    minutes = draft_of(setting)
    services.send_for_review(minutes, sides=list(setting.cite.sides.all()), due_on=soon(), actor=setting.lead)
    return Minutes.objects.get(pk=minutes.pk)


def published_of(setting):
    minutes = draft_of(setting)
    services.publish_meeting(minutes.meeting, actor=setting.lead)
    services.validate_minutes(minutes, actor=setting.lead)
    return services.publish_minutes(minutes, actor=setting.lead)


def received():
    return RECEIVED | {"received_on": timezone.localdate()}


# --- The draft ------------------------------------------------------------------------------------


def test_closing_drafts_the_minutes_from_what_was_typed_live():
    setting = make_setting()
    meeting = make_open_meeting(setting)
    item = meeting.items.get()
    services.save_discussion(item, actor=setting.lead, version=item.version, html="<p>Un.</p>\n<ul><li>Deux</li></ul>")
    empty = services.add_item(meeting=meeting, actor=setting.lead, title="Divers", kind=ItemKind.INFORMATION)
    make_decision(setting, item)
    services.close_meeting(meeting, actor=setting.lead)

    rows = list(meeting.minutes.paragraphs.values_list("order", "item", "text"))
    assert [row[1] for row in rows] == [None, item.pk, item.pk, empty.pk, None]
    assert [row[2] for row in rows[1:4]] == ["<p>Un.</p>", "<ul><li>Deux</li></ul>", ""]
    assert "ouverte à" in rows[0][2]


def test_blocks_that_hold_one_another_stay_together():
    nested = "<ul><li>a<ul><li>b</li></ul></li></ul>"
    assert blocks(nested) == [nested]
    assert blocks("") == []


def test_a_second_preparation_keeps_what_was_corrected():
    setting = make_setting()
    minutes = draft_of(setting)
    row = minutes.paragraphs.first()
    services.save_paragraph(row, version=row.version, html="<p>Corrigé.</p>", actor=setting.lead)
    assert services.prepare_minutes(minutes.meeting, actor=setting.lead) == minutes
    assert minutes.paragraphs.first().text == "<p>Corrigé.</p>"


def test_an_open_meeting_has_no_minutes_yet():
    setting = make_setting()
    with pytest.raises(TransitionError, match="clôture"):
        services.prepare_minutes(make_open_meeting(setting), actor=setting.lead)


def test_two_people_who_correct_one_paragraph_compare_their_texts(client):
    setting = make_setting()
    row = draft_of(setting).paragraphs.first()
    services.save_paragraph(row, version=1, html="<p>La première.</p>", actor=setting.lead)
    with pytest.raises(ConflictError):
        services.save_paragraph(row, version=1, html="<p>La seconde.</p>", actor=setting.lead)
    client.force_login(setting.lead)
    url = reverse("governance:minutes_paragraph", args=[row.pk])
    answer = client.post(url, {"text": "La seconde.", "version": 1})
    assert answer.status_code == 409
    assert "La première." in answer.text
    assert "La seconde." in answer.text
    kept = client.post(url, {"text": "La seconde.", "version": 2})
    assert kept.status_code == 302
    row.refresh_from_db()
    assert row.text == "<p>La seconde.</p>"


def test_autosave_says_the_new_version_and_keeps_the_journal_short(client):
    setting = make_setting()
    row = draft_of(setting).paragraphs.first()
    client.force_login(setting.lead)
    url = reverse("governance:minutes_paragraph", args=[row.pk])
    for version in (1, 2, 3):
        answer = client.post(url, {"text": f"Texte {version}", "version": version}, headers={"X-Autosave": "1"})
        assert (answer.status_code, answer.headers["X-Version"]) == (204, str(version + 1))
    assert client.post(url, {"text": "", "version": 1}, headers={"X-Autosave": "1"}).status_code == 409
    page = client.get(reverse("governance:minutes", args=[row.minutes.meeting_id]))
    assert page.text.count("a modifié le paragraphe 1") == 1


def test_what_is_typed_is_cleaned():
    setting = make_setting()
    row = draft_of(setting).paragraphs.first()
    services.save_paragraph(row, version=1, html="<p>Dit</p><script>x()</script>", actor=setting.lead)
    row.refresh_from_db()
    assert row.text == "<p>Dit</p>"


# --- Review ---------------------------------------------------------------------------------------


def test_validation_waits_for_sides_until_their_day_and_for_remarks_always():
    setting = make_setting()
    minutes = sent_of(setting)
    remark = services.add_remark(
        minutes.paragraphs.first(),
        side=setting.cite.sides.first(),
        text="À changer",
        actor=setting.lead,
        **received(),
    )
    with pytest.raises(ValidationError) as refused:
        services.validate_minutes(minutes, actor=setting.lead)
    assert "1 remarque à traiter" in refused.value.messages[0]
    assert "État" in refused.value.messages[1]
    services.settle_remark(remark, state=RemarkState.TAKEN, answer="", actor=setting.lead)
    Minutes.objects.update(review_due_on=soon(-1))
    assert services.validate_minutes(minutes, actor=setting.lead).state == MinutesState.VALIDATED
    assert services.validate_minutes(minutes, actor=setting.lead).version == Minutes.objects.get().version


def test_a_remark_turns_the_answer_of_its_side_and_a_second_click_finds_it():
    setting = make_setting()
    minutes = sent_of(setting)
    side = setting.cite.sides.first()
    values = {"side": side, "text": "À changer", "actor": setting.lead, **received()}
    first = services.add_remark(minutes.paragraphs.first(), **values)
    assert services.add_remark(minutes.paragraphs.first(), **values) == first
    review = minutes.reviews.get(side=side)
    assert (review.state, review.received_from) == (ReviewState.REMARKS, "Mme Petit")
    with pytest.raises(ValidationError, match="n’est pas traitée"):
        services.answer_review(review, state=ReviewState.VALIDATED, actor=setting.lead, **received())


def test_a_remark_declined_says_why():
    setting = make_setting()
    minutes = sent_of(setting)
    side = setting.cite.sides.first()
    remark = services.add_remark(minutes.paragraphs.first(), side=side, text="Non", actor=setting.lead)
    with pytest.raises(ValidationError, match="pourquoi"):
        services.settle_remark(remark, state=RemarkState.DECLINED, answer=" ", actor=setting.lead)


def test_a_side_that_was_not_asked_makes_no_remark():
    setting = make_setting()
    minutes = draft_of(setting)
    first, second, *_ = setting.cite.sides.all()
    services.send_for_review(minutes, sides=[first], due_on=soon(), actor=setting.lead)
    with pytest.raises(ValidationError, match="pas été invité"):
        services.add_remark(minutes.paragraphs.first(), side=second, text="Non", actor=setting.lead)


def test_a_pilot_answers_for_the_own_side_only_and_the_lead_says_from_whom(client):
    setting = make_setting()
    minutes = sent_of(setting)
    own = setting.pilot.person.mandates.get().side
    client.force_login(setting.pilot)
    answer = client.post(
        reverse("governance:minutes_review", args=[minutes.reviews.get(side=own).pk]), {"state": "clean"}
    )
    assert answer.status_code == 302
    other = minutes.reviews.exclude(side=own).first()
    assert client.post(reverse("governance:minutes_review", args=[other.pk]), {"state": "clean"}).status_code == 403
    client.force_login(setting.lead)
    url = reverse("governance:minutes_review", args=[other.pk])
    refused = client.post(url, {"state": "clean", "received_on": soon(0), "received_by": "courriel"})
    assert "Dites de qui vient cette réponse" in refused.text
    late = client.post(url, {"state": "clean", "received_on": soon(2), **RECEIVED})
    assert "pas encore arrivée" in late.text
    client.post(url, {"state": "clean", "received_on": soon(0), **RECEIVED})
    page = client.get(reverse("governance:minutes", args=[minutes.meeting_id])).text
    assert "reçu de Mme Petit, par courriel" in page


def test_a_pilot_cannot_sign_a_remark_of_another_side(client):
    setting = make_setting()
    minutes = sent_of(setting)
    other = setting.cite.sides.exclude(pk=setting.pilot.person.mandates.get().side_id).first()
    client.force_login(setting.pilot)
    url = reverse("governance:minutes_remark", args=[minutes.paragraphs.first().pk])
    answer = client.post(url, {"side": other.pk, "text": "Au nom d’un autre"})
    assert answer.status_code == 200
    assert "Au nom d’un autre" in answer.text
    assert not minutes.paragraphs.first().remarks.exists()


def test_the_text_is_sent_by_a_person_after_reading_the_letter_again(client):
    setting = make_setting()
    setting.pilot.person.email = "pilote@exemple.fr"
    setting.pilot.person.save()
    minutes = draft_of(setting)
    client.force_login(setting.lead)
    url = reverse("governance:minutes_send", args=[minutes.meeting_id])
    letter = {
        "due_on": soon(),
        "sides": [side.pk for side in setting.cite.sides.all()],
        "recipients": [setting.pilot.person_id],
        "subject": "À relire",
        "body": "Bonjour",
    }
    preview = client.post(url, letter)
    assert "Rien n’est encore parti" in preview.text
    assert not OutgoingMessage.objects.exists()
    for _ in range(2):
        assert client.post(url, letter | {"send": "1"}).status_code == 302
    assert OutgoingMessage.objects.get().deliveries.get().email == "pilote@exemple.fr"
    assert minutes.reviews.count() == setting.cite.sides.count()
    minutes.refresh_from_db()
    assert minutes.state == MinutesState.REVIEW
    page = client.get(reverse("governance:minutes", args=[minutes.meeting_id])).text
    assert setting.pilot.person.formal_name in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"due_on": soon(-1)}, "Cette date est passée"),
        ({"due_on": "bientôt"}, "Cette date est illisible"),
        ({"sides": []}, "Choisissez au moins un pilote"),
        ({"recipients": [999999]}, "n’est plus concernée"),
    ],
)
def test_a_wrong_sending_is_refused_and_what_was_typed_is_kept(client, wrong, said):
    setting = make_setting()
    minutes = draft_of(setting)
    client.force_login(setting.lead)
    letter = {
        "due_on": soon(),
        "sides": [setting.cite.sides.first().pk],
        "subject": "À relire",
        "body": "Mots à garder",
        "send": "1",
    }
    answer = client.post(reverse("governance:minutes_send", args=[minutes.meeting_id]), letter | wrong)
    assert said in answer.text
    assert "Mots à garder" in answer.text
    assert not minutes.reviews.exists()


# --- Publication ----------------------------------------------------------------------------------


def test_a_version_is_frozen_with_its_fingerprint_and_a_correction_cites_it():
    setting = make_setting()
    first = published_of(setting)
    minutes = first.minutes
    kept = json.dumps(first.content, sort_keys=True)
    row = minutes.paragraphs.first()
    with pytest.raises(TransitionError):
        services.save_paragraph(row, version=row.version, html="<p>Après.</p>", actor=setting.lead)
    with pytest.raises(ValidationError, match="ce qui est corrigé"):
        services.reopen_minutes(minutes, actor=setting.lead)
    services.reopen_minutes(minutes, actor=setting.lead, reason="Une heure fausse")
    row = minutes.paragraphs.first()
    services.save_paragraph(row, version=row.version, html="<p>Après.</p>", actor=setting.lead)
    services.validate_minutes(minutes, actor=setting.lead)
    second = services.publish_minutes(minutes, actor=setting.lead)

    first = MinutesVersion.objects.get(pk=first.pk)
    assert json.dumps(first.content, sort_keys=True) == kept
    assert fingerprint(first.content) == first.sha256 != second.sha256
    assert (second.number, second.replaces, second.reason) == (2, first, "Une heure fausse")
    assert second.content["replaces"].startswith("version 1 du ")
    assert second.content["opening"][0]["html"] == "<p>Après.</p>"


def test_a_second_click_publishes_nothing_more():
    setting = make_setting()
    version = published_of(setting)
    assert services.publish_minutes(version.minutes, actor=setting.lead) == version
    assert version.files.count() == 2


def test_nothing_is_published_before_it_is_validated_nor_before_the_decisions():
    setting = make_setting()
    minutes = draft_of(setting)
    with pytest.raises(TransitionError):
        services.publish_minutes(minutes, actor=setting.lead)
    services.validate_minutes(minutes, actor=setting.lead)
    with pytest.raises(ValidationError, match="Publiez d’abord le relevé"):
        services.publish_minutes(minutes, actor=setting.lead)


def test_its_two_files_are_rendered_from_the_frozen_content():
    setting = make_setting()
    version = published_of(setting)
    files = GeneratedFile.objects.filter(minutes_file__version=version)
    for file in files:
        render(file.pk)
    assert sorted((file.format, file.error) for file in files.all()) == [("docx", ""), ("pdf", "")]
    assert all(file.sha256 for file in files.all())


def test_the_page_shows_the_fingerprint(client):
    setting = make_setting()
    version = published_of(setting)
    client.force_login(setting.lead)
    assert version.sha256 in client.get(reverse("governance:minutes", args=[version.meeting_id])).text


# --- Who reads ------------------------------------------------------------------------------------


def seated_holder(setting, role=Role.HOLDER):
    user = base.make_user(setting.cite, role, organisation=setting.actions[0].holder)
    user.person.email = user.email
    user.person.save()
    BodyMember.objects.create(body=setting.body, mandate=user.person.mandates.get())
    return user


def test_a_holder_who_sits_reads_once_every_funder_has_told(client):
    setting = make_setting()
    holder = seated_holder(setting)
    version = published_of(setting)
    client.force_login(holder)
    url = reverse("governance:minutes", args=[version.meeting_id])
    meeting = reverse("governance:meeting", args=[version.meeting_id])
    download = reverse("documents:download", args=[version.files.first().file_id])
    assert (client.get(url).status_code, client.get(download).status_code) == (404, 404)
    assert "Lire le procès-verbal" not in client.get(meeting).text
    for source in (setting.state, setting.town):
        release(source)
    page = client.get(url)
    assert "Programmation 1" in page.text
    assert "Corriger" not in page.text
    assert "Lire le procès-verbal" in client.get(meeting).text


def test_an_action_only_talked_about_keeps_the_minutes_back_too(client):
    """No decision bears on it: the relevé is readable, the minutes tell what was said of it."""
    setting = make_setting()
    holder = seated_holder(setting)
    meeting = make_open_meeting(setting)
    services.close_meeting(meeting, actor=setting.lead)
    services.publish_meeting(meeting, actor=setting.lead)
    services.validate_minutes(meeting.minutes, actor=setting.lead)
    services.publish_minutes(meeting.minutes, actor=setting.lead)
    client.force_login(holder)
    assert client.get(reverse("governance:minutes", args=[meeting.pk])).status_code == 404


def test_members_who_may_not_read_yet_are_not_written_to(client):
    setting = make_setting()
    holder = seated_holder(setting)
    version = published_of(setting)
    client.force_login(setting.lead)
    url = reverse("governance:minutes_notify", args=[version.meeting_id])
    letter = {"recipients": [holder.person_id], "subject": "Publié", "body": "Bonjour", "send": "1"}
    assert "ses notifications ne sont pas libérées" in client.get(url).text
    assert "n’est plus concernée" in client.post(url, letter).text
    assert not OutgoingMessage.objects.exists()
    for source in (setting.state, setting.town):
        release(source)
    for _ in range(2):
        assert client.post(url, letter).status_code == 302
    assert OutgoingMessage.objects.get().deliveries.get().person == holder.person
    page = client.get(reverse("governance:minutes", args=[version.meeting_id])).text
    assert "Version 1 annoncée" in page
    assert holder.person.formal_name in page


# --- Signed scans ---------------------------------------------------------------------------------


def a_scan(**fields):
    values = {
        "kind": SignedKind.ATTENDANCE,
        "upload": SimpleUploadedFile("scan.pdf", PDF),
        "signed_by": "les présents",
        "signed_on": timezone.localdate(),
    }
    return values | fields


def test_a_signed_scan_is_kept_once_and_signs_the_last_version():
    setting = make_setting()
    version = published_of(setting)
    for _ in range(2):
        services.add_meeting_file(version.meeting, actor=setting.lead, **a_scan(kind=SignedKind.MINUTES))
    assert MeetingFile.objects.get().version == version


def test_a_sitting_held_ahead_of_its_day_is_signed_on_the_day_it_was_held():
    setting = make_setting()
    meeting = make_closed_meeting(setting, days=3)
    services.add_meeting_file(meeting, actor=setting.lead, **a_scan())
    assert MeetingFile.objects.get().signed_on == timezone.localdate()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"kind": SignedKind.MINUTES}, "Publiez d’abord le procès-verbal"),
        ({"signed_on": soon(1)}, "pas encore arrivée"),
        ({"signed_on": soon(-30)}, "avant elle"),
        ({"signed_by": ""}, "Dites qui a signé"),
        ({"upload": SimpleUploadedFile("scan.pdf", b"MZ rien")}, "Le contenu de ce fichier"),
        ({"upload": SimpleUploadedFile("scan.exe", PDF)}, "pas accepté ici"),
    ],
)
def test_a_wrong_scan_is_refused_in_a_sentence(client, wrong, said):
    setting = make_setting()
    meeting = make_closed_meeting(setting)
    client.force_login(setting.lead)
    answer = client.post(reverse("governance:meeting_file_add", args=[meeting.pk]), a_scan(**wrong))
    assert said in answer.text
    assert not MeetingFile.objects.exists()
