"""What was decided: the register, one decision, the decisions about one action."""

from django.db.models import Sum
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cite_educative.common.dates import date_fr
from cite_educative.common.money import euros
from cite_educative.common.tables import ListPage
from governance.enums import EffectKind
from governance.filters import DecisionFilter
from governance.models import Decision, DecisionRecord
from governance.permissions import can_read_amounts, can_read_positions
from governance.tables import (
    STATUS_SENTENCES,
    register_columns,
    register_row,
    register_values,
    signed,
    status,
    with_effect,
)
from governance.views.common import chosen_cite, visible_decision


@require_GET
def decisions(request):
    cite = chosen_cite(request)
    reads = can_read_amounts(request.user, cite)
    rows = Decision.objects.visible_to(request.user).filter(body__cite=cite, number__isnull=False)
    listing = ListPage(
        request,
        with_effect(rows).select_related("body"),
        register_columns(reads),
        filterset=DecisionFilter,
        row=register_row,
        values=register_values,
        totals={"effect": Sum("effect")} if reads else None,
        default_sort="-adopted_on",
        title="Registre des décisions",
        noun=("décision", "décisions"),
        empty_text="Aucune décision adoptée pour l’instant.",
        filename="decisions",
    )
    if listing.export_format:
        return listing.export()
    return render(request, "governance/decisions.html", {"listing": listing})


@require_GET
def decision(request, pk):
    row = visible_decision(request, pk)
    cite = row.body.cite
    reads = can_read_amounts(request.user, cite)
    context = {
        "decision": row,
        "status": status(row),
        "adopted_on": date_fr(row.adopted_on) if row.adopted_on else "",
        "meeting_label": f"{row.body.label} du {date_fr(timezone.localdate(row.meeting.starts_at))}"
        if row.meeting
        else "",
        "positions": _positions(row) if can_read_positions(request.user, cite) else [],
        "effects": _effects(row) if reads else [],
        "total": signed(with_effect(Decision.objects.visible_to(request.user)).get(pk=row.pk).effect) if reads else "",
        "reads": reads,
        "cancelled_by": row.cancelled_by,
        "files": _record_files(request.user, row),
    }
    return render(request, "governance/decision.html", context)


def _positions(decision):
    rows = decision.positions.in_protocol_order().select_related("entered_by__person")
    return [
        {
            "label": row.organisation.name if row.organisation else row.side.label,
            "verdict": row.get_verdict_display(),
            "code": {"favourable": "favorable", "reserved": "reserve", "unfavourable": "defavorable"}.get(
                row.verdict, "preparation"
            ),
            "comment": row.comment,
            "entered_by": str(row.entered_by),
        }
        for row in rows
    ]


def _effects(decision):
    """One row per action, with what the decision said of it and each amount it programmed."""
    effects = decision.effects.select_related("action__holder", "funding__source").order_by("action__code", "pk")
    rows = {}
    for effect in effects:
        row = rows.setdefault(effect.action_id, {"action": effect.action, "said": [], "amounts": []})
        if effect.kind == EffectKind.PROGRAMME:
            amount = {"source": effect.funding.source.label, "after": euros(effect.after)}
            row["amounts"].append(amount | {"before": euros(effect.before) if effect.before is not None else ""})
        else:
            row["said"].append(STATUS_SENTENCES[effect.kind])
    return list(rows.values())


def _record_files(user, decision):
    records = DecisionRecord.objects.visible_to(user).filter(meeting=decision.meeting_id)
    record = records.prefetch_related("files__file").first() if decision.meeting_id else None
    return [link.file for link in record.files.all()] if record else []
