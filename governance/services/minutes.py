"""Minutes: drafted when the meeting closes, corrected paragraph by paragraph, validated, published version by version."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cite_educative.common import journal
from cite_educative.common.dates import date_fr
from cite_educative.common.locks import lock_version
from cite_educative.common.transitions import TransitionError
from cite_educative.documents.services import request_file
from governance.enums import MeetingStatus, MinutesState, Presence, ReviewState
from governance.minutes_content import fingerprint, first_paragraphs, minutes_content
from governance.models import Meeting, Minutes, MinutesFile, MinutesParagraph, MinutesRemark, MinutesVersion

MINUTES_KIND = "governance.minutes"
FORMATS = ("pdf", "docx")
FROZEN = "Le procès-verbal est validé\u00a0: rouvrez-le pour le corriger."


@transaction.atomic
def prepare_minutes(meeting, *, actor):
    """Draft the minutes of a closed meeting from what was typed live; those already drafted are returned as they are.

    Raises `TransitionError` when the meeting is not closed.
    """
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("body__cite").get(pk=meeting.pk)
    if not meeting.is_over:
        raise TransitionError("Le procès-verbal se prépare à la clôture de la séance.")
    known = Minutes.objects.filter(meeting=meeting).first()
    if known:
        return known
    secretary = actor.person.formal_name if actor.person_id else ""
    minutes = Minutes.objects.create(meeting=meeting, secretary=secretary, chair=_chair(meeting))
    MinutesParagraph.objects.bulk_create(
        MinutesParagraph(minutes=minutes, item=item, order=order, text=text)
        for order, (item, text) in enumerate(first_paragraphs(meeting), start=1)
    )
    return minutes


def _chair(meeting):
    """Those of the presiding members who were there, in protocol order."""
    presiding = meeting.body.presiding(timezone.localdate(meeting.starts_at))
    there = presiding.filter(attendances__meeting=meeting, attendances__presence=Presence.PRESENT)
    return ", ".join(mandate.person.formal_name for mandate in there)[:200]


def lock_minutes(minutes):
    """Read again under lock, with the meeting, its body and its Cité."""
    rows = Minutes.objects.select_for_update(of=("self",)).select_related("meeting__body__cite")
    return rows.get(pk=minutes.pk)


def record(minutes, actor, verb, sentence):
    journal.record(
        cite_id=minutes.meeting.body.cite_id, actor=actor, verb=f"minutes.{verb}", subject=minutes, sentence=sentence
    )


def move(row, name, **changes):
    """`row` is read under lock; raises `TransitionError`."""
    transition = Minutes.TRANSITIONS[name]
    transition.check(MinutesState(row.state))
    for field, value in changes.items():
        setattr(row, field, value)
    row.state = transition.target
    row.version += 1
    row.save(update_fields=["state", "version", *changes])


@transaction.atomic
def save_minutes_heading(minutes, *, version, chair, secretary, actor):
    """Who chaired, who wrote. Raises `ConflictError`, `TransitionError`."""
    row = lock_version(Minutes.objects.select_related("meeting__body"), minutes.pk, version)
    _refuse_frozen(row)
    if (row.chair, row.secretary) == (chair, secretary):
        return row
    row.chair, row.secretary = chair, secretary
    row.version += 1
    row.save(update_fields=["chair", "secretary", "version"])
    record(row, actor, "heading", f"{actor} a complété l’en-tête du procès-verbal.")
    return row


@transaction.atomic
def save_paragraph(paragraph, *, version, html, actor):
    """Raises `ConflictError` when somebody saved it since `version`, `TransitionError` once the minutes are validated."""
    minutes = lock_minutes(paragraph.minutes)
    _refuse_frozen(minutes)
    row = lock_version(MinutesParagraph.objects.all(), paragraph.pk, version)
    if row.text == html:
        return row
    row.text, row.edited_at = html, timezone.now()
    row.version += 1
    row.save(update_fields=["text", "edited_at", "version"])
    record_edit(minutes, row, actor)
    return row


def record_edit(minutes, paragraph, actor):
    """One line for the run of autosaves of one person on one paragraph."""
    sentence = f"{actor} a modifié le paragraphe {paragraph.order} du procès-verbal."
    last = journal.entries_for(minutes).first()
    if last is None or (last.actor_id, last.sentence) != (actor.pk, sentence):
        record(minutes, actor, "edited", sentence)


def _refuse_frozen(minutes):
    if not minutes.is_editable:
        raise TransitionError(FROZEN)


@transaction.atomic
def validate_minutes(minutes, *, actor):
    """The text is settled. A second click finds it so.

    Raises `ValidationError` while a remark waits, or a side whose time is not over; `TransitionError`.
    """
    row = lock_minutes(minutes)
    if row.state == MinutesState.VALIDATED:
        return row
    problems = what_prevents(row)
    if problems:
        raise ValidationError(problems)
    move(row, "validate", validated_at=timezone.now())
    record(row, actor, "validated", f"{actor} a validé le procès-verbal.")
    return row


def what_prevents(minutes):
    """Sentences: why the minutes cannot be validated yet, and what to do about it."""
    problems = []
    number = MinutesRemark.objects.filter(paragraph__minutes=minutes).open().count()
    if number:
        plural = "s" if number > 1 else ""
        problems.append(
            f"{number} remarque{plural} à traiter\u00a0: prenez-{'les' if plural else 'la'} en compte ou dites pourquoi "
            f"{'elles ne sont pas retenues' if plural else 'elle n’est pas retenue'}."
        )
    if (
        minutes.state == MinutesState.REVIEW
        and minutes.review_due_on
        and timezone.localdate() <= minutes.review_due_on
    ):
        awaited = minutes.reviews.filter(state=ReviewState.AWAITED).select_related("side")
        names = ", ".join(review.side.label for review in awaited)
        if names:
            problems.append(
                f"Relecture attendue pour le {date_fr(minutes.review_due_on)}\u00a0: {names}. Attendez ce jour, ou notez "
                "la réponse reçue."
            )
    return problems


@transaction.atomic
def reopen_minutes(minutes, *, actor, reason=""):
    """Work on the text again; after a publication, `reason` says what is corrected and is printed in the next version.

    A second click finds it open. Raises `ValidationError` without a reason, `TransitionError`.
    """
    row = lock_minutes(minutes)
    if row.state == MinutesState.DRAFT:
        return row
    reason = reason.strip()
    is_correction = row.versions.exists()
    if is_correction and not reason and not row.correction:
        raise ValidationError("Dites ce qui est corrigé\u00a0: la nouvelle version le mentionnera.")
    move(row, "reopen", validated_at=None, correction=reason or row.correction)
    said = f" pour une correction\u00a0: {row.correction.rstrip('.')}" if is_correction else ""
    record(row, actor, "reopened", f"{actor} a rouvert le procès-verbal{said}.")
    return row


@transaction.atomic
def publish_minutes(minutes, *, actor):
    """Freeze the validated text in a version, which cites the one before, and ask for its PDF and DOCX.

    A second click finds the version. Raises `ValidationError` until the relevé is published, `TransitionError`.
    """
    row = lock_minutes(minutes)
    last = row.versions.first()
    if row.state == MinutesState.PUBLISHED:
        return last
    Minutes.TRANSITIONS["publish"].check(MinutesState(row.state))
    if row.meeting.status != MeetingStatus.PUBLISHED:
        raise ValidationError(
            "Publiez d’abord le relevé de décisions\u00a0: le procès-verbal reprend ce qu’il annonce."
        )
    number = last.number + 1 if last else 1
    reason = row.correction if last else ""
    content = minutes_content(row, version=number, replaced=last, reason=reason, issued_by=actor)
    version = MinutesVersion.objects.create(
        minutes=row,
        meeting=row.meeting,
        number=number,
        replaces=last,
        reason=reason,
        content=content,
        sha256=fingerprint(content),
        issued_at=timezone.now(),
        issued_by=actor,
    )
    _request_files(version, actor)
    move(row, "publish", correction="")
    record(row, actor, "published", f"{actor} a publié le procès-verbal, version {number}.")
    return version


def _request_files(version, actor):
    meeting = version.meeting
    on = timezone.localdate(meeting.starts_at)
    for format_ in FORMATS:
        file = request_file(
            kind=MINUTES_KIND,
            format=format_,
            title=f"Procès-verbal, {meeting}, version {version.number}",
            filename=f"proces-verbal-{meeting.body.code.lower()}-{on:%Y-%m-%d}-v{version.number}.{format_}",
            cite_id=meeting.body.cite_id,
            author=actor,
        )
        MinutesFile.objects.create(version=version, file=file)
