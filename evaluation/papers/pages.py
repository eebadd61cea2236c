"""What the pages of the papers share: which year, which page, which files."""

from django.urls import reverse

from actions.models import Action
from evaluation.models import PaperFile, PaperVersion
from evaluation.permissions import can_read_working_papers
from partners.context import current_year

PAGES = (
    ("one_page", "Page des élus"),
    ("annual_report", "Rapport annuel"),
    ("compare_years", "Deux années"),
    ("label_balance", "Bilan du label"),
)
WORKING = ("label_balance",)


def pages_of(user, cite, current):
    """`current` is the URL name, without its app, of the page being read."""
    return [
        {"label": label, "url": reverse(f"evaluation:{name}"), "current": name == current}
        for name, label in PAGES
        if name not in WORKING or can_read_working_papers(user, cite)
    ]


def known_years(cite, today):
    """The civil years that have something to tell, the latest first: those of the actions, and this one."""
    rows = Action.objects.filter(cite=cite).order_by().values_list("budget_year", flat=True).distinct()
    return sorted({*map(int, rows), today.year}, reverse=True)


def asked_year(request, years, name="annee"):
    """The year of the query when it is one of `years`, else the chosen one, else the latest."""
    asked = request.GET.get(name, "")
    wanted = [int(asked)] if asked.isascii() and asked.isdigit() else []
    return next((year for year in (*wanted, int(current_year(request))) if year in years), years[0])


def versions_of(user, **paper):
    """`[(version, files)]` that the user may read of the papers so looked up, the newest first, in two queries."""
    versions = PaperVersion.objects.visible_to(user).filter(**paper).defer("content").select_related("paper")
    versions = list(versions.order_by("-number", "-pk"))
    files = {}
    rows = PaperFile.objects.visible_to(user).filter(version__in=versions).select_related("file").order_by("pk")
    for row in rows:
        files.setdefault(row.version_id, []).append(row.file)
    return [(version, files.get(version.pk, [])) for version in versions]
