"""The four presentations of the same filtered actions."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_GET

from actions import cards as of_cards
from actions import territory as of_territory
from actions.batch_runs import runs_to_follow
from actions.batches import BATCHES
from actions.intercommunal import IntercommunalListing, roles_sentence
from actions.permissions import can_create_action, can_import, can_share_view
from actions.plan_listing import CARDS, TABLE, TERRITORY, TIMELINE, PlanListing
from actions.timeline import timeline as drawn_timeline
from actions.views.sections import plan_sections
from partners.context import current_cite, current_year
from partners.permissions import can_steer


@require_GET
def table(request):
    listing = PlanListing(request)
    if listing.export_format:
        return listing.export()
    return _page(request, "actions/list.html", listing, TABLE, columns=listing.columns_form())


@require_GET
def cards(request):
    listing = PlanListing(request, per_page=of_cards.PER_PAGE, with_freshness=True)
    if listing.export_format:
        return listing.export()
    return _page(request, "actions/cards.html", listing, CARDS, cards=of_cards.cards(listing))


@require_GET
def timeline(request):
    listing = PlanListing(request)
    if listing.export_format:
        return listing.export()
    return _page(request, "actions/timeline.html", listing, TIMELINE, drawn=drawn_timeline(listing))


@require_GET
def territory(request):
    listing = PlanListing(request, per_page=of_territory.PER_PAGE, with_columns=False)
    if listing.export_format:
        return listing.export()
    found = of_territory.Territory(listing)
    context = {"tables": found.tables(), "map": found.drawing(), "items": found.items()}
    return _page(request, "actions/territory.html", listing, TERRITORY, **context)


@require_GET
def intercommunal(request):
    cite, year = current_cite(request), current_year(request)
    if cite is None:
        raise Http404
    listing = IntercommunalListing(request, cite, year)
    if listing.export_format:
        return listing.export()
    context = {
        "listing": listing,
        "roles": roles_sentence(listing.queryset),
        "steps": listing.step_links(),
        "sections": plan_sections("intercommunal", request.user, cite),
    }
    return render(request, "actions/intercommunal.html", context)


def _page(request, template, listing, view, **context):
    user, cite = request.user, listing.cite
    is_team = cite is not None and can_steer(user, cite)
    shared = {
        "listing": listing,
        "sections": plan_sections("list", user, cite),
        "views": listing.views(view),
        "presentation": view,
        "can_create": cite is not None and can_create_action(user, cite),
        "can_import": cite is not None and can_import(user, cite),
        "can_print": is_team,
        "can_share": cite is not None and can_share_view(user, cite),
        "can_bulk": is_team and view == TABLE,
        "batches": BATCHES.values(),
        "runs": runs_to_follow(user, cite) if is_team else [],
    }
    return render(request, template, {**shared, **context})
