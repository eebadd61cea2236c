"""What-if amounts on the requests of a call, until one scenario is adopted and becomes what is proposed."""

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from django.db import transaction
from django.utils import timezone

from actions.enums import EntryKind, Step
from actions.finances.cells import board_fundings, board_requests, board_sources
from actions.models import Funding, FundingChange, Scenario, ScenarioLine
from cite_educative.common import journal
from cite_educative.common.once import just_written

REQUESTS, PROPOSED, EMPTY = "demandes", "propose", "vide"


class ScenarioError(Exception):
    """The message is a French sentence fit for the user."""


class MovedError(ScenarioError):
    """What an adoption would write is not what its preview showed: `moved` lists the pairs (action, source)."""

    def __init__(self, moved):
        super().__init__("Des montants ont changé depuis l’aperçu\u00a0: rien n’a été écrit.")
        self.moved = moved


@dataclass(frozen=True)
class Cell:
    """What somebody typed in one cell, and the version of the line that she or he had before her eyes (0: none)."""

    action_id: int
    source_id: int
    amount: Decimal | None
    seen: int


def _locked(scenario):
    return Scenario.objects.select_for_update(of=("self",)).select_related("call").get(pk=scenario.pk)


def _opened(scenario):
    scenario = _locked(scenario)
    if not scenario.is_open:
        raise ScenarioError("Ce scénario est verrouillé\u00a0: copiez-le pour le faire évoluer.")
    return scenario


def _tell(scenario, actor, verb, words):
    journal.record(
        cite_id=scenario.call.cite_id,
        actor=actor,
        verb=f"scenario.{verb}",
        subject=scenario,
        sentence=f"{actor} a {words} le scénario «\u00a0{scenario.label}\u00a0».",
    )


@transaction.atomic
def create_scenario(*, call, label, start, actor):
    """A private scenario. `start` says where its amounts come from: `REQUESTS`, `PROPOSED` or `EMPTY`. A second click
    finds the first one's.
    """
    scenario = Scenario(call=call, label=label, author=actor)
    known = just_written(scenario, lock=call)
    if known:
        return known
    scenario.save()
    step = {REQUESTS: Step.REQUESTED, PROPOSED: Step.PROPOSED, EMPTY: None}[start]
    if step:
        sources = {source.pk for source in board_sources(call)}
        fundings = board_fundings(call).filter(in_kind=False, source__in=sources)
        cells = [(one.action_id, one.source_id, getattr(one, step)) for one in fundings]
        _fill(scenario, cells, actor)
    _tell(scenario, actor, "created", "créé")
    return scenario


def _fill(scenario, cells, actor):
    ScenarioLine.objects.bulk_create(
        ScenarioLine(
            scenario=scenario,
            action_id=action,
            source_id=source,
            amount=amount,
            updated_by=actor,
            updated_at=timezone.now(),
            version=1,
        )
        for action, source, amount in cells
        if amount is not None
    )


def lowered(amount, percent):
    """`amount` less `percent` of itself, rounded to the euro below: a cut never costs more than announced."""
    return (amount * (100 - percent) / 100).quantize(Decimal(1), ROUND_DOWN).quantize(Decimal("0.01"))


@transaction.atomic
def copy_scenario(scenario, *, label, actor, percent=Decimal(0), source=None):
    """A private copy, made once by two clicks; with `percent`, each amount (of `source` only, when given) is lowered as `lowered` says."""
    if not 0 <= percent <= 100:
        raise ScenarioError("La baisse est un pourcentage entre 0 et 100.")
    copy = Scenario(call=scenario.call, label=label, author=actor, copied_from=scenario)
    known = just_written(copy, lock=scenario.call)
    if known:
        return known
    copy.save()
    cells = [
        (
            line.action_id,
            line.source_id,
            lowered(line.amount, percent) if percent and source in (None, line.source_id) else line.amount,
        )
        for line in scenario.lines.filter(amount__isnull=False)
    ]
    _fill(copy, cells, actor)
    _tell(copy, actor, "created", "copié vers")
    return copy


@transaction.atomic
def write_cells(scenario, cells, *, actor):
    """Write what was typed; a cell that somebody else wrote meanwhile is left as it is.

    Returns the scenario, read again, and the cells refused. Raises `ScenarioError` when the scenario is locked or a
    cell is none of its board.
    """
    scenario = _opened(scenario)
    _check_places(scenario, cells)
    actions = {cell.action_id for cell in cells}
    lines = {(one.action_id, one.source_id): one for one in scenario.lines.filter(action__in=actions)}
    refused, new, changed = [], [], []
    for cell in cells:
        line = lines.get((cell.action_id, cell.source_id))
        if (line.amount if line else None) == cell.amount:
            continue
        if (line.version if line else 0) != cell.seen:
            refused.append(cell)
            continue
        (changed if line else new).append(_written(line, scenario, cell, actor))
    if new or changed:
        scenario.version += 1
        scenario.save(update_fields=["version"])
        ScenarioLine.objects.bulk_create(new)
        ScenarioLine.objects.bulk_update(changed, ["amount", "updated_by", "updated_at", "version"], batch_size=200)
    return scenario, refused


