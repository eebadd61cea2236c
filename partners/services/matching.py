"""Which organisation a name and a SIRET found in a table stand for."""

import re
from collections import defaultdict
from math import ceil

from cite_educative.common.search import normalise
from partners.models import Organisation, Partnership

LEGAL_FORMS = frozenset(
    {"association", "associations", "asso", "assos", "assoc", "ass", "loi", "1901"}
    | {"sarl", "sas", "sasu", "eurl", "scop", "scic", "sa"}
)
LONE_LETTERS = re.compile(r"(?<=\b\w) (?=\w\b)")  # "A.F.E.V." is "AFEV"
NEAR_ENOUGH = 0.5
CONTAINED = 0.85
MOST_PROPOSALS = 5


def name_key(name):
    """The words that tell organisations apart: without accents, case, punctuation and legal form."""
    words = LONE_LETTERS.sub("", normalise(name)).split()
    return " ".join(word for word in words if word not in LEGAL_FORMS) or " ".join(words)


def trigrams(key):
    padded = f"  {key} "
    return {padded[start : start + 3] for start in range(len(padded) - 2)}


def likeness(grams, other):
    """Between 0 and 1, for two sets of `trigrams`; a name held in a longer one is alike."""
    shared, smaller = len(grams & other), min(len(grams), len(other))
    score = 2 * shared / (len(grams) + len(other))
    return max(score, CONTAINED) if smaller >= 6 and shared >= CONTAINED * smaller else score


class NameIndex:
    """Names by their groups of three letters: which ones are nearly another, without comparing each with all."""

    def __init__(self, near_enough=NEAR_ENOUGH):
        self._near_enough = near_enough
        self._postings, self._grams = defaultdict(list), {}

    def add(self, entry, key):
        self._grams[entry] = grams = trigrams(key)
        for gram in grams:
            self._postings[gram].append(entry)

    def near(self, key):
        """Entry → likeness between 0 and 1, for those alike enough; a name held in a longer one is."""
        grams = trigrams(key)
        found = {entry for gram in grams for entry in self._postings.get(gram, ())}
        return self._alike(grams, found)

    def pairs(self):
        """{(entry, entry): likeness}, the smaller entry first.

        Two names alike share so many groups that the rarest of either hold one that is shared: only those are
        followed, so that common words cost nothing.
        """
        found = {}
        for entry, grams in self._grams.items():
            fewest_shared = ceil(len(grams) * self._near_enough / (2 - self._near_enough))
            rarest = sorted(grams, key=lambda gram: len(self._postings[gram]))[: len(grams) - fewest_shared + 1]
            others = {other for gram in rarest for other in self._postings[gram]} - {entry}
            for other, score in self._alike(grams, others).items():
                found[min(entry, other), max(entry, other)] = score
        return found

    def _alike(self, grams, entries):
        scores = {}
        for entry in entries:
            score = likeness(grams, self._grams[entry])
            if score >= self._near_enough:
                scores[entry] = score
        return scores


class OrganisationMatcher:
    """Reads the organisations once (two queries), then answers from memory.

    With `cite`, a name is trusted among its own partners only: the same name elsewhere is a proposal, for
    two towns may each have their "Maison de quartier". A SIRET is trusted everywhere.
    """

    def __init__(self, cite=None):
        self._by_siret, self._by_key = {}, defaultdict(list)
        self._names, self._organisations = NameIndex(), {}
        self._own = None
        if cite:
            self._own = set(Partnership.objects.filter(cite=cite).values_list("organisation_id", flat=True))
        for organisation in Organisation.objects.order_by("pk"):
            self._index(organisation)

    def add(self, organisation):
        """Know an organisation made since, as one of the Cité's."""
        if self._own is not None:
            self._own.add(organisation.pk)
        self._index(organisation)

    def match(self, name, siret=""):
        """(organisation, []) when it is sure, else (None, proposals), nearest first."""
        siret = "".join(character for character in siret or "" if character.isdigit())
        if siret and siret in self._by_siret:
            return self._by_siret[siret], []
        key = name_key(name)
        named = self._by_key.get(key, [])
        possible = [known for known in named if not (siret and known.siret)]
        sure = [known for known in possible if self._own is None or known.pk in self._own]
        if len(sure) == 1:
            return sure[0], []
        others = [near for near in self._near(key) if near not in named]
        return None, [*named, *others][:MOST_PROPOSALS]

    def _index(self, organisation):
        if organisation.siret:
            self._by_siret[organisation.siret] = organisation
        self._organisations[organisation.pk] = organisation
        for rank, key in enumerate(filter(None, {name_key(organisation.name), name_key(organisation.acronym)})):
            if organisation not in self._by_key[key]:
                self._by_key[key].append(organisation)
            self._names.add((organisation.pk, rank), key)

    def _near(self, key):
        scores = {}
        for (pk, _), score in self._names.near(key).items():
            scores[pk] = max(score, scores.get(pk, 0))
        nearest = sorted(scores, key=lambda pk: (-scores[pk], pk))
        return [self._organisations[pk] for pk in nearest[:MOST_PROPOSALS]]


def match_organisation(name, siret="", cite=None):
    """One question; to ask many, keep one `OrganisationMatcher`."""
    return OrganisationMatcher(cite).match(name, siret)
