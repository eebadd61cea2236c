"""Minutes read again by each side, with remarks tied to paragraphs; then the members told of what is published."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cite_educative.common.dates import date_fr
from cite_educative.common.once import just_written
from cite_educative.common.transitions import TransitionError
from governance.enums import MinutesState, ReviewState
from governance.models import MinutesMessage, MinutesRemark, MinutesReview, MinutesVersion
from governance.services.minutes import lock_minutes, move, record
from governance.services.received import origin_of, said, set_origin, settle
from partners.enums import MessageKind
from partners.services import Recipient, same_letter, send_message

SAME_LETTER = timedelta(hours=1)
UNANSWERED = {
    "state": ReviewState.AWAITED,
    "answered_at": None,
    "entered_by": None,
    "received_from": "",
    "received_by": "",
    "received_on": None,
}
NOT_IN_REVIEW = "Le procès-verbal n’est pas en relecture\u00a0: rechargez la page pour voir où il en est."


@transaction.atomic
def send_for_review(minutes, *, sides, due_on, actor, subject="", body="", persons=()):
    """Ask these sides to read the text again before a date, and write to `persons`, if any.

    Their earlier answers belong to the earlier text and are asked again; (minutes, created): within the hour a second
    click finds what the first one sent. Raises `ValidationError`, `TransitionError`, `PartnersError`.
    """
    row = lock_minutes(minutes)
    cite = row.meeting.body.cite
    if not sides:
        raise ValidationError({"sides": "Choisissez au moins un pilote qui relit."})
    if any(side.cite_id != cite.pk for side in sides):
        raise ValueError("A side belongs to another Cité.")
    if due_on < timezone.localdate():
        raise ValidationError({"due_on": "Cette date est passée\u00a0: laissez à chacun le temps de relire."})
    letter = _letter(cite, subject, body, persons, actor)
    if _is_repeated(row, sides, due_on, letter):
        return row, False
    move(row, "send", review_due_on=due_on)
    row.reviews.exclude(side__in=sides).filter(state=ReviewState.AWAITED).delete()
    for side in sides:
        asked = UNANSWERED | {"sent_at": timezone.now()}
        MinutesReview.objects.update_or_create(minutes=row, side=side, defaults=asked)
    _send(row, letter, actor)
    names = ", ".join(side.label for side in sides)
    record(
        row,
        actor,
        "sent",
        f"{actor} a envoyé le procès-verbal en relecture à {names}, pour le {date_fr(due_on)}.",
    )
    return row, True


def _letter(cite, subject, body, persons, actor):
    return {
        "kind": MessageKind.BODY,
        "subject": subject,
        "body": body,
        "recipients": [Recipient.of(person) for person in persons],
        "actor": actor,
        "cite": cite,
    }


def _is_repeated(minutes, sides, due_on, letter):
    if minutes.state != MinutesState.REVIEW or minutes.review_due_on != due_on:
        return False
    asked = set(minutes.reviews.filter(sent_at__gt=timezone.now() - SAME_LETTER).values_list("side", flat=True))
    if not {side.pk for side in sides} <= asked:
        return False
    return not letter["recipients"] or same_letter(**letter, within=SAME_LETTER) is not None


def _send(minutes, letter, actor, version=None):
    """None when nobody is written to: the text went on paper, or by another channel."""
    if not letter["recipients"]:
        return None
    message = send_message(**letter, reply_to=actor.email)
    MinutesMessage.objects.create(minutes=minutes, version=version, message=message)
    return message


def _lock_in_review(minutes):
    row = lock_minutes(minutes)
    if row.state != MinutesState.REVIEW:
        raise TransitionError(NOT_IN_REVIEW)
    return row


@transaction.atomic
def answer_review(review, *, state, actor, received_from="", received_by="", received_on=None):
    """What a side says of the whole; it may say it again until the minutes are validated.

    Raises `ValidationError`, `TransitionError`.
    """
    minutes = _lock_in_review(review.minutes)
    row = MinutesReview.objects.select_related("side").get(pk=review.pk)
    has_remarks = MinutesRemark.objects.filter(paragraph__minutes=minutes, side=row.side).open().exists()
    if state == ReviewState.REMARKS and not has_remarks:
        raise ValidationError({"state": "Écrivez d’abord la remarque, à côté du paragraphe qu’elle concerne."})
    if state != ReviewState.REMARKS and has_remarks:
        raise ValidationError(
            {
                "state": "Une remarque de ce pilote n’est pas traitée\u00a0: choisissez «\u00a0relu avec remarques\u00a0»."
            }
        )
    if (row.state, *origin_of(row)) == (state, received_from, received_by, received_on):
        return row
    set_origin(row, received_from, received_by, received_on)
    row.state, row.answered_at, row.entered_by = state, timezone.now(), actor
    row.full_clean()
    row.save()
    record(minutes, actor, "reviewed", f"{row.side.label}\u00a0: {row.get_state_display()}{said(row)}.")
    return row


@transaction.atomic
def add_remark(paragraph, *, side, text, actor, received_from="", received_by="", received_on=None):
    """A remark of a side that was asked; its review becomes "avec remarques". A second click finds it.

    Raises `ValidationError`, `TransitionError`.
    """
    minutes = _lock_in_review(paragraph.minutes)
    review = minutes.reviews.filter(side=side).select_related("side").first()
    if review is None:
        raise ValidationError("Ce pilote n’a pas été invité à relire ce procès-verbal.")
    remark = MinutesRemark(paragraph=paragraph, side=side, text=text, author=actor)
    set_origin(remark, received_from, received_by, received_on)
    remark.full_clean()
    known = just_written(remark, lock=minutes)
    if known:
        return known
    remark.save()
    review.state, review.answered_at, review.entered_by = ReviewState.REMARKS, timezone.now(), actor
    set_origin(review, received_from, received_by, received_on)
    review.save()
    record(
        minutes,
        actor,
        "remark",
        f"{side.label}\u00a0: remarque sur le paragraphe {paragraph.order}{said(remark)}.",
    )
    return remark


@transaction.atomic
def settle_remark(remark, *, state, answer, actor):
    """Take it or not, with a word when it is not; may be changed until the minutes are validated.

    Raises `ValidationError`, `TransitionError`.
    """
    minutes = lock_minutes(remark.paragraph.minutes)
    if not minutes.is_editable:
        raise TransitionError("Le procès-verbal est validé\u00a0: ses remarques ne changent plus.")
    row = MinutesRemark.objects.select_related("paragraph", "side").get(pk=remark.pk)
    if not settle(row, state=state, answer=answer, actor=actor):
        return row
    record(
        minutes,
        actor,
        "settled",
        f"{actor}\u00a0: remarque de {row.side.label} sur le paragraphe {row.paragraph.order} {row.get_state_display()}.",
    )
    return row


@transaction.atomic
def notify_members(version, *, subject, body, persons, actor):
    """(message, created): write to members that a version is published; within the hour the same letter leaves once.

    Raises `PartnersError`.
    """
    minutes = lock_minutes(version.minutes)
    version = MinutesVersion.objects.get(pk=version.pk)
    letter = _letter(minutes.meeting.body.cite, subject, body, persons, actor)
    earlier = same_letter(**letter, within=SAME_LETTER)
    if earlier:
        return earlier, False
    message = send_message(**letter, reply_to=actor.email)
    MinutesMessage.objects.create(minutes=minutes, version=version, message=message)
    number = message.deliveries.count()
    record(
        minutes,
        actor,
        "notified",
        f"{actor} a prévenu {number} personne{'s' if number > 1 else ''} de la version {version.number}.",
    )
    return message, True
