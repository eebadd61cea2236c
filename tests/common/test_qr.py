import re

import segno

from cite_educative.common.qr import BORDER, qr_svg

ADDRESS = "https://cite.example/q/abcdefghjk/"


def drawn(svg):
    """The dark modules of a drawing, (x, y), from its second path."""
    path = re.findall(r' d="([^"]+)"', svg)[1]
    return {
        (int(x) + step, int(y))
        for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", path)
        for step in range(int(length))
    }


def test_it_draws_the_modules_of_the_code_and_the_white_around():
    matrix = segno.make(ADDRESS, error="m", micro=False).matrix
    expected = {(x + BORDER, y + BORDER) for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark}
    svg = qr_svg(ADDRESS, qr_id="qr", title="Le questionnaire")

    assert drawn(svg) == expected
    assert f'viewBox="0 0 {len(matrix) + 2 * BORDER} ' in svg


def test_its_title_is_told_and_is_text():
    svg = qr_svg(ADDRESS, qr_id="qr", title="<b>Avis</b>")

    assert '<title id="qr-title">&lt;b&gt;Avis&lt;/b&gt;</title>' in svg
    assert 'aria-labelledby="qr-title"' in svg
