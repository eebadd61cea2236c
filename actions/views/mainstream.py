import copy

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from actions import services
from actions.articulation_filters import MainstreamFilter
from actions.articulation_lists import (
    MAINSTREAM_COLUMNS,
    mainstream_line,
    mainstream_row,
    mainstream_totals,
    mainstream_values,
)
from actions.forms.articulation import AbsenceForm, MainstreamForm
from actions.models import MainstreamAbsence, MainstreamContribution
from actions.permissions import can_add_mainstream, can_edit_mainstream, can_explain_absence
from actions.public_money import followed_actions, readable_mainstream
from actions.sheet import get_sheet_action, sheet_context
from actions.views.articulation_tabs import articulation_tabs, reading_cite
from actions.views.journal import conflict_context, safe_next
from actions.views.sections import plan_sections
from cite_educative.common.dates import date_fr
from cite_educative.common.forms import read_key
from cite_educative.common.locks import ConflictError
from cite_educative.common.tables import ListPage
from partners.context import current_year
from partners.permissions import hides_names
from partners.views.common import removed_once, require


@require_safe
def mainstream(request):
    cite, user = reading_cite(request), request.user
    rows = readable_mainstream(user, cite).select_related("cite", "institution", "action", "objective", "scheme")
    listing = ListPage(
        request,
        rows,
        MAINSTREAM_COLUMNS,
        filterset=MainstreamFilter,
        row=mainstream_row(lambda row: can_edit_mainstream(user, row)),
        values=mainstream_values,
        totals=mainstream_totals,
        default_sort="institution",
        title="Droit commun",
        noun=("apport", "apports"),
        empty_text=f"Aucun apport de droit commun noté en {current_year(request)}",
        filename=f"droit-commun-{cite.slug}",
    )
    if listing.export_format:
        return listing.export()
    context = {
        "listing": listing,
        "sections": plan_sections("articulation", user, cite),
        "tabs": articulation_tabs("mainstream"),
        "can_add": can_add_mainstream(user, cite),
    }
    return render(request, "actions/mainstream_list.html", context)


@require_http_methods(["GET", "POST"])
def mainstream_create(request):
    """`?action=` prefills the action."""
    cite = reading_cite(request)
    require(can_add_mainstream(request.user, cite))
    action = _asked_action(request, cite)
    year = action.budget_year if action else current_year(request)
    row = MainstreamContribution(cite=cite, budget_year=year, action=action)
    form = MainstreamForm(request.POST or None, instance=row, request=request, cite=cite)
    if request.method == "POST" and form.is_valid():
        try:
            added = services.add_contribution(cite=cite, actor=request.user, **form.row_fields)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, "L’apport de droit commun est noté.")
            return redirect(_after(request, added))
    context = {"form": form, "action": action, "conflict": None, "row": None, "cancel_url": _after(request, row)}
    return render(request, "actions/mainstream_form.html", context)


def _asked_action(request, cite):
    if "action" not in request.GET:
        return None
    return get_object_or_404(followed_actions(request.user, cite), pk=read_key(request.GET["action"]))


def _after(request, row):
    if row.action_id:
        return reverse("actions:action_mainstream", args=[row.action_id])
    return safe_next(request) or reverse("actions:mainstream")


def _editable(request, pk):
    rows = MainstreamContribution.objects.visible_to(request.user)
    row = get_object_or_404(rows.select_related("cite", "action", "institution"), pk=pk)
    require(can_edit_mainstream(request.user, row))
    return row


@require_http_methods(["GET", "POST"])
def mainstream_update(request, pk):
    row = _editable(request, pk)
    form = MainstreamForm(request.POST or None, instance=copy.copy(row), request=request, cite=row.cite)
    context = {"row": row, "action": row.action, "conflict": None, "cancel_url": _after(request, row)}
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.update_contribution(
                row, actor=request.user, version=form.asked_version, **form.row_fields
            )
        except ConflictError as conflict:
            context |= conflict_context(request, form, conflict.current)
            return render(request, "actions/mainstream_form.html", context, status=409)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, "L’apport est enregistré.")
            return redirect(_after(request, saved))
    return render(request, "actions/mainstream_form.html", context | {"form": form})


@require_POST
@removed_once(MainstreamContribution, "Cet apport est déjà retiré.", "actions:mainstream")
def mainstream_remove(request, pk):
    row = _editable(request, pk)
    url = _after(request, row)
    if services.remove_contribution(row, actor=request.user):
        messages.success(request, f"L’apport «\u00a0{row.label}\u00a0» est retiré. Le journal le garde.")
    return redirect(url)


# --- On the sheet ---------------------------------------------------------------------------------


def _followed(request, pk):
    """The action, for who reads it in full."""
    action = get_sheet_action(request.user, pk)
    if action.reading_level(request.user.access) != "full":
        raise Http404
    return action


@require_safe
def action_mainstream(request, pk):
    action, user = _followed(request, pk), request.user
    rows = MainstreamContribution.objects.visible_to(user).filter(action=action)
    rows = list(rows.select_related("cite", "institution", "action", "objective", "scheme"))
    absence = MainstreamAbsence.objects.visible_to(user).filter(action=action).select_related("author__person").first()
    context = sheet_context(request, action, tab="mainstream")
    narrative = action.texts.filter(key="mainstream").first()
    context |= {
        "contributions": [mainstream_line(row, edits=can_edit_mainstream(user, row)) for row in rows],
        "absence": absence,
        "absence_by": _absence_by(absence, hidden=hides_names(user.access, action.cite_id)),
        "narrative": narrative.body if narrative else "",
        "schemes": list(action.schemes.all()),
        "can_add": can_add_mainstream(user, action.cite),
        "can_explain": can_explain_absence(user, action),
    }
    return render(request, "actions/action_mainstream.html", context)


def _absence_by(absence, *, hidden):
    if absence is None:
        return ""
    by = "" if hidden else f" par {absence.author}"
    return f"Dit le {date_fr(absence.said_on)}{by}."


@require_http_methods(["GET", "POST"])
def mainstream_absence(request, pk):
    action = _followed(request, pk)
    require(can_explain_absence(request.user, action))
    absence = MainstreamAbsence.objects.visible_to(request.user).filter(action=action).first() or MainstreamAbsence(
        action=action
    )
    form = AbsenceForm(request.POST or None, instance=copy.copy(absence), request=request, cite=action.cite)
    context = {"action": action, "absence": absence, "conflict": None}
    if request.method == "POST" and form.is_valid():
        try:
            services.explain_absence(action, actor=request.user, version=form.asked_version, **form.row_fields)
        except ConflictError as conflict:
            current = conflict.current
            current.cite = action.cite
            context |= conflict_context(request, form, current)
            return render(request, "actions/mainstream_absence.html", context, status=409)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, "La raison est gardée sur l’action.")
            return redirect("actions:action_mainstream", pk)
    return render(request, "actions/mainstream_absence.html", context | {"form": form})


@require_POST
def mainstream_absence_withdraw(request, pk):
    action = _followed(request, pk)
    require(can_explain_absence(request.user, action))
    if services.withdraw_absence(action, actor=request.user):
        messages.success(request, "La raison est levée. Le journal la garde.")
    return redirect("actions:action_mainstream", pk)
