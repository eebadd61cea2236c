"""Templates and their merge fields, the report to a council, notes read again, versions compared."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from actions.enums import EntryKind, Step
from actions.models import Funding, Opinion
from cite_educative.common.locks import ConflictError
from cite_educative.common.transitions import TransitionError
from governance import services
from governance.documents import note_context, typeset
from governance.enums import Approval, NoteKind, NoteStage
from governance.forms import DecisionForm
from governance.models import NoteRemark, NoteTemplate
from governance.note_diff import compare_notes
from governance.note_fields import check_texts
from governance.note_positions import position_rows
from governance.note_templates import shipped
from governance.services.note_review import what_prevents
from partners.enums import Role
from partners.models import Mandate, OutgoingMessage, Person
from tests import factories
from tests.governance.factories import ask, make_action, make_meeting, make_note, make_setting

pytestmark = pytest.mark.django_db
NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture
def setting():
    return make_setting()


@pytest.fixture
def item(setting):
    return make_meeting(setting, days=5).items.get()


@pytest.fixture
def lead(client, setting):
    client.force_login(setting.lead)
    return client


def url(name, *args):
    return reverse(f"governance:{name}", args=args)


def section(text, title="Partie"):
    return [{"title": title, "text": text}]


def in_days(days):
    return timezone.localdate() + timedelta(days=days)


def issue(note, setting):
    version = services.issue_note(note, actor=setting.lead)
    note.refresh_from_db()
    return version


# --- Templates ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", NoteKind.values)
def test_the_shipped_templates_name_only_fields_that_exist(kind):
    template = shipped(kind)
    check_texts(template["sections"], request=template["request"], proposal=template["proposal"])
    assert "·" not in str(template)


def test_a_template_is_changed_under_lock_then_given_back_its_first_text(setting):
    fields = {"cite": setting.cite, "kind": "troika", "actor": setting.lead, "proposal": ""}
    services.save_note_template(**fields, version=0, request="Le sien", sections=section("<p>{montant}</p>"))
    with pytest.raises(ConflictError):
        services.save_note_template(**fields, version=0, request="Le mien", sections=[])
    assert NoteTemplate.of(setting.cite, "troika").request == "Le sien"
    for _ in range(2):
        services.reset_note_template(cite=setting.cite, kind="troika", actor=setting.lead)
    assert NoteTemplate.of(setting.cite, "troika").sections == shipped("troika")["sections"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Pour {montan}.", "{montant_en_lettres}"),
        ("Voici {tableau_subventions}.", "laissez-le seul"),
    ],
)
def test_a_word_that_cannot_be_replaced_is_named_and_what_was_typed_stays(lead, text, sentence):
    sent = {"version": "0", "request": "Gardé", "section-0-title": "Partie", "section-0-text": text}
    answer = lead.post(url("note_template", "copil"), sent)
    page = answer.content.decode()
    assert sentence in page
    assert text in page
    assert "Gardé" in page
    assert not NoteTemplate.objects.exists()


def test_the_example_of_a_template_writes_nothing(lead):
    sent = {
        "version": "0",
        "request": "Donner {montant}",
        "section-0-title": "Liste",
        "section-0-text": "{tableau_subventions}",
        "preview": "1",
    }
    page = lead.post(url("note_template", "report"), sent).content.decode()
    assert f"Donner 7{NBSP}650,50{NBSP}€" in page
    assert "<td>Association Horizon</td>" in page
    assert not NoteTemplate.objects.exists()


def test_a_new_note_begins_with_the_template_that_is_chosen(lead, setting, item):
    services.save_note_template(
        cite=setting.cite,
        kind="letter",
        version=0,
        request="Objet de la Cité",
        sections=section("<p>Corps</p>"),
        proposal="",
        actor=setting.lead,
    )
    assert "Objet de la Cité" in lead.get(url("note", item.pk) + "?modele=letter").content.decode()
    assert "La Troïka est invitée à programmer {nombre_actions}" in lead.get(url("note", item.pk)).content.decode()
    assert lead.get(url("note", item.pk) + "?modele=autre").status_code == 200
    assert lead.get(url("note_template", "autre")).status_code == 404


# --- Fields ---------------------------------------------------------------------------------------


def test_fields_are_live_until_the_note_is_issued_then_frozen(lead, setting, item):
    setting.actions[0].title = "Lire <b>ensemble</b>"
    setting.actions[0].save()
    text = "<p>Soit {montant_en_lettres}.</p><p>{actions}</p>"
    note = make_note(setting, item, request="Programmer {montant}", sections=section(text))
    assert f"Programmer 26{NBSP}000{NBSP}€" in lead.get(url("note_preview", item.pk)).content.decode()
    ask(setting.actions[0], setting.town, 5_000, proposed="1500.25", actor=setting.lead)
    ask(setting.actions[1], setting.town, 5_000, proposed="0.50", actor=setting.lead)
    content = issue(note, setting).content
    assert content["request"] == f"Programmer 17{NBSP}500,75{NBSP}€"
    assert "dix-sept mille cinq cents euros et soixante-quinze centimes" in content["sections"][0]["text"]
    assert "<li>Lire &lt;b&gt;ensemble&lt;/b&gt;" in content["sections"][0]["text"]
    ask(setting.actions[0], setting.town, 5_000, proposed=1, actor=setting.lead)
    assert note.versions.get().content == content


def test_the_decision_says_the_amounts_that_it_programmes(setting, item):
    """As issued, until what is proposed changes; then with today's."""
    note = make_note(setting, item, proposal="La Troïka programme {montant}.")
    assert DecisionForm(item=item).initial["text"] == f"La Troïka programme 26{NBSP}000{NBSP}€."
    issue(note, setting)
    ask(setting.actions[0], setting.state, 10_000, proposed=1, actor=setting.lead)
    item.note.refresh_from_db()
    assert DecisionForm(item=item).initial["text"] == f"La Troïka programme 18{NBSP}001{NBSP}€."


