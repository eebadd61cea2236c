"""What the Cité gives to be read of its years: the page of elected members, two years, the annual report, the balance."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from actions.permissions import can_read_envelopes
from evaluation import services
from evaluation.models import EvaluationPaper, PaperVersion
from evaluation.paper_enums import PaperKind
from evaluation.papers.balance import balance_sections, label_years
from evaluation.papers.blocks import printed_sections
from evaluation.papers.comparison import comparison
from evaluation.papers.one_page import drawn, page_side
from evaluation.papers.pages import asked_year, known_years, pages_of, versions_of
from evaluation.papers.report import report_sections
from evaluation.permissions import can_read_working_papers
from evaluation.views.common import page, read_cite, written_cite
from governance.views.common import require


def _page(request, cite, current, **context):
    return page(request, cite, "one_page", pages=pages_of(request.user, cite, current), **context)


@require_safe
def one_page(request):
    """`?annee=`: the figures of today; what is issued does not move."""
    cite = read_cite(request)
    years = known_years(cite, timezone.localdate())
    year = asked_year(request, years)
    side = page_side(cite, year, with_money=can_read_envelopes(request.user, cite))
    versions = versions_of(request.user, paper__cite=cite, paper__kind=PaperKind.ONE_PAGE, paper__year=year)
    context = _page(request, cite, "one_page", year=year, years=years, side=drawn(side), versions=versions)
    return render(request, "evaluation/one_page.html", context)


@require_POST
def one_page_issue(request):
    cite = written_cite(request)
    year = _posted_year(request, cite)
    version, created = services.issue_one_page(cite, year, actor=request.user)
    if created:
        messages.success(request, f"La page {year} est émise, version {version.number}. Ses fichiers se préparent.")
    else:
        messages.info(request, f"Rien n’a changé depuis la version {version.number}\u00a0: elle reste la dernière.")
    return redirect(f"{reverse('evaluation:one_page')}?annee={year}")


def _posted_year(request, cite):
    asked = request.POST.get("annee", "")
    years = known_years(cite, timezone.localdate())
    if not (asked.isascii() and asked.isdigit() and int(asked) in years):
        raise Http404("Cette année n’est pas de celles de la Cité.")
    return int(asked)


@require_safe
def compare_years(request):
    """`?annee=2026&avec=2025`."""
    cite = read_cite(request)
    years = known_years(cite, timezone.localdate())
    later = asked_year(request, years)
    choices = [year for year in years if year != later]
    parts, earlier = [], None
    if choices:
        before = [year for year in choices if year < later]
        earlier = asked_year(request, before + [year for year in choices if year > later], "avec")
        parts = comparison(cite, earlier, later, with_money=can_read_envelopes(request.user, cite))
    context = _page(
        request, cite, "compare_years", years=years, choices=choices, later=later, earlier=earlier, parts=parts
    )
    return render(request, "evaluation/compare_years.html", context)


@require_safe
def annual_report(request):
    """Today's texts and figures for the team and the pilots; for the others, the last version issued."""
    cite, user = read_cite(request), request.user
    years = known_years(cite, timezone.localdate())
    year = asked_year(request, years)
    paper = EvaluationPaper.objects.visible_to(user).filter(cite=cite, kind=PaperKind.REPORT, year=year).first()
    is_working = can_read_working_papers(user, cite)
    versions = versions_of(user, paper=paper) if paper else []
    sections = []
    if paper and is_working:
        sections = report_sections(paper)
    elif versions:
        sections = PaperVersion.objects.visible_to(user).get(pk=versions[0][0].pk).content["sections"]
    context = {"year": year, "years": years, "paper": paper, "is_working": is_working, "versions": versions}
    shown = _page(request, cite, "annual_report", sections=printed_sections(sections), **context)
    return render(request, "evaluation/annual_report.html", shown)


@require_safe
def label_balance(request):
    cite, user = read_cite(request), request.user
    require(can_read_working_papers(user, cite))
    today = timezone.localdate()
    years = label_years(cite, today)
    papers = EvaluationPaper.objects.visible_to(user).filter(cite=cite, kind=PaperKind.BALANCE)
    paper = papers.filter(year=cite.label_starts_on.year).first() if years else None
    sections = balance_sections(cite, today, paper) if years else []
    context = _page(
        request,
        cite,
        "label_balance",
        paper=paper,
        label_years=years,
        versions=versions_of(user, paper=paper) if paper else [],
        sections=printed_sections(sections),
    )
    return render(request, "evaluation/label_balance.html", context)
