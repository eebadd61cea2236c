"""The look of a DOCX: pandoc's reference document with the page, fonts, tables and header of the printed one."""

import re
from xml.sax.saxutils import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
FONT = "Source Sans 3"
FALLBACK = "Calibri"
INK, SLATE, ACCENT, RULE = "17262C", "4B5C64", "0E4A5A", "CFD3D0"
TEXT_WIDTH = 9638  # 170 mm in twentieths of a point

# name: (half-points, colour, bold, space before, space after in twentieths of a point)
HEADINGS = {
    "Heading1": (38, INK, True, 60, 80),
    "Heading2": (25, ACCENT, True, 300, 80),
    "Heading3": (21, INK, True, 200, 60),
    "Heading4": (21, INK, False, 160, 60),
}
LETTER_LEFT = 5386  # 95 mm: where the date and the address of a letter begin
PLACED = {"written": 340, "addressee": 560}  # {style: space after}
SECTION = (
    '<w:sectPr><w:headerReference w:type="default" r:id="rIdHeader"/>'
    '<w:footerReference w:type="default" r:id="rIdFooter"/><w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="567" w:footer="567" w:gutter="0"/>'
    "</w:sectPr>"
)
TABLE = f"""<w:rPr><w:sz w:val="18"/><w:szCs w:val="18"/></w:rPr><w:tblPr><w:tblBorders><w:top w:val="single" w:sz="8" w:color="{INK}"/>
<w:bottom w:val="single" w:sz="8" w:color="{INK}"/><w:insideH w:val="single" w:sz="4" w:color="{RULE}"/></w:tblBorders>
<w:tblCellMar><w:top w:w="40" w:type="dxa"/><w:left w:w="70" w:type="dxa"/><w:bottom w:w="40" w:type="dxa"/>
<w:right w:w="70" w:type="dxa"/></w:tblCellMar></w:tblPr>
<w:tblStylePr w:type="firstRow"><w:rPr><w:b/><w:color w:val="{SLATE}"/></w:rPr><w:tcPr><w:tcBorders>
<w:bottom w:val="single" w:sz="8" w:color="{INK}"/></w:tcBorders><w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr>
<w:tblStylePr w:type="lastRow"><w:rPr><w:b/></w:rPr></w:tblStylePr>"""


def reference_parts(parts, *, header, footer):
    """`parts` of pandoc's reference document with ours in place; `header` is (left, right)."""
    left, right = header
    return {
        **parts,
        "word/styles.xml": _styles(parts["word/styles.xml"]),
        "word/document.xml": re.sub(
            r"<w:sectPr>.*?</w:sectPr>", SECTION, _with_r(parts["word/document.xml"]), flags=re.S
        ),
        "word/header1.xml": _part("hdr", _line(_text(left) + "<w:r><w:tab/></w:r>" + _text(right))),
        "word/footer1.xml": _part("ftr", _line(_text(footer) + "<w:r><w:tab/></w:r>" + _page_of_pages())),
        "word/_rels/document.xml.rels": parts["word/_rels/document.xml.rels"].replace(
            "</Relationships>",
            _relation("Header", "header1.xml") + _relation("Footer", "footer1.xml") + "</Relationships>",
        ),
        "[Content_Types].xml": parts["[Content_Types].xml"].replace(
            "</Types>", _content_type("header") + _content_type("footer") + "</Types>"
        ),
    }


def _styles(xml):
    defaults = (
        f'<w:rPr><w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:cs="{FALLBACK}" w:eastAsia="{FALLBACK}"/>'
        f'<w:color w:val="{INK}"/><w:sz w:val="21"/><w:szCs w:val="21"/><w:lang w:val="fr-FR"/></w:rPr>'
    )
    xml = re.sub(r"(<w:rPrDefault>).*?(</w:rPrDefault>)", rf"\1{defaults}\2", xml, flags=re.S)
    for name, (size, colour, bold, before, after) in HEADINGS.items():
        weight = "<w:b/>" if bold else "<w:i/>"
        look = f'{weight}<w:color w:val="{colour}"/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
        xml = _in_style(xml, name, r"<w:rPr>.*?</w:rPr>", f"<w:rPr>{look}</w:rPr>")
        xml = _in_style(xml, name, r"<w:spacing [^>]*/>", f'<w:spacing w:before="{before}" w:after="{after}"/>')
    xml = _in_style(xml, "BodyText", r"<w:spacing [^>]*/>", '<w:spacing w:before="0" w:after="110"/>')
    xml = _in_style(xml, "Table", r"<w:tblPr>.*</w:tblStylePr>", TABLE)
    return xml.replace("</w:styles>", "".join(_placed(name, after) for name, after in PLACED.items()) + "</w:styles>")


def _placed(name, after):
    return (
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{name}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="BodyText"/><w:pPr><w:spacing w:before="0" w:after="{after}"/><w:ind w:left="{LETTER_LEFT}"/>'
        "</w:pPr></w:style>"
    )


def _in_style(xml, name, pattern, replacement):
    """Replace the first match of `pattern` inside one style."""
    start = xml.index(f'w:styleId="{name}"')
    end = xml.index("</w:style>", start)
    return xml[:start] + re.sub(pattern, replacement, xml[start:end], count=1, flags=re.S) + xml[end:]


def _with_r(xml):
    return xml if "xmlns:r=" in xml[:2000] else xml.replace("<w:document ", f'<w:document xmlns:r="{R}" ', 1)


def _part(root, body):
    return f'<?xml version="1.0" encoding="UTF-8"?><w:{root} xmlns:w="{W}" xmlns:r="{R}">{body}</w:{root}>'


def _line(runs):
    tabs = f'<w:tabs><w:tab w:val="right" w:pos="{TEXT_WIDTH}"/></w:tabs>'
    return f'<w:p><w:pPr>{tabs}<w:spacing w:after="0"/></w:pPr>{runs}</w:p>'


def _look():
    return f'<w:rPr><w:color w:val="{SLATE}"/><w:sz w:val="17"/></w:rPr>'


def _text(text):
    return f'<w:r>{_look()}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _page_of_pages():
    return _text("page ") + _field("PAGE") + _text("/") + _field("NUMPAGES")


def _field(code):
    return f'<w:fldSimple w:instr="{code}"><w:r>{_look()}<w:t>1</w:t></w:r></w:fldSimple>'


def _relation(kind, target):
    return f'<Relationship Type="{R}/{kind.lower()}" Id="rId{kind}" Target="{target}"/>'


def _content_type(kind):
    return (
        f'<Override PartName="/word/{kind}1.xml" '
        f'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"/>'
    )
