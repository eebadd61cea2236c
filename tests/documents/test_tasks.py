import pytest
from celery.exceptions import SoftTimeLimitExceeded

from cite_educative.common.pdf import PdfError
from cite_educative.documents import services, tasks
from cite_educative.documents.enums import State
from cite_educative.documents.models import GeneratedFile

pytestmark = pytest.mark.django_db


def test_a_pdf_is_rendered_once_whatever_the_number_of_messages(make_file, printed):
    calls, _ = printed
    generated_file = make_file()

    for _message in range(3):
        tasks.render(generated_file.pk)

    generated_file.refresh_from_db()
    with generated_file.file.open() as content:
        assert content.read().startswith(b"%PDF")
    assert (generated_file.state, generated_file.pages, calls) == (State.READY, 1, [1])


def test_a_docx_comes_from_the_same_html(make_file, printed):
    generated_file = make_file(format="docx", filename="note.docx")

    tasks.render(generated_file.pk)

    generated_file.refresh_from_db()
    with generated_file.file.open() as content:
        assert content.read().startswith(b"PK")
    assert generated_file.pages is None


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (PdfError("Une image du document n’a pas pu être lue."), "Une image du document n’a pas pu être lue."),
        (SoftTimeLimitExceeded(), tasks.TOO_LONG),
    ],
    ids=["missing image", "too long"],
)
def test_an_expected_failure_is_told_in_french(make_file, printed, fault, sentence):
    printed[1].fault = fault
    generated_file = make_file()

    tasks.render(generated_file.pk)

    generated_file.refresh_from_db()
    assert (generated_file.state, generated_file.error) == (State.FAILED, sentence)


def test_an_unexpected_failure_is_recorded_then_raised(make_file, printed):
    printed[1].fault = ZeroDivisionError("interne")
    generated_file = make_file()

    with pytest.raises(ZeroDivisionError):
        tasks.render(generated_file.pk)

    generated_file.refresh_from_db()
    assert (generated_file.state, generated_file.error) == (State.FAILED, tasks.UNEXPECTED)
    assert "interne" not in generated_file.error


def test_a_failed_file_is_rendered_after_a_retry(make_file, printed):
    printed[1].fault = PdfError("Une image manque.")
    generated_file = make_file()
    tasks.render(generated_file.pk)
    printed[1].fault = None

    tasks.render(generated_file.pk)
    generated_file.refresh_from_db()
    assert generated_file.has_failed
    services.retry(generated_file=generated_file, actor=generated_file.author)
    tasks.render(generated_file.pk)

    assert GeneratedFile.objects.get(pk=generated_file.pk).is_ready


def test_a_message_for_a_row_that_is_gone_is_ignored(db):
    tasks.render(0)
