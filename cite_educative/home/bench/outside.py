"""What stands beside the actions of a scratch Cité: neighbourhoods, grants of other programmes, ordinary policies."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from actions.enums import MainstreamKind, Step, Valuation
from actions.models import Action, ContractTheme, MainstreamContribution, OutsideGrant, Scheme
from cite_educative.home.bench import texts
from cite_educative.home.bench.data import BATCH
from partners.models import Neighbourhood

PROGRAMMES = ("Contrat de ville", "PRE")
SCHEMES = ("PRE", "CLAS", "CTG")
EVERY = 5  # one action in five has a grant beside, another one in five an ordinary policy


@transaction.atomic
def add_outside(plan):
    """Fill a `Plan` just built. Some grants look like an action of the same holder: they are possible doubles."""
    quarters = [Neighbourhood.objects.get_or_create(name=name)[0] for name in texts.PLACES]
    plan.cite.neighbourhoods.set(quarters)
    _tie(plan, quarters)
    OutsideGrant.objects.bulk_create(
        [_grant(plan, quarters, rank) for rank in range(0, plan.size, EVERY)], batch_size=BATCH
    )
    MainstreamContribution.objects.bulk_create(
        [_contribution(plan, rank) for rank in range(1, plan.size, EVERY)], batch_size=BATCH
    )


def _tie(plan, quarters):
    """Each action in a neighbourhood and, one in two, in a scheme; each objective under a theme."""
    schemes = [Scheme.objects.create(cite=plan.cite, label=label) for label in SCHEMES]
    within, linked = Action.neighbourhoods.through, Action.schemes.through
    places = enumerate(plan.actions)
    within.objects.bulk_create(
        [within(action=action, neighbourhood=quarters[rank % len(quarters)]) for rank, action in places],
        batch_size=BATCH,
    )
    linked.objects.bulk_create(
        [linked(action=action, scheme=schemes[rank % 3]) for rank, action in enumerate(plan.actions[::2])],
        batch_size=BATCH,
    )
    for objective in plan.objectives:
        objective.contract_themes.add(
            ContractTheme.objects.create(cite=plan.cite, label=f"Thème de {objective}"[:120])
        )


def _grant(plan, quarters, rank):
    action = plan.actions[rank]
    is_double = rank % 50 == 0
    return OutsideGrant(
        cite=plan.cite,
        programme=PROGRAMMES[rank // EVERY % 2],
        budget_year=plan.year,
        holder=action.holder,
        holder_name=action.holder.name,
        title=action.title if is_double else f"Fonctionnement courant de la structure {rank}",
        funder="État",
        amount=Decimal(1000 + rank % 40 * 50),
        step=Step.GRANTED if rank % 3 else Step.REQUESTED,
        neighbourhood=quarters[rank % len(quarters)],
        author=plan.actor,
    )


def _contribution(plan, rank):
    return MainstreamContribution(
        cite=plan.cite,
        action=plan.actions[rank],
        institution=plan.sources[0].organisation,
        label="Temps d’animation",
        kind=MainstreamKind.EUROS if rank % 2 else MainstreamKind.HOURS,
        amount=Decimal(400 + rank % 30 * 20) if rank % 2 else None,
        quantity=None if rank % 2 else Decimal(12),
        valuation=Valuation.VALUED if rank % 3 else Valuation.CASH,
        budget_year=plan.year,
        informed_on=date(plan.year, 1, 15),
        author=plan.actor,
    )
