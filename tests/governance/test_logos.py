"""Whose logos stand at the head of what is printed, and what is signed under a letter."""

import base64
import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.urls import reverse
from PIL import Image
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE

from cite_educative.common.pdf import render_pdf
from cite_educative.common.slides import render_pptx
from cite_educative.documents.registry import renderers
from governance import services
from governance.convocation_content import signatories_of, usual_signatories
from governance.documents import note_context, note_html, typeset
from governance.enums import NoteKind, PaperKind
from governance.logos import frozen_logos, logos_of
from governance.models import KitFile
from governance.services.papers import PAPER_KIND
from partners.enums import Role
from tests import factories
from tests.governance.factories import make_meeting, make_note, make_setting

pytestmark = pytest.mark.django_db


@pytest.fixture
def setting():
    return make_setting()


@pytest.fixture
def item(setting):
    return make_meeting(setting, days=5).items.get()


def picture(size=(900, 300)):
    content = io.BytesIO()
    Image.new("RGB", size, "navy").save(content, "PNG")
    return content.getvalue()


def broken_inside():
    """A PNG that opens, with a chunk of no kind between two of its data."""
    content = io.BytesIO()
    Image.effect_noise((900, 300), 90).save(content, "PNG")
    whole = content.getvalue()
    second = whole.index(b"IDAT", whole.index(b"IDAT") + 4) - 4
    return whole[:second] + b"\0\0\0\0\1\2\3\4\0\0\0\0" + whole[second:]


def add_logo(setting, side, content, title="logo"):
    file = ContentFile(content, name="logo.png")
    return services.add_kit_file(
        cite=setting.cite, actor=setting.lead, file=file, title=title, side=side, is_logo=True
    )


def test_a_side_with_a_logo_shows_it_and_the_others_their_names(setting):
    sides = list(setting.cite.sides.order_by("order"))
    add_logo(setting, sides[1], picture())
    add_logo(setting, None, picture(), title="la Cité")

    logos = logos_of({"logos": frozen_logos(setting.cite)})

    labels = [side.label for side in sides]
    assert [logo["label"] for logo in logos] == [*labels, f"Cité éducative {setting.cite.name}"]
    assert [bool(logo["src"]) for logo in logos] == [side == sides[1] for side in sides] + [True]


def test_a_logo_taken_away_or_broken_leaves_the_name(setting, monkeypatch):
    monkeypatch.setattr("PIL.ImageFile.LOAD_TRUNCATED_IMAGES", False)
    first, second = setting.cite.sides.order_by("order")[:2]
    gone, _ = add_logo(setting, first, picture()), add_logo(setting, second, broken_inside())
    frozen = frozen_logos(setting.cite)
    services.remove_kit_file(KitFile.objects.get(pk=gone.pk), actor=setting.lead)

    assert [logo["src"] for logo in logos_of({"logos": frozen})][:2] == ["", ""]


@pytest.mark.parametrize(
    ("sizes", "height"), [([(400, 400)], 14), ([(1200, 300), (400, 400)], 14), ([(1600, 300)] * 2, 8)]
)
def test_logos_of_all_shapes_are_of_equal_height_on_one_line(setting, sizes, height):
    for side, size in zip(setting.cite.sides.order_by("order"), sizes, strict=False):
        add_logo(setting, side, picture(size))

    logos = logos_of({"logos": frozen_logos(setting.cite)})

    assert {logo["height"] for logo in logos} == {height}


def test_the_cover_of_slides_bears_the_logos_in_both_formats(setting, item):
    add_logo(setting, setting.cite.sides.order_by("order").first(), picture())
    paper, _ = services.make_paper(item.meeting, PaperKind.SLIDES, actor=setting.lead)
    files = {row.file.format: row.file for row in paper.files.all()}

    deck = Presentation(io.BytesIO(render_pptx(renderers[PAPER_KIND](files["pptx"]))))

    assert renderers[PAPER_KIND](files["pdf"]).count("data:image/png;base64,") == 1
    pictures = [shape.name for shape in deck.slides[0].shapes if shape.shape_type == MSO_SHAPE_TYPE.PICTURE]
    assert pictures == [setting.cite.sides.order_by("order").first().label]


