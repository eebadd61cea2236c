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
from partners.services.matching import likeness, name_key, trigrams

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
    """Reads the sheets once (two queries), then answers from memory. `remembered` is {key of a row: pk}."""

    def __init__(self, cite, remembered):
        self.remembered = remembered
        known = comparable(cite).select_related("holder").order_by("pk")
        self.actions = {action.pk: action for action in known}
        self.codes, self.refs = {}, defaultdict(list)
        self.holders, self.held, self._alike, self._grams = {}, defaultdict(list), {}, {}
        for action in self.actions.values():
            if action.code:
                self.codes[normalise(action.code)] = action
            if action.external_ref:
                self.refs[normalise(action.external_ref)].append(action)
            self.holders[action.holder_id] = action.holder
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

    @staticmethod
    def _choose(row, found):
        """The one of the year of the row; one of another year, or several, are for a person to tell apart."""
        same_year = [action for action in found if action.budget_year == row.year]
        if len(same_year) == 1:
            row.action, row.how = same_year[0], "reference"
        else:
            row.proposals, row.ambiguous = (same_year or found)[:MOST_PROPOSALS], True

    def _near(self, row):
        """Among the sheets of that year whose holder may be the one of the row."""
        grams, scores = trigrams(normalise(row.title)), {}
        for holder in self._holders_of(row) if row.title else ():
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

    def _holders_of(self, row):
        asked = row.siret, row.holder_name
        if asked not in self._alike:
            self._alike[asked] = [pk for pk, holder in self.holders.items() if _may_be(holder, *asked)]
        return self._alike[asked]

    def answered(self, row, answer, faults):
        """What a person said of a row: the key of a sheet, its code, that none is it, or that it is to be ignored."""
        if answer in (IGNORE, NONE):
            row.action, row.proposals, row.ambiguous, row.ignored = None, [], False, answer == IGNORE
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
        row.action, row.how = chosen, "hand"


def _may_be(holder, siret, name):
    if siret and siret == holder.siret:
        return True
    if not name:
        return not (siret and holder.siret)
    keys = name_key(name), name_key(holder.name)
    return keys[0] == keys[1] or likeness(trigrams(keys[0]), trigrams(keys[1])) >= HOLDERS_ALIKE


def match_rows(rows, cite, remembered, answers, faults):
    matcher = Matcher(cite, remembered)
    for row in rows:
        matcher.match(row)
        if answer := answers.get(answer_name(row)):
            matcher.answered(row, answer, faults)
