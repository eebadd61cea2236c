"""Which amounts and which stage a user may read, as querysets: sums, sorts and exports never see the others.

Architecture §4 gives the rules; a page never reads an amount but through here.
"""

from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Sum, Value, When

from actions.enums import ActionStatus, Stage, Step
from actions.models import Action, Funding
from cite_educative.common.money import ZERO
from partners.enums import Role

EVERY_FUNDING = Q()
RELEASED_TO_HOLDERS = frozenset({Step.PROGRAMMED, Step.GRANTED, Step.COMMITTED, Step.PAID, Step.JUSTIFIED})
TOLD_TO_HOLDERS = (ActionStatus.DRAFT, ActionStatus.SENT_BACK, ActionStatus.SUBMITTED, ActionStatus.ABANDONED)


# --- Amounts --------------------------------------------------------------------------------------


def readable_fundings(user, step):
    """Fundings whose `step` this user may read.

    Holders: the request, and after the release what was programmed, granted and paid, never what was proposed.
    A published action shows its granted amounts, once released.
    """
    return Funding.objects.with_release().filter(_readable(user.access, step))


def known_fundings(user):
    """Fundings of which the user may know that they exist: one of their readable amounts is known."""
    access = user.access
    known = _read_in_full(access)
    for step in Step:
        known |= Q(**{f"{step}__isnull": False}) & _readable(access, step)
    return Funding.objects.with_release().filter(known)


def _read_in_full(access):
    allowed = Q(action__cite__in=access.money_readers | access.with_role(Role.EVALUATOR))
    if access.communes or access.institutions:
        allowed |= Q(action__in=Action.objects.local_to(access))
    return allowed


def _readable(access, step):
    allowed = _read_in_full(access)
    for cite, organisations in access.held.items():
        own = Q(action__cite=cite, action__holder__in=organisations)
        if step == Step.REQUESTED:
            allowed |= own
        elif step in RELEASED_TO_HOLDERS:
            allowed |= own & Q(is_released=True)
    if step == Step.GRANTED:
        allowed |= Q(action__cite__in=access.plan_readers, action__published_at__isnull=False, is_released=True)
    return allowed


def with_amounts(actions, user, steps, *, of=EVERY_FUNDING):
    """Annotate each action with the cash sums of its own civil year that the user may read (None = unknown).

    `of` narrows the fundings that count.
    """
    return actions.annotate(
        **{
            f"sum_{step}": Subquery(
                readable_fundings(user, step)
                .in_cash()
                .filter(of, action=OuterRef("pk"), budget_year=OuterRef("budget_year"))
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
    rows = actions.order_by().values("pk")
    fundings = Funding.objects.in_cash().filter(action__in=rows, budget_year=F("action__budget_year"))
    return fundings.aggregate(**readable_sums(user, steps))


def readable_sums(user, steps):
    """Aggregates for a queryset of fundings: `{step: Sum over the rows whose step the user may read}`."""
    return {str(step): Sum(str(step), filter=Q(pk__in=readable_fundings(user, step).values("pk"))) for step in steps}


def readable_steps(level, funding):
    """The steps of one funding (from `with_release`, with `action`) that a reader of this `reading_level` may read."""
    return frozenset(step for step in Step if _may_read(level, funding, step))


def read_fundings(level, fundings):
    """`[(funding, readable steps)]` of those that a reader of this level may know of: one such amount is known."""
    read = [(funding, readable_steps(level, funding)) for funding in fundings]
    return [
        (funding, steps)
        for funding, steps in read
        if level == "full" or any(getattr(funding, step) is not None for step in steps)
    ]


def _may_read(level, funding, step):
    if level == "full":
        return True
    if level == "own" and (step == Step.REQUESTED or (step in RELEASED_TO_HOLDERS and funding.is_released)):
        return True
    return step == Step.GRANTED and funding.is_released and funding.action.published_at is not None


# --- Stage ----------------------------------------------------------------------------------------


def with_readable_stage(actions, user, today=None):
    """Adds `readable_stage`: `stage` without what it would tell of an answer not released to this reader.

    A holder reads "instruction" until then, and nobody learns of a grant because the action is "en cours".
    """
    grants = readable_fundings(user, Step.GRANTED).filter(action=OuterRef("pk"), granted__isnull=False)
    return actions.with_stage(today).annotate(
        readable_stage=Case(
            When(_answer_kept_from(user.access), then=Value(Stage.APPRAISAL.value)),
            When(~Exists(grants), stage=Stage.UNDER_WAY, then=Value(Stage.PROGRAMMED.value)),
            default=F("stage"),
        )
    )


def _answer_kept_from(access):
    """Own actions read as their holder, decided upon, not published, and whose answer was not released.

    The answer is told by the release of one source that gives money, or of all of them.
    """
    own = Q(pk__in=[])
    for cite, organisations in access.held.items():
        own |= Q(cite=cite, holder__in=organisations)
    fundings = Funding.objects.with_release().filter(action=OuterRef("pk"))
    gives = fundings.filter(Q(programmed__gt=ZERO) | Q(granted__gt=ZERO), is_released=True)
    all_released = Exists(fundings) & ~Exists(fundings.filter(is_released=False))
    told = Q(status__in=TOLD_TO_HOLDERS) | Q(published_at__isnull=False) | Exists(gives) | all_released
    read_in_full = Q(cite__in=access.full_readers) | Action.objects.local_condition(access)
    return own & ~read_in_full & ~told
