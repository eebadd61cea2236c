from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from cite_educative.common.money import ZERO, euros
from governance import services
from governance.models import ActionPoint
from governance.point_rows import point_line
from governance.quorum import acknowledged_words, quorum_of
from governance.tables import effect_lines
from governance.views.common import meeting_title, prepared_meeting, refusals_to


@require_http_methods(["GET", "POST"])
@refusals_to("governance:meeting")
def closing(request, pk):
    """What closing will write, in words; confirmed, it is written, all of it or nothing."""
    meeting = prepared_meeting(request, pk)
    acknowledgement = request.POST.get("acknowledgement", "").replace("\x00", "").strip()
    problems, missing = [], ""
    if request.method == "POST":
        try:
            services.close_meeting(meeting, actor=request.user, acknowledgement=acknowledgement[:500])
            messages.success(
                request,
                "La séance est close. Les décisions sont numérotées, le relevé se prépare, le procès-verbal est à relire.",
            )
            return redirect("governance:meeting", pk=pk)
        except services.ClosingRefused as refusal:
            problems = refusal.problems
        except services.AcknowledgementNeeded:
            missing = "Dites pourquoi l’enveloppe peut être dépassée, et qui l’a accepté."
    elif not meeting.is_open:
        return redirect("governance:meeting", pk=pk)
    return _page(request, meeting, acknowledgement, problems, missing)


def _page(request, meeting, acknowledgement, problems, missing):
    preview = services.closing_preview(meeting)
    context = {
        "meeting": meeting,
        "title": meeting_title(meeting),
        "decisions": [_decision_line(meeting, row, preview.effects) for row in preview.decisions],
        "envelopes": [envelope_line(change) for change in preview.envelopes],
        "overdrawn": [envelope_line(change) for change in preview.overdrawn],
        "problems": problems or preview.problems,
        "without_decision": _without_decision(meeting),
        "points": _points(request, meeting),
        "quorum": quorum_of(meeting),
        "quorum_seen": acknowledged_words(meeting),
        "acknowledgement": acknowledgement,
        "missing": missing,
    }
    return render(request, "governance/closing.html", context, status=409 if problems else 422 if missing else 200)


def _points(request, meeting):
    rows = ActionPoint.objects.visible_to(request.user).filter(meeting=meeting).for_list().by_date()
    return [point_line(row, request.user.access.today) for row in rows]


def _decision_line(meeting, decision, effects):
    url = reverse("governance:live", args=[meeting.pk])
    return {
        "title": decision.title,
        "text": decision.text,
        "url": f"{url}?point={decision.item_id}&decision={decision.pk}#decision",
        "is_agreed": decision.is_agreed,
        "replaces": decision.replaces.reference if decision.replaces_id else "",
        "effects": effect_lines(effect for effect in effects if effect.decision_id == decision.pk),
    }


def envelope_line(change):
    return {
        "label": change.source.label,
        "year": change.budget_year,
        "envelope": euros(change.envelope),
        "before": euros(change.before),
        "after": euros(change.after),
        "remaining": euros(change.remaining),
        "is_overdrawn": change.is_overdrawn,
        "excess": euros(-change.remaining) if (change.remaining or ZERO) < 0 else "",
    }


def _without_decision(meeting):
    items = meeting.items.filter(kind="decision", decisions__isnull=True)
    return list(items.values_list("title", flat=True))
