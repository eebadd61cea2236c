"""The strategic file: nine texts, each with its own lock, and the versions in which it is frozen."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from actions.models import ProgrammeSection, ProgrammeVersion, ProgrammeVersionFile
from actions.strategy_content import programme_content, unchanged
from cite_educative.common import journal
from cite_educative.common.locks import ConflictError
from cite_educative.common.once import lock_row
from cite_educative.documents.services import request_file

VERSION_KIND = "actions.programme_version"
FORMATS = ("pdf", "docx")


@transaction.atomic
def save_strategy_section(*, programme, key, body, version, actor, is_automatic=False):
    """Write one text. `version` is 0 for a text that nobody wrote yet.

    Raises `ConflictError` when somebody saved it since, `ValidationError`. The journal keeps what a person saves with
    the button, not each automatic saving.
    """
    lock_row(programme)
    row = ProgrammeSection.objects.filter(programme=programme, key=key).first()
    known = row.version if row else 0
    if known != version:
        raise ConflictError(row)
    if row is None:
        row = ProgrammeSection(programme=programme, key=key, version=0)
    is_changed = row.body != body
    if row.pk and not is_changed and is_automatic:
        return row
    row.body, row.updated_by, row.version = body, actor, row.version + 1
    row.full_clean()
    row.save()
    if not is_automatic:
        journal.record(
            cite_id=programme.cite_id,
            actor=actor,
            verb="programme.section_saved",
            subject=programme,
            sentence=f"{actor} a écrit «\u00a0{row}\u00a0» dans le dossier stratégique du programme «\u00a0{programme.label}\u00a0».",
        )
    return row


@transaction.atomic
def freeze_programme(programme, *, label, actor):
    """A new version of the strategic file, with its PDF and DOCX: (version, created).

    When nothing changed since the last one, that one is returned and nothing is written. Raises `ValidationError`.
    """
    label = " ".join(label.split())
    if not label:
        raise ValidationError("Dites à quelle occasion cette version est arrêtée.")
    lock_row(programme)
    last = ProgrammeVersion.objects.filter(programme=programme).first()
    number = last.number + 1 if last else 1
    now = timezone.now()
    content = programme_content(programme, number=number, label=label, made_on=timezone.localdate(now), made_by=actor)
    if last and unchanged(content, last.content):
        return last, False
    version = ProgrammeVersion(
        programme=programme, number=number, label=label, content=content, made_by=actor, made_at=now
    )
    version.full_clean()
    version.save()
    _request_files(version, actor)
    journal.record(
        cite_id=programme.cite_id,
        actor=actor,
        verb="programme.frozen",
        subject=programme,
        sentence=f"{actor} a arrêté la version {number} du dossier stratégique ({label}).",
    )
    return version, True


def _request_files(version, actor):
    programme = version.programme
    for format_ in FORMATS:
        file = request_file(
            kind=VERSION_KIND,
            format=format_,
            title=f"Dossier stratégique, {programme.label}, version {version.number}",
            filename=f"dossier-strategique-{slugify(programme.label)}-v{version.number}.{format_}",
            cite_id=programme.cite_id,
            author=actor,
        )
        ProgrammeVersionFile.objects.create(version=version, file=file)
