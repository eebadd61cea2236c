"""Rows that look like the same organisation or the same person, with the reasons in words."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations

from django.db import transaction
from django.db.models import Exists, OuterRef

from cite_educative.common import journal
from cite_educative.common.search import normalise
from partners.enums import IdentityKind
from partners.models import Mandate, NotDuplicate, Organisation, Partnership, Person
from partners.services.matching import NameIndex, likeness, name_key, trigrams

SIREN_DIGITS = 9
VERY_NEAR = 0.7
# Colleagues compared with each, on either side of the name: all of them in most organisations.
NEIGHBOURS = 6
# Of a group larger than this, the first ones are proposed; the others come when these are settled.
LARGEST_GROUP = 8

SAME_SIREN = "même SIREN (les neuf premiers chiffres du SIRET)"
SAME_RNA = "même numéro RNA"
SAME_NAME = "même nom"
NEAR_NAME = "noms proches"
SAME_EMAIL = "même courriel"
NEAR_NAME_THERE = "noms proches dans le même organisme"


@dataclass(frozen=True)
class Pair:
    """Two rows, the smaller key first, and why they look alike."""

    first: object
    second: object
    reasons: tuple


def duplicate_organisations(cite):
    """`[Pair]` among the organisations of the Cité, the surest first. Four queries.

    Two SIRETs of different SIREN are two organisations, whatever their names.
    """
    here = {"organisation": OuterRef("pk"), "cite": cite}
    parts, mandates = Exists(Partnership.objects.filter(**here)), Exists(Mandate.objects.filter(**here))
    rows = {row.pk: row for row in Organisation.objects.filter(parts | mandates).order_by("pk")}
    reasons = defaultdict(list)
    _same(reasons, rows, SAME_SIREN, lambda row: row.siret[:SIREN_DIGITS])
    _same(reasons, rows, SAME_RNA, lambda row: row.rna)
    _same(reasons, rows, SAME_NAME, lambda row: name_key(row.name))
    names = NameIndex(VERY_NEAR)
    for row in rows.values():
        names.add(row.pk, name_key(row.name))
    _near(reasons, names)
    return _pairs(reasons, rows, cite, IdentityKind.ORGANISATION, possible=_may_be_one)


def _may_be_one(first, second):
    sirens = {row.siret[:SIREN_DIGITS] for row in (first, second) if row.siret}
    return len(sirens) < 2


def duplicate_persons(cite):
    """`[Pair]` among the persons of the Cité, the surest first; names are compared inside one organisation. Four queries."""
    mandates = Mandate.objects.filter(person=OuterRef("pk"), cite=cite)
    people = Person.objects.filter(Exists(mandates), anonymised_at__isnull=True).order_by("pk")
    rows = {row.pk: row for row in people}
    reasons = defaultdict(list)
    _same(reasons, rows, SAME_NAME, _name_in_any_order)
    _same(reasons, rows, SAME_EMAIL, lambda row: row.email.lower())
    colleagues = defaultdict(list)
    held = Mandate.objects.filter(cite=cite, person__in=people).values_list("organisation", "person").distinct()
    for organisation, person in held:
        colleagues[organisation].append(rows[person])
    for members in colleagues.values():
        _near_colleagues(reasons, members)
    return _pairs(reasons, rows, cite, IdentityKind.PERSON)


def _near_colleagues(reasons, people):
    """Each is compared with those that follow by last name, then by first name, whatever the number of colleagues."""
    grams = {person.pk: trigrams(_name_in_any_order(person)) for person in people}
    near = set()
    # The text of search begins with the last name.
    for key in (lambda one: one.search_text, lambda one: normalise(one.first_name)):
        keys = [person.pk for person in sorted(people, key=key)]
        for place, pk in enumerate(keys):
            following = keys[place + 1 : place + 1 + NEIGHBOURS]
            near |= {
                (min(pk, other), max(pk, other))
                for other in following
                if likeness(grams[pk], grams[other]) >= VERY_NEAR
            }
    for pair in near:
        if SAME_NAME not in reasons.get(pair, ()) and NEAR_NAME_THERE not in reasons.get(pair, ()):
            reasons[pair].append(NEAR_NAME_THERE)


def _name_in_any_order(person):
    return " ".join(sorted(normalise(person.full_name).split()))


def _same(reasons, rows, reason, key):
    groups = defaultdict(list)
    for row in rows.values():
        if value := key(row):
            groups[value].append(row.pk)
    for group in groups.values():
        for pair in combinations(group[:LARGEST_GROUP], 2):
            reasons[pair].append(reason)


def _near(reasons, names):
    for pair in names.pairs():
        if SAME_NAME not in reasons.get(pair, ()):
            reasons[pair].append(NEAR_NAME)


def _pairs(reasons, rows, cite, kind, possible=lambda first, second: True):
    settled = set(NotDuplicate.objects.filter(cite=cite, kind=kind).values_list("first_pk", "second_pk"))
    pairs = [
        Pair(rows[first], rows[second], tuple(words))
        for (first, second), words in reasons.items()
        if (first, second) not in settled and possible(rows[first], rows[second])
    ]
    return sorted(pairs, key=lambda pair: (-len(pair.reasons), pair.reasons, pair.first.pk, pair.second.pk))


@transaction.atomic
def say_not_duplicate(*, actor, cite, kind, rows):
    """Remember that two rows are two; they are not proposed again in this Cité. Twice is once."""
    first, second = sorted(rows, key=lambda row: row.pk)
    line, created = NotDuplicate.objects.get_or_create(
        cite=cite, kind=kind, first_pk=first.pk, second_pk=second.pk, defaults={"said_by": actor}
    )
    if created:
        journal.record(
            cite_id=cite.pk,
            actor=actor,
            verb="duplicate.dismiss",
            subject=first,
            sentence=f"{actor} a indiqué que «\u00a0{first}\u00a0» et «\u00a0{second}\u00a0» ne sont pas des doublons.",
        )
    return line
