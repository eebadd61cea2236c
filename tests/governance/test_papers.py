"""What a meeting is prepared with: frozen, numbered, made again only when something changed, read by who may."""

from io import BytesIO

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pptx import Presentation
from pptx.enum.text import PP_ALIGN

from cite_educative.common.pdf import PdfError, bind_pdf, render_pdf
from cite_educative.common.slides import render_pptx
from cite_educative.common.transitions import TransitionError
from cite_educative.documents.models import GeneratedFile
from cite_educative.documents.registry import Bundle, renderers, visibilities
from cite_educative.documents.tasks import render
from governance import services
from governance.convocation_content import meeting_facts
from governance.enums import NoteKind, PaperKind
from governance.models import MeetingPaper
from governance.paper_content import slides_content
from governance.services.papers import PAPER_KIND
from partners.enums import Role
from tests.factories import make_mandate, make_user
from tests.governance import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def setting():
    return factories.make_setting()


@pytest.fixture
def meeting(setting):
    meeting = factories.make_meeting(setting, days=5, items=2)
    services.issue_note(factories.make_note(setting, meeting.items.first()), actor=setting.lead)
    return meeting


def make(meeting, setting, kind, **options):
    paper, _ = services.make_paper(meeting, kind, actor=setting.lead, **options)
    return paper


def rendered(paper, format_):
    file = paper.files.get(file__format=format_).file
    return renderers[file.kind](file)


def blank_pdf(pages=1):
    pdf = pikepdf.new()
    for _ in range(pages):
        pdf.add_blank_page()
    content = BytesIO()
    pdf.save(content)
    return content.getvalue()


def annex(meeting, setting, title="Plan", content=None, **options):
    upload = SimpleUploadedFile(f"{title}.pdf", content or blank_pdf(2))
    return services.add_annex(meeting, upload=upload, title=title, item=options.get("item"), actor=setting.lead)


# --- Versions -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [PaperKind.DOSSIER, PaperKind.SLIDES, PaperKind.SIGN_IN])
def test_a_second_click_makes_nothing_and_a_change_makes_a_version(meeting, setting, kind):
    first = make(meeting, setting, kind)
    assert make(meeting, setting, kind) == first

    body = meeting.body
    make_member = make_mandate(setting.cite, Role.PARTNER)
    body.members.create(mandate=make_member)
    services.add_item(meeting=meeting, actor=setting.lead, title="Calendrier", kind="information")
    second = make(meeting, setting, kind)

    assert (first.number, second.number) == (1, 2)
    assert "Calendrier" not in str(MeetingPaper.objects.get(pk=first.pk).content)


def test_a_meeting_given_up_or_empty_has_no_papers(setting):
    meeting = factories.make_meeting(setting, days=5, items=0)
    with pytest.raises(TransitionError, match="vide"):
        make(meeting, setting, PaperKind.DOSSIER)
    services.cancel_meeting(meeting, actor=setting.lead)

    with pytest.raises(TransitionError, match="n’a pas lieu"):
        make(meeting, setting, PaperKind.SIGN_IN)
    assert not GeneratedFile.objects.filter(kind=PAPER_KIND).exists()


# --- What they say --------------------------------------------------------------------------------


def test_the_dossier_holds_agenda_note_sheets_and_annexes(meeting, setting):
    annex(meeting, setting)
    paper = make(meeting, setting, PaperKind.DOSSIER, with_sheets=True)

    bundle = rendered(paper, "pdf")

    assert isinstance(bundle, Bundle)
    for words in ("Ordre du jour", "Ce qui est demandé", setting.actions[0].title, "Fiche action", "Plan"):
        assert words.lower() in bundle.html.lower()
    content = bind_pdf(render_pdf(bundle.html), bundle.annexes)
    with pikepdf.open(BytesIO(content)) as pdf, pdf.open_outline() as outline:
        titles = [item.title for item in outline.root]
    assert titles[-1] == "Plan"
    assert len(titles) > 1


