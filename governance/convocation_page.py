"""What the page of a meeting shows of its convocation: the letter for its readers, the answers for the team."""

from django.urls import reverse
from django.utils import timezone

from cite_educative.common.dates import date_fr, time_fr
from governance.convocation_content import is_outdated, meeting_facts
from governance.enums import AnswerHow, ConvocationLetter, Reply
from governance.models import Invitee, MeetingPaper
from governance.permissions import can_prepare
from governance.services import why_no_reply
from governance.services.papers import GIVEN_UP
from partners.tables import mandate_quality
from partners.wording import agreed

CODES = {"": "attendu", Reply.PRESENT: "favorable", Reply.EXCUSED: "reserve", Reply.REPRESENTED: "favorable"}


def convocation_section(user, meeting):
    """None when the reader has no letter to see and none to prepare."""
    papers = MeetingPaper.objects.visible_to(user).filter(meeting=meeting, kind="convocation")
    paper = papers.prefetch_related("files__file").first()
    may_prepare = can_prepare(user, meeting.body.cite)
    if paper is None:
        return {"paper": None, "may_prepare": True} if may_prepare and meeting.is_preparable else None
    section = {
        "paper": paper,
        "files": [link.file for link in paper.files.all()],
        "may_prepare": may_prepare,
        "calendar_url": reverse("governance:meeting_calendar", args=[meeting.pk]) if meeting.is_preparable else "",
    }
    return section | (_for_the_team(meeting, paper) if may_prepare else {})


def _for_the_team(meeting, paper):
    invitees = list(Invitee.objects.in_force(meeting))
    convocation = paper.convocation
    told = convocation.messages.filter(letter=ConvocationLetter.CANCELS).first()
    is_open_to_replies = not why_no_reply(meeting)
    return {
        "reply_by": date_fr(convocation.reply_by, weekday=True) if is_open_to_replies else "",
        "is_outdated": meeting.is_preparable and is_outdated(convocation, meeting_facts(meeting)),
        "is_given_up": meeting.status in GIVEN_UP,
        "told_on": date_fr(timezone.localdate(told.message.created_at)) if told else "",
        "counts": _counts(invitees),
        "invitees": [_row(invitee, is_open_to_replies) for invitee in invitees],
        "is_awaiting": is_open_to_replies and any(not one.reply and one.sent_to for one in invitees),
    }


def _counts(invitees):
    replies = [invitee.reply for invitee in invitees]
    return [
        {"label": "Attendus", "value": len(replies)},
        {"label": "Présents", "value": replies.count(Reply.PRESENT)},
        {"label": "Excusés", "value": replies.count(Reply.EXCUSED)},
        {"label": "Représentés", "value": replies.count(Reply.REPRESENTED)},
        {"label": "Sans réponse", "value": replies.count("")},
    ]


def _row(invitee, is_open_to_replies):
    mandate = invitee.mandate
    label = agreed(invitee.get_reply_display(), mandate.person.civility) if invitee.reply else "sans réponse"
    return {
        "name": mandate.person.formal_name,
        "quality": f"{mandate_quality(mandate)}, {mandate.organisation.name}",
        "is_guest": invitee.is_guest,
        "sent_to": invitee.sent_to,
        "code": CODES[invitee.reply],
        "reply": label[:1].upper() + label[1:],
        "represented_by": invitee.represented_by,
        "when": _when(invitee),
        "url": reverse("governance:reply", args=[invitee.pk]) if is_open_to_replies else "",
        "verb": "Corriger la réponse" if invitee.reply else "Enregistrer la réponse",
    }


def _when(invitee):
    if not invitee.reply:
        return ""
    on = f"le {date_fr(timezone.localdate(invitee.replied_at))} à {time_fr(invitee.replied_at)}"
    how = f"reçue {invitee.received}" if invitee.how == AnswerHow.ENTERED else invitee.get_how_display()
    return f"{how}, {on}"
