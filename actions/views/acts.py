"""What funders signed or voted: the list, one act, its correction, its file, why it differs from the programming."""

import copy

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Sum
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods

from actions import services
from actions.finances.acts import act_columns, act_lines, act_row, act_values, acts_of
from actions.finances.filters import ActFilter
from actions.finances.sections import finance_sections
from actions.forms.acts import ActCorrectionForm, ActFileForm, GapForm
from actions.models import ActFile, FunderAct, Funding
from actions.permissions import can_manage_money
from actions.views.finances import readable_cite
from actions.views.journal import history_of
from cite_educative.common import journal
from cite_educative.common.conflicts import compared
from cite_educative.common.dates import date_fr, time_fr
from cite_educative.common.locks import ConflictError
from cite_educative.common.money import euros
from cite_educative.common.tables import ListPage


@require_GET
def acts(request):
    cite = readable_cite(request)
    listing = ListPage(
        request,
        acts_of(request.user, cite),
        act_columns(),
        filterset=ActFilter,
        row=act_row,
        values=act_values,
        totals={"granted": Sum("granted_sum")},
        default_sort="-decided_on",
        title="Actes des financeurs",
        noun=("acte", "actes"),
        empty_text="Aucun acte pour l’instant",
        filename=f"actes-{cite.slug}",
    )
    if listing.export_format:
        return listing.export()
    context = {
        "listing": listing,
        "sections": finance_sections("acts"),
        "can_manage": can_manage_money(request.user, cite),
    }
    return render(request, "finances/acts.html", context)


def _visible_act(request, pk):
    return get_object_or_404(
        FunderAct.objects.visible_to(request.user).select_related("cite", "organisation", "call"), pk=pk
    )


def _managed_act(request, pk):
    act = _visible_act(request, pk)
    if not can_manage_money(request.user, act.cite):
        raise PermissionDenied
    return act


@require_GET
def act(request, pk):
    row = _visible_act(request, pk)
    context = {
        "act": row,
        **act_lines(row),
        "files": ActFile.objects.visible_to(request.user).filter(act=row).select_related("author__person"),
        "entries": history_of(row),
        "can_manage": can_manage_money(request.user, row.cite),
    }
    return render(request, "finances/act_page.html", context)


@require_http_methods(["GET", "POST"])
def act_correct(request, pk):
    row = _managed_act(request, pk)
    fundings = _fundings(request, row)
    form = ActCorrectionForm(request.POST or None, instance=copy.copy(row), fundings=fundings)
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        try:
            services.correct_act(
                form.instance,
                version=answers["version"],
                grants=form.grants,
                reason=answers["reason"],
                actor=request.user,
            )
        except ConflictError as conflict:
            return _conflict(request, form, conflict.current, fundings)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, "L’acte est corrigé\u00a0; ce qui était écrit avant reste dans l’historique.")
            return redirect("actions:act", row.pk)
    return _correction_page(request, row, form, fundings)


def _fundings(request, act):
    rows = Funding.objects.visible_to(request.user).filter(act=act).select_related("action", "source")
    return list(rows.order_by("action__code", "source__order"))


def _correction_page(request, act, form, fundings, *, conflict=None, status=200):
    lines = [
        {"funding": funding, "programmed": euros(funding.programmed), "field": form[f"grant-{funding.pk}"]}
        for funding in fundings
    ]
    context = {"act": act, "form": form, "lines": lines, "conflict": conflict}
    return render(request, "finances/act_correct.html", context, status=status)


def _conflict(request, form, current, fundings):
    """Both versions; sending again keeps what was typed over what was just read."""
    answers = request.POST.copy()
    answers["version"] = current.version
    fresh = _fundings(request, current)
    again = ActCorrectionForm(answers, instance=copy.copy(current), fundings=fundings)
    theirs = ActCorrectionForm(instance=current, fundings=fresh)
    last = journal.entries_for(current).first()
    conflict = {
        "author": str(last.actor) if last and last.actor else "Quelqu’un d’autre",
        "when": f"le {date_fr(last.created_at)} à {time_fr(last.created_at)}" if last else "",
        "fields": compared(form, theirs, left_out=("reason",)),
    }
    return _correction_page(request, current, again, fundings, conflict=conflict, status=409)


@require_http_methods(["GET", "POST"])
def act_file_add(request, pk):
    row = _managed_act(request, pk)
    form = ActFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        services.add_act_file(row, upload=form.cleaned_data["upload"], actor=request.user)
        messages.success(request, "Le fichier est joint à l’acte.")
        return redirect("actions:act", row.pk)
    context = {"form": form, "heading": "Joindre l’acte signé", "lead": str(row), "submit": "Joindre le fichier"}
    return render(request, "finances/form.html", {**context, "cancel_url": reverse("actions:act", args=[row.pk])})


@require_GET
@cache_control(private=True, no_cache=True)
def act_file(request, pk):
    file = get_object_or_404(ActFile.objects.visible_to(request.user), pk=pk)
    try:
        content = file.file.open("rb")
    except FileNotFoundError as error:
        raise Http404("Ce fichier n’est plus sur le serveur.") from error
    response = FileResponse(content, as_attachment=True, filename=file.filename)
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_http_methods(["GET", "POST"])
def gap(request, pk):
    """Why what was granted is not what was programmed; `pk` is the funding's."""
    fundings = Funding.objects.visible_to(request.user).select_related("action__cite", "source", "act")
    funding = get_object_or_404(fundings, pk=pk)
    if not can_manage_money(request.user, funding.action.cite):
        raise PermissionDenied
    if funding.act is None:
        raise Http404
    form = GapForm(request.POST or None, initial={"reason": funding.gap_reason})
    cancel_url = reverse("actions:act", args=[funding.act_id])
    if request.method == "POST" and form.is_valid():
        services.explain_gap(funding, reason=form.cleaned_data["reason"], actor=request.user)
        messages.success(request, "L’explication est gardée\u00a0; elle s’affiche partout où l’écart s’affiche.")
        return redirect(cancel_url)
    lead = (
        f"{funding.action}, {funding.source}\u00a0: programmé {euros(funding.programmed)}, "
        f"accordé {euros(funding.granted)}."
    )
    context = {"form": form, "heading": "Expliquer l’écart", "lead": lead, "submit": "Enregistrer l’explication"}
    return render(request, "finances/form.html", {**context, "cancel_url": cancel_url})
