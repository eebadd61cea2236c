"""The tab "Évaluation" of an action, and its reports: begun, written on a telephone, filed, sent back, validated."""

import copy

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from actions.services import draft_of, drop_draft, keep_draft
from actions.sheet import get_sheet_action, sheet_context
from actions.views.versions import add_errors
from cite_educative.common import journal
from cite_educative.common.dates import BudgetYear, date_fr, time_fr
from cite_educative.common.forms import read_key
from cite_educative.common.locks import ConflictError
from evaluation import services
from evaluation.enums import ReportKind
from evaluation.forms.reports import RemarksForm, ReportForm
from evaluation.models import ActionReport
from evaluation.permissions import can_evaluate, can_write_report, knows_of_reports
from evaluation.report_page import action_context, compared, report_context, reported_years
from governance.views.common import require

AUTOSAVE = "X-Autosave"
NOT_TYPED = ("csrfmiddlewaretoken", "confirmed", "deposer")


@require_GET
def action_reports(request, pk):
    action = get_sheet_action(request.user, pk)
    context = sheet_context(request, action, tab="reports") | action_context(request.user, action)
    return render(request, "evaluation/action_reports.html", context)


@require_POST
def report_begin(request, pk):
    """`nature` is a kind of report, `exercice` a civil year."""
    action = get_sheet_action(request.user, pk)
    require(can_write_report(request.user, action))
    kind, year = request.POST.get("nature", ReportKind.FINAL), read_key(request.POST.get("exercice", ""))
    if kind not in ReportKind.values or year not in reported_years(action):
        messages.error(request, "Dites quel bilan commencer, et pour quel exercice.")
        return redirect("evaluation:action_reports", pk)
    row = services.begin_report(action=action, budget_year=BudgetYear(year), kind=kind, actor=request.user)
    return redirect("evaluation:report_write" if row.is_written else "evaluation:report", row.pk)


def visible_report(request, pk):
    """The report, its `action` read as the sheet reads it; 404 when the user may see neither."""
    row = get_object_or_404(ActionReport.objects.visible_to(request.user), pk=pk)
    row.action = get_sheet_action(request.user, row.action_id)
    if not knows_of_reports(request.user, row.action):
        raise Http404
    return row


@require_GET
def report(request, pk):
    row = visible_report(request, pk)
    context = sheet_context(request, row.action, tab="reports") | report_context(request.user, row)
    return render(request, "evaluation/report.html", context)


# --- Writing --------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def report_write(request, pk):
    row = visible_report(request, pk)
    require(can_write_report(request.user, row.action))
    if not row.is_written:
        messages.info(request, "Ce bilan est déposé\u00a0: il ne se modifie plus, sauf s’il est renvoyé.")
        return redirect("evaluation:report", pk)
    kept = {"action": row.action, "form": services.report_form(row), "actor": request.user}
    if request.method == "POST" and (answer := _on_draft(request, kept)):
        return answer
    draft = draft_of(**kept) if request.method == "GET" else {}
    form = _form(request.POST or None, row, initial=draft)
    if request.method == "POST" and form.is_valid():
        return _save(request, row, form)
    return _write_page(request, row, form, has_draft=bool(draft))


def _on_draft(request, kept):
    """What is typed is kept apart, or what was kept is forgotten; None for a report that is saved."""
    if request.headers.get(AUTOSAVE):
        typed = {name: value for name, value in request.POST.items() if name not in NOT_TYPED}
        keep_draft(**kept, content=typed)
        return HttpResponse(status=204)
    if "oublier" in request.POST:
        drop_draft(**kept)
        return redirect(request.path)
    return None


def _form(data, row, *, initial=None):
    goals = list(row.goals.select_related("indicator"))
    return ReportForm(data, instance=copy.copy(row), rows=row.reach.all(), goals=goals, initial=initial)


def _save(request, row, form):
    version = form.cleaned_data["version"]
    try:
        saved = services.save_report(
            form.instance, version=version, reach=form.written_reach, goals=form.written_goals, actor=request.user
        )
    except ConflictError as error:
        return _conflict(request, row, form, error.current)
    except ValidationError as error:
        add_errors(form, error)
        return _write_page(request, row, form)
    if "deposer" not in request.POST:
        messages.success(request, "Le bilan est enregistré. Déposez-le quand il est fini.")
        return redirect("evaluation:report", row.pk)
    try:
        services.file_report(saved, version=saved.version, actor=request.user)
    except ValidationError as error:
        again = visible_report(request, row.pk)
        return _write_page(request, again, _form(None, again), to_file=error.messages)
    messages.success(request, "Le bilan est déposé. Merci\u00a0: l’équipe va le relire.")
    return redirect("evaluation:report", row.pk)


def _conflict(request, row, form, current):
    """Both versions; sending again keeps the one typed."""
    answers = request.POST.copy()
    answers["version"] = current.version
    last = journal.entries_for(row.action).filter(verb__startswith="report.").first()
    conflict = {
        "author": str(last.actor) if last and last.actor else "Quelqu’un d’autre",
        "when": f"le {date_fr(last.created_at)} à {time_fr(last.created_at)}" if last else "",
        "fields": compared(form, current),
    }
    return _write_page(request, row, _form(answers, row), conflict=conflict, status=409)


def _write_page(request, row, form, *, has_draft=False, conflict=None, to_file=(), status=200):
    own = row.action.holder_id in request.user.access.held.get(row.action.cite_id, ())
    context = {
        "action": row.action,
        "report": row,
        "form": form,
        "has_draft": has_draft,
        "conflict": conflict,
        "to_file": to_file,
        "is_own": own,
    }
    return render(request, "evaluation/report_write.html", context, status=status)


# --- What the team answers ------------------------------------------------------------------------


def _judged(request, pk):
    row = visible_report(request, pk)
    require(can_evaluate(request.user, row.action.cite))
    return row


@require_POST
def report_validate(request, pk):
    row = _judged(request, pk)
    try:
        _, left = services.validate_report(row, version=read_key(request.POST.get("version", "")), actor=request.user)
    except ConflictError:
        messages.error(
            request, "Ce bilan a changé depuis que vous l’avez ouvert\u00a0: relisez-le avant de le valider."
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "Le bilan est validé\u00a0; ses chiffres vont aux indicateurs.")
        for sentence in left:
            messages.warning(request, sentence)
    return redirect("evaluation:report", pk)


@require_http_methods(["GET", "POST"])
def report_back(request, pk):
    row = _judged(request, pk)
    return _answer(
        request,
        row,
        services.send_report_back,
        heading="Renvoyer le bilan",
        submit="Renvoyer au porteur",
        done="Le bilan est renvoyé\u00a0; le porteur peut le reprendre.",
    )


@require_http_methods(["GET", "POST"])
def report_reopen(request, pk):
    row = _judged(request, pk)
    return _answer(
        request,
        row,
        services.reopen_report,
        heading="Rouvrir le bilan validé",
        submit="Rouvrir",
        done="Le bilan est rouvert. Les chiffres qu’il donnait attendent d’être validés de nouveau.",
    )


def _answer(request, row, gesture, *, heading, submit, done):
    form = RemarksForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            gesture(row, remarks=form.cleaned_data["remarks"], actor=request.user)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, done)
            return redirect("evaluation:report", row.pk)
    context = sheet_context(request, row.action, tab="reports") | {
        "form": form,
        "form_heading": heading,
        "form_lead": f"Bilan {row.get_kind_display()} {row.budget_year}",
        "submit": submit,
        "cancel_url": reverse("evaluation:report", args=[row.pk]),
    }
    return render(request, "evaluation/report_form.html", context)
