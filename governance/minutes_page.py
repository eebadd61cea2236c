"""Ready strings for the pages of minutes: sides, paragraphs with their remarks, versions, letters, who is written to."""

from dataclasses import dataclass

from django.utils import timezone

from cite_educative.common.dates import date_fr
from governance.content import attendance_lines, decision_lines
from governance.documents import people_of, plain_table
from governance.enums import RemarkState
from governance.models import MeetingFile, Minutes, MinutesMessage, MinutesRemark, MinutesReview, MinutesVersion
from governance.network import Addressee
from governance.permissions import amount_readers, can_review_minutes
from partners.enums import Role
from partners.models import Mandate

STATE_CODES = {"draft": "preparation", "review": "attendu", "validated": "bilan", "published": "fait"}
REVIEW_CODES = {"awaited": "attendu", "clean": "fait", "remarks": "encours", "validated": "fait"}
REMARK_CODES = {"open": "attendu", "taken": "fait", "declined": "close"}


def badge(row, codes):
    label = row.get_state_display()
    return {"code": codes[row.state], "label": label[:1].upper() + label[1:]}


def received(row):
    """ "reçu de Mme Petit, par courriel, le 3 mai 2026"; nothing for what a side wrote itself."""
    if not row.received_from:
        return ""
    return f"reçu de {row.received_from}, {_by(row.received_by)}, le {date_fr(row.received_on)}"


def _by(channel):
    return "de vive voix" if channel == "oral" else f"par {channel}"


def review_rows(user, minutes):
    """One per side that was asked, in protocol order."""
    edited = max((row.edited_at for row in minutes.paragraphs.all() if row.edited_at), default=None)
    rows = MinutesReview.objects.visible_to(user).filter(minutes=minutes).select_related("side__cite")
    return [
        {
            "pk": row.pk,
            "side": row.side.label,
            "badge": badge(row, REVIEW_CODES),
            "sent_on": date_fr(timezone.localdate(row.sent_at)),
            "answered_on": date_fr(timezone.localdate(row.answered_at)) if row.answered_at else "",
            "received": received(row),
            "is_outdated": bool(row.answered_at and edited and edited > row.answered_at),
            "is_late": row.is_awaited and minutes.review_due_on < timezone.localdate(),
            "may_answer": can_review_minutes(user, row.side),
        }
        for row in rows.order_by("side__order", "pk")
    ]


def remark_line(remark):
    return {
        "pk": remark.pk,
        "side": remark.side.label,
        "text": remark.text,
        "received": received(remark).replace("reçu", "reçue", 1),
        "badge": badge(remark, REMARK_CODES),
        "answer": remark.answer,
        "is_open": remark.is_open,
        "is_declined": remark.state == RemarkState.DECLINED,
    }


def remarks_by_paragraph(user, minutes):
    found = {}
    rows = MinutesRemark.objects.visible_to(user).filter(paragraph__minutes=minutes).select_related("side")
    for remark in rows.order_by("created_at", "pk"):
        found.setdefault(remark.paragraph_id, []).append(remark_line(remark))
    return found


def text_groups(user, minutes):
    """The working text: the opening, each point with its paragraphs and decisions, the end."""
    remarks = remarks_by_paragraph(user, minutes)
    decisions = {}
    for decision, printed in decision_lines(minutes.meeting):
        effects = printed["effects"] | {"table": plain_table(printed["effects"]["table"])}
        decisions.setdefault(decision.item_id, []).append(printed | {"effects": effects})
    groups = []
    items = {item.pk: rank for rank, item in enumerate(minutes.meeting.items.all(), start=1)}
    for row in minutes.paragraphs.select_related("item"):
        if not groups or groups[-1]["item_id"] != row.item_id:
            title = f"{items[row.item_id]}. {row.item.title}" if row.item_id else ""
            title = title or ("Clôture de la séance" if groups else "Ouverture de la séance")
            groups.append(
                {"item_id": row.item_id, "title": title, "paragraphs": [], "decisions": decisions.get(row.item_id, [])}
            )
        groups[-1]["paragraphs"].append({"row": row, "remarks": remarks.get(row.pk, [])})
    return groups


def attendance_groups(meeting):
    return [people_of(group) for group in attendance_lines(meeting)]


def version_rows(user, meeting):
    """Those that the user may read, the last one first."""
    rows = MinutesVersion.objects.visible_to(user).filter(meeting=meeting)
    rows = rows.select_related("replaces", "issued_by__person").prefetch_related("files__file").order_by("-number")
    return [{"version": row, "files": [link.file for link in row.files.all()]} for row in rows]


def minutes_line(user, meeting):
    """For the page of the meeting: where the minutes stand, as far as this user may know; None before the closing."""
    if not meeting.is_over:
        return None
    row = Minutes.objects.visible_to(user).filter(meeting=meeting).first()
    return {
        "badge": badge(row, STATE_CODES) if row else None,
        "is_readable": row is not None,
        "versions": version_rows(user, meeting),
    }


def file_rows(user, meeting):
    rows = MeetingFile.objects.visible_to(user).filter(meeting=meeting)
    return rows.select_related("author__person", "version").order_by("created_at", "pk")


def letter_rows(minutes):
    """Who was written to and when; the letters are kept whole in the messages of the Cité."""
    rows = MinutesMessage.objects.filter(minutes=minutes).select_related("message", "version")
    return [
        {
            "message": row.message,
            "subject": f"Version {row.version.number} annoncée" if row.version else "Envoi en relecture",
            "sent_on": date_fr(timezone.localdate(row.message.created_at)),
            "people": [
                {"name": one.name, "state": one.get_state_display()} for one in row.message.deliveries.order_by("pk")
            ],
        }
        for row in rows.prefetch_related("message__deliveries")
    ]


# --- Who is written to ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Member(Addressee):
    """`waits`: holders and partners read once the funders have told."""

    waits: bool = False

    @property
    def missing(self):
        return super().missing or ("ses notifications ne sont pas libérées" if self.waits else "")


def reviewers(cite):
    """The pilots in office, in protocol order."""
    mandates = Mandate.objects.active().filter(cite=cite, role=Role.PILOT).in_protocol_order()
    return [Addressee(mandate.person, quality_of(mandate)) for mandate in one_each(mandates)]


def members(body, *, is_kept_back):
    """Those who sit in the body today, in protocol order; the holders and partners `wait` for what is kept back."""
    mandates = Mandate.objects.active().filter(memberships__body=body).in_protocol_order()
    at_once = amount_readers(body.cite_id)
    return [
        Member(mandate.person, quality_of(mandate), waits=is_kept_back and mandate.person_id not in at_once)
        for mandate in one_each(mandates)
    ]


def one_each(mandates):
    """The first mandate of each person."""
    first = {}
    for mandate in mandates:
        first.setdefault(mandate.person_id, mandate)
    return first.values()


def quality_of(mandate):
    return f"{mandate.title or mandate.role_label}, {mandate.organisation.name}"
