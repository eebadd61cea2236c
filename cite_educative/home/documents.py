"""What this app prints, from frozen content and nothing else: exports of a person's data, hand-over files."""

from django.template.loader import render_to_string

from cite_educative.documents.registry import renderer, visibility
from cite_educative.home.models import Handover, HandoverFile, PersonExport
from cite_educative.home.services.handover import HANDOVER_KIND
from cite_educative.home.services.personal_data import EXPORT_KIND


@renderer(EXPORT_KIND)
def render_export(generated_file):
    export = PersonExport.objects.get(file=generated_file)
    return render_to_string("home/print/person_export.html", _context(export.content))


@renderer(HANDOVER_KIND)
def render_handover(generated_file):
    handover = Handover.objects.get(files__file=generated_file)
    return render_to_string("home/print/handover.html", _context(handover.content))


def _context(content):
    logos = [{"label": label} for label in content.get("pilots", ())]
    return {"content": content, "accent": content["accent"], "logos": logos, "draft": False, "signatures": ()}


@visibility(EXPORT_KIND)
def visible_exports(user):
    return PersonExport.objects.visible_to(user).filter(file__isnull=False).values("file")


@visibility(HANDOVER_KIND)
def visible_handover_files(user):
    return HandoverFile.objects.filter(handover__in=Handover.objects.visible_to(user)).values("file")