def test_an_annex_taken_out_stays_in_the_dossiers_that_held_it(meeting, setting):
    row = annex(meeting, setting)
    before = make(meeting, setting, PaperKind.DOSSIER)
    services.remove_annex(row, actor=setting.lead)
    services.remove_annex(row, actor=setting.lead)

    after = make(meeting, setting, PaperKind.DOSSIER)

    assert [one.title for one in (row,)] == [title for title, _ in rendered(before, "pdf").annexes]
    assert rendered(after, "pdf").annexes == []


def test_annexes_come_in_the_order_of_the_points(meeting, setting):
    first, second = meeting.items.all()
    annex(meeting, setting, "B", item=second)
    annex(meeting, setting, "A", item=first, content=blank_pdf(3))
    annex(meeting, setting, "Z", content=blank_pdf(4))

    titles = [title for title, _ in rendered(make(meeting, setting, PaperKind.DOSSIER), "pdf").annexes]

    assert titles == ["Z", "A", "B"]


def test_a_protected_annex_is_told_in_a_sentence():
    pdf = pikepdf.open(BytesIO(blank_pdf()))
    content = BytesIO()
    pdf.save(content, encryption=pikepdf.Encryption(owner="a", user="b"))

    with pytest.raises(PdfError, match="protégée"):
        bind_pdf(blank_pdf(), [("Bilan", content.getvalue())])


def test_slides_have_one_idea_each_in_both_formats(meeting, setting):
    paper = make(meeting, setting, PaperKind.SLIDES)

    deck = Presentation(BytesIO(render_pptx(rendered(paper, "pptx"))))
    titles = [slide.shapes.title.text for slide in deck.slides]
    html = rendered(paper, "pdf")

    assert len(titles) == len(paper.content["slides"]) + 1
    assert all(titles)
    assert deck.slide_width > deck.slide_height
    for slide in paper.content["slides"]:
        assert slide["title"].split("\u00a0")[0] in html
    assert "À décider" in html


def test_slides_tell_the_cost_of_a_point_without_note_and_split_what_is_long(setting):
    for rank in range(3, 12):
        source = factories.make_source(setting.cite, f"Source {rank}", envelope=9_000, order=rank, actor=setting.lead)
        factories.ask(setting.actions[0], source, 1_000, actor=setting.lead)

    slides = slides_content(factories.make_meeting(setting))["slides"]

    assert slides[-1]["points"] == ["1. Programmation 1 (35\u00a0000\u00a0€)"]
    charts = [len(slide["bars"]) for slide in slides if "bars" in slide]
    assert charts == [7, 4, 7, 4]
    assert [slide["title"][-5:] for slide in slides if "bars" in slide] == ["(1/2)", "(2/2)"] * 2


def test_slides_of_a_report_show_the_line_that_its_council_votes_and_no_other(setting):
    item = factories.make_meeting(setting, days=5).items.get()
    note = factories.make_note(setting, item, kind=NoteKind.REPORT, source=setting.town)
    services.issue_note(note, actor=setting.lead)

    shown = [slide for slide in slides_content(item.meeting)["slides"] if slide["kicker"].startswith("Point 1")]

    assert [bar["label"] for bar in shown[0]["bars"]] == [setting.town.short_label]
    assert shown[0]["ask"][0] == "Objet"
    assert shown[1]["table"]["columns"] == ["Action", setting.town.short_label]


def test_slides_set_words_to_the_left_and_costs_to_the_right(setting):
    item = factories.make_meeting(setting, days=5).items.get()
    option = {"label": "A", "interest": "Chaque axe progresse", "risk": "", "cost": 1_000, "is_proposed": True}
    services.issue_note(factories.make_note(setting, item, options=[option]), actor=setting.lead)
    paper = make(item.meeting, setting, PaperKind.SLIDES)

    html = rendered(paper, "pdf")
    deck = Presentation(BytesIO(render_pptx(rendered(paper, "pptx"))))
    table = next(shape.table for page in deck.slides for shape in page.shapes if shape.has_table)

    assert "<td>Chaque axe progresse</td>" in html
    assert '<td class="amount">1\u00a0000\u00a0€</td>' in html
    aligned = [table.cell(1, column).text_frame.paragraphs[0].alignment for column in range(3)]
    assert aligned == [PP_ALIGN.LEFT, PP_ALIGN.LEFT, PP_ALIGN.RIGHT]