def test_a_note_issued_before_there_were_sections_is_still_read(setting, item):
    content = issue(make_note(setting, item), setting).content
    for name in ("sections", "kind", "kind_label", "positions", "grants"):
        del content[name]
    context = note_context(content | {"context": "<p>Ancien texte</p>"})
    assert context["sections"] == [{"title": "Ce qu’il faut savoir", "html": "<p>Ancien texte</p>"}]


# --- The report to a council ------------------------------------------------------------------------


def test_the_annex_of_a_report_agrees_to_the_cent_with_the_line_voted(setting, item):
    left_out = make_action(setting.cite, 9, actor=setting.lead)
    item.actions.add(left_out)
    ask(left_out, setting.town, 900, actor=setting.lead)
    ask(setting.actions[0], setting.town, 5_000, proposed="1234.56", actor=setting.lead)
    ask(setting.actions[1], setting.town, 5_000, proposed="0.99", actor=setting.lead)
    note = make_note(setting, item, kind=NoteKind.REPORT, source=setting.town, **_texts())
    content = issue(note, setting).content
    proposed = Funding.objects.filter(source=setting.town, proposed__isnull=False).values_list("proposed", flat=True)
    assert sum(proposed) == Decimal("1235.55")
    assert [row["amount"] for row in content["grants"]] == [f"1{NBSP}234,56{NBSP}€", f"0,99{NBSP}€"]
    assert content["cost"] == f"1{NBSP}235,55{NBSP}€"
    assert "mille deux cent trente-cinq euros et cinquante-cinq centimes" in content["proposal"]
    assert "pas encore arrêtés" in content["basis"]
    funding = Funding.objects.get(action=setting.actions[1], source=setting.town)
    funding.record(
        Step.PROGRAMMED, Decimal("700.10"), kind=EntryKind.ENTRY, on=in_days(0), actor=setting.lead, reference="TR-1"
    )
    content = issue(note, setting).content
    assert [row["amount"] for row in content["grants"]] == [f"700,10{NBSP}€"]
    assert content["basis"] == "Montants programmés par les pilotes."


