"""What the papers print, from the frozen content of their version and nothing else."""

from django.template.loader import render_to_string

from cite_educative.documents.registry import renderer, visibility
from evaluation.models import PaperFile
from evaluation.paper_enums import PaperKind
from evaluation.papers.blocks import printed_sections
from evaluation.papers.one_page import drawn
from evaluation.services.papers import PAPER_KIND
from governance.documents import typeset
from governance.logos import logos_of

TEMPLATES = {
    PaperKind.ONE_PAGE: "evaluation/print/one_page.html",
    PaperKind.REPORT: "evaluation/print/annual_report.html",
    PaperKind.BALANCE: "evaluation/print/balance.html",
}


@renderer(PAPER_KIND)
def render_paper(generated_file):
    link = PaperFile.objects.select_related("version__paper").get(file=generated_file)
    return paper_html(link.version.paper.kind, link.version.content, is_full=link.is_full)


@visibility(PAPER_KIND)
def visible_paper_files(user):
    return PaperFile.objects.visible_to(user).values("file")


def paper_html(kind, content, *, is_full):
    """`is_full` chooses the side of a page that has two."""
    content = typeset(content)
    context = {
        "content": content,
        "accent": content["accent"],
        "logos": logos_of(content),
        "draft": False,
        "signatures": (),
    }
    if kind == PaperKind.ONE_PAGE:
        context["side"] = drawn(content["full" if is_full else "public"])
    else:
        sections = printed_sections(content["sections"])
        # Laid out in parts, a contents list would not know the pages of the others.
        is_long = any(len(block["parts"]) > 1 for section in sections for block in section["blocks"])
        context |= {"sections": sections, "is_long": is_long}
    return render_to_string(TEMPLATES[kind], context)
