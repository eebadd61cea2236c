"""What the page of a board shows around its table: columns, filters, cards, gestures, preview of an adoption."""

from django.db.models import Q, Sum
from django.urls import reverse
from django.utils.http import urlencode

from actions.enums import Verdict
from actions.finances.board import GROUPINGS, load_board
from actions.finances.board_html import WORDS, bars, gauges, plain, table_body, table_foot
from actions.models import Action, FundingSource, ScenarioLine
from actions.permissions import can_adopt_scenario, can_write_scenario
from cite_educative.common.dates import date_fr
from cite_educative.common.money import ZERO, MoneyError, parse_euros, short_euros, total
from partners.enums import SideKind
from partners.permissions import can_steer

FILTERS = {"axe": "Axe", "commune": "Territoire", "qpv": "Quartier", "porteur": "Porteur"}
SIDE_WORDS = {
    SideKind.EDUCATION: "ÉN",
    SideKind.STATE: "État",
    SideKind.COMMUNES: "Com.",
    SideKind.INTERCOMMUNALITY: "Interco.",
}
EVERY_LINE = "toutes"
KEPT = ("groupe", *FILTERS, "avis", "lignes")


def chosen_grouping(request):
    asked = request.GET.get("groupe", "")
    return asked if asked in GROUPINGS else "axe"


def chosen_filters(request):
    found = {name: request.GET[name][:300] for name in FILTERS if request.GET.get(name)}
    if request.GET.get("avis") in Verdict.values:
        found["avis"] = request.GET["avis"]
    return found


def board_url(scenario, query=None):
    """The board on this scenario, with the filters of `query`."""
    kept = {name: query[name] for name in KEPT if query and query.get(name)}
    return f"{reverse('actions:board', args=[scenario.call_id])}?{urlencode({'scenario': scenario.pk, **kept})}"


def board_context(request, call, scenario, scenarios):
    user, grouping, filters = request.user, chosen_grouping(request), chosen_filters(request)
    whole = load_board(call, scenario, filters, user=user)
    shows_all = request.GET.get("lignes") == EVERY_LINE
    board = whole if shows_all else whole.narrowed()
    sides = list(call.cite.sides.all()) if any(row.verdicts for row in board.every_row) else []
    writes = scenario is not None and scenario.is_open and can_write_scenario(user, scenario)
    return {
        "call": call,
        "scenario": scenario,
        "board": board,
        "sides": [(side.label, SIDE_WORDS.get(side.kind, side.label)) for side in sides],
        "writes": writes,
        "may_manage": scenario is not None and can_write_scenario(user, scenario),
        "may_carry": can_steer(user, call.cite),
        "may_adopt": scenario is not None and not scenario.adopted_at and can_adopt_scenario(user, scenario),
        "cards": _cards(scenarios, scenario, board, request.GET),
        "filters": _filters(board, filters),
        "verdicts": [(code, WORDS[code], filters.get("avis") == code) for code in Verdict],
        "groupings": [(code, word, code == grouping) for code, word in GROUPINGS.items()],
        "is_filtered": bool(filters),
        "shows_all": shows_all,
        "hidden": len(whole.sources) - len(board.sources),
        "last_year": call.budget_year - 1,
        "query": urlencode({name: request.GET[name] for name in KEPT if request.GET.get(name)}),
        "gauges": gauges(board),
        "bars": bars(board),
        "body": table_body(board, grouping, sides, writes=writes),
        "foot": table_foot(board, sides),
    }


def _filters(board, chosen):
    """`[(name, label, [(value, is chosen)])]`, of what the requests hold."""
    found = []
    for name, label in FILTERS.items():
        values = sorted({row.groups[name] for row in board.every_row})
        found.append((name, label, [(value, chosen.get(name) == value) for _, value in values]))
    return found


def _cards(scenarios, current, board, query):
    """One per scenario: its total, then what is left or what is overdrawn, in words."""
    sources = {one.source.pk: one for one in board.envelopes}
    filed = [row.action.pk for row in board.every_row]
    sums = ScenarioLine.objects.filter(scenario__in=scenarios, action__in=filed, source__in=sources).order_by()
    proposed = {
        (row["scenario"], row["source"]): row["sum"]
        for row in sums.values("scenario", "source").annotate(sum=Sum("amount"))
    }
    return [_card(one, current, sources, proposed, query) for one in scenarios]


def _card(scenario, current, envelopes, proposed, query):
    left = {
        pk: one.available - (proposed.get((scenario.pk, pk)) or ZERO)
        for pk, one in envelopes.items()
        if one.available is not None
    }
    over = [
        f"{envelopes[pk].source.short_label} de {short_euros(-amount)}" for pk, amount in left.items() if amount < 0
    ]
    whole = total(proposed.get((scenario.pk, pk)) for pk in envelopes)
    return {
        "label": scenario.label,
        "url": board_url(scenario, query),
        "is_current": scenario == current,
        "total": short_euros(whole),
        "left": short_euros(total(left.values())),
        "overdrawn": ", ".join(over),
        "state": _state(scenario),
    }


def _state(scenario):
    if scenario.adopted_at:
        return f"retenu le {date_fr(scenario.adopted_at)}"
    shared = "partagé" if scenario.shared_at else "privé"
    return f"{shared}, verrouillé" if scenario.locked_at else shared


def fresh(scenario, seen, refused=()):
    """The cells written since the version that a page shows, by anybody, and those just `refused` to it.

    These may have been written before: the page had kept what it was typing over them.
    """
    wanted = Q(version__gt=seen)
    for action, source in refused:
        wanted |= Q(action=action, source=source)
    lines = ScenarioLine.objects.filter(wanted, scenario=scenario).order_by()
    return [
        {
            "action": action,
            "source": source,
            "version": version,
            "cents": "x" if amount is None else int(amount * 100),
            "text": "" if amount is None else plain(amount),
        }
        for action, source, amount, version in lines.values_list("action", "source", "amount", "version")
    ]


# --- Preview of an adoption -----------------------------------------------------------------------


def adoption_lines(changes):
    """Dicts of ready strings, by title: what is proposed today, what will be."""
    actions = Action.objects.in_bulk({action for action, _ in changes})
    sources = FundingSource.objects.in_bulk({source for _, source in changes})
    lines = [
        {
            "code": actions[action].code,
            "title": actions[action].title,
            "source": sources[source].short_label,
            "before": short_euros(before),
            "after": short_euros(after),
            "difference": short_euros((after or ZERO) - (before or ZERO)),
        }
        for (action, source), (before, after) in changes.items()
    ]
    return sorted(lines, key=lambda line: (line["code"] or "", line["source"]))


def write_preview(changes):
    return ";".join(f"{a}:{s}:{before}:{after}" for (a, s), (before, after) in changes.items())


def read_preview(text):
    """What `write_preview` wrote, posted back; what is none of it is left out, and refused as moved."""
    changes = {}
    for part in filter(None, text.split(";")):
        pieces = part.split(":")
        if len(pieces) != 4 or not all(one.isascii() and one.isdigit() and len(one) < 13 for one in pieces[:2]):
            continue
        try:
            amounts = tuple(None if one == "None" else parse_euros(one) for one in pieces[2:])
        except MoneyError:
            continue
        changes[int(pieces[0]), int(pieces[1])] = amounts
    return changes
