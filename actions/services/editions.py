"""Printed editions of a sheet: frozen first, rendered in the background."""

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from actions.edition_content import edition_content
from actions.models import SheetEdition, SheetEditionFile
from cite_educative.common.once import lock_row
from cite_educative.documents.services import request_file

EDITION_KIND = "actions.sheet"
FORMATS = ("pdf", "docx")


@transaction.atomic
def make_edition(action, *, actor):
    """What the actor may read today, as PDF and DOCX; the last edition of this actor when nothing changed since."""
    lock_row(action)
    today = timezone.localdate()
    content = edition_content(actor, action, today)
    last = SheetEdition.objects.filter(action=action, made_by=actor).first()
    if last and last.content == content:
        return last
    edition = SheetEdition.objects.create(action=action, content=content, made_by=actor)
    name = slugify(action.code or action.title)[:60]
    for format_ in FORMATS:
        file = request_file(
            kind=EDITION_KIND,
            format=format_,
            title=f"Fiche {action.code or action.title}, {content['made_on']}"[:200],
            filename=f"fiche-{name}-{today:%Y-%m-%d}.{format_}",
            cite_id=action.cite_id,
            author=actor,
        )
        SheetEditionFile.objects.create(edition=edition, file=file)
    return edition
