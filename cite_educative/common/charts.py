"""Charts as SVG, the same in a page and in a PDF.

Presentation attributes only: the content security policy forbids inline style, and WeasyPrint applies none
to inline SVG.
A chart never stands alone: the page shows its figures in a table beside it.
"""

import textwrap
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from cite_educative.common.money import euros

INK, SLATE, ACCENT, MIDDLE, LIGHT, ALERT = "#17262c", "#4b5c64", "#0e4a5a", "#4c8a97", "#eceeec", "#9c3521"
FONT = "Source Sans 3, Source Sans Pro, sans-serif"
TEXT_SIZE = 10.5
LETTER = 5.3  # mean width of a letter at TEXT_SIZE
LINE = 13
BAR = 15
WIDTH = 560
GAP = 8


@dataclass(frozen=True)
class Item:
    """A bar. `text` is its value ready to print; `href` opens the list behind it (ignored in a PDF)."""

    label: str
    value: Decimal | int | None
    text: str
    href: str = ""


@dataclass(frozen=True)
class Envelope:
    """Euros. `total` is None while the funder has announced nothing; `proposed` is what the note asks for."""

    label: str
    total: Decimal | None
    programmed: Decimal
    proposed: Decimal = Decimal(0)

    @property
    def remaining(self):
        return None if self.total is None else self.total - self.programmed - self.proposed


def bars(items, *, chart_id, title, desc, unit="", width=WIDTH):
    """Horizontal bars from zero, the longest filling the width; an unknown value has a label and no bar.

    Letters are as large as `width` is small: half of it for a chart in one of two columns.
    """
    items = list(items)
    left = _label_width(items, width)
    right = max([len(item.text) for item in items], default=0) * LETTER + 2 * GAP
    scale = _scale(max([item.value or 0 for item in items], default=0), width - left - right)
    rows, y = [], 0
    for item in items:
        lines = _lines(item.label, left)
        length = _length(item.value or 0, scale)
        row = format_html(
            "{}{}{}",
            _texts(lines, y),
            _rect(left, y, length, ACCENT),
            _text(left + float(length) + GAP, y + 12, item.text),
        )
        rows.append(format_html('<a href="{}">{}</a>', item.href, row) if item.href else row)
        y += _height(lines)
    if unit:
        rows.append(_text(left, y + 8, unit, fill=SLATE))
        y += LINE
    return _svg(rows, y, chart_id=chart_id, title=title, desc=desc, width=width)


def envelope_bars(rows, *, chart_id, title, desc):
    """One bar per envelope, each on its own scale: solid programmed, hatched proposed, light left, red overdrawn."""
    rows = list(rows)
    texts = [_remaining_text(row) for row in rows]
    left, right = _label_width(rows), max([len(text) for text in texts], default=0) * LETTER + GAP
    width = WIDTH - left - right
    parts, y = [_hatching(chart_id)], 0
    for row, text in zip(rows, texts, strict=True):
        lines = _lines(row.label, left)
        parts += [
            _texts(lines, y),
            _envelope(row, left, y, width, chart_id),
            _text(left + width + GAP, y + 12, text, fill=ALERT if (row.remaining or 0) < 0 else INK),
        ]
        y += _height(lines)
    return _svg(parts, y, chart_id=chart_id, title=title, desc=desc)


@dataclass(frozen=True)
class Curve:
    """A line of one value a place; None leaves a gap. Told apart by stroke as much as by colour.

    With `texts`, one a place, each point is marked and bears its own.
    """

    label: str
    values: list
    stroke: str = INK
    width: float = 2
    dashes: str = ""
    texts: tuple = ()


PLOT, AXIS = 200, 78  # height of the drawing, width of its scale
HEAD = 14  # room above for the text of a point


def curves(lines, places, *, chart_id, title, desc, write=None):
    """Values over `places` (short labels, in order), from zero; each line bears its label where it ends.

    `write` prints a figure of the scale, euros unless given.
    """
    lines = [line for line in lines if any(value is not None for value in line.values)]
    left = AXIS + _half_of(text for line in lines for text in line.texts)
    right = max(max([len(line.label) for line in lines], default=0) * LETTER + GAP, _half_of(places[-1:]))
    head = HEAD if any(line.texts for line in lines) else 0
    highest = max([value for line in lines for value in line.values if value is not None], default=0)
    top = _round_up(highest)
    step = (WIDTH - left - right) / max(len(places) - 1, 1)
    scale = _scale(top, PLOT)
    parts = [_grid(top, scale, AXIS, WIDTH - right, write or _short)]
    parts += [
        format_html(
            '<text x="{}" y="{}" font-size="{}" fill="{}" text-anchor="middle">{}</text>',
            *(round(left + rank * step, 1), PLOT + 24, TEXT_SIZE, SLATE, place),
        )
        for rank, place in enumerate(places)
    ]
    ends = []
    for line in lines:
        points = [
            None if value is None else (round(left + rank * step, 1), round(PLOT + 8 - _length(value, scale), 1))
            for rank, value in enumerate(line.values)
        ]
        parts += [_polyline(run, line) for run in _runs(points)]
        parts += _marks(points, line)
        ends.append((*[point for point in points if point][-1], line))
    parts += _end_labels(ends)
    if head:
        drawing = format_html_join("", "{}", ((part,) for part in parts))
        parts = [format_html('<g transform="translate(0 {})">{}</g>', head, drawing)]
    return _svg(parts, PLOT + 32 + head, chart_id=chart_id, title=title, desc=desc)