def _written(line, scenario, cell, actor):
    line = line or ScenarioLine(scenario=scenario, action_id=cell.action_id, source_id=cell.source_id)
    line.amount, line.updated_by, line.updated_at = cell.amount, actor, timezone.now()
    line.version = scenario.version + 1
    return line


def _check_places(scenario, cells):
    """A cell is a filed request of the call, a source in use, and no contribution in kind."""
    sources = {source.pk for source in board_sources(scenario.call)}
    asked = {cell.action_id for cell in cells}
    actions = set(board_requests(scenario.call).filter(pk__in=asked).values_list("pk", flat=True))
    in_kind = board_fundings(scenario.call).filter(in_kind=True, action__in=asked)
    closed = set(in_kind.values_list("action", "source"))
    for cell in cells:
        place = (cell.action_id, cell.source_id)
        if cell.action_id not in actions or cell.source_id not in sources or place in closed:
            raise ScenarioError("Cette case n’est pas ou plus du tableau\u00a0: rechargez la page.")


# --- The life of a scenario -----------------------------------------------------------------------


def _stamp(scenario, actor, field, value, verb, words):
    setattr(scenario, field, value)
    scenario.save(update_fields=[field])
    _tell(scenario, actor, verb, words)
    return scenario


@transaction.atomic
def rename_scenario(scenario, *, label, actor):
    return _stamp(_opened(scenario), actor, "label", label, "renamed", "renommé")


@transaction.atomic
def share_scenario(scenario, *, actor):
    """For the readers of the money; a second click changes nothing."""
    scenario = _locked(scenario)
    return (
        scenario if scenario.shared_at else _stamp(scenario, actor, "shared_at", timezone.now(), "shared", "partagé")
    )


@transaction.atomic
def lock_scenario(scenario, *, actor):
    scenario = _locked(scenario)
    if scenario.locked_at:
        return scenario
    return _stamp(scenario, actor, "locked_at", timezone.now(), "locked", "verrouillé")


@transaction.atomic
def unlock_scenario(scenario, *, actor):
    """An adopted one stays as it was adopted."""
    scenario = _locked(scenario)
    if scenario.adopted_at:
        raise ScenarioError("Ce scénario est retenu\u00a0: il ne change plus. Copiez-le pour le faire évoluer.")
    return _stamp(scenario, actor, "locked_at", None, "unlocked", "déverrouillé")


@transaction.atomic
def discard_scenario(scenario, *, actor):
    """Out of the board, kept in the database and the journal."""
    scenario = _locked(scenario)
    if scenario.adopted_at:
        raise ScenarioError("Un scénario retenu ne s’écarte pas.")
    return _stamp(scenario, actor, "discarded_at", timezone.now(), "discarded", "écarté")


# --- Adoption -------------------------------------------------------------------------------------


def adoption(scenario):
    """`{(action, source): (proposed before, proposed after)}` of what adopting would change, nothing else.

    A cell left empty withdraws what was proposed; what was programmed or granted is never touched.
    """
    lines = {(one.action_id, one.source_id): one.amount for one in scenario.lines.all()}
    sources = {source.pk for source in board_sources(scenario.call)}
    known = {
        (one.action_id, one.source_id): one.proposed
        for one in board_fundings(scenario.call).filter(in_kind=False, source__in=sources)
    }
    filed = set(board_requests(scenario.call).values_list("pk", flat=True))
    places = {place for place in known.keys() | lines.keys() if place[0] in filed and place[1] in sources}
    changes = {place: (known.get(place), lines.get(place)) for place in sorted(places)}
    return {place: change for place, change in changes.items() if change[0] != change[1]}


@transaction.atomic
def adopt_scenario(scenario, *, seen, actor):
    """Write the scenario into what is proposed, in one transaction. `seen` is the `adoption` that was previewed.

    Raises `MovedError` when it is no longer that, `ScenarioError` when the scenario is adopted or discarded.
    """
    scenario = _locked(scenario)
    if scenario.adopted_at or scenario.discarded_at:
        raise ScenarioError("Ce scénario est déjà retenu ou écarté.")
    changes = adoption(scenario)
    moved = [place for place in sorted(changes.keys() | seen.keys()) if changes.get(place) != seen.get(place)]
    if moved:
        raise MovedError(moved)
    _propose(scenario, changes, actor)
    now = timezone.now()
    scenario.adopted_at = now
    scenario.shared_at, scenario.locked_at = scenario.shared_at or now, scenario.locked_at or now
    scenario.save(update_fields=["adopted_at", "shared_at", "locked_at"])
    _tell(scenario, actor, "adopted", "retenu")
    return scenario


def _propose(scenario, changes, actor):
    year, reference = scenario.call.budget_year, f"Scénario «\u00a0{scenario.label}\u00a0»"
    rows = board_fundings(scenario.call).select_for_update(of=("self",))
    fundings = {(one.action_id, one.source_id): one for one in rows}
    Funding.record_many(
        [
            FundingChange(
                fundings.get(place) or Funding(action_id=place[0], source_id=place[1], budget_year=year),
                Step.PROPOSED,
                after,
                timezone.localdate(),
                reference=reference,
            )
            for place, (_, after) in changes.items()
        ],
        kind=EntryKind.ENTRY,
        actor=actor,
    )
