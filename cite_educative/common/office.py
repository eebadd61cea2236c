"""HTML to DOCX through pandoc, from the same semantic HTML as the PDF."""

import io
import re
import subprocess
import tempfile
import zipfile
from functools import lru_cache
from html import escape, unescape
from html.parser import HTMLParser
from pathlib import Path

import pypandoc
from django.utils import timezone

from cite_educative.common.office_styles import TEXT_WIDTH, reference_parts

DROPPED = {"style", "svg", "script", "head"}
VOID = {"br", "hr", "img", "col", "meta", "link", "input", "wbr"}
UNWRAPPED = {"figure", "small"}  # pandoc writes a figure without image as a table without row, which Word refuses
RENAMED = {"figcaption": "p"}
PLACED = {"written", "addressee"}  # paragraphs of a letter, at the right of the page by a style of their own
TIME_LIMIT = 60  # seconds
TABLE_GRID = re.compile(r"<w:tblGrid>.*?</w:tblGrid>", re.DOTALL)
GRID_WIDTH = re.compile(r'w:w="(\d+)"')


class OfficeError(Exception):
    """The document could not be written for a word processor. The message is a French sentence for the author."""


def render_docx(html):
    """Return the bytes of a DOCX: headings, lists and tables kept, charts replaced by their table (`.office-only`)."""
    source = _OfficeSource()
    source.feed(html)
    source.close()
    with tempfile.TemporaryDirectory() as folder:
        reference, target = Path(folder, "reference.docx"), Path(folder, "document.docx")
        reference.write_bytes(_reference_document(source.running_left, source.running_right, source.footer_left))
        command = [
            pypandoc.get_pandoc_path(),
            "--sandbox",
            "--from=html",
            "--to=docx",
            f"--reference-doc={reference}",
            "--metadata=lang:fr-FR",
            f"--metadata=pagetitle:{source.title}",
            f"--output={target}",
        ]
        try:
            _run(command, source.html.encode())
        except (subprocess.SubprocessError, OSError) as error:
            raise OfficeError("Le document n’a pas pu être converti pour un traitement de texte.") from error
        return _with_properties(target.read_bytes(), source.title.strip())


class _OfficeSource(HTMLParser):
    """What a word processor can use: text and structure, alternatives instead of images, amounts to the right."""

    def __init__(self):
        super().__init__(convert_charrefs=False)
        self.parts = []
        self.skipped = []
        self.in_title = self.in_cell = self.after_small = self.in_placed = False
        self.head_at, self.widths = None, []
        self.title = self.running_left = self.running_right = self.footer_left = ""

    @property
    def html(self):
        return "".join(self.parts)

    def handle_starttag(self, tag, attrs):
        attributes = {name: value or "" for name, value in attrs}
        self.in_title = tag == "title" and "svg" not in self.skipped
        if tag in DROPPED:
            self.skipped.append(tag)
        elif tag == "body":
            self.running_left = attributes.get("data-running-left", "")
            self.running_right = attributes.get("data-running-right", "")
            self.footer_left = attributes.get("data-footer-left", "")
        elif tag == "img":
            self._keep(escape(attributes.get("alt", "")))
        elif tag in {"td", "th"}:
            self._open_cell(tag, attributes)
        elif tag == "small":
            self._keep("<br>" if self.in_cell else "")
            self.after_small = False
        elif tag not in UNWRAPPED:
            self.after_small = False
            if tag == "thead":
                self.head_at, self.widths = len(self.parts), []
            if tag == "p" and attributes.get("class") in PLACED:
                self._keep(f'<div custom-style="{attributes["class"]}">')
                self.in_placed = True
            self._keep(_opening(RENAMED.get(tag, tag), attributes))

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        self.in_title = False
        self.in_cell = self.in_cell and tag not in {"td", "th"}
        if self.skipped and tag == self.skipped[-1]:
            self.skipped.pop()
        elif tag == "small":
            self.after_small = self.in_cell
        elif tag not in VOID and tag not in UNWRAPPED:
            self.after_small = False
            self._keep(f"</{RENAMED.get(tag, tag)}>")
            if self.in_placed and tag == "p":
                self._keep("</div>")
                self.in_placed = False
            if tag == "thead":
                self._write_widths()

    def handle_data(self, data):
        if self.in_title:
            self.title += unescape(data)
        if self.after_small and data.strip():
            self._keep("<br>")  # a block in print: what follows it begins a line
            self.after_small = False
        self._keep(data)

    def handle_entityref(self, name):
        self.handle_data(f"&{name};")

    def handle_charref(self, name):
        self.handle_data(f"&#{name};")

    def _keep(self, text):
        if not self.skipped:
            self.parts.append(text)

    def _open_cell(self, tag, attributes):
        classes = attributes.get("class", "").split()
        if "amount" in classes:
            attributes["style"] = "text-align: right"
        if self.head_at is not None:
            self.widths.append(sum(int(name[2:]) for name in classes if name.startswith("w-")))
        self.in_cell = True
        self._keep(_opening(tag, attributes))

    def _write_widths(self):
        """Hand pandoc the widths of the printed columns; those without one share the rest."""
        free = self.widths.count(0)
        if any(self.widths) and free < len(self.widths):
            share = max((100 - sum(self.widths)) // max(free, 1), 5)
            columns = "".join(f'<col style="width: {width or share}%">' for width in self.widths)
            self.parts.insert(self.head_at, f"<colgroup>{columns}</colgroup>")
        self.head_at = None


def _as_wide_as_the_text(grid):
    widths = [int(width) for width in GRID_WIDTH.findall(grid[0])]
    scaled = iter(round(width * TEXT_WIDTH / (sum(widths) or 1)) for width in widths)
    return GRID_WIDTH.sub(lambda _: f'w:w="{next(scaled)}"', grid[0])


def _opening(tag, attributes):
    written = [f' {name}="{escape(value)}"' for name, value in attributes.items()]
    return f"<{tag}{''.join(written)}>"


def _run(command, source=None):
    return subprocess.run(  # noqa: S603 no shell, and nothing typed by a user on the command line but a title
        command, input=source, capture_output=True, check=True, timeout=TIME_LIMIT
    ).stdout


@lru_cache(maxsize=1)
def _default_parts():
    """The parts of pandoc's own reference document, the only place where its style names are written."""
    command = [pypandoc.get_pandoc_path(), "--print-default-data-file=reference.docx"]
    with zipfile.ZipFile(io.BytesIO(_run(command))) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def _reference_document(running_left, running_right, footer_left):
    parts = reference_parts(_default_parts(), header=(running_left, running_right), footer=footer_left)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return content.getvalue()


def _with_properties(content, title):
    """Title, dates, and tables as wide as our page.

    Pandoc's sandbox has no clock, a title given to it is printed as well, and its tables are made for its own page.
    """
    finished = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(finished, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            part = source.read(name)
            if name == "word/document.xml":
                part = TABLE_GRID.sub(_as_wide_as_the_text, part.decode()).encode()
            if name == "docProps/core.xml":
                now = timezone.now().strftime("%Y-%m-%dT%H:%M:%SZ")
                text = part.decode().replace("<dc:title></dc:title>", f"<dc:title>{escape(title)}</dc:title>")
                part = text.replace("1970-01-01T00:00:00Z", now).encode()
            target.writestr(name, part)
    return finished.getvalue()
