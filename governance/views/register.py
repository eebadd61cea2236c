"""What was decided: the register, one decision, what became of it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from cite_educative.common.dates import date_fr
from cite_educative.common.locks import ConflictError
from cite_educative.common.tables import ListPage
from governance import services
from governance.decision_rows import chain_of, effect_rows
from governance.enums import DecisionStatus, Execution
from governance.execution import delays_text, execution_counts, execution_detail, execution_status, with_execution
from governance.filters import DecisionFilter
from governance.forms import ActionPointForm, FollowUpForm
from governance.models import ActionPoint, Consultation, Decision, DecisionRecord, Note
from governance.permissions import can_prepare, can_read_amounts, can_read_positions
from governance.register_words import with_positions
from governance.tables import register_columns, register_row, register_values, signed, status
from governance.views.common import (
    activity,
    add_errors,
    chosen_cite,
    conflict,
    refusals_to,
    require,
    sent_pairs,
    visible_decision,
)
from governance.views.live import point_lines

ACTIVITY = 12


@require_GET
def decisions(request):
    cite = chosen_cite(request)
    rights = can_read_amounts(request.user, cite), can_read_positions(request.user, cite)
    rows = Decision.objects.visible_to(request.user).filter(body__cite=cite, number__isnull=False)
    rows = with_execution(rows).select_related("body", "owner__person")
    listing = ListPage(
        request,
        with_positions(rows) if rights[1] else rows,
        register_columns(*rights),
        filterset=DecisionFilter,
        row=register_row(*rights),
        values=register_values(*rights),
        totals=_totals if rights[0] else None,
        default_sort="-adopted_on",
        title="Registre des décisions",
        noun=("décision", "décisions"),
        empty_text="Aucune décision adoptée pour l’instant.",
        filename="decisions",
    )
    if listing.export_format:
        return listing.export()
    context = {"listing": listing, "states": _states(listing) if rights[0] else [], "reads": rights[0]}
    return render(request, "governance/decisions.html", context)


def _totals(rows):
    counts = execution_counts(rows)
    return {"effect": counts.pop("sum_effect"), **counts}


def _states(listing):
    """How many of those filtered are in each state, each with the address that shows them."""
    return [
        (
            state.label.capitalize(),
            listing.totals[f"nb_{state.value}"],
            listing.url_with(execution=state.value, page=None),
        )
        for state in Execution
        if listing.totals[f"nb_{state.value}"]
    ]


@require_GET
def decision(request, pk):
    row = visible_decision(request, pk)
    cite, visible = row.body.cite, Decision.objects.visible_to(request.user)
    reads = can_read_amounts(request.user, cite)
    context = {
        "decision": row,
        "status": status(row),
        "meeting_label": f"{row.body.label} du {date_fr(timezone.localdate(row.meeting.starts_at))}"
        if row.meeting
        else "",
        "consultation": Consultation.objects.visible_to(request.user).filter(decision=row).first(),
        "positions": _positions(row) if can_read_positions(request.user, cite) else [],
        "links": chain_of(request.user, row, visible),
        "note": Note.objects.visible_to(request.user).filter(item=row.item_id).first() if row.item_id else None,
        "files": _record_files(request.user, row),
        "reads": reads,
        "may_prepare": can_prepare(request.user, cite),
        **(
            _followed(request, row, visible)
            if reads
            else {"effects": [], "points": [], "entries": None, "execution": None, "point_form": None}
        ),
    }
    return render(request, "governance/decision.html", context)


def _followed(request, row, visible):
    known = with_execution(visible).select_related("body", "owner__person").get(pk=row.pk)
    is_adopted = row.status == DecisionStatus.ADOPTED
    points = ActionPoint.objects.visible_to(request.user).filter(decision=row).for_list().by_date()
    return {
        "effects": effect_rows(row),
        "total": signed(known.effect),
        "execution": execution_status(known) if row.number else None,
        "facts": _facts(known) if row.number else [],
        "points": point_lines(request, points),
        "point_query": f"decision={row.pk}",
        "point_form": ActionPointForm(cite=row.body.cite)
        if is_adopted and can_prepare(request.user, row.body.cite)
        else None,
        "may_follow": is_adopted and can_prepare(request.user, row.body.cite),
        "entries": activity(row),
    }


def _facts(known):
    said = (
        ("Adoptée le", date_fr(known.adopted_on)),
        ("Où en est l’exécution", execution_detail(known)),
        ("Délais", delays_text(known)),
        ("Responsable", known.owner.person.formal_name if known.owner_id else ""),
        ("À exécuter pour le", date_fr(known.due_on) if known.due_on else ""),
        ("Ce qui a été fait", known.execution_word),
    )
    return [{"label": label, "value": value} for label, value in said if value]


@require_http_methods(["GET", "POST"])
@refusals_to("governance:decision")
def decision_follow(request, pk):
    row = visible_decision(request, pk)
    require(can_prepare(request.user, row.body.cite))
    form = FollowUpForm(request.POST or None, decision=row)
    if request.method == "POST" and form.is_valid():
        try:
            services.follow_decision(row, actor=request.user, **form.cleaned_data)
            messages.success(request, "Le suivi de la décision est enregistré.")
            return redirect("governance:decision", pk=pk)
        except ConflictError as error:
            return _follow_conflict(request, error.current, form)
        except ValidationError as error:
            add_errors(form, error)
    context = {"form": form, "decision": row}
    return render(request, "governance/decision_follow.html", context, status=422 if form.errors else 200)


def _follow_conflict(request, current, form):
    data = form.cleaned_data
    return conflict(
        request,
        subject="Le suivi de la décision",
        row=current,
        fields=[
            ("Responsable", str(data["owner"] or ""), str(current.owner or "")),
            ("Pour le", _day(data["due_on"]), _day(current.due_on)),
            ("Exécutée le", _day(data["executed_on"]), _day(current.executed_on)),
            ("Ce qui a été fait", data["word"], current.execution_word),
        ],
        action=request.path,
        version=current.version,
        cancel_url=reverse("governance:decision", args=[current.pk]),
        hidden=sent_pairs(request),
    )


def _day(on):
    return date_fr(on) if on else ""


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


def _record_files(user, decision):
    records = DecisionRecord.objects.visible_to(user).filter(meeting=decision.meeting_id)
    record = records.prefetch_related("files__file").first() if decision.meeting_id else None
    if record is None:
        consultations = Consultation.objects.visible_to(user).filter(decision=decision, record__isnull=False)
        record = next(
            (row.record for row in consultations.select_related("record").prefetch_related("record__files__file")),
            None,
        )
    return [link.file for link in record.files.all()] if record else []
