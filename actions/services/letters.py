"""Letters of notification: each frozen first, printed in the background."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from actions.enums import LetterKind
from actions.finances.letters import check_text, letter_content, recipients_of
from actions.models import Letter, LetterBatch
from cite_educative.common import journal
from cite_educative.common.once import lock_row
from cite_educative.documents.enums import Format
from cite_educative.documents.services import request_file

LETTER_KIND = "actions.letter"
NOBODY = "Aucun porteur ne peut recevoir ce courrier\u00a0: la raison est dite pour chacun."


@transaction.atomic
def make_letters(*, source, budget_year, kind, text, signatory, token, actor, today=None):
    """Write to every holder that may be told `kind`, on what is known now; the others are kept with their reason.

    A second run with the same `token` gives the first one's batch. Raises `ValidationError` when the text names an
    unknown field, or when nobody may be written to.
    """
    lock_row(source)
    known = LetterBatch.objects.filter(made_by=actor, token=token).first()
    if known:
        return known
    kind, today = LetterKind(kind), today or timezone.localdate()
    check_text(text, kind)
    recipients = recipients_of(source, budget_year, kind)
    ready = [recipient for recipient in recipients if not recipient.reason]
    if not ready:
        raise ValidationError(NOBODY)
    batch = LetterBatch.objects.create(
        source=source,
        budget_year=budget_year,
        kind=kind,
        text=text,
        signatory=signatory,
        refused=[{"holder": one.holder.name, "reason": one.reason} for one in recipients if one.reason],
        token=token,
        made_by=actor,
    )
    for rank, recipient in enumerate(ready, start=1):
        content = letter_content(recipient, source, budget_year, kind, text=text, signatory=signatory, today=today)
        file = _request(batch, rank, recipient, actor)
        Letter.objects.create(batch=batch, holder=recipient.holder, content=content, file=file)
    number = f"{len(ready)} courrier{'s' if len(ready) > 1 else ''}"
    journal.record(
        cite_id=source.cite_id,
        actor=actor,
        verb="letters.made",
        subject=batch,
        sentence=f"{actor} a établi {number} de notification\u00a0: {batch}.",
    )
    return batch


def _request(batch, rank, recipient, actor):
    holder = slugify(recipient.holder.name)[:80]
    return request_file(
        kind=LETTER_KIND,
        format=Format.PDF,
        title=f"{batch.get_kind_display().capitalize()}, {int(batch.budget_year)}\u00a0: {recipient.holder.name}"[
            :200
        ],
        filename=f"{rank:03d}-notification-{slugify(batch.get_kind_display())}-{holder}.pdf",
        cite_id=batch.source.cite_id,
        author=actor,
    )
