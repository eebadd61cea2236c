"""The pages of minutes, with those of the first Troïka: published once, and being corrected."""

from governance.enums import MeetingStatus
from governance.models import MinutesParagraph, MinutesRemark, MinutesReview
from tests.browser.page import Page


def _meeting(demo):
    return [demo.meeting(MeetingStatus.PUBLISHED).pk]


def _paragraph(demo):
    meeting = demo.meeting(MeetingStatus.PUBLISHED)
    return [MinutesParagraph.objects.filter(minutes__meeting=meeting, remarks__isnull=False).first().pk]


def _remark(demo):
    return [MinutesRemark.objects.filter(paragraph__minutes__meeting=_meeting(demo)[0]).open().get().pk]


def _review(demo):
    return [MinutesReview.objects.filter(minutes__meeting=_meeting(demo)[0], side__kind="state").get().pk]


MINUTES_PAGES = [
    Page("governance:minutes", _meeting),
    Page("governance:minutes", _meeting, login="prefecture"),
    Page("governance:minutes_heading", _meeting),
    Page("governance:minutes_send", _meeting),
    Page("governance:minutes_publish", _meeting),
    Page("governance:minutes_reopen", _meeting),
    Page("governance:minutes_notify", _meeting),
    Page("governance:minutes_paragraph", _paragraph),
    Page("governance:minutes_remark", _paragraph),
    Page("governance:minutes_remark", _paragraph, login="prefecture"),
    Page("governance:minutes_settle", _remark),
    Page("governance:minutes_review", _review),
    Page("governance:minutes_review", _review, login="prefecture"),
    Page("governance:meeting_file_add", _meeting),
]
