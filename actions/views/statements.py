"""Justification: who owes a statement, one of them written or noted, sent back, accepted, and what comes back."""

import copy

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from actions import services
from actions.finances import statement_pages as pages
from actions.finances.sections import finance_sections
from actions.finances.statements import in_order, owed_fundings, planned_lines, proposed_shares, released_keys
from actions.forms.statements import (
    AcceptForm,
    ExtendForm,
    RefundForm,
    ReopenForm,
    SendBackForm,
    StatementElsewhereForm,
    StatementForm,
)
from actions.models import StatementFile, StatementShare
from actions.permissions import can_manage_money, can_read_statement, can_write_statement
from actions.sheet import get_sheet_action, sheet_context
from actions.views.budget import asked_year
from actions.views.finances import readable_cite
from cite_educative.common.dates import FIRST_YEAR, LAST_YEAR, BudgetYear
from cite_educative.common.locks import ConflictError
from cite_educative.common.tables import ListPage
from partners.context import current_year


@require_GET
def statements(request):
    """`?exercice=` shows another year than the one of the frame: statements are owed the year after."""
    cite, year = readable_cite(request), _asked_year(request)
    listing = ListPage(
        request,
        pages.statement_actions(request.user, cite, year),
        pages.statement_columns(),
        filterset=pages.StatementFilter,
        row=pages.statement_row,
        values=pages.statement_values,
        totals=pages.TOTALS,
        default_sort="action",
        title=f"Comptes rendus financiers {year}",
        noun=("compte rendu", "comptes rendus"),
        empty_text=f"Aucun compte rendu n’est attendu pour {year}",
        filename=f"comptes-rendus-{cite.slug}-{year}",
    )
    if listing.export_format:
        return listing.export()
    context = {
        "year": year,
        "years": [BudgetYear(one) for one in (year - 1, year + 1) if FIRST_YEAR <= one <= LAST_YEAR],
        "listing": listing,
        "sections": finance_sections("statements"),
    }
    return render(request, "finances/statements.html", context)


def _asked_year(request):
    try:
        return BudgetYear(request.GET["exercice"])
    except (KeyError, TypeError, ValueError):
        return current_year(request)


def _open(request, pk):
    """(action, statement) of this page; 404 for who reads neither the money nor the own action."""
    action = get_sheet_action(request.user, pk)
    if not can_read_statement(request.user, action):
        raise Http404
    return action, services.statement_of(action, BudgetYear(asked_year(request, action)))


def _address(statement):
    return pages.statement_url(statement.action, statement.budget_year)


def _reads_money(user, action):
    return action.cite_id in user.access.money_readers


@require_http_methods(["GET", "POST"])
def statement(request, pk):
    """Read by who reads the money; written by the holder and by who keeps it, as long as it is not filed."""
    action, row = _open(request, pk)
    may_write = can_write_statement(request.user, action) and row.is_written
    lines = in_order(row.lines.all()) if row.pk and row.lines.exists() else planned_lines(action, row.budget_year)
    form = StatementForm(request.POST or None, instance=copy.copy(row), lines=lines) if may_write else None
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid():
            return _save(request, action, row, form)
    return _page(request, action, row, lines, form)


def _save(request, action, row, form):
    version = form.cleaned_data["version"]
    try:
        saved = services.save_statement(form.instance, version=version, lines=form.written, actor=request.user)
        if "deposer" in request.POST:
            services.file_statement(saved, version=saved.version, actor=request.user)
    except ConflictError:
        form.add_error(
            None,
            "Ce compte rendu a été complété par quelqu’un d’autre entre-temps. Ce que vous avez écrit est gardé ici\u00a0: "
            "copiez-le, rouvrez la page, et reportez-le.",
        )
    except ValidationError as error:
        form = _again(request, row, form, error)
    else:
        filed = "deposer" in request.POST
        messages.success(request, "Le compte rendu est déposé." if filed else "Le compte rendu est enregistré.")
        return redirect(_address(row))
    return _page(request, action, services.statement_of(action, row.budget_year), form.lines, form)


def _again(request, statement, form, error):
    """What was typed is saved, and what is missing is said above it."""
    row = services.statement_of(statement.action, statement.budget_year)
    if row.pk is None or row.version == form.cleaned_data["version"]:
        form.add_error(None, error.messages)
        return form
    again = StatementForm(instance=row, lines=in_order(row.lines.all()))
    messages.success(request, "Ce que vous avez écrit est enregistré.")
    again.to_file = error.messages
    return again


def _page(request, action, row, lines, form):
    fundings = owed_fundings(action, row.budget_year)
    manages = can_manage_money(request.user, action.cite)
    told = {one.pk for one in fundings} if _reads_money(request.user, action) else released_keys(fundings)
    context = {
        **sheet_context(request, action, tab="money"),
        **pages.statement_page(row, lines, fundings, told=told),
        "statement": row,
        "query": _address(row).removeprefix(reverse("actions:statement", args=[action.pk])),
        "form": form,
        "to_file": getattr(form, "to_file", ()),
        "shares": pages.share_rows(row) if row.pk and _reads_money(request.user, action) else [],
        "documents": [link.file for link in row.documents.select_related("file")] if row.pk else [],
        "files": StatementFile.objects.visible_to(request.user).filter(statement=row) if row.pk else [],
        "manages": manages,
        "is_filed": row.is_filed,
        "may_write": form is not None,
    }
    return render(request, "actions/statement.html", context)


