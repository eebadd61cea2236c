import io
import re
import zipfile
from xml.etree import ElementTree

from cite_educative.common.office import render_docx
from tests.documents.sample import sample_note

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def parts_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_a_note_keeps_its_headings_tables_and_amounts():
    parts = parts_of(render_docx(sample_note()))
    document = ElementTree.fromstring(parts["word/document.xml"])  # noqa: S314
    text = "\n".join("".join(t.text or "" for t in p.iter(f"{W}t")) for p in document.iter(f"{W}p"))
    styles = [style.get(f"{W}val") for style in document.iter(f"{W}pStyle")]

    assert styles.count("Heading1") == 1
    assert styles.count("Heading2") == 5
    assert len(list(document.iter(f"{W}tbl"))) == 4
    assert all(list(table.iter(f"{W}tr")) for table in document.iter(f"{W}tbl"))
    assert "70\u00a0000,00\u00a0€" in text
    assert "École ouverte d’automne" in text
    assert "reste 3\u00a0500" not in text


def test_amounts_are_on_the_right_and_the_long_column_is_the_wide_one():
    document = parts_of(render_docx(sample_note()))["word/document.xml"]
    grid = re.findall(r"<w:tblGrid>(.*?)</w:tblGrid>", document)[2]
    widths = [int(width) for width in re.findall(r'w:w="(\d+)"', grid)]

    assert document.count('<w:jc w:val="right" />') >= 25
    assert max(widths) == widths[1]


def test_the_page_is_a4_french_with_header_footer_and_title():
    parts = parts_of(render_docx(sample_note(draft=True)))

    assert 'w:h="16838" w:w="11906"' in parts["word/document.xml"]
    assert "Troïka du 23 juin 2026" in parts["word/header1.xml"]
    assert "NUMPAGES" in parts["word/footer1.xml"]
    assert 'w:lang w:val="fr-FR"' in parts["word/styles.xml"]
    assert "<dc:title>Note de décision – Programmer la seconde vague</dc:title>" in parts["docProps/core.xml"]
    assert "sans valeur de décision" in parts["word/document.xml"]


def test_what_users_typed_stays_text():
    html = (
        '<html lang="fr"><head><title>A &amp; B</title></head>'
        '<body data-running-left="x &lt; y &amp; z"><p>1 &lt; 2</p></body></html>'
    )

    parts = parts_of(render_docx(html))

    assert "1 &lt; 2" in parts["word/document.xml"]
    assert "x &lt; y &amp; z" in parts["word/header1.xml"]
    assert "<dc:title>A &amp; B</dc:title>" in parts["docProps/core.xml"]


def test_no_address_is_read():
    parts = parts_of(render_docx('<html><body><p><img src="file:///etc/passwd" alt="logo"> suite</p></body></html>'))

    assert "logo" in parts["word/document.xml"]
    assert not [name for name in parts if name.startswith("word/media/")]


def test_a_table_is_as_wide_as_the_text_of_our_page():
    document = parts_of(render_docx(sample_note()))["word/document.xml"]

    for grid in re.findall(r"<w:tblGrid>(.*?)</w:tblGrid>", document):
        assert abs(sum(map(int, re.findall(r'w:w="(\d+)"', grid))) - 9638) < 5


def test_what_follows_a_small_text_of_a_cell_begins_a_line():
    html = "<table><tbody><tr><td>Une<small>20 €</small>\nDeux<small>30 €</small></td><td><p>Trois</p></td></tr></tbody></table>"
    document = ElementTree.fromstring(parts_of(render_docx(html))["word/document.xml"])  # noqa: S314

    cells = [
        ["".join(node.text or "" for node in cell.iter(f"{W}t")), len(list(cell.iter(f"{W}br")))]
        for cell in document.iter(f"{W}tc")
    ]
    assert [count for _, count in cells] == [3, 0]
    assert "20 €Deux" in cells[0][0].replace("\n", "")


def test_the_date_and_the_address_of_a_letter_stand_at_the_right():
    html = '<html lang="fr"><body><p class="written">Le 3</p><p class="addressee">Mme A<br>Lille</p><p>Corps</p></body></html>'
    parts = parts_of(render_docx(html))
    document = ElementTree.fromstring(parts["word/document.xml"])  # noqa: S314
    styles = [style.get(f"{W}val") for style in document.iter(f"{W}pStyle")]

    assert styles[:2] == ["written", "addressee"]
    assert styles[2] not in ("written", "addressee")
    assert parts["word/styles.xml"].count('w:left="5386"') == 2
