"""All the public money of a holder or of a neighbourhood, side by side and never added up.

The Cité's amounts are those that `actions.readable` lets the reader know; those of other programmes and of ordinary
policies are "pour mémoire". What was attributed and what was only asked for stay apart, as do cash and valuations.
"""

from decimal import Decimal

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Sum

from actions.enums import ActionStatus, MainstreamKind, Step, Valuation
from actions.models import Action, MainstreamContribution, OutsideGrant
from actions.readable import readable_fundings, with_amounts
from cite_educative.common.money import total
from partners.models import Neighbourhood, Organisation

CITE_STEPS = (Step.REQUESTED, Step.PROGRAMMED, Step.GRANTED)
ATTRIBUTED = (Step.GRANTED, Step.COMMITTED, Step.PAID)
NOT_FUNDED = (ActionStatus.REJECTED, ActionStatus.ABANDONED)


def followed_actions(user, cite):
    """Those that the user reads in full: the published part of the others says nothing here."""
    actions = Action.objects.visible_to(user).filter(cite=cite)
    if cite.pk in user.access.full_readers:
        return actions
    return actions.filter(Action.objects.local_condition(user.access)).exclude(status=ActionStatus.DRAFT)


def readable_grants(user, cite):
    return OutsideGrant.objects.visible_to(user).filter(cite=cite)


def readable_mainstream(user, cite):
    return MainstreamContribution.objects.visible_to(user).filter(cite=cite)


# --- Lists ----------------------------------------------------------------------------------------


def holders_with_money(user, cite, year):
    """Organisations of the Cité that hold an action or a grant of the year, each with its sums apart."""
    own = followed_actions(user, cite).filter(budget_year=year, holder=OuterRef("pk"))
    grants = readable_grants(user, cite).filter(budget_year=year, holder=OuterRef("pk"))
    found = Organisation.objects.in_cite(cite).filter(Exists(own) | Exists(grants))
    ties = {"action": Q(holder=OuterRef("pk")), "linked": Q(action__holder=OuterRef("pk")), "grant": Q(holder=OuterRef("pk"))}  # fmt: skip
    return _with_sums(found, user, cite, year, **ties)


def quarters_with_money(user, cite, year):
    """The neighbourhoods of the Cité, each with the sums of what names it; an action may name several."""
    within = Action.neighbourhoods.through.objects.filter(neighbourhood=OuterRef(OuterRef("pk")))
    ties = {
        "action": Exists(within.filter(action=OuterRef("pk"))),
        "linked": Exists(within.filter(action=OuterRef("action"))),
        "grant": Q(neighbourhood=OuterRef("pk")),
    }
    return _with_sums(Neighbourhood.objects.filter(cites=cite), user, cite, year, **ties)


def _with_sums(rows, user, cite, year, *, action, linked, grant):
    """Adds `actions_count` and the sums. The conditions tie an action, what quotes an action, and a grant to its row."""
    followed = followed_actions(user, cite).filter(budget_year=year)
    keys = followed.order_by().values("pk")
    own_year = {"action__in": keys, "budget_year": F("action__budget_year")}
    grants = readable_grants(user, cite).filter(grant, budget_year=year)
    euros = readable_mainstream(user, cite).filter(linked, budget_year=year, kind=MainstreamKind.EUROS)
    counted = followed.filter(action).order_by().values("cite").annotate(count=Count("pk")).values("count")
    sums = {
        f"sum_{step}": _sum(
            readable_fundings(user, step).in_cash().filter(linked, **own_year), str(step), of="action__cite"
        )
        for step in CITE_STEPS
    }
    return rows.annotate(
        actions_count=Subquery(counted),
        sum_outside=_sum(grants.filter(step__in=ATTRIBUTED), "amount"),
        sum_asked=_sum(grants.exclude(step__in=ATTRIBUTED), "amount"),
        sum_cash=_sum(euros.filter(valuation=Valuation.CASH), "amount"),
        sum_valued=_sum(euros.filter(valuation=Valuation.VALUED), "amount"),
        **sums,
    )


def _sum(rows, name, *, of="cite"):
    return Subquery(rows.order_by().values(of).annotate(total=Sum(name)).values("total"))


# --- One holder, one neighbourhood ----------------------------------------------------------------


def holder_years(user, cite, organisation):
    """[year] of all that the reader may know of one holder, the last first."""
    return _years(
        user,
        followed_actions(user, cite).filter(holder=organisation),
        readable_grants(user, cite).filter(holder=organisation),
        readable_mainstream(user, cite).filter(action__holder=organisation),
    )


def quarter_years(user, cite, neighbourhood):
    """The same of one neighbourhood."""
    within = Action.neighbourhoods.through.objects.filter(neighbourhood=neighbourhood)
    return _years(
        user,
        followed_actions(user, cite).filter(Exists(within.filter(action=OuterRef("pk")))),
        readable_grants(user, cite).filter(neighbourhood=neighbourhood),
        readable_mainstream(user, cite).filter(Exists(within.filter(action=OuterRef("action")))),
    )


def _years(user, actions, grants, mainstream):
    """Three queries."""
    actions = list(
        with_amounts(actions, user, CITE_STEPS).select_related("holder").order_by("-budget_year", "code", "pk")
    )
    grants = list(grants.select_related("holder"))
    mainstream = list(mainstream.select_related("institution", "action", "scheme"))
    years = sorted({int(row.budget_year) for row in (*actions, *grants, *mainstream)}, reverse=True)
    return [
        _year(year, *([row for row in rows if row.budget_year == year] for rows in (actions, grants, mainstream)))
        for year in years
    ]


def _year(year, actions, grants, mainstream):
    return {
        "year": year,
        "actions": actions,
        "grants": grants,
        "mainstream": mainstream,
        "sums": {
            **{str(step): total(getattr(action, f"sum_{step}") for action in actions) for step in CITE_STEPS},
            "outside": grants_total(grants, attributed=True),
            "asked": grants_total(grants, attributed=False),
            "cash": euros_total(mainstream, Valuation.CASH),
            "valued": euros_total(mainstream, Valuation.VALUED),
        },
    }


def grants_total(grants, *, attributed):
    return total(grant.amount for grant in grants if (grant.step in ATTRIBUTED) == attributed)


def euros_total(mainstream, valuation):
    """In euros, of this nature; what was never put in euros has no sum."""
    return total(row.amount for row in mainstream if row.kind == MainstreamKind.EUROS and row.valuation == valuation)


def hours_total(mainstream):
    known = [row.quantity for row in mainstream if row.kind == MainstreamKind.HOURS and row.quantity is not None]
    return sum(known, Decimal(0)) if known else None
