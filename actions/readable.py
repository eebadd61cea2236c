"""Which amounts a user may read, as querysets: sums, sorts and exports never see the others (architecture §4)."""

from django.db.models import F, OuterRef, Q, Subquery, Sum

from actions.enums import Step
from actions.models import Action, Funding
from partners.enums import Role

RELEASED_TO_HOLDERS = frozenset({Step.PROGRAMMED, Step.GRANTED, Step.COMMITTED, Step.PAID, Step.JUSTIFIED})


def readable_fundings(user, step):
    """Fundings whose `step` this user may read.

    Holders: the request, and after the release what was programmed, granted and paid, never what was proposed.
    A published action shows its granted amounts, once released.
    """
    access = user.access
    fundings = Funding.objects.with_release()
    allowed = Q(action__cite__in=access.money_readers | access.with_role(Role.EVALUATOR))
    if access.communes or access.institutions:
        allowed |= Q(action__in=Action.objects.local_to(access))
    for cite, organisations in access.held.items():
        own = Q(action__cite=cite, action__holder__in=organisations)
        if step == Step.REQUESTED:
            allowed |= own
        elif step in RELEASED_TO_HOLDERS:
            allowed |= own & Q(is_released=True)
    if step == Step.GRANTED:
        allowed |= Q(action__cite__in=access.cites, action__published_at__isnull=False, is_released=True)
    return fundings.filter(allowed)


def with_amounts(actions, user, steps):
    """Annotate each action with the cash sums of its own civil year that the user may read (None = unknown)."""
    return actions.annotate(
        **{
            f"sum_{step}": Subquery(
                readable_fundings(user, step)
                .in_cash()
                .filter(action=OuterRef("pk"), budget_year=OuterRef("budget_year"))
                .order_by()
                .values("action")
                .annotate(total=Sum(str(step)))
                .values("total")
            )
            for step in steps
        }
    )


def sums(actions, user, steps):
    """`{step: Decimal | None}` over these actions, in one query."""
    fundings = Funding.objects.in_cash().filter(action__in=actions.order_by().values("pk"), budget_year=F("action__budget_year"))
    return fundings.aggregate(
        **{str(step): Sum(str(step), filter=Q(pk__in=readable_fundings(user, step).values("pk"))) for step in steps}
    )


def readable_steps(user, funding):
    """The steps of one funding (from `with_release`, with `action`) that the user may read."""
    return frozenset(step for step in Step if _may_read(user.access, funding, step))


def _may_read(access, funding, step):
    action = funding.action
    level = action.reading_level(access)
    if level == "full":
        return True
    if level == "own" and (step == Step.REQUESTED or (step in RELEASED_TO_HOLDERS and funding.is_released)):
        return True
    return step == Step.GRANTED and funding.is_released and action.published_at is not None