def _half_of(texts):
    """Half the width of the longest: what stands on each side of its middle."""
    return max([len(text) for text in texts], default=0) * LETTER / 2


def _round_up(value):
    """The next 1, 2 or 5 times a power of ten, so that the scale has round figures."""
    if not value:
        return Decimal(1)
    power = Decimal(10) ** (len(str(int(value))) - 1)
    return next(power * times for times in (1, 2, 5, 10) if power * times >= value)


def _runs(points):
    """Without the gaps: the stretches of points that follow each other."""
    return [list(run) for is_known, run in groupby(points, key=bool) if is_known]


def _marks(points, line):
    return [
        format_html(
            '<circle cx="{}" cy="{}" r="3" fill="{}"/><text x="{}" y="{}" font-size="{}" fill="{}" text-anchor="middle">{}</text>',
            *(*point, line.stroke, point[0], point[1] - GAP, TEXT_SIZE, line.stroke, text),
        )
        for point, text in zip(points, line.texts, strict=False)
        if point
    ]


def _grid(top, scale, left, right, write):
    lines = []
    for share in (0, 1, 2):
        amount = top * share / 2
        y = round(PLOT + 8 - _length(amount, scale), 1)
        lines.append(
            format_html(
                '<path d="M{} {}H{}" stroke="{}" fill="none"/><text x="{}" y="{}" font-size="{}" fill="{}"'
                ' text-anchor="end">{}</text>',
                *(left, y, round(right, 1), LIGHT, left - GAP, y + 4, TEXT_SIZE, SLATE, write(amount)),
            )
        )
    return format_html_join("", "{}", ((line,) for line in lines))


def _polyline(points, line):
    if len(points) == 1:
        return format_html('<circle cx="{}" cy="{}" r="3" fill="{}"/>', *points[0], line.stroke)
    return format_html(
        '<polyline points="{}" fill="none" stroke="{}" stroke-width="{}" stroke-dasharray="{}" stroke-linejoin="round"/>',
        " ".join(f"{x},{y}" for x, y in points),
        *(line.stroke, line.width, line.dashes or "none"),
    )


def _end_labels(ends):
    """Beside the end of each line, pushed apart where they would cover each other."""
    texts, last = [], None
    for x, y, line in sorted(ends, key=lambda end: end[1]):
        last = y if last is None else max(y, last + LINE)
        texts.append(_text(x + GAP / 2, last + 4, line.label, fill=line.stroke))
    return texts


def gauge(envelope, *, chart_id, title, desc):
    """The bar of one envelope alone, as wide as its container."""
    parts = [_hatching(chart_id), _envelope(envelope, 0, 0, WIDTH, chart_id)]
    return _svg(parts, BAR, chart_id=chart_id, title=title, desc=desc)


def _envelope(row, x, y, width, chart_id):
    used = row.programmed + row.proposed
    scale = _scale(max(row.total or 0, used), width)
    programmed, proposed = _length(row.programmed, scale), _length(row.proposed, scale)
    pieces = [_rect(x, y, width, LIGHT), _rect(x, y, programmed, ACCENT)]
    if row.proposed:
        start = x + programmed
        pieces += [_rect(start, y, proposed, MIDDLE), _rect(start, y, proposed, f"url(#{chart_id}-hatching)")]
    if (row.remaining or 0) < 0:
        limit = _length(row.total, scale)
        pieces.append(_rect(x + limit, y + BAR - 4, width - limit, ALERT, height=4))
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def _remaining_text(row):
    if row.total is None:
        return "enveloppe non connue"
    verb, amount = ("dépassée de", -row.remaining) if row.remaining < 0 else ("reste", row.remaining)
    return f"{verb} {_short(amount)} sur {_short(row.total)}"


def _short(amount):
    return euros(amount, cents=amount != amount.to_integral_value())


def _scale(longest, width):
    return float(width) / float(longest) if longest else 0.0


def _length(value, scale):
    return round(max(float(value), 0.0) * scale, 1)


def _label_width(rows, width=WIDTH):
    return min(max([len(row.label) for row in rows], default=0) * LETTER + GAP, width * 0.34)


def _lines(label, width):
    return textwrap.wrap(label, max(round((width - GAP) / LETTER), 8), max_lines=2, placeholder=" …") or [""]


def _height(lines):
    return max(BAR, len(lines) * LINE) + 11


def _texts(lines, y):
    return format_html_join("", "{}", ((_text(0, y + 12 + index * LINE, line),) for index, line in enumerate(lines)))


def _text(x, y, text, *, fill=INK):
    return format_html(
        '<text x="{}" y="{}" font-size="{}" fill="{}">{}</text>', round(x, 1), round(y, 1), TEXT_SIZE, fill, text
    )


def _rect(x, y, width, fill, *, height=BAR):
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>', round(x, 1), y, round(width, 1), height, fill
    )


def _hatching(chart_id):
    return format_html(
        '<defs><pattern id="{}-hatching" width="6" height="6" patternUnits="userSpaceOnUse">'
        '<path d="M0 6L6 0" stroke="#ffffff" stroke-width="1.2" fill="none"/></pattern></defs>',
        chart_id,
    )


def _svg(parts, height, *, chart_id, title, desc, width=WIDTH):
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" preserveAspectRatio="xMinYMin" width="100%" font-family="{}"'
        ' role="img" aria-labelledby="{id}-title {id}-desc">'
        '<title id="{id}-title">{}</title><desc id="{id}-desc">{}</desc>{}</svg>',
        width,
        height,
        FONT,
        title,
        desc,
        mark_safe("".join(parts)),  # noqa: S308 every part comes from format_html
        id=chart_id,
    )
