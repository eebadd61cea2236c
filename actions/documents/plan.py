"""Catalogue, poster and leaflet, from their frozen content and nothing else."""

from django.template.loader import render_to_string

from actions.enums import PlanDocument
from actions.models import PlanEdition, PlanEditionFile
from actions.poster import density
from actions.services.plan_editions import PLAN_KIND
from cite_educative.documents.registry import renderer, visibility

TEMPLATES = {
    PlanDocument.CATALOGUE: "actions/print/catalogue.html",
    PlanDocument.POSTER: "actions/print/poster.html",
    PlanDocument.LEAFLET: "actions/print/leaflet.html",
}


@renderer(PLAN_KIND)
def render_plan(generated_file):
    edition = PlanEdition.objects.get(files__file=generated_file)
    return render_to_string(TEMPLATES[edition.kind], plan_context(edition))


@visibility(PLAN_KIND)
def visible_plan_files(user):
    return PlanEditionFile.objects.filter(edition__in=PlanEdition.objects.visible_to(user)).values("file")


def plan_context(edition):
    content = edition.content
    return {
        "content": content,
        "selection": edition.selection,
        "density": density(content["axes"]) if edition.kind == PlanDocument.POSTER else "",
        "accent": content["accent"],
        "logos": [{"label": label} for label in content["pilots"]],
        "draft": False,
        "signatures": (),
    }
