"""Answers to the questions, and the protocol printed."""

import zipfile
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from actions.models import Theme
from cite_educative.common.journal import entries_for
from cite_educative.common.locks import ConflictError
from cite_educative.common.office import render_docx
from cite_educative.common.pdf import render_pdf
from evaluation import services
from evaluation.documents.protocol import protocol_context, visible_protocol_files
from evaluation.enums import EvidenceLevel, JudgementState, QuestionLevel
from evaluation.models import EvaluationStep, Judgement, ProtocolEdition
from partners.enums import Role
from tests import factories
from tests.actions.factories import make_action, make_programme
from tests.evaluation.factories import make_indicator, make_judgement, make_project, make_question
from tests.governance import factories as governance

pytestmark = pytest.mark.django_db

YEAR = 2026


@pytest.fixture
def setting():
    return governance.make_setting()


@pytest.fixture
def cite(setting):
    return setting.cite


@pytest.fixture
def lead(setting):
    return setting.lead


@pytest.fixture
def question(cite):
    return make_question(cite)


@pytest.fixture
def page(client, lead):
    client.force_login(lead)
    return client


def url(name, *args):
    return reverse(f"evaluation:{name}", args=args)


def text(response):
    return response.content.decode().replace("\u00a0", " ").replace("&nbsp;", " ")


ANSWER = {"text": "Oui, depuis 2025.", "evidence": EvidenceLevel.STRONG, "version": ""}


# --- Answers --------------------------------------------------------------------------------------


def test_an_answer_is_written_with_its_decisions_then_validated(page, setting, question, client):
    decision = governance.make_closed_meeting(setting).decisions.get()
    year = decision.adopted_on.year
    sent = ANSWER | {"verbatims": "« On se parle. »\n\n« Enfin. »", "decisions": [decision.pk]}
    assert page.post(url("judgement_update", question.pk, year), sent).url == url("judgement", question.pk, year)

    row = question.judgements.get()
    shown = text(page.get(url("judgement", question.pk, year)))
    assert row.state == JudgementState.DRAFT
    assert list(row.decisions.all()) == [decision]
    assert decision.reference in shown
    assert shown.count("<blockquote>") == 2
    page.post(url("judgement_validate", question.pk, year), {"version": row.version})
    row.refresh_from_db()
    assert (row.state, row.validated_by) == (JudgementState.VALIDATED, setting.lead)
    client.force_login(factories.make_user(setting.cite, Role.READER))
    shown = text(client.get(url("judgement", question.pk, year)))
    assert "Oui, depuis 2025." in shown
    assert decision.reference not in shown  # it is not published yet


def test_a_draft_is_for_the_team_and_the_evaluators(client, cite, question):
    make_judgement(question)
    for role, code in ((Role.EVALUATOR, 200), (Role.PILOT, 404), (Role.READER, 404)):
        client.force_login(factories.make_user(cite, role))
        assert client.get(url("judgement", question.pk, YEAR)).status_code == code
        assert ("Oui, en partie." in text(client.get(url("question", question.pk)))) == (code == 200)


def test_a_validated_answer_is_taken_up_again_before_it_changes(page, question, lead):
    row = make_judgement(question, validated=True)
    row.text = "Non."
    with pytest.raises(ValidationError, match="reprenez-la"):
        services.save_judgement(row, actor=lead, version=1)
    assert page.get(url("judgement_update", question.pk, YEAR)).url == url("judgement", question.pk, YEAR)
    for _ in range(2):
        page.post(url("judgement_reopen", question.pk, YEAR))
    row.refresh_from_db()
    assert (row.state, row.validated_by, row.version) == (JudgementState.DRAFT, None, 2)
    page.post(url("judgement_update", question.pk, YEAR), ANSWER | {"text": "Non.", "version": "2"})
    row.refresh_from_db()
    assert row.text == "Non."


def test_one_validates_what_one_has_read(page, question, lead):
    row = make_judgement(question)
    row.text = "Autre chose."
    services.save_judgement(row, actor=lead, version=1)
    with pytest.raises(ConflictError):
        services.validate_judgement(row, actor=lead, version=1)
    answer = page.post(url("judgement_validate", question.pk, YEAR), {"version": "1"}, follow=True)
    assert "relisez-la" in text(answer)
    assert Judgement.objects.get().state == JudgementState.DRAFT


