"""The yearly printed register: frozen, numbered, rendered by the worker."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cite_educative.common import journal
from cite_educative.common.once import lock_row
from cite_educative.documents.services import request_file
from governance.models import RegisterEdition, RegisterFile
from governance.register_content import register_content

REGISTER_KIND = "governance.register"
FORMATS = ("pdf", "docx")
VARYING = ("version", "replaces", "issued_on", "issued_by")


@transaction.atomic
def print_register(*, body, year, actor):
    """(edition, created): when nothing changed since the last one, that one is returned and nothing is written.

    Raises `ValidationError` when nothing was decided that year.
    """
    lock_row(body)
    last = RegisterEdition.objects.filter(body=body, year=year).first()
    number = last.number + 1 if last else 1
    content = register_content(body, year, version=number, issued_by=actor)
    if not content["rows"]:
        raise ValidationError(f"{body} n’a adopté aucune décision en {year}\u00a0: choisissez une autre année.")
    if last and all(content[key] == last.content.get(key) for key in content if key not in VARYING):
        return last, False
    edition = RegisterEdition.objects.create(
        body=body, year=year, number=number, content=content, issued_at=timezone.now(), issued_by=actor
    )
    for format_ in FORMATS:
        file = request_file(
            kind=REGISTER_KIND,
            format=format_,
            title=f"{edition}, version {number}",
            filename=f"registre-{body.code}-{year}-v{number}.{format_}",
            cite_id=body.cite_id,
            author=actor,
        )
        RegisterFile.objects.create(edition=edition, file=file)
    journal.record(
        cite_id=body.cite_id,
        actor=actor,
        verb="register.printed",
        subject=edition,
        sentence=f"{actor} a imprimé le registre des décisions {year} ({body}), version {number}.",
    )
    return edition, True
