"""QR codes, drawn on the server as SVG: the same in a page and in a PDF."""

import segno
from django.utils.html import format_html, format_html_join

BORDER = 4  # modules of white around, which readers need


def qr_svg(text, *, qr_id, title):
    """Presentation attributes only, as in `charts`. `title` says what it leads to."""
    rows = list(segno.make(text, error="m", micro=False).matrix)
    side = len(rows) + 2 * BORDER
    runs = format_html_join("", "M{} {}h{}v1h-{}z", ((x, y, length, length) for x, y, length in _runs(rows)))
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {0}" width="100%" role="img"'
        ' aria-labelledby="{1}-title" shape-rendering="crispEdges"><title id="{1}-title">{2}</title>'
        '<path d="M0 0h{0}v{0}h-{0}z" fill="#ffffff"/><path d="{3}" fill="#000000"/></svg>',
        *(side, qr_id, title, runs),
    )


def _runs(rows):
    """(x, y, length) of the dark stretches of each row."""
    for y, row in enumerate(rows, start=BORDER):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x]:
                x += 1
            if x > start:
                yield start + BORDER, y, x - start
            x += 1
