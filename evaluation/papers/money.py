"""Money that the papers tell: every amount for those who read it, what funders made known for the others."""

from actions.enums import ActionStatus, Step
from actions.finances.envelopes import source_figures, totals
from actions.models import Funding
from cite_educative.common.money import ZERO, total

NO_AXIS = "Sans axe"
SHOWN = 6
OTHERS = "Autres"
GRANTED_SOURCE = "Montants accordés en numéraire"
RELEASED_SOURCE = "Montants accordés en numéraire, rendus publics, des actions publiées"


def grants_of(cite, year, *, with_money):
    """Fundings in cash of a civil year that granted something.

    Without `with_money`, only those whose funder made its answer known, of published actions: what anybody may read.
    """
    rows = Funding.objects.in_cash().with_release().filter(source__cite=cite, budget_year=year, granted__gt=ZERO)
    rows = rows.exclude(action__status=ActionStatus.DRAFT)
    if not with_money:
        rows = rows.filter(is_released=True, action__published_at__isnull=False)
    rows = rows.select_related("action__axis", "action__holder", "source")
    return list(rows.order_by("action__code", "action__pk", "source__order", "pk"))


def granted(grants):
    return total(row.granted for row in grants)


def by_axis(grants):
    """`[(axis, amount)]` in the order of the programme; what has no axis is under None and comes last."""
    sums = {}
    for row in grants:
        sums[row.action.axis] = sums.get(row.action.axis, ZERO) + row.granted
    return sorted(sums.items(), key=lambda pair: (0, pair[0].order, pair[0].pk) if pair[0] else (1, 0, 0))


def by_source(grants):
    """`[(source, amount)]`, the largest first."""
    sums = {}
    for row in grants:
        sums[row.source] = sums.get(row.source, ZERO) + row.granted
    return sorted(sums.items(), key=lambda pair: (-pair[1], pair[0].order, pair[0].pk))


def by_action(grants):
    """`[(action, amount)]` in the order of the codes."""
    sums = {}
    for row in grants:
        sums[row.action] = sums.get(row.action, ZERO) + row.granted
    return list(sums.items())


def largest(pairs, shown=SHOWN):
    """`[(label, amount)]` with what does not fit summed under one label."""
    pairs = list(pairs)
    if len(pairs) <= shown:
        return pairs
    return [*pairs[: shown - 1], (OTHERS, sum((amount for _, amount in pairs[shown - 1 :]), ZERO))]


def year_sums(cite, year):
    """`{"notified"…, "programmed"…}`: euros of all the lines of the Cité, None when not known."""
    sums = totals(source_figures(cite, year))
    steps = {str(step): sums[step][0] for step in (Step.PROGRAMMED, Step.GRANTED, Step.PAID)}
    return {"notified": sums["notified"]} | steps