def test_papers_frozen_before_there_were_logos_keep_their_names():
    assert logos_of({"pilots": ["État", "Communes"]}) == [{"label": "État"}, {"label": "Communes"}]


def test_an_issued_note_is_printed_with_the_logos_of_its_day(setting, item):
    add_logo(setting, setting.cite.sides.order_by("order").first(), picture())
    version = services.issue_note(make_note(setting, item), actor=setting.lead)

    html = note_html(version.content)

    assert html.count("data:image/png;base64,") == 1
    assert b"/Subtype /Image" in render_pdf(html)


def letter(setting, item, **fields):
    note = make_note(setting, item, kind=NoteKind.LETTER, place="Dunkerque", addressee="Mme la Rectrice", **fields)
    return services.issue_note(note, actor=setting.lead).content


def test_a_new_logo_makes_no_new_version_of_what_has_not_changed(setting, item):
    note = make_note(setting, item)
    first = services.issue_note(note, actor=setting.lead)
    add_logo(setting, setting.cite.sides.first(), picture())

    assert services.issue_note(note, actor=setting.lead) == first


def test_wide_logos_hold_on_the_cover_of_a_deck():
    src = f"data:image/png;base64,{base64.b64encode(picture((1800, 300))).decode()}"
    deck = {
        "title": "T",
        "subtitle": "S",
        "kicker": "K",
        "accent": "#0e4a5a",
        "footer": "F",
        "pilots": [],
        "slides": [],
    }
    content = render_pptx(deck | {"logos": [{"label": str(rank), "src": src} for rank in range(6)]})

    presentation = Presentation(io.BytesIO(content))
    pictures = [shape for shape in presentation.slides[0].shapes if hasattr(shape, "image")]

    assert len(pictures) == 6
    assert max(shape.left + shape.width for shape in pictures) <= presentation.slide_width
    assert {round(shape.width / shape.height, 1) for shape in pictures} == {6.0}


def test_a_letter_says_where_it_is_written_and_who_signs_it(setting, item):
    pilots = list(signatories_of(item.meeting))[:2]
    html = note_html(letter(setting, item, signatories=pilots))

    assert "Dunkerque, le " in html
    assert [typeset(pilot.person.formal_name) in html for pilot in pilots] == [True, True]
    assert html.count('class="room"') == 2
    assert "État du document" not in html
    assert "Référence à rappeler" in html


def test_a_letter_without_signatory_bears_the_name_of_who_issues_it(setting, item):
    signatures = note_context(letter(setting, item))["signatures"]
    assert [one["name"] for one in signatures] == [typeset(setting.lead.get_full_name())]


def test_a_letter_is_not_issued_in_the_name_of_who_left(setting, item):
    pilot = factories.make_mandate(setting.cite, Role.PILOT, side=setting.cite.sides.first())
    note = make_note(setting, item, kind=NoteKind.LETTER, signatories=[pilot])

    with pytest.raises(ValidationError, match=pilot.person.formal_name):
        services.issue_note(note, actor=setting.lead)


def test_only_a_letter_asks_for_a_place_and_signatories(client, setting, item):
    factories.make_mandate(setting.cite, Role.PILOT, side=setting.cite.sides.first())
    client.force_login(setting.lead)
    address = reverse("governance:note", args=[item.pk])

    form = client.get(address, {"modele": NoteKind.LETTER}).context["form"]
    other = client.get(address, {"modele": NoteKind.COPIL}).context["form"]

    assert form["place"].value() == setting.cite.name
    assert list(form["signatories"].value()) == [mandate.pk for mandate in usual_signatories(item.meeting)]
    assert {"place", "signatories"}.isdisjoint(other.fields)
    assert "source" not in form.fields
