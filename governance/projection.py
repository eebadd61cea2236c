"""What the room reads on the wall: the point being discussed, its figures, what is proposed, what was decided.

Nobody is named there but who presents; positions and owners stay on the secretary's screen.
"""

import hashlib
import time

from cite_educative.common.dates import date_fr, time_fr
from governance.enums import PointStatus
from governance.figures import item_figures
from governance.models import NoteVersion
from governance.tables import figure_rows, figure_totals


def projected(meeting):
    """The screen as it is now; `point` is None until one is being discussed."""
    items = list(meeting.items.select_related("presenter"))
    rank = next((rank for rank, item in enumerate(items) if item.pk == meeting.current_item_id), None)
    return {
        "time": time_fr(meeting.starts_at),
        "agenda": items,
        "total": len(items),
        "point": None if rank is None else _point(items[rank], rank + 1),
        "following": items[rank + 1] if rank is not None and rank + 1 < len(items) else None,
    }


def half_minute():
    return int(time.time()) // 30


def wall_state(meeting):
    """What tells one screen from the next, in three queries. What changes elsewhere, an envelope or an amount, is seen
    at the next half minute.
    """
    items = list(meeting.items.values_list("pk", "order", "version"))
    current = meeting.current_item_id
    decisions = list(meeting.decisions.filter(item=current).order_by("pk").values_list("pk", "version", "is_agreed"))
    points = list(meeting.action_points.filter(item=current).order_by("pk").values_list("pk", "version", "status"))
    told = (meeting.version, current, items, decisions, points, half_minute())
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def _point(item, number):
    drafts = list(item.decisions.prefetch_related("effects"))
    figures = item_figures(item, planned=written_amounts(drafts))
    issued = NoteVersion.objects.filter(note__item=item).first()
    points = item.action_points.exclude(status=PointStatus.DROPPED).order_by("pk")
    return {
        "item": item,
        "number": number,
        "kind": item.get_kind_display(),
        "figures": figure_rows(figures),
        "totals": figure_totals(figures),
        "proposal": (issued.content["proposal"] or issued.content["request"]) if issued and not drafts else "",
        "decisions": drafts,
        "points": [{"text": row.text, "due_on": date_fr(row.due_on) if row.due_on else ""} for row in points],
    }


def written_amounts(decisions):
    """What the decisions of the point programme, None (the defaults) when nothing is written."""
    effects = [effect for decision in decisions for effect in decision.effects.all()]
    return {effect.funding_id: effect.after for effect in effects if effect.funding_id} if decisions else None
