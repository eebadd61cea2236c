"""What those called to a meeting answer, and the messages that follow: reminders, and the meeting called off."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cite_educative.common.locks import ConflictError
from cite_educative.common.transitions import TransitionError
from governance.convocation_content import called, is_called_for, with_question
from governance.enums import AnswerHow, ConvocationLetter, MeetingStatus, Reply
from governance.models import Invitee
from governance.services.convocation import send_letter, tell
from governance.services.meetings import lock_meeting
from governance.services.papers import GIVEN_UP
from partners.enums import MessageKind
from partners.services import LinkError, Recipient, same_letter, use_link
from partners.wording import agreed


def why_no_reply(meeting):
    """Why nobody answers the convocation; "" while one is in force and the meeting is not open."""
    if meeting.status == MeetingStatus.CONVENED:
        return _why_not_now(meeting)
    if meeting.status in GIVEN_UP:
        return f"Cette réunion est {meeting.get_status_display()}\u00a0: aucune réponse n’est plus attendue."
    if meeting.status == MeetingStatus.PLANNED:
        return "Cette réunion n’est pas encore convoquée."
    return "La séance est ouverte ou tenue\u00a0: la feuille de présence fait foi, les réponses ne changent plus."


def _why_not_now(meeting):
    if timezone.localdate(meeting.starts_at) < timezone.localdate():
        return "La date de cette réunion est passée\u00a0: aucune réponse n’est plus attendue."
    if not is_called_for(meeting):
        return "La réunion a changé de date depuis la convocation\u00a0: une nouvelle convocation demandera votre réponse."
    return ""


@transaction.atomic
def give_reply(invitee, *, actor, how, reply, represented_by="", received="", version=None):
    """Give or correct one answer, until the meeting opens. The same answer sent twice is written once.

    Raises `TransitionError` once it is too late, `ConflictError` when somebody answered since `version`,
    `ValidationError` when somebody is represented by nobody or a received reply does not say how it came.
    """
    meeting = lock_meeting(invitee.meeting)
    refusal = why_no_reply(meeting)
    if refusal:
        raise TransitionError(refusal)
    row = Invitee.objects.select_related("mandate__person").get(pk=invitee.pk)
    represented_by = represented_by.strip() if reply == Reply.REPRESENTED else ""
    said = {"reply": reply, "represented_by": represented_by, "how": how, "received": received}
    if all(getattr(row, name) == value for name, value in said.items()):
        return row
    if version is not None and row.version != version:
        raise ConflictError(row)
    before = {"reply": row.reply, "represented_by": row.represented_by}
    for name, value in said.items():
        setattr(row, name, value)
    row.replied_at, row.entered_by = timezone.now(), actor if how == AnswerHow.ENTERED else None
    row.version += 1
    row.full_clean()
    row.save()
    _record(meeting, row, actor, before)
    return row


def _record(meeting, row, actor, before):
    person = row.mandate.person
    said = agreed(row.get_reply_display(), person.civility)
    if row.represented_by:
        said += f" par {row.represented_by}"
    sentence = f"{person.formal_name} a répondu à la convocation\u00a0: {said}"
    if row.how == AnswerHow.ENTERED:
        sentence = f"{actor} a enregistré la réponse de {person.formal_name}, reçue {row.received}\u00a0: {said}"
    after = {"reply": row.reply, "represented_by": row.represented_by}
    tell(meeting, actor, "reply", sentence, before=before, after=after)


# --- By a link --------------------------------------------------------------------------------------


def invitee_of(link):
    """Who a link asks. Raises `LinkError` when nobody is asked any more."""
    rows = Invitee.objects.select_related("mandate__person", "meeting__body__cite")
    invitee = rows.filter(pk=link.subject_pk).first()
    if invitee is None:
        raise LinkError("Cette convocation n’existe plus.")
    refusal = why_no_reply(invitee.meeting)
    if refusal:
        raise LinkError(refusal)
    return invitee


@transaction.atomic
def reply_by_link(link, invitee, *, reply, represented_by, version):
    """Raises `LinkError`, and what `give_reply` raises."""
    use_link(link)
    return give_reply(
        invitee,
        actor=link.created_by,
        how=AnswerHow.LINK,
        reply=reply,
        represented_by=represented_by,
        version=version,
    )


# --- Messages that follow ---------------------------------------------------------------------------


def reachable(meeting, *, awaited_only):
    """[(line, invitee)] of the convocation in force, in protocol order; all, or those who have not answered."""
    invitees = list(Invitee.objects.in_force(meeting))
    by_mandate = {invitee.mandate_id: invitee for invitee in invitees}
    lines = called(invitee.mandate for invitee in invitees)
    pairs = [(line, by_mandate[line.mandate.pk]) for line in lines]
    return [pair for pair in pairs if not (awaited_only and pair[1].reply)]


@transaction.atomic
def write_to_invitees(meeting, *, letter, mandates, subject, body, actor):
    """(message, created): remind those who have not answered, or tell that the meeting does not take place.

    `mandates`: the ids of those written to. A second click finds the message of the first. Raises `TransitionError`
    when the meeting is not in the state for it, `ValidationError` when nobody is left to write to.
    """
    row = lock_meeting(meeting)
    convocation = row.convocations.select_related("paper", "meeting__body__cite").first()
    is_reminder = letter == ConvocationLetter.REMINDS
    _check_moment(row, convocation, is_reminder)
    if is_reminder:
        body = with_question(body, convocation.paper.content["reply_by"])
    pairs = [
        (line, invitee)
        for line, invitee in reachable(row, awaited_only=is_reminder)
        if line.mandate.pk in mandates and line.email
    ]
    earlier = same_letter(
        kind=MessageKind.CONVOCATION,
        subject=subject,
        body=body,
        recipients=[Recipient(line.person.formal_name, line.email) for line, _ in pairs],
        actor=actor,
        cite=row.body.cite,
    )
    if earlier:
        return earlier, False
    if not pairs:
        raise ValidationError("Ces personnes ont répondu entre-temps\u00a0: rien n’est parti.")
    message = send_letter(convocation, letter, subject, body, pairs, actor)
    number = message.deliveries.count()
    people = f"{number} personne{'s' if number > 1 else ''}"
    did = f"a relancé {people} sans réponse" if is_reminder else f"a prévenu {people} que la réunion n’a pas lieu"
    tell(row, actor, "reminded" if is_reminder else "called_off", f"{actor} {did}")
    return message, True


def _check_moment(meeting, convocation, is_reminder):
    if convocation is None:
        raise TransitionError("Cette réunion n’a pas été convoquée\u00a0: il n’y a personne à prévenir.")
    refusal = why_no_reply(meeting)
    if is_reminder and refusal:
        raise TransitionError(refusal)
    if not is_reminder and meeting.status not in GIVEN_UP:
        raise TransitionError("Cette réunion a bien lieu\u00a0: annulez-la d’abord.")
