"""A note sent to be read again, what its readers answer, and its validation before it is issued."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cite_educative.common import journal
from cite_educative.common.dates import date_fr
from cite_educative.common.locks import ConflictError
from cite_educative.common.transitions import TransitionError
from governance.enums import Approval, NoteStage, RemarkState
from governance.models import Note, NoteRemark, NoteReview
from governance.services.notes import lock_before_closing
from governance.services.received import origin_of, said, set_origin, settle
from partners.enums import MessageKind, Role
from partners.models import Mandate
from partners.services import Recipient, same_letter, send_message

SAME_ASKING = timedelta(hours=1)
UNANSWERED = {
    "state": Approval.AWAITED,
    "answered_at": None,
    "text_version": None,
    "entered_by": None,
    "received_from": "",
    "received_by": "",
    "received_on": None,
}


def _lock(note):
    """Raises `TransitionError` once its meeting is over."""
    lock_before_closing(note.item)
    return Note.objects.select_for_update(of=("self",)).get(pk=note.pk)


def _tell(note, actor, verb, sentence):
    journal.record(cite_id=note.cite_id, actor=actor, verb=f"note.{verb}", subject=note, sentence=sentence)


@transaction.atomic
def send_note(note, *, sides=(), mandates=(), due_on, actor):
    """Ask these sides and persons to read the note again; what they answered to an earlier text is asked again.

    (note, created): within the hour a second click finds what the first one asked. Those who were asked before, did
    not answer and are left out are not awaited any more. Raises `ValidationError`, `TransitionError`.
    """
    row = _lock(note)
    readers = [*({"side": side} for side in sides), *({"mandate": mandate} for mandate in mandates)]
    if not readers:
        raise ValidationError({"sides": "Choisissez au moins un pilote ou une personne."})
    if any(reader.cite_id != row.cite_id for reader in (*sides, *mandates)):
        raise ValueError("A reader belongs to another Cité.")
    if due_on < timezone.localdate():
        raise ValidationError({"due_on": "Cette date est passée\u00a0: laissez à chacun le temps de relire."})
    if _is_asked(row, readers, due_on):
        return row, False
    row.stage, row.review_due_on = NoteStage.REVIEW, due_on
    row.save(update_fields=["stage", "review_due_on", "updated_at"])
    kept = [
        NoteReview.objects.update_or_create(note=row, **who, defaults=UNANSWERED | {"sent_at": timezone.now()})[0]
        for who in readers
    ]
    _stop_awaiting(row.reviews.exclude(pk__in=[review.pk for review in kept]))
    names = ", ".join(review.reader for review in kept)
    _tell(row, actor, "sent", f"{actor} a demandé de relire la note à {names}, pour le {date_fr(due_on)}.")
    return row, True


def _stop_awaiting(reviews):
    """How many were awaited. Who made a remark stays, and asks for changes until it is settled."""
    awaited = list(reviews.filter(state=Approval.AWAITED))
    for review in awaited:
        last = review.remarks.last()
        if last is None:
            review.delete()
            continue
        review.state, review.answered_at, review.entered_by = Approval.CHANGES, last.created_at, last.author
        review.save(update_fields=["state", "answered_at", "entered_by"])
    return len(awaited)


def _is_asked(note, readers, due_on):
    is_answered = note.reviews.exclude(state=Approval.AWAITED).exists()
    if note.stage != NoteStage.REVIEW or note.review_due_on != due_on or is_answered:
        return False
    recent = note.reviews.filter(sent_at__gt=timezone.now() - SAME_ASKING).values_list("side", "mandate")
    asked = {
        (who["side"].pk if "side" in who else None, who["mandate"].pk if "mandate" in who else None) for who in readers
    }
    return asked == set(recent)


def awaited_mandates(note):
    """Those who may answer what is awaited: the persons, and the pilots of the sides, in protocol order."""
    awaited = note.reviews.filter(state=Approval.AWAITED)
    asked = Q(pk__in=awaited.values("mandate")) | Q(role=Role.PILOT, side__in=awaited.values("side"))
    return Mandate.objects.filter(asked, cite=note.cite_id, substitute_of=None).active().in_protocol_order()


@transaction.atomic
def write_to_readers(note, *, subject, body, persons, actor):
    """(message, created): a letter to those who are asked; within the hour the same one leaves once.

    Raises `TransitionError` when nobody is asked any more, `PartnersError` for an unusable address.
    """
    row = _lock(note)
    if row.stage != NoteStage.REVIEW:
        raise TransitionError("La note n’est pas en relecture\u00a0: demandez d’abord une relecture.")
    asked = set(awaited_mandates(row).values_list("person", flat=True))
    persons = [person for person in persons if person.pk in asked]
    if not persons:
        raise TransitionError("Plus personne n’est attendu pour cette relecture\u00a0: rien n’est parti.")
    letter = {
        "kind": MessageKind.BODY,
        "subject": subject,
        "body": body,
        "recipients": [Recipient.of(person) for person in persons],
        "actor": actor,
        "cite": row.cite,
    }
    earlier = same_letter(**letter, within=SAME_ASKING)
    if earlier:
        return earlier, False
    message = send_message(**letter, reply_to=actor.email)
    number = message.deliveries.count()
    readers = f"{number} personnes qui relisent" if number > 1 else "une personne qui relit"
    _tell(row, actor, "written", f"{actor} a écrit à {readers} la note.")
    return message, True


@transaction.atomic
def answer_note(review, *, state, actor, remark="", version=None, **origin):
    """Approve, or say what must change; it may be said again until the note is validated. A second click writes nothing.

    `version`: of the text that was read; `origin`: `received_from`, `received_by`, `received_on` of an answer entered
    for somebody. Raises `ConflictError` when the text was written again since, `ValidationError`, `TransitionError`.
    """
    note = _lock(review.note)
    if version is not None and note.version != version:
        raise ConflictError(note)
    if note.stage != NoteStage.REVIEW:
        raise TransitionError("La note n’est pas en relecture\u00a0: rechargez la page pour voir où elle en est.")
    row = NoteReview.objects.in_protocol_order().get(pk=review.pk)
    remark = remark.strip()
    _check_answer(row, state, remark)
    set_origin(row, **origin)
    before = NoteReview.objects.get(pk=row.pk)
    is_said = not remark or row.remarks.open().filter(text=remark).exists()
    if is_said and (before.state, before.text_version, *origin_of(before)) == (state, note.version, *origin_of(row)):
        return row
    row.state, row.answered_at, row.text_version, row.entered_by = state, timezone.now(), note.version, actor
    row.save()
    if not is_said:
        said_so = NoteRemark(review=row, text=remark, author=actor)
        set_origin(said_so, **origin)
        said_so.full_clean()
        said_so.save()
    _tell(note, actor, "reviewed", f"{row.reader}\u00a0: {row.get_state_display()}{said(row)}.")
    return row


def _check_answer(review, state, remark):
    is_open = review.remarks.open().exists()
    if state == Approval.CHANGES and not (remark or is_open):
        raise ValidationError({"remark": "Dites ce qui doit changer."})
    if state == Approval.APPROVED and remark:
        raise ValidationError(
            {
                "remark": "Une remarque demande un changement\u00a0: choisissez «\u00a0modifications demandées\u00a0», ou videz-la."
            }
        )
    if state == Approval.APPROVED and is_open:
        raise ValidationError(
            {"state": "Une remarque de cette relecture n’est pas traitée\u00a0: traitez-la d’abord."}
        )


@transaction.atomic
def drop_note_review(review, *, actor):
    """Do not wait for this answer any more. A second click finds it so; one that was given stays."""
    note = _lock(review.note)
    if _stop_awaiting(NoteReview.objects.filter(pk=review.pk)):
        _tell(note, actor, "dropped", f"{actor} n’attend plus cette relecture\u00a0: {review.reader}.")


@transaction.atomic
def settle_note_remark(remark, *, state, answer, actor):
    """Take it or not, with a word when it is not. Raises `ValidationError`, `TransitionError`."""
    note = _lock(remark.review.note)
    row = NoteRemark.objects.select_related("review__side", "review__mandate__person").get(pk=remark.pk)
    if settle(row, state=state, answer=answer, actor=actor):
        _tell(note, actor, "settled", f"{actor}\u00a0: remarque {row.get_state_display()} ({row.review.reader}).")
    return row


def what_prevents(note):
    """Sentences; an empty list when the note may be validated."""
    found = []
    for review in note.reviews.in_protocol_order():
        if review.is_awaited:
            found.append(f"Réponse attendue\u00a0: {review.reader}.")
        nb_open = review.remarks.open().count()
        if nb_open:
            one = "Une remarque" if nb_open == 1 else f"{nb_open} remarques"
            found.append(f"{one} à traiter\u00a0: {review.reader}.")
        elif review.state == Approval.CHANGES and not _is_settled(review):
            found.append(f"{review.reader} demande des modifications.")
    return found


def _is_settled(review):
    return review.remarks.exclude(state=RemarkState.OPEN).exists()


@transaction.atomic
def validate_note(note, *, actor):
    """The text is ready to be issued. A second click finds it so. Raises `TransitionError` with what prevents it."""
    row = _lock(note)
    if row.stage == NoteStage.VALIDATED:
        return row
    if row.stage == NoteStage.REVIEW and (faults := what_prevents(row)):
        raise TransitionError(" ".join(["La note ne peut pas être validée.", *faults]))
    row.stage = NoteStage.VALIDATED
    row.save(update_fields=["stage", "updated_at"])
    _tell(row, actor, "validated", f"{actor} a validé la note «\u00a0{row.title}\u00a0».")
    return row
