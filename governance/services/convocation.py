"""A convocation sent by a person: the letter frozen, one copy and one personal link for each person called."""

from datetime import datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from cite_educative.common import journal
from cite_educative.common.dates import date_fr
from cite_educative.common.once import SECOND_CLICK
from cite_educative.common.transitions import TransitionError
from governance.convocation_content import letter_content, mark_of, with_question
from governance.enums import ConvocationLetter, MeetingStatus, PaperKind
from governance.models import Convocation, ConvocationCopy, ConvocationMessage, Invitee
from governance.services.meetings import convene_meeting, lock_meeting
from governance.services.papers import issue_paper
from partners.enums import Gesture, MessageKind
from partners.models import AccessLink
from partners.services import Recipient, issue_link, revoke_links, send_message

VARYING = ("number", "replaces", "dated")
UNREPLIED = {"reply": "", "represented_by": "", "how": "", "received": "", "replied_at": None, "entered_by": None}
CHANGED = (
    "La date, le lieu ou l’ordre du jour a changé, ou une convocation est partie, pendant que vous prépariez "
    "celle-ci. Rien n’est parti\u00a0: relisez la lettre, puis envoyez-la."
)


def tell(meeting, actor, verb, sentence, **values):
    journal.record(
        cite_id=meeting.body.cite_id,
        actor=actor,
        verb=f"meeting.{verb}",
        subject=meeting,
        sentence=f"{sentence}.",
        **values,
    )


def check_convenable(meeting):
    """Raises `TransitionError` for a meeting that is open, over, given up, past, or about nothing."""
    if not meeting.is_preparable:
        raise TransitionError(f"Cette réunion est {meeting.get_status_display()}\u00a0: elle ne se convoque plus.")
    if meeting.starts_at <= timezone.now():
        raise TransitionError("La date de cette réunion est passée\u00a0: modifiez-la avant de convoquer.")
    if not meeting.items.exists():
        raise TransitionError("L’ordre du jour est vide\u00a0: ajoutez un point avant de convoquer.")


@transaction.atomic
def send_convocation(meeting, *, text, signatories, members, guests, mark, actor):
    """Convene, or replace the convocation in force. (convocation, created): a second click finds the first one.

    `text`: `place`, `opening`, `closing`, `reply_by`, `subject`, `body`; `members`, `guests`: `Called` lines; who has no
    address gets a printed letter. Replies are asked again when the meeting moved, and kept otherwise. Raises
    `ValidationError`, also when `mark` (`mark_of`) is no longer the one read, and `TransitionError`.
    """
    row = lock_meeting(meeting)
    check_convenable(row)
    _check(row, text, [*members, *guests], signatories)
    last = row.convocations.select_related("paper").first()
    letter = letter_content(
        row, text=text, signatories=signatories, members=members, guests=guests, replaced=last, actor=actor
    )
    if _is_repeated(last, letter, actor):
        return last, False
    if mark != mark_of(row):
        raise ValidationError(CHANGED)
    paper = issue_paper(row, PaperKind.CONVOCATION, letter, actor=actor)
    convocation = Convocation.objects.create(
        meeting=row, paper=paper, reply_by=text["reply_by"], sent_at=timezone.now(), sent_by=actor
    )
    moved = bool(last) and last.paper.content["starts_at"] != letter["starts_at"]
    _stop_earlier(row, moved)
    reached = [
        *_copies(convocation, members, is_guest=False),
        *_copies(convocation, guests, is_guest=True),
    ]
    body = with_question(text["body"], letter["reply_by"], letter["replaces"])
    if any(line.email for line, _ in reached):
        send_letter(convocation, ConvocationLetter.CONVENES, text["subject"], body, reached, actor)
    if row.status == MeetingStatus.PLANNED:
        convene_meeting(row, actor=actor)
    _record(convocation, reached, actor)
    return convocation, True


def _check(meeting, text, lines, signatories):
    if not lines:
        raise ValidationError({"members": "Cochez au moins une personne à convoquer."})
    if any(mandate.cite_id != meeting.body.cite_id for mandate in [*signatories, *(line.mandate for line in lines)]):
        raise ValueError("A mandate belongs to another Cité.")
    last_day = timezone.localdate(meeting.starts_at)
    if not timezone.localdate() <= text["reply_by"] <= last_day:
        raise ValidationError(
            {"reply_by": f"Donnez une date d’aujourd’hui au {date_fr(last_day)}, jour de la réunion."}
        )


def _is_repeated(last, letter, actor):
    if last is None or last.sent_by_id != actor.pk or last.sent_at < timezone.now() - SECOND_CLICK:
        return False
    return all(last.paper.content.get(name) == value for name, value in letter.items() if name not in VARYING)


def _stop_earlier(meeting, moved):
    """Whoever is called again gets a link that works until the new date."""
    for invitee in meeting.invitees.all():
        revoke_links(gestures=[Gesture.CONVOCATION], subject=invitee)
    if moved:
        meeting.invitees.exclude(reply="").update(**UNREPLIED, version=F("version") + 1)


def _copies(convocation, lines, *, is_guest):
    """[(line, invitee)], each with its copy."""
    pairs = []
    for line in lines:
        invitee, _ = Invitee.objects.update_or_create(
            meeting=convocation.meeting, mandate=line.mandate, defaults={"is_guest": is_guest}
        )
        ConvocationCopy.objects.create(convocation=convocation, invitee=invitee, email=line.email)
        pairs.append((line, invitee))
    return pairs


def send_letter(convocation, letter, subject, body, reached, actor):
    """To those of `reached`, (line, invitee) pairs, who have an address; each with the own link, but to call off."""
    asks = letter != ConvocationLetter.CANCELS
    message = send_message(
        kind=MessageKind.CONVOCATION,
        subject=subject,
        body=body,
        recipients=[
            Recipient(
                line.person.formal_name,
                line.email,
                line.person,
                own_link(convocation, invitee, line, actor) if asks else None,
                line.copy_to,
            )
            for line, invitee in reached
            if line.email
        ],
        actor=actor,
        cite=convocation.meeting.body.cite,
        reply_to=convocation.paper.content["organiser"]["email"],
    )
    ConvocationMessage.objects.create(convocation=convocation, message=message, letter=letter)
    return message


def own_link(convocation, invitee, line, actor):
    """The one already sent, if it still opens; a new one until the end of the day of the meeting otherwise."""
    now = timezone.now()
    live = AccessLink.objects.filter(
        gesture=Gesture.CONVOCATION,
        subject_type=Invitee._meta.label_lower,
        subject_pk=invitee.pk,
        email__iexact=line.email,
        revoked_at=None,
        expires_at__gt=now,
    ).first()
    day = timezone.localdate(convocation.meeting.starts_at)
    end = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    return live or issue_link(
        gesture=Gesture.CONVOCATION,
        email=line.email,
        name=line.person.formal_name,
        person=line.person,
        actor=actor,
        cite=convocation.meeting.body.cite,
        subject=invitee,
        life=end - now,
    )


def _record(convocation, reached, actor):
    number, printed = len(reached), sum(not line.email for line, _ in reached)
    people = f"{number} personne{'s' if number > 1 else ''}"
    sentence = f"{actor} a envoyé la convocation, version {convocation.paper.number}, à {people}"
    if printed:
        sentence += f", dont {printed} sur papier"
    tell(convocation.meeting, actor, "convocation", sentence)
