"""Which sheet each row of an export speaks of: by a code, else by what was confirmed before, else a proposal."""

import hashlib
from collections import defaultdict

from django.db.models import Q

from actions.enums import ActionStatus
from actions.imports.words import quoted
from actions.models import Action, Funding
from actions.state_exports.structures import ExportRow
from cite_educative.common.search import normalise
from cite_educative.common.spreadsheets import Field
from partners.services.matching import NameIndex, likeness, name_key, trigrams

TITLES_ALIKE, HOLDERS_ALIKE = 0.55, 0.6
MOST_PROPOSALS = 3
IGNORE, NONE = "ignore", "none"
REFERENCES = (Field.EXTERNAL_REF, Field.FUNDING_REF)


def answer_name(row):
    return f"match:{row.key}"


def comparable(cite):
    """The sheets of the Cité that the team reads: everything but the drafts that their holder keeps."""
    return Action.objects.filter(~Q(status=ActionStatus.DRAFT) | Q(shared_at__isnull=False), cite=cite)


def gather(lines, default_year):
    """[ExportRow] in the order of the file."""
    usable = [line for line in lines if not line.refused and not line.is_control]
    titles = defaultdict(set)
    for line in usable:
        titles[line.get(Field.EXTERNAL_REF)].add(normalise(line.get(Field.TITLE)))
    rows = {}
    for line in usable:
        key = _key(line, titles, _year(line, default_year))
        if key in rows:
            rows[key].lines.append(line)
        else:
            rows[key] = _row(key, line, default_year)
    return list(rows.values())


def _year(line, default_year):
    return int(line.get(Field.BUDGET_YEAR, None) or default_year)


def _key(line, titles, year):
    """A reference that several titles share is that of a file, which holds several actions."""
    ref, title = line.get(Field.EXTERNAL_REF), normalise(line.get(Field.TITLE))
    parts = ["ref", normalise(ref)]
    if not ref or len(titles[ref]) > 1:
        holder = line.get(Field.HOLDER_SIRET) or name_key(line.get(Field.HOLDER_NAME))
        parts = ["name", normalise(ref), title, holder, *(["line", str(line.number)] if not (ref or title) else [])]
    return hashlib.sha256("|".join([*parts, str(year)]).encode()).hexdigest()[:16]


def _row(key, line, default_year):
    return ExportRow(
        key,
        [line],
        line.get(Field.TITLE),
        line.get(Field.HOLDER_NAME),
        line.get(Field.HOLDER_SIRET),
        _year(line, default_year),
        tuple(normalise(line.get(name)) for name in REFERENCES if line.get(name)),
        line.get(Field.CODE),
    )


