"""Agreements: those to make, the list, one draft, its issue, its signatures, its files."""

import copy

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from actions import services
from actions.finances import agreements as pages
from actions.finances.agreement_content import agreement_content
from actions.finances.sections import finance_sections
from actions.forms.agreements import (
    AgreementFileForm,
    AgreementForm,
    CancelAgreementForm,
    SignatureForm,
    TemplateForm,
    merge_fields,
)
from actions.models import Agreement, AgreementFile, AgreementSignature, AgreementTemplate
from actions.permissions import can_manage_money
from actions.views.finances import readable_cite
from actions.views.journal import history_of
from actions.views.versions import form_context, saved_or_compared
from cite_educative.common import journal
from cite_educative.common.conflicts import compared
from cite_educative.common.dates import date_fr, time_fr
from cite_educative.common.forms import read_key
from cite_educative.common.locks import ConflictError
from cite_educative.common.tables import ListPage
from partners.context import current_year
from partners.models import Organisation
from partners.permissions import can_steer
from partners.views.common import require

SHOWN = 50  # of those that no law asks for


@require_GET
def agreements(request):
    cite, year = readable_cite(request), current_year(request)
    listing = ListPage(
        request,
        pages.agreements_of(request.user, cite),
        pages.agreement_columns(),
        filterset=pages.AgreementFilter,
        row=pages.agreement_row,
        values=pages.agreement_values,
        totals=pages.agreements_total,
        default_sort="-number",
        title="Conventions",
        noun=("convention", "conventions"),
        empty_text="Aucune convention pour l’instant",
        filename=f"conventions-{cite.slug}",
    )
    if listing.export_format:
        return listing.export()
    awaited = pages.awaited_agreements(cite, year)
    possible = [one for one in awaited if not one.is_due]
    context = {
        "year": year,
        "listing": listing,
        "due": pages.awaited_lines([one for one in awaited if one.is_due]),
        "possible": pages.awaited_lines(possible[:SHOWN]),
        "possible_count": len(possible),
        "sections": finance_sections("agreements"),
        "can_manage": can_manage_money(request.user, cite),
    }
    return render(request, "finances/agreements.html", context)


@require_http_methods(["GET", "POST"])
def agreement_create(request):
    """`?financeur=&porteur=`: shown first, drafted by the button."""
    cite, year = readable_cite(request), current_year(request)
    require(can_manage_money(request.user, cite))
    organisations = Organisation.objects.visible_to(request.user)
    funder = get_object_or_404(organisations, pk=read_key(request.GET.get("financeur", "")))
    holder = get_object_or_404(organisations, pk=read_key(request.GET.get("porteur", "")))
    if request.method == "POST":
        try:
            row = services.draft_agreement(
                cite=cite, funder=funder, holder=holder, budget_year=year, actor=request.user
            )
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("actions:agreements")
        return redirect("actions:agreement_update", row.pk)
    context = {
        "heading": f"Convention de {funder} avec {holder}",
        "sentence": "Le projet reprend ce que ce financeur accorde à ce porteur cette année, et les articles de votre "
        "modèle. Tout se corrige avant de l’établir.",
        "submit": "Préparer le projet",
        "cancel_url": reverse("actions:agreements"),
    }
    return render(request, "finances/agreement_ask.html", context)


def _visible(request, pk):
    rows = Agreement.objects.visible_to(request.user).with_standing()
    rows = rows.select_related("cite", "funder", "holder", "amends")
    return get_object_or_404(rows, pk=pk)


def _managed(request, pk):
    row = _visible(request, pk)
    if not can_manage_money(request.user, row.cite):
        raise PermissionDenied
    return row


@require_GET
def agreement(request, pk):
    row = _visible(request, pk)
    lines = services.agreement_lines(row)
    content = row.content or agreement_content(row, lines)
    manages = can_manage_money(request.user, row.cite)
    context = {
        "agreement": row,
        **pages.agreement_page(row, lines),
        "clauses": content["clauses"],
        "visas": content.get("visas", ()),
        "annexes": content.get("annexes", ()),
        "signatures": AgreementSignature.objects.visible_to(request.user).filter(agreement=row),
        "documents": [link.file for link in row.documents.select_related("file")],
        "files": AgreementFile.objects.visible_to(request.user).filter(agreement=row).select_related("author__person"),
        "amendments": Agreement.objects.visible_to(request.user).filter(amends=row).order_by("pk"),
        "entries": history_of(row) if manages else [],
        "can_manage": manages,
        "may_carry": can_steer(request.user, row.cite),
    }
    return render(request, "finances/agreement.html", context)


@require_http_methods(["GET", "POST"])
def agreement_update(request, pk):
    row = _managed(request, pk)
    if not row.is_draft:
        raise Http404
    lines = services.agreement_lines(row)
    form = AgreementForm(request.POST or None, instance=copy.copy(row), lines=lines)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_agreement(
                form.instance, version=form.cleaned_data["version"], amounts=form.amounts, actor=request.user
            )
        except ConflictError as conflict:
            return _conflict(request, form, conflict.current, lines)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, "Le projet est enregistré.")
            return redirect("actions:agreement", row.pk)
    return _form_page(request, row, form)


def _form_page(request, row, form, *, conflict=None, status=200):
    lines = [{"line": line, "field": form[f"line-{line.pk}"]} for line in form.lines]
    context = {"agreement": row, "form": form, "lines": lines, "conflict": conflict, "merge_fields": merge_fields()}
    return render(request, "finances/agreement_form.html", context, status=status)


