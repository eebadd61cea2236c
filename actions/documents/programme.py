"""The strategic file, from the frozen content of its version and nothing else."""

from django.template.loader import render_to_string

from actions.models import ProgrammeVersion, ProgrammeVersionFile
from actions.services.strategy import VERSION_KIND
from cite_educative.documents.registry import renderer, visibility


@renderer(VERSION_KIND)
def render_version(generated_file):
    version = ProgrammeVersion.objects.get(files__file=generated_file)
    return render_to_string("actions/print/programme.html", version_context(version.content))


@visibility(VERSION_KIND)
def visible_version_files(user):
    versions = ProgrammeVersion.objects.visible_to(user)
    return ProgrammeVersionFile.objects.filter(version__in=versions).values("file")


def version_context(content):
    national = {}
    for axis in content["axes"]:
        national.setdefault(axis["national"], []).append(axis)
    return {
        "content": content,
        "national": national.items(),
        "accent": content["accent"],
        "logos": [{"label": label} for label in content["pilots"]],
        "draft": False,
        "signatures": (),
    }
