"""The evaluation protocol, from the frozen content of its edition and nothing else."""

from django.template.loader import render_to_string

from cite_educative.documents.registry import renderer, visibility
from evaluation.models import ProtocolEdition, ProtocolEditionFile
from evaluation.services.protocol_editions import PROTOCOL_KIND


@renderer(PROTOCOL_KIND)
def render_protocol(generated_file):
    edition = ProtocolEdition.objects.get(files__file=generated_file)
    return render_to_string("evaluation/print/protocol.html", protocol_context(edition.content))


@visibility(PROTOCOL_KIND)
def visible_protocol_files(user):
    return ProtocolEditionFile.objects.filter(edition__in=ProtocolEdition.objects.visible_to(user)).values("file")


def protocol_context(content):
    return {
        "content": content,
        "accent": content["accent"],
        "logos": [{"label": label} for label in content["pilots"]],
        "draft": False,
        "signatures": (),
    }
