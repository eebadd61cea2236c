"""Possible double fundings: the same holder and nearly the same title in one year, or the same reference.

A flag is a question, never an accusation: it says why in words, and somebody may set it aside with a reason.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from django.db.models import FilteredRelation, Q
from django.urls import reverse

from actions.enums import Step
from actions.models import Action, DoubleDismissal
from actions.public_money import NOT_FUNDED, followed_actions, readable_grants
from actions.readable import with_amounts
from cite_educative.common.money import short_euros
from cite_educative.common.search import normalise
from partners.services.matching import likeness, name_key, trigrams

NEAR_TITLE = 0.6
SHORTEST_TITLE = 8
SHORTEST_REFERENCE = 5
READ = ("pk", "title", "holder__name", "holder", "budget_year", "external_ref")  # thousands of actions are compared
READ_OF_GRANT = (
    *("pk", "import_key", "programme", "title", "holder_name", "holder__name", "holder", "budget_year"),
    *("reference", "step", "amount", "neighbourhood"),
)
SHOWN_STEPS = (Step.GRANTED, Step.PROGRAMMED, Step.REQUESTED)


@dataclass(frozen=True)
class Grant:
    """What tells more of a grant; `reference` as it is written."""

    reference: str
    step: str
    amount: Any
    quarter: int | None


@dataclass(eq=False)
class Item:
    """An action of the Cité (`programme` empty) or a grant of another programme."""

    identity: str
    pk: int
    programme: str
    title: str
    holder: str
    holder_id: int | None
    year: int
    references: frozenset
    amount: str = ""
    grant: Grant | None = None
    status: str = ""

    @property
    def group(self):
        return self.holder_id or name_key(self.holder), self.year

    @property
    def url(self):
        """ "" for a grant: only who may correct it has a page of it."""
        return "" if self.programme else reverse("actions:detail", args=[self.pk])

    @property
    def where(self):
        return self.programme or "Cité éducative"


@dataclass(eq=False)
class Double:
    first: Item
    second: Item
    reasons: list
    dismissal: Any = None

    @property
    def key(self):
        return "|".join(sorted((self.first.identity, self.second.identity)))

    @property
    def label(self):
        return " / ".join(f"{item.title or 'sans intitulé'} ({item.where}, {item.holder})" for item in self.items)

    @property
    def items(self):
        return self.first, self.second

    @property
    def is_open(self):
        return self.dismissal is None


def doubles_of(user, cite, *, year=None, holder=None, neighbourhood=None):
    """[Double] that the user may read, the open ones first, each row with its amount; four queries at most.

    Both rows must be readable by the user. `holder` and `neighbourhood` keep those that concern one of them.
    """
    found = pairs_of(user, cite, year=year, holder=holder)
    if neighbourhood is not None:
        found = _within(found, neighbourhood)
    _tell_amounts(user, found)
    return sorted(found, key=lambda double: (not double.is_open, -double.first.year, normalise(double.first.title)))


def pairs_of(user, cite, *, year=None, holder=None):
    """The same without amounts nor order, to count them; three queries, one where no other programme is kept."""
    grants = list(_grants(user, cite, year, holder))
    if not grants:
        return []
    found = _pairs([*_actions(user, cite, year, holder, beside=grants), *grants])
    dismissed = {row.key: row for row in DoubleDismissal.objects.filter(cite=cite).select_related("author__person")}
    for double in found:
        double.dismissal = dismissed.get(double.key)
    return found


def _actions(user, cite, year, holder, *, beside):
    """Those that share a holder or a reference with one of these grants: the others are like none of them."""
    holders, wanted = {grant.holder_id for grant in beside}, frozenset().union(*(grant.references for grant in beside))
    actions = _narrowed(followed_actions(user, cite).exclude(status__in=NOT_FUNDED), year, holder)
    if not wanted:
        actions = actions.filter(holder__in=holders - {None})
    cited = FilteredRelation("fundings", condition=Q(fundings__external_ref__gt=""))
    rows = {}
    for pk, *told, reference, of_funder in actions.annotate(cited=cited).values_list(*READ, "cited__external_ref"):
        rows.setdefault(pk, (told, set()))[1].update((reference, of_funder))
    for pk, ((title, name, holder_id, year), texts) in rows.items():
        references = _references(*texts) if wanted else frozenset()
        if holder_id in holders or references & wanted:
            yield Item(f"action:{pk}", pk, "", title, name, holder_id, int(year), references)


def _grants(user, cite, year, holder):
    grants = _narrowed(readable_grants(user, cite), year, holder)
    for pk, key, programme, title, name, known_name, holder_id, year, reference, *facts in grants.values_list(
        *READ_OF_GRANT
    ):
        yield Item(
            f"grant:{key or f'#{pk}'}",
            pk,
            programme,
            title,
            known_name or name,
            holder_id,
            int(year),
            _references(reference),
            grant=Grant(reference, *facts),
        )


def _amount(label, amount):
    return f"{label}\u00a0: {short_euros(amount)}" if amount is not None else ""


def _narrowed(rows, year, holder):
    rows = rows if year is None else rows.filter(budget_year=year)
    return rows if holder is None else rows.filter(holder=holder)


def _references(*texts):
    keys = (re.sub(r"\W|_", "", normalise(text)) for text in texts if text)
    return frozenset(key for key in keys if len(key) >= SHORTEST_REFERENCE)


def _pairs(items):
    """Never two rows of one programme: it knows its own."""
    reasons = defaultdict(list)
    for one, other, reference in _of_one_reference(items):
        reasons[one, other].append(f"même référence ({reference})")
    for one, other, alike in _of_one_holder(items):
        said = "même intitulé" if alike else "intitulés proches"
        reasons[one, other].append(f"même porteur, {said}, même exercice ({one.year})")
    return [Double(one, other, told) for (one, other), told in reasons.items()]


def _of_one_reference(items):
    by_reference = defaultdict(list)
    for item in items:
        for reference in item.references:
            by_reference[reference].append(item)
    for group in by_reference.values():
        for one, other in combinations(group, 2):
            if one.programme != other.programme:
                yield one, other, _written(one, other)


def _written(one, other):
    """The shared reference as one of the rows writes it."""
    return (one.grant or other.grant).reference


def _of_one_holder(items):
    groups = defaultdict(list)
    for item in items:
        groups[item.group].append(item)
    for group in groups.values():
        if len({item.programme for item in group}) < 2:
            continue
        titles = [(item, normalise(item.title)) for item in group]
        grams = [(item, trigrams(title)) for item, title in titles if len(title) >= SHORTEST_TITLE]
        for (one, first), (other, second) in combinations(grams, 2):
            if one.programme != other.programme and likeness(first, second) >= NEAR_TITLE:
                yield one, other, first == second


def _within(doubles, neighbourhood):
    located = set(neighbourhood.actions.values_list("pk", flat=True))

    def is_there(item):
        if item.programme:
            return item.grant.quarter == neighbourhood.pk
        return item.pk in located

    return [double for double in doubles if any(map(is_there, double.items))]


def quarters_of(doubles):
    """{identity of a row flagged: keys of its neighbourhoods}, in one query."""
    items = {item.identity: item for double in doubles for item in double.items}
    located = {key: [item.grant.quarter] for key, item in items.items() if item.programme}
    actions = [item.pk for item in items.values() if not item.programme]
    links = Action.neighbourhoods.through.objects.filter(action__in=actions)
    for action, quarter in links.values_list("action", "neighbourhood"):
        located.setdefault(f"action:{action}", []).append(quarter)
    return located


def _tell_amounts(user, doubles):
    """The most telling amount of each row flagged, among those that the reader may know."""
    actions = {}
    for item in (item for double in doubles for item in double.items):
        if item.grant:
            item.amount = _amount(Step(item.grant.step).label, item.grant.amount)
        else:
            actions[item.pk] = item
    rows = Action.objects.visible_to(user).filter(pk__in=list(actions))
    for row in with_amounts(rows, user, SHOWN_STEPS) if actions else ():
        known = [(step, getattr(row, f"sum_{step}")) for step in SHOWN_STEPS]
        step, amount = next(((step, amount) for step, amount in known if amount is not None), ("", None))
        actions[row.pk].amount = _amount(step and step.label, amount)
        actions[row.pk].status = row.status
