"""Which organisation a name and a SIRET found in a table stand for."""

import re
from collections import Counter, defaultdict

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


def _trigrams(key):
    padded = f"  {key} "
    return {padded[start : start + 3] for start in range(len(padded) - 2)}


class OrganisationMatcher:
    """Reads the organisations once (two queries), then answers from memory.

    With `cite`, a name is trusted among its own partners only: the same name elsewhere is a proposal, for
    two towns may each have their "Maison de quartier". A SIRET is trusted everywhere.
    """

    def __init__(self, cite=None):
        self._by_siret, self._by_key = {}, defaultdict(list)
        self._postings, self._sizes, self._organisations = defaultdict(list), {}, {}
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
            grams = _trigrams(key)
            entry = (organisation.pk, rank)
            self._sizes[entry] = len(grams)
            for gram in grams:
                self._postings[gram].append(entry)

    def _near(self, key):
        grams = _trigrams(key)
        shared = Counter()
        for gram in grams:
            shared.update(self._postings.get(gram, ()))
        scores = {}
        for (pk, rank), count in shared.items():
            size = self._sizes[pk, rank]
            score = 2 * count / (len(grams) + size)
            if count >= CONTAINED * min(len(grams), size) and min(len(grams), size) >= 6:
                score = max(score, CONTAINED)
            if score >= NEAR_ENOUGH:
                scores[pk] = max(score, scores.get(pk, 0))
        nearest = sorted(scores, key=lambda pk: (-scores[pk], pk))
        return [self._organisations[pk] for pk in nearest[:MOST_PROPOSALS]]


def match_organisation(name, siret="", cite=None):
    """One question; to ask many, keep one `OrganisationMatcher`."""
    return OrganisationMatcher(cite).match(name, siret)
