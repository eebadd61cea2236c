"""Points d’étape, jalons, photos: written by those who carry an action, never rewritten afterwards."""

from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from actions.enums import ActionStatus
from actions.models import Action, ActionPhoto, ActionVisit, Milestone, ProgressReport
from actions.services.drafts import drop_draft
from cite_educative.common import journal
from cite_educative.common.locks import next_version
from cite_educative.common.once import SECOND_CLICK, just_written, lock_row
from cite_educative.common.pictures import cleaned_picture
from cite_educative.common.transitions import TransitionError

WORDS = (
    ("children", "enfant", "enfants"),
    ("young", "jeune", "jeunes"),
    ("parents", "parent", "parents"),
    ("professionals", "professionnel", "professionnels"),
)
FOLLOWED = (ActionStatus.RETAINED, ActionStatus.SUSPENDED)
# Read by fewer people than the journal of the action.
PRIVATE = {"weather", "progress", "difficulty", "help_needed"}
NBSP = "\u00a0"


def _followed(action):
    """Read again under lock. Raises `TransitionError` when nothing more is to be reported."""
    row = Action.objects.select_for_update(of=("self",)).select_related("cite").get(pk=action.pk)
    if row.status not in FOLLOWED:
        raise TransitionError(
            "Cette action n’est pas, ou plus, en cours\u00a0: un point d’étape ne s’y ajoute pas. Rechargez la page."
        )
    return row


@transaction.atomic
def report_progress(*, action, commune, actor, **fields):
    """Add a report on one line; on the same day, the same author corrects the one already made.

    `fields` are those of `ProgressReport`. A second click changes nothing. Raises `TransitionError`.
    """
    row = _followed(action)
    report = ProgressReport(action=row, commune=commune, line=commune.pk if commune else 0, author=actor, **fields)
    if known := just_written(report, lock=row):
        return known
    kept = _of_the_day(report)
    if kept is None:
        report.save()
        _record(report, actor, "report.made", "a fait le point d’étape")
    else:
        report = _correct(kept, actor, fields)
    drop_draft(action=row, form=report_form(report.line), actor=actor)
    return report


def _of_the_day(report):
    same = ProgressReport.objects.filter(
        action=report.action, line=report.line, author=report.author, reported_on=report.reported_on
    )
    today = timezone.localdate()
    return next((one for one in same if timezone.localdate(one.created_at) == today), None)


def _correct(report, actor, fields):
    before = {name: getattr(report, name) for name in fields}
    changed = {name for name in fields if before[name] != fields[name]}
    if not changed:
        return report
    for name in changed:
        setattr(report, name, fields[name])
    report.corrected_at = timezone.now()
    report.save()
    _record(
        report,
        actor,
        "report.corrected",
        "a corrigé le point d’étape du jour",
        before={name: before[name] for name in sorted(changed - PRIVATE)},
        after={name: fields[name] for name in sorted(changed - PRIVATE)},
    )
    return report


def _record(report, actor, verb, words, **values):
    place = f" pour {report.commune.name}" if report.commune else ""
    figures = reported_figures(report)
    origin = f", reçu de {report.said_by}" if report.said_by else ""
    journal.record(
        cite_id=report.action.cite_id,
        actor=actor,
        verb=verb,
        subject=report.action,
        sentence=f"{actor} {words}{place}{origin}{NBSP}: {figures}."
        if figures
        else f"{actor} {words}{place}{origin}.",
        **values,
    )


def reported_figures(report):
    """ "64 enfants, 22 parents", "" when nothing is known."""
    known = [(getattr(report, name), one, many) for name, one, many in WORDS if getattr(report, name) is not None]
    return ", ".join(f"{number} {many if number > 1 else one}" for number, one, many in known)


def report_form(line):
    """The name under which what is typed on a line is kept."""
    return f"report:{line}"


# --- Jalons ---------------------------------------------------------------------------------------


