"""Two clicks on one button: the second request finds what the first one wrote, and writes nothing."""

from datetime import timedelta

from django.utils import timezone

from cite_educative.common.uploads import short_name

SECOND_CLICK = timedelta(minutes=1)
COMPUTED = ("search_text",)


def lock_row(row):
    """Until the end of the transaction: of two requests, the second one waits here and then reads what the first wrote."""
    type(row)._base_manager.select_for_update(of=("self",)).get(pk=row.pk)


def just_written(row, *, lock, at="created_at", alike=None):
    """The saved row that a second click on the form of `row`, not saved yet, would repeat; None for a new one.

    It has the same value in every column but its key and the time `at`, less than a minute old, and `alike(known)`
    says yes for what columns do not hold. `lock` is a row that both requests hold one after the other.
    """
    lock_row(lock)
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    same = {field.attname: getattr(row, field.attname) for field in fields if field.name not in (at, *COMPUTED)}
    recent = type(row)._base_manager.filter(**same, **{f"{at}__gt": timezone.now() - SECOND_CLICK}).order_by("pk")
    return next((known for known in recent if alike is None or alike(known)), None)


def is_same_file(attachment, upload):
    """Whether an `Attachment` (or None) holds the name and the content of an upload (or None)."""
    if attachment is None or upload is None:
        return attachment is upload
    if (attachment.filename, attachment.size) != (short_name(upload.name), upload.size):
        return False
    with attachment.file.open("rb") as kept:
        upload.seek(0)
        same = kept.read() == upload.read()
    upload.seek(0)
    return same