def _texts():
    return {name: shipped("report")[name] for name in ("request", "sections", "proposal")}


def test_a_report_says_which_line_the_council_votes(lead, setting, item):
    data = {
        "kind": "report",
        "title": "Titre",
        "request": "Demande gardée",
        "options-TOTAL_FORMS": "0",
        "options-INITIAL_FORMS": "0",
    }
    page = lead.post(url("note", item.pk), data).content.decode()
    assert "Choisissez la ligne que ce conseil vote" in page
    assert "Demande gardée" in page
    assert lead.post(url("note", item.pk), data | {"source": setting.town.pk}).status_code == 302


# --- Review -----------------------------------------------------------------------------------------


@pytest.fixture
def note(setting, item):
    """Read again by the first two sides."""
    row = make_note(setting, item, sections=section("<p>Texte</p>"))
    sides = list(setting.cite.sides.order_by("order")[:2])
    services.send_note(row, sides=sides, due_on=in_days(2), actor=setting.lead)
    row.refresh_from_db()
    return row


def test_a_note_is_validated_once_nothing_prevents_it(setting, note):
    first, second = note.reviews.in_protocol_order()
    with pytest.raises(TransitionError, match=f"Réponse attendue\u00a0: {first.reader}"):
        services.validate_note(note, actor=setting.lead)
    with pytest.raises(TransitionError, match="en relecture"):
        services.issue_note(note, actor=setting.lead)
    for _ in range(2):
        services.answer_note(first, state=Approval.CHANGES, remark="À dire autrement", actor=setting.lead)
    remark = NoteRemark.objects.get()
    services.answer_note(second, state=Approval.APPROVED, actor=setting.lead)
    assert what_prevents(note) == [f"Une remarque à traiter\u00a0: {first.reader}."]
    with pytest.raises(ValidationError):
        services.settle_note_remark(remark, state="declined", answer="", actor=setting.lead)
    services.settle_note_remark(remark, state="declined", answer="Déjà dit", actor=setting.lead)
    assert services.validate_note(note, actor=setting.lead).stage == NoteStage.VALIDATED
    issue(note, setting)
    assert note.stage == NoteStage.WRITING


def test_a_validated_note_that_is_changed_is_read_again(setting, item, note):
    for review in note.reviews.all():
        services.answer_note(review, state=Approval.APPROVED, actor=setting.lead)
    services.validate_note(note, actor=setting.lead)
    assert make_note(setting, item, note=note, version=note.version, title="Autre").stage == NoteStage.REVIEW


def test_an_answer_that_contradicts_itself_is_refused(setting, note):
    review = note.reviews.first()
    with pytest.raises(ValidationError, match="Dites ce qui doit changer"):
        services.answer_note(review, state=Approval.CHANGES, actor=setting.lead)
    with pytest.raises(ValidationError, match="demande un changement"):
        services.answer_note(review, state=Approval.APPROVED, remark="Oui mais", actor=setting.lead)
    with pytest.raises(ValidationError, match="pas encore arrivée"):
        services.answer_note(review, state=Approval.APPROVED, actor=setting.lead, received_on=in_days(1))
    assert review.note.reviews.filter(state=Approval.AWAITED).count() == 2


def test_asking_twice_is_once_and_an_answer_may_not_be_waited_for_any_more(setting, note):
    sides = [review.side for review in note.reviews.all()]
    assert services.send_note(note, sides=sides, due_on=in_days(2), actor=setting.lead)[1] is False
    with pytest.raises(ValidationError, match="passée"):
        services.send_note(note, sides=sides, due_on=in_days(-1), actor=setting.lead)
    with pytest.raises(ValidationError, match="au moins"):
        services.send_note(note, due_on=in_days(3), actor=setting.lead)
    for review in note.reviews.all():
        services.drop_note_review(review, actor=setting.lead)
        services.drop_note_review(review, actor=setting.lead)
    assert services.validate_note(note, actor=setting.lead).stage == NoteStage.VALIDATED