@require_http_methods(["GET", "POST"])
def statement_elsewhere(request, pk):
    action, row = _open(request, pk)
    if not can_write_statement(request.user, action):
        raise PermissionDenied
    form = StatementElsewhereForm(request.POST or None, request.FILES or None)
    cancel_url = _address(row)
    if request.method == "POST" and form.is_valid():
        try:
            services.file_elsewhere(row, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, "Le compte rendu est noté comme déposé.")
            return redirect(cancel_url)
    context = {
        "form": form,
        "heading": "Compte rendu déposé dans Dauphin",
        "lead": f"{action}. Il a déjà été déposé ailleurs\u00a0: seuls sa date, son fichier et quatre chiffres sont demandés.",
        "submit": "Enregistrer",
    }
    return render(request, "finances/form.html", {**context, "cancel_url": cancel_url})


# --- By who keeps the money -----------------------------------------------------------------------


def _kept(request, pk):
    action, row = _open(request, pk)
    if not can_manage_money(request.user, action.cite):
        raise PermissionDenied
    return action, row


@require_http_methods(["GET", "POST"])
def statement_back(request, pk):
    _, row = _kept(request, pk)
    form = SendBackForm(request.POST or None)
    return _gesture(
        request,
        row,
        form,
        lambda: services.send_statement_back(row, remarks=form.cleaned_data["remarks"], actor=request.user),
        heading="Renvoyer le compte rendu",
        submit="Renvoyer au porteur",
        done="Le compte rendu est renvoyé\u00a0; le porteur peut le corriger.",
    )


@require_http_methods(["GET", "POST"])
def statement_extend(request, pk):
    _, row = _kept(request, pk)
    form = ExtendForm(request.POST or None, initial={"due_on": row.due_on})
    return _gesture(
        request,
        row,
        form,
        lambda: services.extend_due_day(row, actor=request.user, **form.cleaned_data),
        heading="Donner un délai",
        submit="Reporter",
        done="Le délai est reporté.",
    )


def _gesture(request, statement, form, gesture, *, heading, submit, done):
    cancel_url = _address(statement)
    if request.method == "POST" and form.is_valid():
        try:
            gesture()
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, done)
            return redirect(cancel_url)
    context = {
        "form": form,
        "heading": heading,
        "lead": str(statement.action),
        "submit": submit,
        "cancel_url": cancel_url,
    }
    return render(request, "finances/form.html", context)


@require_http_methods(["GET", "POST"])
def statement_accept(request, pk):
    action, row = _kept(request, pk)
    fundings = owed_fundings(action, row.budget_year)
    shown = {"fundings": fundings, "proposed": proposed_shares(fundings, row.unspent), "version": row.version}
    form, stale = AcceptForm(request.POST or None, **shown), False
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            services.accept_statement(row, justified=form.justified, version=version, actor=request.user)
        except ConflictError:
            form, stale = AcceptForm(**shown), True
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, "Le compte rendu est accepté\u00a0; ce qui est justifié est inscrit.")
            return redirect(_address(row))
    context = {"action": action, "statement": row, "form": form, "back": _address(row), "is_stale": stale}
    return render(request, "finances/statement_accept.html", context, status=409 if stale else 200)


@require_http_methods(["GET", "POST"])
def statement_reopen(request, pk):
    _, row = _kept(request, pk)
    form = ReopenForm(request.POST or None)
    return _gesture(
        request,
        row,
        form,
        lambda: services.reopen_statement(row, reason=form.cleaned_data["reason"], actor=request.user),
        heading="Rouvrir le compte rendu accepté",
        submit="Rouvrir",
        done="Le compte rendu est de nouveau à relire\u00a0; ce qui était justifié est repris. Vérifiez les versements prévus.",
    )


@require_POST
def statement_remind(request, pk):
    action, row = _kept(request, pk)
    try:
        left = services.remind_statement(action, budget_year=row.budget_year, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        if left:
            messages.success(request, "La relance part dans la minute.")
        else:
            messages.warning(
                request, "Le porteur n’a pas d’adresse électronique\u00a0: appelez-le, ou complétez sa fiche."
            )
    return redirect(_address(row))


@require_http_methods(["GET", "POST"])
def refund(request, pk):
    """`pk` is that of the share of one funder."""
    shares = StatementShare.objects.visible_to(request.user).with_refund()
    shares = shares.select_related("statement__action__cite")
    share = get_object_or_404(shares, pk=pk)
    action = share.statement.action
    if not can_manage_money(request.user, action.cite):
        raise PermissionDenied
    initial = {"asked_on": share.refund_asked_on, "refunded_on": share.refunded_on}
    form = RefundForm(request.POST or None, initial=initial)
    return _gesture(
        request,
        share.statement,
        form,
        lambda: services.note_refund(share, actor=request.user, **form.cleaned_data),
        heading=f"Reversement à {share.funding.source}",
        submit="Enregistrer",
        done="Le reversement est noté.",
    )


@require_GET
@cache_control(private=True, no_cache=True)
def statement_file(request, pk):
    file = get_object_or_404(StatementFile.objects.visible_to(request.user), pk=pk)
    try:
        content = file.file.open("rb")
    except FileNotFoundError as error:
        raise Http404("Ce fichier n’est plus sur le serveur.") from error
    response = FileResponse(content, as_attachment=True, filename=file.filename)
    response["X-Content-Type-Options"] = "nosniff"
    return response
