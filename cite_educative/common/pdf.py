"""HTML to tagged PDF (PDF/UA-1). The only module that imports WeasyPrint, which costs almost a second: tasks only."""

import base64
import ctypes
import gc
import io
import logging
import mimetypes
import re
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

import pikepdf
from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousOperation
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from cite_educative.common.pdf_tags import UntaggedImageError, complete_tags

ASSET = "asset:"
PART = "<!--part-->"  # in the body of a long paper, before what begins a page
PARTS_AT_A_TIME = 6
NUMBERED_ON = '<style>@page { @bottom-right { content: "page " counter(page); } } @page :first { counter-reset: page %d; }</style>'
PICTURE_TYPE = "image/png"
PICTURE = f"data:{PICTURE_TYPE};base64,"
STYLESHEET = "print/document.css"
TRIM = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc only; elsewhere the system gets it back later


class PdfError(Exception):
    """The document could not be laid out whole. The message is a French sentence for the author."""


class ClosedFetcher(URLFetcher):
    """Serve `asset:<static path>` and the pictures that the page itself holds; refuse every other address.

    Refusing must stop the rendering: WeasyPrint would otherwise log a line and file an official note without its logo.
    """

    def __init__(self):
        super().__init__(allowed_protocols=(), allow_redirects=False)

    def fetch(self, url, headers=None):
        try:
            body = self._read(url)
        except (OSError, SuspiciousOperation, ValueError) as error:
            raise FatalURLFetchingError(url[:200]) from error
        media_type = PICTURE_TYPE if url.startswith(PICTURE) else mimetypes.guess_type(url)[0]
        return URLFetcherResponse(url, body, headers={"Content-Type": media_type or "application/octet-stream"})

    @staticmethod
    def _read(url):
        if url.startswith(PICTURE):
            return base64.b64decode(url.removeprefix(PICTURE), validate=True)
        if url.startswith(ASSET):
            found = finders.find(unquote(url.removeprefix(ASSET)))
            if found:
                return Path(found).read_bytes()
        raise ValueError("refused address")


def render_pdf(html):
    """Return the bytes of a PDF/UA-1; raise `PdfError` rather than leave a hole (image or alternative missing)."""
    with _errors_of_weasyprint() as errors:
        try:
            content = _laid_out(html).write_pdf(pdf_variant="pdf/ua-1", finisher=_forget_layout)
        except FatalURLFetchingError as error:  # a BaseException: Celery would not see a failed task
            raise PdfError(f"Une image du document n’a pas pu être lue\N{NO-BREAK SPACE}: {error}.") from error
    if errors:
        raise PdfError(f"Le document contient un élément qui ne peut pas être imprimé\N{NO-BREAK SPACE}: {errors[0]}")
    with pikepdf.open(io.BytesIO(content)) as pdf:
        try:
            complete_tags(pdf)
        except UntaggedImageError as error:
            raise PdfError("Une image ou un graphique du document n’a pas de texte de remplacement.") from error
        finished = io.BytesIO()
        pdf.save(finished, deterministic_id=True)
    return finished.getvalue()


def _laid_out(html):
    """A document of WeasyPrint. What `PART` cuts is laid out some parts at a time, then written as one.

    Laying tables out takes more than twice the memory that their pages keep. The pages are numbered without their total,
    which is known too late.
    """
    if PART not in html:
        return _laid_out_whole(html)
    pieces = html.split(PART)
    opening = pieces[0][: pieces[0].index(">", pieces[0].index("<body")) + 1]
    pieces[0] = pieces[0].removeprefix(opening)
    documents, pages = [], []
    for start in range(0, len(pieces), PARTS_AT_A_TIME):
        head = opening.replace("</head>", NUMBERED_ON % (len(pages) + 1) + "</head>")
        part = _laid_out_whole(head + "".join(pieces[start : start + PARTS_AT_A_TIME]))
        pages += part.pages
        documents = documents or [part]
        del part
        _give_back()
    return documents[0].copy(pages)


def _forget_layout(document, pdf):
    """All is drawn and tagged by now: what the pages kept makes room for what is written."""
    document.pages.clear()
    _give_back()


def _give_back():
    """To the system, what nothing reaches any more."""
    gc.collect()
    if TRIM:
        TRIM(0)


def _laid_out_whole(html):
    fonts, stylesheet = _print_kit()
    return HTML(string=html, url_fetcher=ClosedFetcher()).render(font_config=fonts, stylesheets=[stylesheet])


def count_pages(content):
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return len(pdf.pages)


def bind_pdf(content, annexes):
    """`content` with `annexes`, [(title, bytes)], behind it, each with a bookmark; raise `PdfError` for one that is
    protected or broken. Annexes come as they were handed in: their tags, or their want of tags, are theirs.
    """
    if not annexes:
        return content
    finished = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        with pdf.open_outline() as outline:
            for title, annex in annexes:
                outline.root.append(pikepdf.OutlineItem(title, len(pdf.pages)))
                _append(pdf, title, annex)
        pdf.save(finished, deterministic_id=True)
    return finished.getvalue()


def _append(pdf, title, annex):
    try:
        with pikepdf.open(io.BytesIO(annex)) as other:
            pdf.pages.extend(other.pages)
    except (pikepdf.PdfError, pikepdf.PasswordError) as error:
        raise PdfError(
            f"L’annexe «\u00a0{title}\u00a0» ne peut pas être lue\u00a0: elle est protégée ou abîmée. Remplacez-la."
        ) from error


@lru_cache(maxsize=1)
def _print_kit():
    """Fonts and style sheet, read once per process: it makes a short note 40 % faster."""
    fonts = FontConfiguration()
    text = Path(finders.find(STYLESHEET)).read_text(encoding="utf-8")
    try:
        return fonts, CSS(string=text, font_config=fonts, url_fetcher=ClosedFetcher())
    except FatalURLFetchingError as error:
        raise PdfError("Les polices de caractères de l’application sont introuvables.") from error


class _Collector(logging.Handler):
    def __init__(self):
        super().__init__(level=logging.ERROR)
        self.messages = []

    def emit(self, record):
        self.messages.append(re.sub(r"\s+", " ", record.getMessage())[:200])


@contextmanager
def _errors_of_weasyprint():
    """WeasyPrint logs what it could not draw and goes on; the caller must not."""
    collector = _Collector()
    logger = logging.getLogger("weasyprint")
    logger.addHandler(collector)
    try:
        yield collector.messages
    finally:
        logger.removeHandler(collector)
