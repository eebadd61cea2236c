from decimal import Decimal
from xml.etree import ElementTree

import pytest

from cite_educative.common.charts import Curve, Envelope, Item, bars, curves, envelope_bars, gauge

SVG = "{http://www.w3.org/2000/svg}"
NAMES = {"chart_id": "c1", "title": "Titre", "desc": "Description"}


def rectangles(svg):
    return [(r.get("fill"), float(r.get("width"))) for r in ElementTree.fromstring(svg).iter(f"{SVG}rect")]  # noqa: S314


@pytest.mark.parametrize(
    "svg",
    [
        bars([Item("A", 2, "2")], **NAMES),
        envelope_bars([Envelope("A", Decimal(10), Decimal(4))], **NAMES),
        gauge(Envelope("A", Decimal(10), Decimal(4)), **NAMES),
    ],
    ids=["bars", "envelopes", "gauge"],
)
def test_a_chart_is_named_described_and_free_of_inline_style(svg):
    root = ElementTree.fromstring(svg)  # noqa: S314

    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "c1-title c1-desc"
    assert root.find(f"{SVG}title").text == "Titre"
    assert root.find(f"{SVG}desc").text == "Description"
    assert "style=" not in svg


def test_bars_keep_the_proportions_and_give_an_unknown_value_no_bar():
    svg = bars([Item("A", 10, "10"), Item("B", 5, "5"), Item("C", None, "–")], **NAMES)

    longest, half, unknown = [width for _, width in rectangles(svg)]
    assert half == pytest.approx(longest / 2, abs=0.1)
    assert unknown == 0


def test_a_bar_opens_the_list_behind_it_and_its_label_is_escaped():
    svg = bars([Item("<b>&", 1, "1", href="/actions/?axe=1&tri=2")], **NAMES)

    assert '<a href="/actions/?axe=1&amp;tri=2">' in svg
    assert "&lt;b&gt;&amp;" in svg


def test_no_item_is_an_empty_chart():
    assert rectangles(bars([], **NAMES)) == []


def test_an_envelope_says_what_is_left_or_what_overdraws_it():
    svg = envelope_bars(
        [
            Envelope("État", Decimal(310_000), Decimal(199_000), Decimal(107_500)),
            Envelope("Communes", Decimal(78_000), Decimal(60_000), Decimal("29000.50")),
            Envelope("CAF", None, Decimal(0), Decimal(12_000)),
        ],
        **NAMES,
    )

    assert "reste 3\u00a0500\u00a0€ sur 310\u00a0000\u00a0€" in svg
    assert "dépassée de 11\u00a0000,50\u00a0€ sur 78\u00a0000\u00a0€" in svg
    assert "enveloppe non connue" in svg
    assert svg.count('id="c1-hatching"') == 1


def test_what_is_proposed_is_hatched_after_what_is_programmed():
    (_, full), (_, programmed), (_, proposed), (hatching, hatched) = rectangles(
        gauge(Envelope("État", Decimal(100), Decimal(50), Decimal(25)), **NAMES)
    )

    assert (programmed, proposed, hatched) == (full / 2, full / 4, full / 4)
    assert hatching == "url(#c1-hatching)"


def test_the_longest_label_has_its_room_on_one_line():
    svg = envelope_bars([Envelope("Grande-Synthe", Decimal(28_000), Decimal(0))], **NAMES)

    assert ">Grande-Synthe</text>" in svg


def test_a_line_stops_where_nothing_is_known_and_its_points_bear_their_text():
    line = Curve("cible", [10, None, 30, 40], texts=("10\u00a0%", "", "30\u00a0%", "40\u00a0%"))

    drawn = curves(
        [line],
        ["2023", "2024", "2025", "2026"],
        chart_id="c",
        title="Part",
        desc="Trois.",
        write=lambda value: f"{value}\u00a0%",
    )

    assert drawn.count("<polyline") == 1
    assert drawn.count("<circle") == 4  # the three points, and the first one alone
    assert all(text in drawn for text in ("10\u00a0%", "30\u00a0%", "50\u00a0%", ">2024<", ">cible<"))
    assert "€" not in drawn