def test_a_slide_that_asks_stays_one_slide(setting):
    for rank in range(3, 8):
        source = factories.make_source(setting.cite, f"Source {rank}", envelope=9_000, order=rank, actor=setting.lead)
        factories.ask(setting.actions[0], source, 1_000, actor=setting.lead)
    item = factories.make_meeting(setting, days=5).items.get()
    request = "La Troïka est invitée à programmer deux actions pour 35 000 € et à ajourner le séjour linguistique."
    services.issue_note(factories.make_note(setting, item, request=request), actor=setting.lead)
    paper = make(item.meeting, setting, PaperKind.SLIDES)

    with pikepdf.open(BytesIO(render_pdf(rendered(paper, "pdf")))) as pdf:
        assert len(pdf.pages) == len(paper.content["slides"]) + 1


def test_the_dossier_and_the_convocation_tell_the_same_duration(meeting, setting):
    services.update_meeting(
        meeting,
        actor=setting.lead,
        version=meeting.version,
        starts_at=meeting.starts_at,
        place=meeting.place,
        minutes_planned=90,
    )
    meeting.refresh_from_db()

    assert make(meeting, setting, PaperKind.DOSSIER).content["minutes"] == meeting_facts(meeting)["minutes"] == "90"


def test_the_attendance_sheet_is_in_protocol_order_without_substitutes(meeting, setting):
    paper = make(meeting, setting, PaperKind.SIGN_IN)

    sides = [group["side"] for group in paper.content["groups"]]

    assert sides == list(setting.cite.sides.order_by("order").values_list("label", flat=True))[: len(sides)]
    assert "Signature" in rendered(paper, "pdf")


def test_the_worker_makes_every_format(meeting, setting):
    for kind in (PaperKind.DOSSIER, PaperKind.SLIDES, PaperKind.SIGN_IN):
        for link in make(meeting, setting, kind).files.all():
            render(link.file_id)
            link.file.refresh_from_db()
            assert link.file.is_ready, link.file.error


# --- Who reads ------------------------------------------------------------------------------------


def test_pilots_read_dossier_and_slides_the_team_alone_the_sheet(meeting, setting):
    for kind in (PaperKind.DOSSIER, PaperKind.SLIDES, PaperKind.SIGN_IN):
        make(meeting, setting, kind)
    readers = {
        setting.lead: {"dossier", "slides", "sign_in"},
        setting.pilot: {"dossier", "slides"},
        make_user(setting.cite, Role.PARTNER): set(),
        make_user(setting.cite, Role.HOLDER): set(),
    }

    for user, kinds in readers.items():
        assert set(MeetingPaper.objects.visible_to(user).values_list("kind", flat=True)) == kinds
        files = GeneratedFile.objects.filter(pk__in=visibilities[PAPER_KIND](user))
        assert set(files.values_list("paper_file__paper__kind", flat=True)) == kinds


def test_the_page_prepares_and_tells(meeting, setting, client):
    client.force_login(setting.lead)
    url = reverse("governance:paper_make", args=[meeting.pk])

    page = client.post(url, {"document": "dossier", "fiches": "1"}, follow=True).content.decode()
    again = client.post(url, {"document": "dossier", "fiches": "1"}, follow=True).content.decode()

    assert "une version se prépare" in page
    assert "rien n’a changé" in again
    assert client.post(url, {"document": "convocation"}).status_code == 404


def test_what_is_no_pdf_is_refused_and_the_title_kept(meeting, setting, client):
    client.force_login(setting.lead)
    upload = SimpleUploadedFile("plan.pdf", b"MZ rien de tel")

    page = client.post(reverse("governance:annex_add", args=[meeting.pk]), {"title": "Plan", "upload": upload})

    assert page.status_code == 200
    assert 'value="Plan"' in page.content.decode()
    assert not meeting.annexes.exists()
