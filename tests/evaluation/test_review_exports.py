"""The three formats of a review, read back: each says what its edition froze, and nothing computed since."""

import io
import re
import zipfile
from decimal import Decimal

import pikepdf
import pytest
from openpyxl import load_workbook

from cite_educative.common.office import render_docx
from cite_educative.documents.tasks import pdf_of
from evaluation import services
from evaluation.computed import Computed
from evaluation.documents.reviews import render_review
from evaluation.models import ReviewAnswer
from evaluation.review_content import copied_text, edition_content
from evaluation.review_enums import AnswerState
from tests import factories
from tests.evaluation.factories import REVIEW_QUESTIONS, answer_computations, make_review, said

pytestmark = pytest.mark.django_db
ROWS = tuple((f"A{number:02}", "1\u00a0250,50\u00a0€", "=1+1") for number in range(1, 21))
TABLE = {
    "section_code": "F",
    "section_label": "Gestion financière",
    "code": "F13",
    "label": "Quelles actions ont été financées ?",
    "kind": "table",
    "choices": ["Code", "Montant", "Note"],
    "computed_key": "review.y",
    "is_money": True,
}


@pytest.fixture
def lead():
    return factories.make_lead(factories.make_cite())


@pytest.fixture
def review(lead, monkeypatch):
    """Frozen: an amount replaced with its reason, a table of twenty lines, a text, a list left unanswered."""
    first = answer_computations(monkeypatch)
    second = answer_computations(monkeypatch, "review.y")
    first["review.x"] = Computed(Decimal("298000.00"), told="Notifié le 14 avril.")
    second["review.y"] = Computed(
        20,
        told="Vingt actions.",
        columns=("Code", "Accordé", "Note"),
        rows=ROWS,
        totals=("Total", "25\u00a0010,00\u00a0€", ""),
    )
    review = make_review(lead.person.mandates.get().cite, lead, questions=[*REVIEW_QUESTIONS, TABLE])
    answers = {row.question.code: row for row in review.answers.select_related("question", "review")}
    _write(answers["T"], lead, text="Nous avançons < ensemble.")
    _write(answers["F1"], lead, value="300000", reason="Avenant du 3 mai.")
    _write(answers["F2"], lead, value=[["30000", "26418,70"]])
    for code, answer in answers.items():
        state = AnswerState.UNANSWERED if code == "L" else AnswerState.VALIDATED
        services.settle_answer(answer, state=state, actor=lead)
    review = services.freeze_review(review, actor=lead)
    first["review.x"] = second["review.y"] = Computed(Decimal(1), told="Autre chose.")
    return review


def _write(answer, lead, *, value=None, text="", reason=""):
    typed = {"value": value, "text": text, "reason": reason}
    services.save_answer(answer, actor=lead, version=answer.version, typed=typed)


def rendered(review, format_):
    return render_review(review.editions.first().files.get(file__format=format_).file)


def flat(text):
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split())


EXPECTED = ("Nous avançons < ensemble.", "300 000,00 €", "298 000,00 €", "Avenant du 3 mai.", "Notifié le 14 avril.")


def test_pdf_and_word_say_the_same(review):
    html = rendered(review, "pdf")
    assert html == rendered(review, "docx")
    with zipfile.ZipFile(io.BytesIO(render_docx(html))) as archive:
        xml = archive.read("word/document.xml").decode()
    text = flat(re.sub(r"<[^>]+>", " ", xml).replace("&lt;", "<"))
    for said_text in (*EXPECTED, "A20", "25 010,00 €"):
        assert said_text in text, said_text
    assert "Autre chose" not in text
    assert "Projet, sans valeur" not in text


def test_the_pdf_opens(review):
    with pikepdf.open(io.BytesIO(pdf_of(rendered(review, "pdf")))) as pdf:
        assert len(pdf.pages) >= 2
        assert "Revue de projet 2025" in str(pdf.docinfo.get("/Title", ""))


def test_the_workbook_has_typed_cells_and_no_formula(review):
    book = load_workbook(io.BytesIO(rendered(review, "xlsx")))
    assert book.sheetnames == [
        "Couverture",
        "A Périmètre",
        "F Gestion financière",
        "G Évaluation",
        "F2 tableau",
        "F13 tableau",
    ]
    money = {row[0].value: row for row in book["F Gestion financière"].iter_rows(min_row=2)}
    assert (money["F1"][2].value, money["F1"][4].value) == (298000, 300000)
    assert "€" in money["F1"][2].number_format
    assert money["F1"][5].value == "Avenant du 3 mai."
    table = list(book["F13 tableau"].values)
    assert table[0] == ("Code", "Accordé", "Note")
    assert table[1] == ("A01", 1250.5, "=1+1")
    assert table[-1][1] == 25010
    assert len(table) == 22
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert list(book["F2 tableau"].values) == [("Reçu", "Dépensé"), (30000, 26418.7)]


def test_what_is_copied_is_what_counts(review):
    texts = {row.question.code: copied_text(said(row)) for row in answers(review)}
    assert texts["F1"] == "300\u00a0000,00\u00a0€"
    assert texts["T"] == "Nous avançons < ensemble."
    assert texts["L"] == ""
    lines = texts["F13"].splitlines()
    assert (lines[0], lines[-1]) == ("Code ; Accordé ; Note", "Total ; 25\u00a0010,00\u00a0€ ; ")


def answers(review):
    return ReviewAnswer.objects.filter(review=review).select_related("question", "review__cite", "owner")


def test_printed_again_it_is_the_same_edition(review, lead):
    edition, created = services.print_review(review, actor=lead)
    assert (edition.number, created) == (1, False)


def test_an_open_review_is_printed_as_a_draft(lead, monkeypatch):
    answer_computations(monkeypatch)["review.x"] = Computed(None, told="Aucune enveloppe.")
    review = make_review(lead.person.mandates.get().cite, lead)
    edition, _ = services.print_review(review, actor=lead)
    assert edition.is_draft
    assert "Projet, sans valeur" in rendered(review, "pdf")
    assert edition_content(review, number=2)["frozen_on"] == ""
