from xml.etree import ElementTree

import pytest

from cite_educative.common.maps import (
    LOWEST,
    ROUND,
    SHAPES,
    SQUARE,
    TRIANGLE,
    Area,
    Frame,
    Point,
    draw_map,
    legend_area,
    legend_shape,
    svg,
)

SVG = "{http://www.w3.org/2000/svg}"
NAMES = {"map_id": "m", "title": "Titre", "desc": "Description"}
SQUARE_KM = [[2.3, 51.0], [2.4, 51.0], [2.4, 51.1], [2.3, 51.1], [2.3, 51.0]]


def parsed(markup):
    return ElementTree.fromstring(markup.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))  # noqa: S314


def texts(markup):
    return [text.text for text in parsed(markup).iter(f"{SVG}text")]


def test_a_map_is_named_described_and_free_of_inline_style():
    root = parsed(draw_map([], [Point(51.0, 2.3, "Ici", ROUND)], **NAMES))

    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "m-titre m-desc"
    assert root.find(f"{SVG}title").text == "Titre"
    assert root.find(f"{SVG}desc").text == "Description"


def test_a_map_without_place_is_nothing():
    assert draw_map([], [], **NAMES) == ""


def test_north_is_up_and_east_is_right():
    frame = Frame([(2.3, 51.0), (2.5, 51.1)], width=400, height=300, margins=(20, 20, 20, 20))

    west, south = frame.place(2.3, 51.0)
    east, north = frame.place(2.5, 51.1)
    assert west < east
    assert north < south


def test_everything_stays_between_the_margins():
    places = [(2.0, 50.9), (2.6, 51.0), (2.3, 51.4)]
    frame = Frame(places, width=400, height=300, margins=(10, 30, 50, 70))

    for x, y in (frame.place(*place) for place in places):
        assert 70 <= x <= 370
        assert 10 <= y <= 250


def test_a_single_place_is_in_the_middle():
    frame = Frame.fitted([(2.3, 51.0)], width=400, margins=(20, 20, 20, 20))

    assert frame.place(2.3, 51.0)[0] == 200


def test_a_flat_territory_gives_a_low_map():
    frame = Frame.fitted([(2.0, 51.0), (2.9, 51.001)], width=700, margins=(20, 20, 20, 20))

    assert frame.height == LOWEST


@pytest.mark.parametrize("shape", [ROUND, TRIANGLE, SQUARE])
def test_every_shape_is_drawn_and_told_in_the_legend(shape):
    drawn = draw_map([], [Point(51.0, 2.3, shape=shape)], **NAMES)

    tag = SHAPES[shape].split()[0].removeprefix("<")
    assert parsed(drawn).findall(f"{SVG}{tag}")
    assert f"<{tag}" in legend_shape(shape)


def test_a_ring_says_more_than_colour():
    plain = draw_map([], [Point(51.0, 2.3, shape=SQUARE)], **NAMES)
    ringed = draw_map([], [Point(51.0, 2.3, shape=SQUARE, is_ringed=True)], **NAMES)

    assert not parsed(plain).findall(f"{SVG}circle")
    assert len(parsed(ringed).findall(f"{SVG}circle")) == 1


def test_names_do_not_cover_each_other():
    crowd = [Point(51.0, 2.3, f"Commune de long nom {number}") for number in range(12)]
    written = texts(draw_map([], [*crowd, Point(51.2, 2.9, "Seule")], **NAMES))

    assert "Seule" in written
    assert 1 < len(written) < 13


def test_outlines_are_drawn_with_their_holes_and_several_parts():
    hole = [[2.34, 51.04], [2.36, 51.04], [2.36, 51.06], [2.34, 51.04]]
    areas = [
        Area({"type": "Polygon", "coordinates": [SQUARE_KM, hole]}, "Quartier"),
        Area({"type": "MultiPolygon", "coordinates": [[SQUARE_KM], [hole]]}),
    ]
    paths = parsed(draw_map(areas, [], **NAMES)).findall(f"{SVG}path")

    assert [path.get("d").count("M") for path in paths] == [2, 2]
    assert {path.get("fill-rule") for path in paths} == {"evenodd"}
    assert paths[0].find(f"{SVG}title").text == "Quartier"


def test_what_is_written_is_escaped():
    drawn = draw_map([], [Point(51.0, 2.3, "<b>L&amp;M</b>")], **NAMES | {"title": "<script>"})

    assert "<script>" not in drawn
    assert "<b>" not in drawn


def test_the_legend_of_an_area_is_a_drawing_without_name():
    assert 'aria-hidden="true"' in legend_area()


def test_a_map_with_links_is_a_group():
    assert 'role="group"' in svg("", width=10, height=10, map_id="m", title="T", is_linked=True)
