"""What shows that a report is true: pictures, documents, words said."""

from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from cite_educative.common import journal
from cite_educative.common.once import SECOND_CLICK, is_same_file, lock_row
from cite_educative.common.pictures import cleaned_picture
from evaluation.enums import EvidenceKind
from evaluation.models import ReportEvidence


@transaction.atomic
def add_evidence(evidence, *, upload, actor):
    """`evidence` is not saved yet. A picture is written again without what the telephone had added to it.

    A second click finds the first one's. Raises `ValidationError`, among others when nobody authorised it.
    """
    report = evidence.report
    lock_row(report)
    if not report.is_written:
        raise ValidationError("Ce bilan est déposé\u00a0: ses pièces ne changent plus, sauf s’il est renvoyé.")
    evidence.author = actor
    if evidence.kind == EvidenceKind.VERBATIM:
        upload = None
    else:
        evidence.quote = ""
    if evidence.kind == EvidenceKind.PHOTO:
        upload = ContentFile(cleaned_picture(upload), name=f"{PurePath(upload.name).stem[:180]}.jpg")
    _check_consent(evidence)
    evidence.full_clean(exclude=["file"])
    if known := _just_added(evidence, upload):
        return known
    if upload:
        evidence.file = upload
    evidence.save()
    journal.record(
        cite_id=report.action.cite_id,
        actor=actor,
        verb="report.evidence_added",
        subject=report.action,
        sentence=f"{actor} a joint au bilan {report.budget_year} une pièce ({evidence.get_kind_display()}).",
    )
    return evidence


def _check_consent(evidence):
    consent, today = evidence.consent, timezone.localdate()
    if consent is None:
        return
    is_over = consent.withdrawn_on is not None or (consent.expires_on is not None and consent.expires_on < today)
    if is_over or consent.cite_id != evidence.report.action.cite_id:
        raise ValidationError({"consent": "Cet accord n’est pas, ou plus, valable pour cette pièce."})


def _just_added(evidence, upload):
    recent = ReportEvidence.objects.filter(
        report=evidence.report,
        author=evidence.author,
        kind=evidence.kind,
        title=evidence.title,
        quote=evidence.quote,
        created_at__gt=timezone.now() - SECOND_CLICK,
    )
    return next((known for known in recent if upload is None or is_same_file(known, upload)), None)


@transaction.atomic
def remove_evidence(evidence, *, actor):
    """For a mistake, or an authorisation taken back: the file is erased, the line of the journal stays."""
    report, file = evidence.report, evidence.file
    evidence.delete()
    if file:
        transaction.on_commit(lambda: file.storage.delete(file.name))
    journal.record(
        cite_id=report.action.cite_id,
        actor=actor,
        verb="report.evidence_removed",
        subject=report.action,
        sentence=f"{actor} a retiré une pièce du bilan {report.budget_year}.",
    )