def test_who_is_asked_by_name_reads_and_answers_and_nobody_else(client, setting, item):
    officer, other = (factories.make_user(setting.cite, Role.FINANCE) for _ in range(2))
    row = make_note(setting, item, request="Une phrase à relire")
    asked = [officer.person.mandates.get()]
    services.send_note(row, mandates=asked, due_on=in_days(2), actor=setting.lead)
    client.force_login(other)
    assert client.get(url("note", item.pk)).status_code == 404
    client.force_login(officer)
    assert "Note à relire" in client.get(reverse("home")).content.decode()
    read = client.get(url("note", item.pk))
    assert "Une phrase à relire" in read.content.decode()
    assert read.context["signatures"][0]["name"] == typeset(setting.lead.get_full_name())
    review = row.reviews.get()
    client.post(url("note_review", review.pk), {"state": "changes", "remark": "Un mot de trop"})
    assert NoteRemark.objects.get().author == officer
    assert "Note à relire" not in client.get(reverse("home")).content.decode()


def test_who_has_not_answered_is_written_to_once_by_a_person(lead, setting, note):
    first, second = note.reviews.in_protocol_order()
    services.answer_note(first, state=Approval.APPROVED, actor=setting.lead)
    pilots = {mandate.side_id: mandate.person for mandate in Mandate.objects.filter(role=Role.PILOT)}
    for person in pilots.values():
        Person.objects.filter(pk=person.pk).update(email=f"pilote-{person.pk}@exemple.fr")
    address = url("note_write", note.item_id)

    form = lead.get(address).context["form"]
    data = {"recipients": form.initial["recipients"], "subject": form.initial["subject"], "body": form.initial["body"]}
    for _ in range(2):
        lead.post(address, data | {"send": "1"})

    assert form.initial["recipients"] == [pilots[second.side_id].pk]
    message = OutgoingMessage.objects.get()
    assert [one.person for one in message.deliveries.all()] == [pilots[second.side_id]]
    assert f"/points/{note.item_id}/note/" in message.body
    assert note.title in message.subject


def test_who_answered_meanwhile_is_not_written_to(setting, note):
    first = note.reviews.in_protocol_order().first()
    pilot = Mandate.objects.get(role=Role.PILOT, side=first.side).person
    services.answer_note(first, state=Approval.APPROVED, actor=setting.lead)

    with pytest.raises(TransitionError, match="rien n’est parti"):
        services.write_to_readers(note, subject="À relire", body="Bonjour", persons=[pilot], actor=setting.lead)

    assert not OutgoingMessage.objects.exists()


# --- Versions and positions -------------------------------------------------------------------------


def test_two_versions_are_compared_word_by_word(lead, setting, item):
    note = make_note(setting, item, sections=section("<p>Trois actions sont retenues.</p>"))
    issue(note, setting)
    assert lead.get(url("note_differences", item.pk)).status_code == 404
    again = section("<p>Quatre actions sont retenues.</p>")
    make_note(setting, item, note=note, version=note.version, sections=again)
    issue(note, setting)
    new, old = (version.content for version in note.versions.all())
    compared = compare_notes(old, new)
    assert [change.title for change in compared["changes"]] == ["Partie"]
    assert "Montants" in compared["same"]
    page = lead.get(url("note_differences", item.pk)).content.decode()
    assert '<del><span class="visually-hidden">[retiré' in page
    assert "Quatre" in page


def test_what_each_side_said_is_told_without_its_reasons(setting, item):
    side = setting.cite.sides.order_by("order").first()
    for action, verdict in zip(setting.actions, ("favourable", "reserved"), strict=True):
        Opinion.objects.create(
            action=action,
            side=side,
            name="Pilote",
            asked_by=setting.lead,
            verdict=verdict,
            comment="Un motif",
            given_on=in_days(0),
        )
    first, second = position_rows(item)[:2]
    assert first["said"] == [
        f"Avis favorable sur 1{NBSP}action.",
        f"Avis favorable avec réserves sur 1{NBSP}action (CE26-002).",
    ]
    assert second["said"] == []
    content = issue(make_note(setting, item), setting).content
    assert content["positions"] == []
