from contextlib import suppress

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from actions.visits import news
from cite_educative.common.dates import BudgetYear, YearError, date_fr
from cite_educative.home.awaiting import awaiting
from cite_educative.home.figures import actions_by_commune, year_figures
from cite_educative.home.search import search_everywhere
from cite_educative.home.territory import territory_map
from governance.models import Decision, Meeting
from partners.context import current_cite, current_year
from partners.enums import Role
from partners.models import Cite

NUMBERS = ("", "Une", "Deux", "Trois", "Quatre", "Cinq", "Six", "Sept", "Huit", "Neuf", "Dix")


@require_safe
def home(request):
    cite, year, user = current_cite(request), current_year(request), request.user
    if cite is None:
        return render(request, "home/no_cite.html")
    to_do = awaiting(request)
    places = actions_by_commune(user, cite, year)
    context = {
        "today": f"{date_fr(timezone.localdate(), weekday=True).capitalize()}. {_number_to_do(to_do.count)}",
        "groups": to_do.groups,
        "news": news(user, cite, year),
        "figures": year_figures(user, cite, year),
        "meetings": _meetings(user, cite),
        "decisions": Decision.objects.visible_to(user)
        .adopted()
        .filter(body__cite=cite)
        .select_related("body")
        .order_by("-adopted_on", "-number")[:3],
        "places": places,
        "map": territory_map(places),
        "can_create": user.access.has(cite.pk, Role.LEAD, Role.CO_LEAD, Role.HOLDER),
        "holds": bool(user.access.held),
        "reads_money": cite.pk in user.access.money_readers,
        "can_import": user.access.has(cite.pk, Role.LEAD),
    }
    return render(request, "home/home.html", context)


def _number_to_do(count):
    if not count:
        return "Rien à faire."
    number = NUMBERS[count] if count < len(NUMBERS) else str(count)
    return f"{number} chose{'s' if count > 1 else ''} à faire."


def _meetings(user, cite):
    upcoming = Meeting.objects.visible_to(user).upcoming(timezone.now()).filter(body__cite=cite)
    return upcoming.select_related("body").prefetch_related("items")[:3]


@require_safe
def awaiting_count(request):
    """The counter of the top bar, fetched apart so that no page pays for it."""
    count = awaiting(request).count if current_cite(request) else 0
    return render(request, "home/includes/_counter.html", {"count": count})


@require_POST
def set_context(request):
    """Choose the Cité and the year shown from now on; what the user may not see is ignored."""
    chosen = request.POST.get("cite", "")
    if (
        len(chosen) < 15
        and chosen.isdecimal()
        and Cite.objects.visible_to(request.user).filter(pk=int(chosen)).exists()
    ):
        request.session["cite"] = int(chosen)
    with suppress(YearError):
        request.session["year"] = int(BudgetYear.parse(request.POST.get("year", "")))
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(target if safe and "?" not in target else reverse("home"))


@require_safe
def search(request):
    query = request.GET.get("q", "")[:200]
    groups = search_everywhere(request.user, query)
    context = {"query": query, "groups": groups, "count": sum(len(rows) for _, rows in groups)}
    return render(request, "home/search.html", context)


@login_not_required
@require_safe
@cache_control(public=True, max_age=300)
def theme(request, slug):
    cite = get_object_or_404(Cite, slug=slug)
    return HttpResponse(f":root {{ --ce-accent: {cite.accent_colour}; }}\n", content_type="text/css; charset=utf-8")