def test_two_people_write_the_same_answer(page, question):
    for _ in range(2):
        page.post(url("judgement_update", question.pk, YEAR), ANSWER)
    assert question.judgements.count() == 1
    assert entries_for(question.judgements.get()).count() == 1
    answer = page.post(url("judgement_update", question.pk, YEAR), ANSWER | {"text": "Pas du tout."})
    assert answer.status_code == 409
    assert "Oui, depuis 2025." in text(answer)
    assert "Pas du tout." in text(answer)
    assert question.judgements.get().text == "Oui, depuis 2025."


def test_a_second_validation_changes_nothing(question, lead):
    row = make_judgement(question)
    for _ in range(2):
        services.validate_judgement(row, actor=lead, version=1)
    assert entries_for(row).count() == 1


def test_an_impossible_year_is_not_found(page, question):
    assert page.get(url("judgement_update", question.pk, 1066)).status_code == 404


# --- The protocol printed -------------------------------------------------------------------------


@pytest.fixture
def protocol(cite, question, lead):
    project = make_project(make_programme(cite, published_at=timezone.now()), purpose="Décider du renouvellement.")
    EvaluationStep.objects.create(project=project, label="Entretiens", planned_on="2026-05-04", who="le cabinet")
    question.criteria = "Instances tenues"
    services.save_question(question, actor=lead)
    indicator = make_indicator(cite, "R2", owner=lead.person)
    services.save_indicator(indicator, actor=lead, targets={2026: 500, 2027: 650}, questions=[question])
    make_question(cite, "EQ9", level=QuestionLevel.EFFECT, text="Question retirée", is_active=False)
    make_action(cite, code="CE26-900").themes.set([Theme.objects.create(cite=cite, label="Sport")])
    return services.make_protocol_edition(cite, actor=lead, year=YEAR)[0]


def html_of(edition):
    edition.refresh_from_db()
    return render_to_string("evaluation/print/protocol.html", protocol_context(edition.content))


def test_the_protocol_tells_questions_indicators_calendar_and_coverage(protocol, lead):
    html = html_of(protocol).replace("\u00a0", " ")
    told = ("Décider du renouvellement.", "Entretiens", "4 mai 2026", "le cabinet", "Instances tenues")
    for words in (*told, "2026 : 500", "2027 : 650", str(lead.person), "rien ne mesure"):
        assert words in html
    assert "Question retirée" not in html


def test_the_protocol_opens_in_pdf_and_in_word(protocol):
    html = html_of(protocol)
    assert render_pdf(html).startswith(b"%PDF")
    with zipfile.ZipFile(BytesIO(render_docx(html))) as archive:
        assert "Décider du renouvellement." in archive.read("word/document.xml").decode()


def test_a_printed_protocol_stays_and_a_new_one_comes_with_a_change(protocol, cite, question, lead):
    assert services.make_protocol_edition(cite, actor=lead, year=YEAR) == (protocol, False)
    question.criteria = "Décisions suivies d’effet"
    services.save_question(question, actor=lead)

    second, created = services.make_protocol_edition(cite, actor=lead, year=YEAR)

    assert (created, second.number) == (True, 2)
    assert "Décisions suivies d’effet" in html_of(second)
    assert "Décisions suivies d’effet" not in html_of(protocol)
    assert {file.file.format for file in second.files.all()} == {"pdf", "docx"}


def test_files_follow_the_protocol(protocol, cite):
    readers = {
        role: visible_protocol_files(factories.make_user(cite, role)).count()
        for role in (Role.PILOT, Role.EVALUATOR, Role.FINANCE, Role.READER, Role.HOLDER)
    }
    assert readers == {Role.PILOT: 2, Role.EVALUATOR: 2, Role.FINANCE: 0, Role.READER: 0, Role.HOLDER: 0}


def test_the_button_prints_once(page, protocol, cite):
    answer = page.post(url("protocol_print"), follow=True)
    assert ProtocolEdition.objects.filter(cite=cite).count() >= 1
    assert "version" in text(answer)
