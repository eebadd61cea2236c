import gc
import io
import subprocess
import sys
from pathlib import Path

import pikepdf
import pydyf
import pytest
from weasyprint.formatting_structure.boxes import Box

from cite_educative.common.pdf import PART, PdfError, count_pages, render_pdf
from tests.documents.sample import sample_note

PAGE = '<!doctype html><html lang="fr"><head><title>Essai</title></head><body><h1>Essai</h1>{}</body></html>'
TOOLS = Path(sys.executable).parent


@pytest.fixture(scope="module")
def note():
    return render_pdf(sample_note(repeat=22, draft=True))


@pytest.fixture(scope="module")
def long_paper():
    """Fourteen parts of one page, laid out in three times: a table of contents leads to each."""
    links = "".join(f'<li><a href="#p{rank}">Partie {rank}</a></li>' for rank in range(1, 15))
    parts = "".join(
        f'{PART}<section style="break-before: page" id="p{rank}"><h2>Partie {rank}</h2>'
        "<table><thead><tr><th>Nom</th></tr></thead><tbody><tr><td>Un</td></tr></tbody></table></section>"
        for rank in range(1, 15)
    )
    return render_pdf(PAGE.format(f"<ol>{links}</ol>{parts}"))


def elements(pdf, role):
    found = []

    def visit(element):
        if isinstance(element, pikepdf.Dictionary) and "/S" in element:
            if role == element.S:
                found.append(element)
            kids = element.get("/K", [])
            for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
                visit(kid)

    for element in pdf.Root.StructTreeRoot.K:
        visit(element)
    return found


def test_nothing_of_the_layout_is_kept_while_the_file_is_written(monkeypatch):
    alive, write = [], pydyf.PDF.write

    def counted(pdf, *arguments):
        alive.append(sum(issubclass(type(one), Box) for one in gc.get_objects()))
        return write(pdf, *arguments)

    monkeypatch.setattr(pydyf.PDF, "write", counted)
    render_pdf(PAGE.format("<p>Un</p>" * 50 + PART + "<p>Deux</p>" * 50))

    assert alive == [0]


def test_a_note_is_a_titled_french_tagged_pdf(note):
    assert note.startswith(b"%PDF")
    with pikepdf.open(io.BytesIO(note)) as pdf:
        assert str(pdf.Root.Lang) == "fr"
        assert bool(pdf.Root.MarkInfo.Marked)
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        with pdf.open_metadata() as metadata:
            assert metadata["dc:title"] == "Note de décision – Programmer la seconde vague"
            assert str(metadata["{http://www.aiim.org/pdfua/ns/id/}part"]) == "1"
        assert len(elements(pdf, "/H1")) == 1
        assert all(str(figure.Alt) for figure in elements(pdf, "/Figure"))
        assert all(annotation.F == 4 for page in pdf.pages for annotation in page.get("/Annots", []))
    assert count_pages(note) == 5


def test_every_header_cell_says_its_scope_and_headers_repeat_on_each_page(note):
    with pikepdf.open(io.BytesIO(note)) as pdf:
        scopes = {str(cell.A.Scope) for cell in elements(pdf, "/TH")}
        heads = [cell for cell in elements(pdf, "/THead") if len(elements_of_row(cell)) == 7]

    assert scopes == {"/Column", "/Row"}
    assert len(heads) == 5


def elements_of_row(head):
    return list(head.K[0].K)


def test_page_headers_stay_out_of_the_reading_order(note):
    with pikepdf.open(io.BytesIO(note)) as pdf:
        for page in pdf.pages:
            assert page.Contents.read_bytes().count(b"/Type /Pagination") >= 4


def test_a_paper_in_parts_is_one_document(long_paper, tmp_path):
    path = tmp_path / "long.pdf"
    path.write_bytes(long_paper)
    text = subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True).stdout

    assert [line.split()[-1] for line in text.splitlines() if line.strip().startswith("page ")] == [
        str(number) for number in range(1, 16)
    ]
    with pikepdf.open(io.BytesIO(long_paper)) as pdf:
        assert len(pdf.pages) == 15
        assert len(pdf.pages[0].Annots) == 14
        assert [entry.title for entry in pdf.open_outline().root[0].children] == [
            f"Partie {rank}" for rank in range(1, 15)
        ]
        assert len(elements(pdf, "/Table")) == 14
        assert len(elements(pdf, "/H2")) == 14


@pytest.mark.parametrize(
    "command", [["pdfua", "check"], ["outloud", "--fail-on", "error", "--no-info"]], ids=lambda c: c[0]
)
@pytest.mark.parametrize("paper", ["note", "long_paper"])
def test_the_accessibility_checkers_find_no_error(request, paper, command, tmp_path):
    path = tmp_path / "paper.pdf"
    path.write_bytes(request.getfixturevalue(paper))

    run = subprocess.run([TOOLS / command[0], *command[1:], path], capture_output=True, text=True)

    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://169.254.169.254/latest",
        "https://example.org/x.png",
        "data:image/png;base64,iVBORw0KGgo=",
        "asset:../manage.py",
        "asset:%2e%2e/manage.py",
        "asset:/etc/passwd",
        "asset:img/absent.png",
    ],
)
@pytest.mark.parametrize(
    "markup",
    [
        '<img src="{}" alt="x">',
        "<div style=\"background: url('{}')\">x</div>",
        '<link rel="stylesheet" href="{}">',
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><title>x</title><image href="{}"/></svg>',
    ],
    ids=["image", "background", "stylesheet", "svg"],
)
def test_a_document_reaches_nothing_but_our_assets(markup, address):
    with pytest.raises(PdfError):
        render_pdf(PAGE.format(markup.format(address)))


def test_an_asset_is_printed():
    assert render_pdf(PAGE.format('<img src="asset:img/favicon.svg" alt="Repère">')).startswith(b"%PDF")


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="asset:img/favicon.svg">',
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
    ],
)
def test_an_image_without_alternative_is_refused_with_a_sentence(markup):
    with pytest.raises(PdfError, match=r"image|imprimé"):
        render_pdf(PAGE.format(markup))


def test_the_same_note_gives_the_same_bytes():
    assert render_pdf(sample_note()) == render_pdf(sample_note())
