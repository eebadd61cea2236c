"""What minutes are made of: the paragraphs drafted from what was typed live, then the strings that a version freezes."""

import hashlib
import json
import re

from django.utils import timezone

from cite_educative.common.dates import date_fr, time_fr
from governance.content import attendance_lines, decision_lines, meeting_lines, signatory
from governance.enums import ItemKind

BLOCK = re.compile(r"<(p|ul|ol|h3|h4|table)\b[^>]*>.*?</\1>", re.DOTALL)
OPENING = 1  # the order of the paragraph that opens; the other one without a point ends


def blocks(html):
    """The paragraphs, lists and tables of clean HTML; one block when they hold one another."""
    found = [match.group(0) for match in BLOCK.finditer(html)]
    is_whole = "".join("".join(found).split()) == "".join(html.split())
    return found if is_whole else [html]


def first_paragraphs(meeting):
    """[(item or None, HTML)]: the opening, each point in the order of the agenda, the end.

    A point of which nothing was typed gets one empty paragraph, to be filled.
    """
    items = list(meeting.items.all())
    drafted = [(item, text) for item in items for text in blocks(item.discussion) or [""]]
    return [(None, _opening(meeting)), *drafted, (None, _ending(meeting))]


def _on_the_day(meeting, moment):
    """Whether a time of the clock is that of the meeting: one entered afterwards is opened and closed another day."""
    return moment is not None and timezone.localdate(moment) == timezone.localdate(meeting.starts_at)


def _opening(meeting):
    at = meeting.opened_at if _on_the_day(meeting, meeting.opened_at) else meeting.starts_at
    return f"<p>La séance est ouverte à {time_fr(at)}.</p>"


def _ending(meeting):
    if _on_the_day(meeting, meeting.closed_at):
        return f"<p>La séance est levée à {time_fr(meeting.closed_at)}.</p>"
    return "<p>La séance est levée.</p>"


def minutes_content(minutes, *, version, replaced, reason, issued_by):
    """The minutes as they stand now. `replaced`: the version that this one corrects, or None."""
    meeting = minutes.meeting
    rows = [row for row in minutes.paragraphs.all() if row.text]
    decisions = decision_lines(meeting)
    return {
        **meeting_lines(meeting),
        "version": str(version),
        "replaces": _cited(replaced),
        "reason": reason,
        "issued_on": date_fr(timezone.localdate()),
        "issued_by": signatory(issued_by, meeting.body.cite),
        "chair": minutes.chair,
        "secretary": minutes.secretary,
        "attendance": attendance_lines(meeting),
        "agenda": list(meeting.items.values_list("title", flat=True)),
        "opening": _paragraphs(row for row in rows if row.item_id is None and row.order == OPENING),
        "points": [
            _point(rank, item, rows, [printed for decision, printed in decisions if decision.item_id == item.pk])
            for rank, item in enumerate(meeting.items.select_related("presenter"), start=1)
        ],
        "ending": _paragraphs(row for row in rows if row.item_id is None and row.order != OPENING),
        "other_decisions": [printed for decision, printed in decisions if decision.item_id is None],
    }


def _cited(replaced):
    if replaced is None:
        return ""
    return f"version {replaced.number} du {replaced.content['issued_on']}"


def _paragraphs(rows):
    return [{"number": str(row.order), "html": row.text} for row in rows]


def _point(rank, item, rows, decisions):
    return {
        "number": str(rank),
        "title": item.title,
        "kind": item.get_kind_display(),
        "presenter": item.presenter.formal_name if item.presenter else "",
        "paragraphs": _paragraphs(row for row in rows if row.item_id == item.pk),
        "decisions": decisions,
        "is_undecided": item.kind == ItemKind.DECISION and not decisions,
    }


def fingerprint(content):
    """The SHA-256 of a frozen content, in hexadecimal."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
