"""One report, or the balance of a label: begun, written text by text, issued, read as it was issued."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from actions.enums import LabelCriterion
from actions.views.versions import add_errors, form_context, saved_or_compared
from cite_educative.common.dates import date_fr, time_fr
from cite_educative.common.locks import ConflictError
from evaluation import services
from evaluation.forms.papers import IssueForm, PaperForm, PaperTextForm
from evaluation.models import EvaluationPaper, PaperFile, PaperText, PaperVersion
from evaluation.paper_enums import PaperKind, ReportSection
from evaluation.papers.balance import balance_sections, label_years
from evaluation.papers.blocks import printed_sections
from evaluation.papers.pages import known_years
from evaluation.papers.report import report_sections
from evaluation.permissions import can_evaluate
from evaluation.views.common import page, written_cite
from governance.views.common import require

PARTS = {PaperKind.REPORT: ReportSection, PaperKind.BALANCE: LabelCriterion}


@require_POST
def paper_start(request):
    """`nature` and `annee`; what is already begun is opened."""
    cite = written_cite(request)
    kind, asked = request.POST.get("nature", ""), request.POST.get("annee", "")
    if kind == PaperKind.REPORT:
        years = known_years(cite, timezone.localdate())
    elif kind == PaperKind.BALANCE:
        years = label_years(cite, timezone.localdate())[:1]
    else:
        years = []
    if not (asked.isascii() and asked.isdigit() and int(asked) in years):
        raise Http404("Rien de tel ne se commence pour cette année.")
    paper = services.start_paper(cite, kind, int(asked), actor=request.user)
    return redirect(page_of(paper))


def page_of(paper):
    if paper.kind == PaperKind.BALANCE:
        return reverse("evaluation:label_balance")
    name = "annual_report" if paper.kind == PaperKind.REPORT else "one_page"
    return f"{reverse(f'evaluation:{name}')}?annee={paper.year}"


def _written(request, pk):
    paper = get_object_or_404(EvaluationPaper.objects.visible_to(request.user).select_related("cite"), pk=pk)
    require(can_evaluate(request.user, paper.cite))
    if paper.kind not in PARTS:
        raise Http404
    return paper


# --- Writing --------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def paper_settings(request, pk):
    paper = _written(request, pk)
    form, conflict, saved = saved_or_compared(request, PaperForm, paper, save=services.save_paper)
    if saved:
        messages.success(request, "Le titre et les actions phares sont enregistrés.")
        return redirect(page_of(saved))
    context = form_context(
        form, conflict, heading=f"Régler «\u00a0{paper}\u00a0»", submit="Enregistrer", cancel_url=page_of(paper)
    )
    shown = page(request, paper.cite, "one_page", paper=paper, **context)
    return render(request, "evaluation/paper_form.html", shown, status=409 if conflict else 200)


@require_http_methods(["GET", "POST"])
def paper_text(request, pk, key):
    """One text: saved while it is typed (`X-Autosave`) or by the button."""
    paper = _written(request, pk)
    if key not in PARTS[paper.kind].values:
        raise Http404
    row = PaperText.objects.visible_to(request.user).filter(paper=paper, key=key).first()
    initial = {"body": row.body if row else "", "version": row.version if row else 0}
    form = PaperTextForm(request.POST or None, initial=initial)
    if request.method == "GET":
        return _text_page(request, paper, key, form)
    is_automatic = "X-Autosave" in request.headers
    if not form.is_valid():
        return HttpResponse(status=422) if is_automatic else _text_page(request, paper, key, form)
    try:
        saved = _save_text(request, paper, key, form.cleaned_data, is_automatic)
    except ConflictError as error:
        if is_automatic:
            return HttpResponse(status=409)
        return _text_page(request, paper, key, form, conflicting=error.current)
    if is_automatic:
        return HttpResponse(status=204, headers={"X-Version": str(saved.version)})
    messages.success(request, f"Le texte «\u00a0{PARTS[paper.kind](key).label}\u00a0» est enregistré.")
    return redirect(f"{page_of(paper)}#{key}")


def _save_text(request, paper, key, data, is_automatic):
    return services.save_paper_text(
        paper=paper,
        key=key,
        body=data["body"],
        version=data["version"],
        actor=request.user,
        is_automatic=is_automatic,
    )


def _text_page(request, paper, key, form, conflicting=None):
    """`conflicting`: the text as somebody else saved it; sending the form again keeps the user's own."""
    conflict, status = None, 200
    if conflicting is not None:
        mine, status = form.cleaned_data["body"], 409
        conflict = {
            "author": str(conflicting.updated_by),
            "when": f"le {date_fr(conflicting.updated_at)} à {time_fr(conflicting.updated_at)}",
            "fields": [
                {"label": "Texte", "mine": mine, "theirs": conflicting.body, "different": mine != conflicting.body}
            ],
        }
        form = PaperTextForm(initial={"body": mine, "version": conflicting.version})
    section = next(one for one in printed_sections(_sections(paper)) if one["key"] == key)
    context = page(
        request,
        paper.cite,
        "one_page",
        paper=paper,
        section=section,
        form=form,
        conflict=conflict,
        cancel_url=f"{page_of(paper)}#{key}",
        autosave_url="" if conflict else request.path,
    )
    return render(request, "evaluation/paper_text.html", context, status=status)


def _sections(paper):
    if paper.kind == PaperKind.REPORT:
        return report_sections(paper)
    return balance_sections(paper.cite, timezone.localdate(), paper)


# --- Versions -------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def paper_issue(request, pk):
    paper = _written(request, pk)
    form = IssueForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            version, created = services.issue_paper(paper, label=form.cleaned_data["label"], actor=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            if created:
                messages.success(request, f"La version {version.number} est émise. Ses fichiers se préparent.")
            else:
                said = f"Rien n’a changé depuis la version {version.number}\u00a0: elle reste la dernière."
                messages.info(request, said)
            return redirect("evaluation:paper_version", version.pk)
    empty = [one["title"] for one in _sections(paper) if not one["body"].strip()]
    last = paper.versions.first()
    context = page(
        request, paper.cite, "one_page", paper=paper, form=form, empty=empty, last=last, cancel_url=page_of(paper)
    )
    return render(request, "evaluation/paper_issue.html", context)


@require_safe
def paper_version(request, pk):
    versions = PaperVersion.objects.visible_to(request.user).select_related("paper__cite")
    version = get_object_or_404(versions.exclude(paper__kind=PaperKind.ONE_PAGE), pk=pk)
    files = PaperFile.objects.visible_to(request.user).filter(version=version).select_related("file")
    context = page(
        request,
        version.paper.cite,
        "one_page",
        version=version,
        content=version.content,
        sections=printed_sections(version.content["sections"]),
        files=[row.file for row in files.order_by("pk")],
        back_url=page_of(version.paper),
    )
    return render(request, "evaluation/paper_version.html", context)