@transaction.atomic
def save_milestone(milestone, *, actor, version=None):
    """Raises `ValidationError`, `ConflictError` when it was saved since `version`. A second click finds the first one's
    row and says so."""
    created = milestone.pk is None
    lock_row(milestone.action)
    milestone.version = next_version(milestone, version)
    milestone.full_clean()
    # Whether it is done is not written here: somebody may tick it meanwhile.
    milestone.save(update_fields=None if created else ["label", "due_on", "version"])
    journal.record(
        cite_id=milestone.action.cite_id,
        actor=actor,
        verb="milestone.created" if created else "milestone.updated",
        subject=milestone.action,
        sentence=f"{actor} a {'ajouté' if created else 'modifié'} le jalon «\u00a0{milestone.label}\u00a0».",
    )
    return milestone


@transaction.atomic
def tick_milestone(milestone, *, actor, done_on):
    """`done_on` None opens it again. Changes nothing when it is so already."""
    row = Milestone.objects.select_for_update(of=("self",)).select_related("action").get(pk=milestone.pk)
    if (row.done_on is None) == (done_on is None):
        return row
    row.done_on = done_on
    row.save(update_fields=["done_on"])
    words = "a rouvert" if done_on is None else "a coché"
    journal.record(
        cite_id=row.action.cite_id,
        actor=actor,
        verb="milestone.ticked",
        subject=row.action,
        sentence=f"{actor} {words} le jalon «\u00a0{row.label}\u00a0».",
    )
    return row


# --- Photos ---------------------------------------------------------------------------------------


@transaction.atomic
def add_photo(*, action, actor, upload, title, taken_on, consent, shows_nobody):
    """Writes the picture again, no larger than 1 600 pixels, without what the telephone had added to it.

    A second click finds the photo of the first one. Raises `ValidationError` when it is no picture, or when nobody authorised it.
    """
    photo = ActionPhoto(
        action=action,
        author=actor,
        title=title,
        taken_on=taken_on,
        consent=consent,
        shows_nobody=shows_nobody,
        filename=f"{PurePath(upload.name).stem[:190]}.jpg",
    )
    if consent is not None and (consent.cite_id != action.cite_id or _is_over(consent, taken_on)):
        raise ValidationError("Cet accord pour l’image n’est pas, ou plus, valable pour cette photo.")
    content = cleaned_picture(upload)
    photo.file = ContentFile(content, name="photo.jpg")
    photo.full_clean(exclude=["size", "filename"])
    lock_row(action)
    if known := _just_added(photo, content):
        return known
    photo.save()
    journal.record(
        cite_id=action.cite_id,
        actor=actor,
        verb="photo.added",
        subject=action,
        sentence=f"{actor} a ajouté une photo{f' «{NBSP}{title}{NBSP}»' if title else ''}.",
    )
    return photo


def _just_added(photo, content):
    recent = {"title": photo.title, "size": len(content), "created_at__gt": timezone.now() - SECOND_CLICK}
    for known in ActionPhoto.objects.filter(action=photo.action, author=photo.author, **recent):
        with known.file.open("rb") as kept:
            if kept.read() == content:
                return known
    return None


def _is_over(consent, taken_on):
    day = taken_on or timezone.localdate()
    ends = [one for one in (consent.expires_on, consent.withdrawn_on) if one is not None]
    return any(end < day for end in ends) or consent.withdrawn_on is not None


@transaction.atomic
def remove_photo(photo, *, actor):
    """For a leave that is taken back: the file is erased, its line in the journal stays."""
    action, title = photo.action, str(photo)
    file = photo.file
    photo.delete()
    transaction.on_commit(lambda: file.storage.delete(file.name))
    journal.record(
        cite_id=action.cite_id,
        actor=actor,
        verb="photo.removed",
        subject=action,
        sentence=f"{actor} a retiré la photo «\u00a0{title}\u00a0».",
    )


# --- Visits ---------------------------------------------------------------------------------------


@transaction.atomic
def mark_visit(action, *, user):
    """The user has the sheet under the eyes: what was written before now is no longer new to her or him."""
    ActionVisit.objects.update_or_create(action=action, user=user, defaults={"seen_at": timezone.now()})
