"""Which organisation each holder of the file is: SIRET, then name, then a question when a name is nearly another."""

from collections import Counter, defaultdict
from difflib import SequenceMatcher

from actions.imports.structures import HolderRef, Question
from actions.imports.words import quoted
from cite_educative.common.search import normalise
from cite_educative.common.spreadsheets import Field
from partners.models import Organisation
from partners.services.matching import name_key

ALIKE = 0.9
SHORTEST = 6
COMMON_GRAMS = 0.6


class Holders:
    """`resolve(line)` gives a HolderRef, None with an error on the line, or None with a question."""

    def __init__(self, cite, answers):
        self.answers = answers
        self.questions, self.faults, self.refs = {}, [], []
        self._everywhere = {known.siret: known for known in Organisation.objects.exclude(siret="")}
        self._by_siret, self._by_siren = {}, defaultdict(list)
        self._by_name, self._by_code = defaultdict(list), {}
        self._near = NearNames()
        self._of = {}
        for organisation in Organisation.objects.in_cite(cite).order_by("pk"):
            self._ref_of(organisation)

    def _ref_of(self, organisation):
        if organisation.pk not in self._of:
            key = name_key(organisation.name)
            ref = HolderRef(organisation.name, f"#{organisation.pk}", organisation, organisation.siret)
            self._of[organisation.pk] = ref
            self._index(ref, key)
            if organisation.acronym:
                self._by_name[name_key(organisation.acronym)].append(ref)
        return self._of[organisation.pk]

    def _index(self, ref, key):
        if ref.siret:
            self._by_siret.setdefault(ref.siret, ref)
            self._by_siren[ref.siret[:9]].append(ref)
        elif ref.siren:
            self._by_siren[ref.siren].append(ref)
        if ref not in self._by_name[key]:
            self._by_name[key].append(ref)
        self._near.add(key, ref)

    def resolve(self, line):
        name, siret, siren = line.get(Field.HOLDER_NAME), line.get(Field.HOLDER_SIRET), line.get(Field.HOLDER_SIREN)
        if not name and not siret and not siren:
            line.errors.append("Cette ligne n’a pas de porteur\u00a0: écrivez son nom ou son SIRET.")
            return None
        if siret:
            if siret in self._everywhere:
                return self._ref_of(self._everywhere[siret])
            if siret in self._by_siret:
                return self._by_siret[siret]
        if siren and len(found := self._by_siren.get(siren, [])) == 1:
            return found[0]
        if not name:
            line.errors.append(
                "Le porteur n’a pas de nom dans le fichier et son numéro n’est pas connu ici\u00a0: écrivez son nom."
            )
            return None
        return self._by_its_name(line, name, siret, siren)

    def _by_its_name(self, line, name, siret, siren):
        key = name_key(name)
        named = [ref for ref in self._by_name.get(key, []) if _compatible(ref, siret, siren)]
        if len(named) > 1:
            line.errors.append(
                f"Plusieurs organismes de la Cité s’appellent {quoted(name)}\u00a0: ajoutez le SIRET dans le fichier."
            )
            return None
        if named:
            ref = named[0]
            if siret and not ref.siret:
                ref.siret = siret
                self._by_siret[siret] = ref
            return ref
        if siret:
            return self._new(line, name, siret, siren)
        return self._ask_or_create(line, name, key, siren)

    def _ask_or_create(self, line, name, key, siren):
        code = line.get(Field.HOLDER_CODE)
        near = [
            ref for ref in self._near.of(key)
            if not (siren and ref.siren and ref.siren != siren) and not (code and ref.code and ref.code != code)
        ]  # fmt: skip
        same_code = [ref for ref in near if code and ref.code == code]
        if same_code:
            return same_code[0]
        question = f"holder:{normalise(name)}"
        answer = self.answers.get(question)
        if answer:
            return self._answered(line, question, answer, name, siren)
        if near and question not in self.questions:
            self.questions[question] = Question(
                question,
                f"Le porteur {quoted(name)} (ligne {line.number}) est-il {quoted(near[0].name)}\u00a0?",
                choices=(
                    ("new", "Non, c’est un autre organisme"),
                    *((f"same:{ref.name}", f"Oui, c’est {ref.name}") for ref in near),
                ),
                proposal="new",
            )
        ref = self._new(line, name, "", siren)
        return ref

    def _answered(self, line, question, answer, name, siren):
        if answer == "new":
            return self._new(line, name, "", siren)
        wanted = str(answer).removeprefix("same:")
        found = self._by_name.get(name_key(wanted), [])
        if len(found) == 1:
            return found[0]
        sentence = f"Aucun organisme de la Cité ni du fichier ne s’appelle {quoted(wanted)}."
        if (question, sentence) not in self.faults:
            self.faults.append((question, sentence))
        return self._new(line, name, "", siren)

    def _new(self, line, name, siret, siren):
        rna = line.get(Field.HOLDER_RNA)
        ref = HolderRef(
            name[:255], f"+{siret or normalise(name)}", None, siret, siren or "", rna, line.get(Field.HOLDER_CODE)
        )
        self.refs.append(ref)
        self._index(ref, name_key(name))
        return ref


def _compatible(ref, siret, siren):
    if siret and ref.siret and ref.siret != siret:
        return False
    return not (siren and (ref.siren or ref.siret[:9]) not in ("", siren))


class NearNames:
    """Names that differ by a slip of the keyboard or a missing space. Names with other numbers are never near."""

    def __init__(self):
        self._entries, self._postings = [], defaultdict(list)

    def add(self, key, ref):
        grams = _grams(key)
        self._entries.append((key, ref, len(grams)))
        for gram in grams:
            self._postings[gram].append(len(self._entries) - 1)

    def of(self, key):
        grams, shared = _grams(key), Counter()
        for gram in grams:
            shared.update(self._postings.get(gram, ()))
        found = []
        for position, count in shared.items():
            other, ref, size = self._entries[position]
            if 2 * count >= COMMON_GRAMS * (len(grams) + size) and alike(key, other) and ref not in found:
                found.append(ref)
        return found[:4]


def _grams(key):
    compact = key.replace(" ", "")
    return {compact[start : start + 3] for start in range(max(1, len(compact) - 2))}


def alike(one, other):
    if one == other:
        return False
    first, second = one.replace(" ", ""), other.replace(" ", "")
    if min(len(first), len(second)) < SHORTEST or _numbers(one) != _numbers(other):
        return False
    return first == second or SequenceMatcher(None, first, second, autojunk=False).ratio() >= ALIKE


def _numbers(key):
    return sorted(word for word in key.split() if any(letter.isdigit() for letter in word))
