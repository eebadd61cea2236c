"""The protocol printed: frozen first, rendered in the background."""

from django.db import transaction
from django.utils import timezone

from actions.models import Programme
from actions.strategy_page import chosen_programme
from cite_educative.common.once import lock_row
from cite_educative.documents.services import request_file
from evaluation.models import ProtocolEdition, ProtocolEditionFile
from evaluation.protocol_content import protocol_content, unchanged
from evaluation.services.writing import record

PROTOCOL_KIND = "evaluation.protocol"
FORMATS = ("pdf", "docx")


@transaction.atomic
def make_protocol_edition(cite, *, actor, year):
    """A new version of the protocol, with its PDF and DOCX: (edition, created). `year` is that of the coverage.

    When nothing changed since the last one, that one is returned and nothing is written.
    """
    lock_row(cite)
    last = ProtocolEdition.objects.filter(cite=cite).first()
    number = last.number + 1 if last else 1
    programme = chosen_programme(list(Programme.objects.visible_to(actor).filter(cite=cite)), None, year)
    today = timezone.localdate()
    content = protocol_content(actor, cite, programme, year, number=number, made_on=today)
    if last and unchanged(content, last.content):
        return last, False
    edition = ProtocolEdition.objects.create(cite=cite, number=number, content=content, made_by=actor)
    for format_ in FORMATS:
        file = request_file(
            kind=PROTOCOL_KIND,
            format=format_,
            title=f"Protocole d’évaluation, version {number}",
            filename=f"protocole-evaluation-{cite.slug}-v{number}.{format_}",
            cite_id=cite.pk,
            author=actor,
        )
        ProtocolEditionFile.objects.create(edition=edition, file=file)
    record(edition, cite.pk, actor, "evaluation.printed", f"a arrêté la version {number} du protocole d’évaluation")
    return edition, True
