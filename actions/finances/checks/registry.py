"""A rule is a function of the books that gives findings; a module of this package that registers one adds it to the page."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse

DECISIONS, SPENDING, ENVELOPES, DATA = (
    "Programmé et accordé",
    "Engagé, versé, justifié",
    "Enveloppes et seuils",
    "Fiches et lignes",
)
GROUPS = (DECISIONS, SPENDING, ENVELOPES, DATA)
RULES = {}


@dataclass(frozen=True)
class Finding:
    """One inconsistency: what it is about, what is wrong, and the gesture that mends it (its words and its address).

    `is_reserved`: the gesture opens to who keeps the money only.
    """

    subject: str
    detail: str
    gesture: str
    url: str
    amount: Decimal | None = None
    source: str = ""
    is_reserved: bool = False


@dataclass(frozen=True)
class Rule:
    """`why`: what it looks for, for who reads it the first time."""

    key: str
    group: str
    label: str
    why: str
    find: Callable


def check(key, *, group, label, why):
    """Register `find(books)`, which yields `Finding`; `label` is in the plural, as a heading."""

    def register(find):
        RULES[key] = Rule(key, group, label, why, find)
        return find

    return register


def on_funding(funding, detail, *, amount=None, gesture="Ouvrir le financement", name="actions:money"):
    """A finding about one funding, mended on its action's page unless said otherwise."""
    url = reverse(name, args=[funding.action_id])
    return Finding(str(funding.action), detail, gesture, url, amount, funding.source.short_label)


def on_act(funding, detail, *, amount=None):
    """A finding mended by the act of the funder."""
    url = f"{reverse('actions:act_create')}?ligne={funding.source_id}&action={funding.action_id}"
    label = funding.source.short_label
    return Finding(str(funding.action), detail, "Enregistrer l’acte", url, amount, label, is_reserved=True)
