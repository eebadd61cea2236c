"""The reports of a year, and the letter that reminds a holder of the one it owes."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from actions.models import Action
from actions.services import holder_contacts
from actions.sheet import get_sheet_action, sheet_context
from cite_educative.common.dates import FIRST_YEAR, LAST_YEAR, BudgetYear
from cite_educative.common.tables import ListPage
from evaluation import report_listing as pages
from evaluation import services
from evaluation.forms.reports import ReportReminderForm
from evaluation.permissions import can_evaluate
from evaluation.report_dues import not_filed, reporting_actions
from evaluation.views.common import page, read_cite
from governance.views.common import require
from partners.context import current_year


@require_GET
def reports(request):
    """`?exercice=` shows another year than the one of the frame: reports are owed the year after."""
    cite, year = read_cite(request), _asked_year(request)
    reminds = can_evaluate(request.user, cite)
    listing = ListPage(
        request,
        pages.listed_actions(request.user, cite, year),
        pages.report_columns(reminds=reminds),
        filterset=pages.ReportFilter,
        row=pages.report_row,
        values=pages.report_values,
        default_sort="action",
        title=f"Bilans des actions {year}",
        noun=("bilan", "bilans"),
        empty_text=f"Aucun bilan {year} à suivre ici",
        filename=f"bilans-{cite.slug}-{year}",
    )
    if listing.export_format:
        return listing.export()
    years = [BudgetYear(one) for one in (year - 1, year + 1) if FIRST_YEAR <= one <= LAST_YEAR]
    context = page(request, cite, "reports", year=year, years=years, listing=listing)
    return render(request, "evaluation/reports.html", context)


def _asked_year(request):
    try:
        return BudgetYear(request.GET["exercice"])
    except (KeyError, TypeError, ValueError):
        return current_year(request)


@require_http_methods(["GET", "POST"])
def report_remind(request, pk):
    """The letter is proposed, changed at will, and sent by its button."""
    action = get_sheet_action(request.user, pk)
    require(can_evaluate(request.user, action.cite))
    back = f"{reverse('evaluation:reports')}?{urlencode({'exercice': action.budget_year})}"
    rows = reporting_actions(Action.objects.visible_to(request.user).filter(pk=pk), action.budget_year)
    owed = rows.filter(not_filed()).select_related("holder").first()
    if owed is None:
        messages.info(
            request, "Le bilan de cette action est déposé, ou n’est pas attendu\u00a0: il n’y a rien à relancer."
        )
        return redirect(back)
    letter = services.report_letter(owed, action.budget_year, owed.due_on, request.user, timezone.localdate())
    form = ReportReminderForm(request.POST or None, initial=dict(zip(("subject", "body"), letter, strict=True)))
    if request.method == "POST" and form.is_valid() and _remind(request, action, form):
        return redirect(back)
    context = sheet_context(request, action, tab="reports") | {
        "form": form,
        "form_heading": "Relancer pour le bilan",
        "recipients": holder_contacts(action),
        "is_letter": True,
        "submit": "Envoyer la relance",
        "cancel_url": back,
    }
    return render(request, "evaluation/report_form.html", context)


def _remind(request, action, form):
    """True once told to the sender; otherwise the form says why not."""
    try:
        left = services.remind_report(action, budget_year=action.budget_year, actor=request.user, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    if left:
        messages.success(request, "La relance part dans la minute.")
    else:
        messages.warning(
            request, "Le porteur n’a pas d’adresse électronique\u00a0: appelez-le, ou complétez sa fiche."
        )
    return True
