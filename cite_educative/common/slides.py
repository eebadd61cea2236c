"""A deck to PPTX: real titles, tables and charts that a presenter can still change. Imported by tasks only.

A deck is a dict of strings: `kicker`, `title`, `subtitle`, `accent` ("#0e4a5a"), `footer`, two lists, `pilots` and
`slides`, and where there are some `logos` (`label`, `src`, a PNG as an address of data). A slide has `kicker` and `title`, then what it shows, each part optional: `points` (list), `table` (`columns`,
`rows` of strings, the first column of words and the others of amounts unless `are_amounts` says no, `total`), `bars` (`categories`, `series`:
[(label, [float])], euros), `ask` (label, sentence).
"""

import base64
import io

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Emu, Inches, Pt

WIDTH, HEIGHT, MARGIN = Inches(13.333), Inches(7.5), Inches(0.75)
INNER = Emu(WIDTH - 2 * MARGIN)
INK, SLATE, PALE = RGBColor(0x17, 0x26, 0x2C), RGBColor(0x4B, 0x5C, 0x64), RGBColor(0xE4, 0xEC, 0xEF)
TITLE_ONLY = 5  # of the layouts that python-pptx brings
TOP, FOOT = Inches(1.95), Inches(6.95)
ASK_TOP, ASK_HEIGHT = Inches(5.85), Inches(0.85)
FONT = "Source Sans Pro"
GAP = Inches(0.3)  # between two logos


def render_pptx(deck):
    """Return the bytes of a 16:9 presentation."""
    presentation = Presentation()
    presentation.slide_width, presentation.slide_height = WIDTH, HEIGHT
    presentation.core_properties.title = deck["title"]
    presentation.core_properties.language = "fr-FR"
    presentation.core_properties.author = deck["footer"]
    accent = RGBColor.from_string(deck["accent"].removeprefix("#").upper())
    _cover(presentation, deck, accent)
    for number, slide in enumerate(deck["slides"], start=2):
        _slide(presentation, deck, slide, number, accent)
    content = io.BytesIO()
    presentation.save(content)
    return content.getvalue()


def _cover(presentation, deck, accent):
    page = presentation.slides.add_slide(presentation.slide_layouts[TITLE_ONLY])
    _logos(page, deck.get("logos", ()))
    _title(page, deck["title"], top=Inches(2.4), size=44)
    _text(page, deck["subtitle"], top=Inches(3.9), size=24, colour=SLATE)
    _text(page, ", ".join(deck["pilots"]), top=Inches(4.6), size=20, colour=SLATE)
    _text(page, deck["kicker"], top=Inches(1.7), size=18, colour=accent, bold=True)


def _logos(page, logos):
    """Those that have a picture, of equal height; the names of all pilots stand under the title."""
    shapes = []
    for logo in (one for one in logos if one.get("src")):
        content = io.BytesIO(base64.b64decode(logo["src"].partition(",")[2]))
        shape = page.shapes.add_picture(content, MARGIN, Inches(0.55), height=Inches(0.6))
        shape.name = logo["label"]
        shape._element.nvPicPr.cNvPr.set("descr", logo["label"])
        shapes.append(shape)
    taken = sum(shape.width for shape in shapes)
    room = WIDTH - 2 * MARGIN - GAP * len(shapes)
    scale, left = min(1, room / taken) if taken else 1, MARGIN
    for shape in shapes:
        shape.width, shape.height, shape.left = int(shape.width * scale), int(shape.height * scale), left
        left = Emu(left + shape.width + GAP)


def _slide(presentation, deck, slide, number, accent):
    page = presentation.slides.add_slide(presentation.slide_layouts[TITLE_ONLY])
    _text(page, slide.get("kicker", ""), top=Inches(0.55), size=18, colour=accent, bold=True)
    _title(page, slide["title"], top=Inches(0.9), size=32)
    bottom = ASK_TOP if slide.get("ask") else FOOT
    if slide.get("points"):
        _points(page, slide["points"])
    if slide.get("bars"):
        _bars(page, slide["bars"], accent, Emu(bottom - TOP - Inches(0.2)))
    if slide.get("table"):
        _table(page, slide["table"], accent)
    if slide.get("ask"):
        _ask(page, *slide["ask"], accent)
    _text(page, deck["footer"], top=FOOT, size=12, colour=SLATE, width=Emu(INNER - Inches(1)))
    _text(page, str(number), top=FOOT, size=12, colour=SLATE, align=PP_ALIGN.RIGHT)


