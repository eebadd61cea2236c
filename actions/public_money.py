"""All the public money of a holder or of a neighbourhood, side by side and never added up.

The Cité's amounts are those that `actions.readable` lets the reader know; those of other programmes and of ordinary
policies are "pour mémoire". What was attributed and what was only asked for stay apart, as do cash and valuations.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Sum

from actions.enums import ActionStatus, MainstreamKind, Step, Valuation
from actions.models import Action, Funding, MainstreamContribution, OutsideGrant
from actions.readable import readable_sums, with_amounts
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


@dataclass(frozen=True)
class Side:
    """Whose money a list tells, and the relations that lead to it from an action and from a grant.

    A row has its sums once they are asked for: `sorted_by` annotates the one that orders the list, `read` attaches all
    of them to the rows of a page.
    """

    rows: Any
    action: str
    grant: str
    user: Any
    cite: Any
    year: Any

    def sorted_by(self, name):
        """The rows, with this sum if it is one."""
        for rows, path, sums in self._groups():
            if name in sums:
                own = rows.filter(**{path: OuterRef("pk")}).order_by().values(path)
                return self.rows.annotate(**{name: Subquery(own.annotate(total=sums[name]).values("total"))})
        return self.rows

    def read(self, keys):
        """The rows of these keys with `actions_count` and every sum; five queries."""
        found = list(self.rows.filter(pk__in=keys))
        known = {row.pk: {} for row in found}
        names = []
        for rows, path, sums in self._groups():
            names += sums
            for line in rows.filter(**{f"{path}__in": keys}).order_by().values(key=F(path)).annotate(**sums):
                if line["key"] in known:
                    known[line["key"]].update(line)
        for row in found:
            for name in names:
                setattr(row, name, known[row.pk].get(name))
        return found

    def _groups(self):
        """[(rows, relation to the side, {sum: aggregate})]: what is counted together."""
        followed = followed_actions(self.user, self.cite).filter(budget_year=self.year)
        quoted = f"action__{self.action}"
        fundings = Funding.objects.in_cash().filter(
            action__in=followed.order_by().values("pk"), budget_year=F("action__budget_year")
        )
        grants = readable_grants(self.user, self.cite).filter(budget_year=self.year)
        euros = readable_mainstream(self.user, self.cite).filter(budget_year=self.year, kind=MainstreamKind.EUROS)
        amounts = readable_sums(self.user, CITE_STEPS, cite=self.cite)
        attributed = Q(step__in=ATTRIBUTED)
        return [
            (followed, self.action, {"actions_count": Count("pk")}),
            (fundings, quoted, {f"sum_{step}": amount for step, amount in amounts.items()}),
            (
                grants,
                self.grant,
                {
                    "sum_outside": Sum("amount", filter=attributed),
                    "sum_asked": Sum("amount", filter=~attributed),
                },
            ),
            (
                euros,
                quoted,
                {
                    "sum_cash": Sum("amount", filter=Q(valuation=Valuation.CASH)),
                    "sum_valued": Sum("amount", filter=Q(valuation=Valuation.VALUED)),
                },
            ),
        ]


def holders_with_money(user, cite, year):
    """Organisations of the Cité that hold an action or a grant of the year, each with its sums apart."""
    own = followed_actions(user, cite).filter(budget_year=year)
    grants = readable_grants(user, cite).filter(budget_year=year, holder__isnull=False)
    found = Organisation.objects.in_cite(cite).filter(
        Q(pk__in=own.order_by().values("holder")) | Q(pk__in=grants.order_by().values("holder"))
    )
    return Side(found, "holder", "holder", user, cite, year)


def quarters_with_money(user, cite, year):
    """The neighbourhoods of the Cité, each with the sums of what names it; an action may name several."""
    return Side(Neighbourhood.objects.filter(cites=cite), "neighbourhoods", "neighbourhood", user, cite, year)


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
