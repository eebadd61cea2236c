"""The note d’articulation, from its frozen content and nothing else."""

from django.template.loader import render_to_string

from actions.models import ArticulationNote, ArticulationNoteFile
from actions.services.articulation import NOTE_KIND
from cite_educative.documents.registry import renderer, visibility


@renderer(NOTE_KIND)
def render_articulation(generated_file):
    note = ArticulationNote.objects.get(files__file=generated_file)
    return render_to_string("actions/print/articulation.html", articulation_context(note.content))


@visibility(NOTE_KIND)
def visible_articulation_files(user):
    notes = ArticulationNote.objects.visible_to(user)
    return ArticulationNoteFile.objects.filter(note__in=notes).values("file")


def articulation_context(content):
    doubles = content["doubles"]
    return {
        "content": content,
        "open_doubles": [double for double in doubles if double["is_open"]],
        "dismissed_doubles": [double for double in doubles if not double["is_open"]],
        "accent": content["accent"],
        "logos": [{"label": label} for label in content["pilots"]],
        "draft": False,
        "signatures": (),
    }
