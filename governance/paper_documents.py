"""What the papers of a meeting print, from their frozen content and the annexes they name."""

from decimal import Decimal

from django.template.loader import render_to_string

from cite_educative.common.charts import Envelope, envelope_bars
from cite_educative.common.money import ZERO
from cite_educative.documents.enums import Format
from cite_educative.documents.registry import Bundle, renderer, visibility
from governance.documents import note_context, plain_table, signatures_of, typeset
from governance.enums import PaperKind
from governance.logos import logos_of
from governance.models import MeetingAnnex, MeetingPaper, MeetingPaperFile
from governance.services.papers import PAPER_KIND

SPARE = 8  # blank lines of the attendance sheet


@renderer(PAPER_KIND)
def render_paper(generated_file):
    paper = MeetingPaper.objects.get(files__file=generated_file)
    content = typeset(paper.content)
    if generated_file.format == Format.PPTX:
        return pptx_deck(content)
    template, context = PRINTED[paper.kind]
    shared = {"paper": content, "accent": content["accent"], "logos": logos_of(content), "draft": False}
    html = render_to_string(template, shared | context(content))
    return Bundle(html, _annexes(content)) if paper.kind == PaperKind.DOSSIER else html


@visibility(PAPER_KIND)
def visible_paper_files(user):
    return MeetingPaperFile.objects.filter(paper__in=MeetingPaper.objects.visible_to(user)).values("file")


def _annexes(content):
    titles = {annex["pk"]: annex["title"] for annex in content["annexes"]}
    rows = MeetingAnnex.objects.in_bulk(titles)
    return [(title, _content(rows[pk].file)) for pk, title in titles.items()]


def _content(file):
    with file.open("rb") as opened:
        return opened.read()


def convocation_context(content):
    return {"signatures": signatures_of(content["signatories"])}


def sign_in_context(content):
    return {"spare": range(SPARE)}


def dossier_context(content):
    return {"items": [item | _point(item) for item in content["items"]]}


def members_context(content):
    return {}


def _point(item):
    if item["note"]:
        context = note_context(item["note"])
        return {name: context[name] for name in ("costs", "sections", "chart", "table", "follow_up_html")}
    return {"table": plain_table(item["table"]) if item["table"] else None}


# --- Slides -----------------------------------------------------------------------------------------


def slides_context(content):
    slides = [
        slide
        | {
            "chart": _chart(rank, slide),
            "has_planned": any(Decimal(bar["planned"]) for bar in slide.get("bars", ())),
            "are_amounts": bool(slide.get("table") and slide["table"].get("are_amounts", True)),
        }
        for rank, slide in enumerate(content["slides"])
    ]
    return {"deck": content, "slides": slides}


def _chart(rank, slide):
    if not slide.get("bars"):
        return None
    rows = [
        Envelope(bar["label"], Decimal(bar["envelope"]), Decimal(bar["programmed"]), Decimal(bar["planned"]))
        for bar in slide["bars"]
    ]
    said = " ".join(f"{row.label}\u00a0: reste {row.remaining} euros." for row in rows)
    return envelope_bars(rows, chart_id=f"slide-{rank}", title=slide["title"], desc=said)


def pptx_deck(content):
    """The deck as `common.slides` writes it."""
    return content | {
        "kicker": f"Cité éducative {content['cite']}",
        "logos": logos_of(content),
        "slides": [
            slide | {"bars": _series(slide["bars"])} if slide.get("bars") else slide for slide in content["slides"]
        ],
    }


def _series(bars):
    def values(name):
        return [float(Decimal(bar[name])) for bar in bars]

    left = [
        float(max(Decimal(bar["envelope"]) - Decimal(bar["programmed"]) - Decimal(bar["planned"]), ZERO))
        for bar in bars
    ]
    series = [
        ("Déjà programmé", values("programmed")),
        ("Proposé ici", values("planned")),
        ("Disponible ensuite", left),
    ]
    return {"categories": [bar["label"] for bar in bars], "series": series}


PRINTED = {
    PaperKind.CONVOCATION: ("governance/print/convocation.html", convocation_context),
    PaperKind.DOSSIER: ("governance/print/dossier.html", dossier_context),
    PaperKind.MEMBERS: ("governance/print/dossier_members.html", members_context),
    PaperKind.SLIDES: ("governance/print/slides.html", slides_context),
    PaperKind.SIGN_IN: ("governance/print/sign_in.html", sign_in_context),
}
