"""Which amounts and which stage a user may read, as querysets: sums, sorts and exports never see the others.

Architecture §4 gives the rules; a page never reads an amount but through here.
"""

from django.db.models import (
    Case,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    Sum,
    Value,
    When,
    prefetch_related_objects,
)

from actions.enums import ActionStatus, Stage, Step
from actions.models import Action, Funding
from actions.models.funding import released
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
    return Funding.objects.filter(_readable(user.access, step))


def known_fundings(user):
    """Fundings of which the user may know that they exist: one of their readable amounts is known."""
    access = user.access
    known = _read_in_full(access)
    for step in Step:
        known |= Q(**{f"{step}__isnull": False}) & _readable(access, step)
    return Funding.objects.filter(known)


def _full_cites(access):
    """Where the user reads every amount."""
    return access.money_readers | access.with_role(Role.EVALUATOR)


def _read_in_full(access):
    allowed = Q(action__cite__in=_full_cites(access))
    if access.communes or access.institutions:
        allowed |= Q(action__in=Action.objects.local_to(access))
    return allowed


def _readable(access, step):
    """A condition on fundings; it asks about releases only for who does not read everything anyway."""
    allowed = _read_in_full(access)
    for cite, organisations in access.held.items():
        own = Q(action__cite=cite, action__holder__in=organisations)
        if step == Step.REQUESTED:
            allowed |= own
        elif step in RELEASED_TO_HOLDERS:
            allowed |= own & Q(released())
    elsewhere = access.plan_readers - _full_cites(access)
    if step == Step.GRANTED and elsewhere:
        allowed |= Q(action__cite__in=elsewhere, action__published_at__isnull=False) & Q(released())
    return allowed


def with_amounts(actions, user, steps, *, of=EVERY_FUNDING):
    """Annotate each action with the cash sums of its own civil year that the user may read (None = unknown).

    `of` narrows the fundings that count. To sort or filter by an amount; rows already read take `attach_amounts`.
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


def attach_amounts(actions, user, steps, *, cite=None):
    """Give `sum_<step>` to each of these rows, as `with_amounts` does, in one query. Returns the rows as a list."""
    actions = list(actions)
    fundings = Funding.objects.in_cash().filter(
        action__in=[action.pk for action in actions], budget_year=F("action__budget_year")
    )
    grouped = fundings.order_by().values("action").annotate(**_named_sums(user, steps, cite))
    found = {row["action"]: row for row in grouped} if actions else {}
    for action in actions:
        known = found.get(action.pk, {})
        for step in steps:
            setattr(action, f"sum_{step}", known.get(f"sum_{step}"))
    return actions


def _named_sums(user, steps, cite):
    """Not named as the fields: each filter reads them."""
    return {f"sum_{step}": amount for step, amount in readable_sums(user, steps, cite=cite).items()}


def sums(actions, user, steps, *, cite=None):
    """`{step: Decimal | None}` over these actions, in one query. No filter of theirs may join their fundings."""
    if reads_every_amount(user, cite):
        rows = actions.order_by().filter(fundings__in_kind=False, fundings__budget_year=F("budget_year"))
        found = rows.aggregate(**{f"sum_{step}": Sum(f"fundings__{step}") for step in steps})
    else:
        found = own_fundings(actions).aggregate(**_named_sums(user, steps, cite))
    return {str(step): found[f"sum_{step}"] for step in steps}


def own_fundings(actions):
    """What funders bring in cash to these actions in their own civil year."""
    rows = actions.order_by().values("pk")
    return Funding.objects.in_cash().filter(action__in=rows, budget_year=F("action__budget_year")).order_by()


def reads_every_amount(user, cite):
    return cite is not None and cite.pk in _full_cites(user.access)


def readable_sums(user, steps, *, cite=None):
    """Aggregates for a queryset of fundings: `{step: Sum over the rows whose step the user may read}`.

    With `cite`, to which all these fundings belong, who reads everything there is asked nothing more.
    """
    if reads_every_amount(user, cite):
        return {str(step): Sum(str(step)) for step in steps}
    return {str(step): Sum(str(step), filter=_readable(user.access, step)) for step in steps}


def attach_fundings(actions):
    """Read the fundings of these rows once, as `read_fundings` wants them; those already attached stay."""
    fundings = Funding.objects.with_release().select_related("source__organisation", "act")
    prefetch_related_objects(actions, Prefetch("fundings", fundings))


def readable_steps(level, funding):
    """The steps of one funding (from `attach_fundings`) that a reader of this `reading_level` may read."""
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


def with_readable_stage(actions, user, today=None, *, cite=None):
    """Adds `readable_stage`: `with_stage` without what it would tell of an answer not released to this reader.

    A holder reads "instruction" until then, and nobody learns of a grant because the action is "en cours". With
    `cite`, to which all these actions belong, who reads everything there is asked nothing more.
    """
    if reads_every_amount(user, cite):
        return actions.with_stage(today, name="readable_stage")
    staged = actions.with_stage(today)
    grants = readable_fundings(user, Step.GRANTED).filter(action=OuterRef("pk"), granted__gt=ZERO)
    return staged.annotate(
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