def _title(page, text, *, top, size):
    shape = page.shapes.title
    shape.left, shape.top, shape.width, shape.height = MARGIN, top, INNER, Inches(1)
    shape.text_frame.word_wrap = True
    shape.text_frame.vertical_anchor = MSO_ANCHOR.TOP
    _write(shape.text_frame.paragraphs[0], text, size=size, colour=INK, bold=True)


def _text(page, text, *, top, size, colour, bold=False, width=INNER, align=PP_ALIGN.LEFT):
    if not text:
        return
    frame = page.shapes.add_textbox(MARGIN, top, width, Inches(0.4)).text_frame
    frame.word_wrap = True
    _write(frame.paragraphs[0], text, size=size, colour=colour, bold=bold, align=align)


def _write(paragraph, text, *, size, colour, bold=False, align=PP_ALIGN.LEFT):
    paragraph.alignment = align
    run = paragraph.add_run()
    run.text = text
    run.font.size, run.font.bold, run.font.name = Pt(size), bold, FONT
    run.font.color.rgb = colour


def _points(page, points):
    frame = page.shapes.add_textbox(MARGIN, TOP, INNER, Inches(3.8)).text_frame
    frame.word_wrap = True
    for rank, point in enumerate(points):
        paragraph = frame.paragraphs[0] if rank == 0 else frame.add_paragraph()
        paragraph.space_after = Pt(10)
        _write(paragraph, point, size=22 if len(points) <= 7 else 18, colour=INK)


def _bars(page, bars, accent, height):
    data = CategoryChartData(number_format="# ##0 €")
    data.categories = bars["categories"]
    for label, values in bars["series"]:
        data.add_series(label, values)
    chart = page.shapes.add_chart(XL_CHART_TYPE.BAR_STACKED, MARGIN, TOP, INNER, height, data).chart
    chart.has_legend = True
    chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    chart.font.size, chart.font.name = Pt(16), FONT
    chart.value_axis.has_major_gridlines = False
    chart.category_axis.reverse_order = True
    chart.plots[0].gap_width, chart.plots[0].overlap = 45, 100
    for series, colour in zip(chart.plots[0].series, (accent, RGBColor(0x4C, 0x8A, 0x97), PALE), strict=False):
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = colour
        series.format.line.color.rgb = SLATE


def _table(page, table, accent):
    rows = [table["columns"], *table["rows"], *([table["total"]] if table.get("total") else [])]
    height = Inches(0.34)
    shape = page.shapes.add_table(len(rows), len(table["columns"]), MARGIN, TOP, INNER, Emu(height * len(rows)))
    shape.table.first_row, shape.table.horz_banding = True, False
    first = Emu(int(INNER * 0.42))
    for index, column in enumerate(shape.table.columns):
        others = max(len(table["columns"]) - 1, 1)
        column.width = first if index == 0 else Emu((INNER - first) // others)
    for rank, row in enumerate(rows):
        for index, text in enumerate(row):
            cell = shape.table.cell(rank, index)
            cell.margin_top = cell.margin_bottom = Inches(0.03)
            cell.fill.solid()
            cell.fill.fore_color.rgb = accent if rank == 0 else RGBColor(0xFF, 0xFF, 0xFF)
            strong = rank == 0 or (table.get("total") and rank == len(rows) - 1)
            colour = RGBColor(0xFF, 0xFF, 0xFF) if rank == 0 else INK
            is_amount = index == len(row) - 1 or (index and table.get("are_amounts", True))
            align = PP_ALIGN.RIGHT if is_amount else PP_ALIGN.LEFT
            _write(cell.text_frame.paragraphs[0], text, size=14, colour=colour, bold=bool(strong), align=align)


def _ask(page, label, sentence, accent):
    shape = page.shapes.add_textbox(MARGIN, ASK_TOP, INNER, ASK_HEIGHT)
    shape.fill.solid()
    shape.fill.fore_color.rgb = PALE
    frame = shape.text_frame
    frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.MIDDLE
    _write(frame.paragraphs[0], f"{label}   ", size=20, colour=accent, bold=True)
    _write(frame.paragraphs[0], sentence, size=20, colour=INK)