class Matcher:
    """Reads the sheets once (two queries), then answers from memory. `remembered` is {key of a row: pk}.

    With `by_file`, several sheets of one reference are the actions of one file.
    """

    def __init__(self, cite, remembered, *, by_file=False):
        self.remembered, self.by_file = remembered, by_file
        known = comparable(cite).select_related("holder").order_by("pk")
        self.actions = {action.pk: action for action in known}
        self.codes, self.refs = {}, defaultdict(list)
        self.holders, self.held, self._grams = Holders(), defaultdict(list), {}
        for action in self.actions.values():
            if action.code:
                self.codes[normalise(action.code)] = action
            if action.external_ref:
                self.refs[normalise(action.external_ref)].append(action)
            self.holders.add(action.holder)
            self.held[action.holder_id, int(action.budget_year)].append(action)
        fundings = Funding.objects.filter(action__cite=cite).exclude(external_ref="")
        for ref, pk in fundings.order_by("pk").values_list("external_ref", "action_id"):
            if pk in self.actions and self.actions[pk] not in self.refs[normalise(ref)]:
                self.refs[normalise(ref)].append(self.actions[pk])

    def match(self, row):
        """Sets the action of a row, or the proposals among which to choose."""
        if row.code and (action := self.codes.get(normalise(row.code))):
            row.action, row.how = action, "code"
            return
        for ref in row.refs:
            found = self.refs.get(ref) or ([self.codes[ref]] if ref in self.codes else [])
            if found:
                self._choose(row, found)
                return
        if (action := self.actions.get(self.remembered.get(row.key))) is not None:
            row.action, row.how = action, "memory"
            return
        row.proposals = self._near(row)

    def _choose(self, row, found):
        """The one of the year of the row; one of another year, or several, are for a person to tell apart."""
        same_year = [action for action in found if action.budget_year == row.year]
        if len(same_year) == 1 or (same_year and self.by_file):
            row.action, *row.mates = sorted(same_year, key=lambda action: (action.code, action.pk))
            row.how = "reference"
        else:
            row.proposals, row.ambiguous = (same_year or found)[:MOST_PROPOSALS], True

    def _near(self, row):
        """Among the sheets of that year whose holder may be the one of the row."""
        grams, scores = trigrams(normalise(row.title)), {}
        for holder in self.holders.like(row.siret, row.holder_name) if row.title else ():
            for action in self.held.get((holder, row.year), ()):
                score = likeness(grams, self._grams_of(action))
                if score >= TITLES_ALIKE:
                    scores[action.pk] = score
        best = sorted(scores, key=lambda pk: (-scores[pk], pk))[:MOST_PROPOSALS]
        return [self.actions[pk] for pk in best]

    def _grams_of(self, action):
        if action.pk not in self._grams:
            self._grams[action.pk] = trigrams(normalise(action.title))
        return self._grams[action.pk]

    def answered(self, row, answer, faults):
        """What a person said of a row: the key of a sheet, its code, that none is it, or that it is to be ignored."""
        if answer in (IGNORE, NONE):
            row.action, row.proposals, row.ambiguous, row.ignored = None, [], False, answer == IGNORE
            row.mates = []
            return
        text = str(answer).strip()
        chosen = self.actions.get(int(text)) if text.isascii() and text.isdigit() and len(text) < 15 else None
        chosen = chosen or self.codes.get(normalise(text))
        if chosen is None:
            faults.append(
                (
                    answer_name(row),
                    f"Ligne {row.number}\u00a0: aucune fiche de la Cité ne porte le code {quoted(text)}.",
                )
            )
            return
        row.action, row.mates, row.how = chosen, [], "hand"


class Holders:
    """The holders of the sheets, by SIRET and by the letters of their name: a row is not compared with each."""

    def __init__(self):
        self._pks, self._without_siret, self._alike = {}, [], {}
        self._by_siret, self._by_key = defaultdict(list), defaultdict(list)
        self._names = NameIndex(HOLDERS_ALIKE)

    def add(self, holder):
        """A second time changes nothing."""
        if holder.pk in self._pks:
            return
        key = name_key(holder.name)
        self._pks[holder.pk] = True
        self._by_key[key].append(holder.pk)
        self._names.add(holder.pk, key)
        if holder.siret:
            self._by_siret[holder.siret].append(holder.pk)
        else:
            self._without_siret.append(holder.pk)

    def like(self, siret, name):
        """Those who may be the one that a row names; without a name, all those that its SIRET does not contradict."""
        if (siret, name) not in self._alike:
            found = set(self._by_siret.get(siret, ())) if siret else set()
            if name:
                key = name_key(name)
                found |= {*self._by_key.get(key, ()), *self._names.near(key)}
            else:
                found.update(self._without_siret if siret else self._pks)
            self._alike[siret, name] = sorted(found)
        return self._alike[siret, name]


def match_rows(rows, cite, remembered, answers, faults, *, by_file=False):
    matcher = Matcher(cite, remembered, by_file=by_file)
    for row in rows:
        matcher.match(row)
        if answer := answers.get(answer_name(row)):
            matcher.answered(row, answer, faults)
