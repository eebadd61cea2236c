"""The printed sheet, from the frozen content of its edition and nothing else."""

from django.template.loader import render_to_string

from actions.models import SheetEdition, SheetEditionFile
from actions.services.editions import EDITION_KIND
from cite_educative.documents.registry import renderer, visibility


@renderer(EDITION_KIND)
def render_sheet(generated_file):
    edition = SheetEdition.objects.get(files__file=generated_file)
    content = edition.content
    logos = [{"label": label} for label in content["pilots"]]
    context = {"sheet": content, "accent": content["accent"], "logos": logos, "draft": False, "signatures": ()}
    return render_to_string("actions/print/sheet.html", context)


@visibility(EDITION_KIND)
def visible_sheet_files(user):
    return SheetEditionFile.objects.filter(edition__in=SheetEdition.objects.visible_to(user)).values("file")
