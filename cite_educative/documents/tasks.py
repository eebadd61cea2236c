import logging

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded

from cite_educative.common.office import OfficeError, render_docx
from cite_educative.common.pdf import PdfError, bind_pdf, count_pages, render_pdf
from cite_educative.common.slides import render_pptx
from cite_educative.documents import services
from cite_educative.documents.enums import Format
from cite_educative.documents.lease import kept_lease
from cite_educative.documents.registry import Bundle, renderers

logger = logging.getLogger(__name__)
WRITERS = {Format.DOCX: render_docx, Format.PPTX: render_pptx}
TOO_LONG = "La préparation du document a pris trop de temps. Allégez-le, puis relancez-le."
UNEXPECTED = "Une erreur inattendue a empêché de préparer le document. Elle est enregistrée ; vous pouvez le relancer."


@shared_task(name=services.TASK, soft_time_limit=120, time_limit=150)
def render(pk):
    """Render one file. A second run, at the same time or later, finds nothing to claim and stops."""
    attempt = services.claim(pk)
    if attempt is None:
        return
    try:
        with kept_lease(attempt):
            content, pages = _render(attempt)
            services.store(attempt, content, pages=pages)
    except (PdfError, OfficeError) as error:
        logger.warning("Document %s (%s) cannot be rendered: %s", pk, attempt.kind, error)
        services.fail(attempt, str(error))
    except SoftTimeLimitExceeded:
        logger.warning("Document %s (%s) takes too long.", pk, attempt.kind)
        services.fail(attempt, TOO_LONG)
    except Exception:
        services.fail(attempt, UNEXPECTED)
        raise


def _render(attempt):
    """The bytes of the file, and its pages where the format has some."""
    rendered = renderers[attempt.kind](attempt)
    if attempt.format == Format.PDF:
        content = pdf_of(rendered)
        return content, count_pages(content)
    write = WRITERS.get(attempt.format)
    return (write(rendered) if write else rendered), None


def pdf_of(rendered):
    """The bytes of what a renderer of a PDF returned."""
    if isinstance(rendered, Bundle):
        return bind_pdf(render_pdf(rendered.html), rendered.annexes)
    return render_pdf(rendered)