def _conflict(request, form, current, lines):
    answers = request.POST.copy()
    answers["version"] = current.version
    again = AgreementForm(answers, instance=copy.copy(current), lines=lines)
    last = journal.entries_for(current).first()
    conflict = {
        "author": str(last.actor) if last and last.actor else "Quelqu’un d’autre",
        "when": f"le {date_fr(last.created_at)} à {time_fr(last.created_at)}" if last else "",
        "fields": compared(form, AgreementForm(instance=current, lines=services.agreement_lines(current))),
    }
    return _form_page(request, current, again, conflict=conflict, status=409)


@require_POST
def agreement_issue(request, pk):
    row = _managed(request, pk)
    version = read_key(request.POST.get("version", ""))
    try:
        services.issue_agreement(row, version=version, actor=request.user)
    except ConflictError:
        messages.error(request, "Le projet a été modifié entre-temps\u00a0: relisez-le, puis établissez-le.")
    except ValidationError as error:
        for sentence in error.messages:
            messages.error(request, sentence)
    else:
        messages.success(request, "La convention est établie. Le PDF et le document Word se préparent.")
    return redirect("actions:agreement", row.pk)


@require_POST
def agreement_amend(request, pk):
    row = _managed(request, pk)
    try:
        amendment = services.draft_amendment(row, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("actions:agreement", row.pk)
    return redirect("actions:agreement_update", amendment.pk)


@require_http_methods(["GET", "POST"])
def agreement_cancel(request, pk):
    row = _managed(request, pk)
    form = CancelAgreementForm(request.POST or None)
    cancel_url = reverse("actions:agreement", args=[row.pk])
    if request.method == "POST" and form.is_valid():
        try:
            services.cancel_agreement(row, reason=form.cleaned_data["reason"], actor=request.user)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, "Le projet est abandonné\u00a0; son numéro n’est pas redonné.")
            return redirect(cancel_url)
    context = {"form": form, "heading": "Abandonner le projet", "lead": str(row), "submit": "Abandonner"}
    return render(request, "finances/form.html", {**context, "cancel_url": cancel_url})


# --- Signatures and files -------------------------------------------------------------------------


def _managed_signature(request, pk):
    rows = AgreementSignature.objects.visible_to(request.user).select_related("agreement__cite", "organisation")
    signature = get_object_or_404(rows, pk=pk)
    if not can_manage_money(request.user, signature.agreement.cite):
        raise PermissionDenied
    return signature


@require_http_methods(["GET", "POST"])
def signature(request, pk):
    row = _managed_signature(request, pk)
    form, conflict, saved = saved_or_compared(
        request, SignatureForm, row, save=_sign, entries=lambda found: journal.entries_for(found.agreement)
    )
    cancel_url = reverse("actions:agreement", args=[row.agreement_id])
    if saved:
        is_whole = saved.signed_on is not None
        done = "Tous ont signé\u00a0: les versements sont prévus." if is_whole else "La signature est notée."
        messages.success(request, done)
        return redirect(cancel_url)
    context = form_context(form, conflict, heading="Signature", submit="Enregistrer", cancel_url=cancel_url)
    page = {**context, "lead": f"{row.agreement}, pour {row.organisation}"}
    return render(request, "finances/form.html", page, status=409 if conflict else 200)


def _sign(row, *, actor, version):
    """The agreement."""
    written = {name: getattr(row, name) for name in SignatureForm.Meta.fields}
    return services.record_signature(row, **written, version=version, actor=actor)


@require_POST
def signature_remind(request, pk):
    row = _managed_signature(request, pk)
    services.remind_signature(row, actor=request.user)
    messages.success(request, f"La relance de {row.organisation} est notée.")
    return redirect("actions:agreement", row.agreement_id)


@require_http_methods(["GET", "POST"])
def agreement_file_add(request, pk):
    row = _managed(request, pk)
    form = AgreementFileForm(request.POST or None, request.FILES or None)
    cancel_url = reverse("actions:agreement", args=[row.pk])
    if request.method == "POST" and form.is_valid():
        services.add_agreement_file(row, upload=form.cleaned_data["upload"], actor=request.user)
        messages.success(request, "La convention signée est jointe.")
        return redirect(cancel_url)
    context = {
        "form": form,
        "heading": "Joindre la convention signée",
        "lead": str(row),
        "submit": "Joindre le fichier",
    }
    return render(request, "finances/form.html", {**context, "cancel_url": cancel_url})


@require_GET
@cache_control(private=True, no_cache=True)
def agreement_file(request, pk):
    file = get_object_or_404(AgreementFile.objects.visible_to(request.user), pk=pk)
    try:
        content = file.file.open("rb")
    except FileNotFoundError as error:
        raise Http404("Ce fichier n’est plus sur le serveur.") from error
    response = FileResponse(content, as_attachment=True, filename=file.filename)
    response["X-Content-Type-Options"] = "nosniff"
    return response


# --- The template ---------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def agreement_template(request):
    cite = readable_cite(request)
    require(can_manage_money(request.user, cite))
    row = AgreementTemplate.of(cite)
    form = TemplateForm(request.POST or None, clauses=services.template_clauses(cite), version=row.version)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_template(row, version=form.cleaned_data["version"], clauses=form.clauses, actor=request.user)
        except ConflictError:
            form.add_error(
                None,
                "Le modèle a été modifié entre-temps. Ce que vous avez écrit est gardé ici\u00a0: ouvrez cette page dans un "
                "autre onglet pour lire l’autre version, reportez-y ce qui manque, et enregistrez là.",
            )
        else:
            messages.success(request, "Le modèle est enregistré\u00a0; il servira aux prochains projets.")
            return redirect("actions:agreements")
    return render(request, "finances/agreement_template.html", {"form": form, "merge_fields": merge_fields()})
