"""Which lines are one action: the rules of docs/import.md, "What is one action"."""

from actions.imports.structures import PlannedAction, PlannedFunding, Question
from actions.imports.words import lines_fr, quoted
from cite_educative.common.search import normalise
from cite_educative.common.spreadsheets import Field

SPLITS = (Field.FUNDING_REF, Field.EXTERNAL_REF, Field.CODE, Field.ACT_NUMBER, Field.COMMUNE, Field.NEIGHBOURHOOD)


class Identity:
    """Gathers lines into PlannedActions, in the order of the file; asks when two lines fill the same amount."""

    def __init__(self, answers, default_year, default_title):
        self.answers = answers
        self.default_year, self.default_title = default_year, default_title
        self.questions, self.faults = {}, []

    def gather(self, lines):
        shared = self._shared_references(lines)
        buckets = {}
        for line in lines:
            buckets.setdefault(self._key(line, shared), []).append(line)
        planned = []
        for key, members in buckets.items():
            planned.extend(self._actions(key, members))
        return planned

    def year(self, line):
        return line.get(Field.BUDGET_YEAR, None) or self.default_year

    def title(self, line):
        return line.get(Field.TITLE) or self.default_title

    def _natural(self, line):
        act, group = ("", "")
        if line.get(Field.GROUP):
            act, group = line.get(Field.ACT_NUMBER), line.get(Field.GROUP)
        return line.holder.stable, normalise(self.title(line)), self.year(line), normalise(act), normalise(group)

    def _shared_references(self, lines):
        """Numbers borne by several actions: a file number of the holder, of the vote, not of the action."""
        titles = {}
        for line in lines:
            ref = line.get(Field.EXTERNAL_REF)
            if ref:
                titles.setdefault((ref, self.year(line)), set()).add(self._natural(line)[:2])
        return {key for key, found in titles.items() if len(found) > 1}

    def _key(self, line, shared):
        ref = line.get(Field.EXTERNAL_REF)
        if ref and (ref, self.year(line)) not in shared:
            return "ref", normalise(ref), self.year(line)
        return (*self._natural(line), normalise(ref))

    def _actions(self, key, members):
        """One action, or as many as the lines that fill the same amount with another reference."""
        layers = []
        for line in members:
            place = next((layer for layer in layers if not self._clashes(layer, line)), None)
            if place is None:
                place = self._place_of_double(key, layers, line)
            if place is None:
                layers.append([line])
            else:
                place.append(line)
        return [self._planned(self._layer_key(key, layer, rank), layer) for rank, layer in enumerate(layers)]

    @staticmethod
    def _fills(line):
        return {(amount.source.key, amount.funding_year, amount.step) for amount in line.money}

    def _clashes(self, layer, line):
        filled = self._fills(line)
        return any(filled & self._fills(other) for other in layer) or any(
            pair in {(f.source.key, f.funding_year) for f in other.fundings}
            for other in layer
            for pair in {(f.source.key, f.funding_year) for f in line.fundings}
            if self._distinct(other, line)
        )

    @staticmethod
    def _distinct(one, other):
        """The field that tells two lines of one name and one funder apart, or None."""
        return next((f for f in SPLITS if one.get(f) and other.get(f) and one.get(f) != other.get(f)), None)

    def _place_of_double(self, key, layers, line):
        """None: another action. Else the layer the line goes to, by what the user said."""
        if not layers:
            return None
        clashing = [other for layer in layers for other in layer if self._fills(other) & self._fills(line)]
        if not clashing or all(self._distinct(other, line) for other in clashing):
            return None
        other = next(other for other in clashing if not self._distinct(other, line))
        name = "double:" + "|".join(str(part) for part in key if part)
        answer = self.answers.get(name)
        if answer == "distinct":
            return None
        if answer in ("sum", "once"):
            if answer == "once":
                line.money = line.amounts = []
                line.warnings.append(f"Ligne répétée, comptée une fois (voir {lines_fr([other])}).")
            return layers[0]
        if answer:
            self.faults.append((name, "Répondez sum, distinct ou once."))
        self._ask(name, other, line)
        return layers[0]

    def _ask(self, name, other, line):
        if name in self.questions:
            return
        choices = [
            ("sum", "Une seule action\u00a0: additionner les montants"),
            ("distinct", "Deux actions différentes"),
        ]
        if {(a.step, a.value) for a in other.money} == {(a.step, a.value) for a in line.money}:
            choices.append(("once", "La même ligne répétée\u00a0: la compter une fois"))
        self.questions[name] = Question(
            name,
            f"Les {lines_fr([other, line])} portent le même montant du même financeur pour "
            f"{quoted(self.title(line))} de {line.holder.name}. Que faut-il en faire\u00a0?",
            choices=tuple(choices),
        )

    def _layer_key(self, key, layer, rank):
        if not rank:
            return key
        mark = next((layer[0].get(f) for f in SPLITS if layer[0].get(f)), "")
        return (*key, f"n{rank + 1}", normalise(mark))

    def _planned(self, key, members):
        first = members[0]
        action = PlannedAction(key, first.holder, self.title(first), self.year(first), members)
        if key[0] == "ref" or first.get(Field.EXTERNAL_REF):
            action.external_ref = first.get(Field.EXTERNAL_REF)[:60]
        for line in members:
            line.action = action
            for funded in line.fundings:
                self._fund(action, line, funded)
        for line in members:
            for amount in line.money:
                funding = action.fundings[amount.source.key, amount.funding_year]
                funding.amounts[amount.step] = funding.amounts.get(amount.step, 0) + amount.value
        return action

    @staticmethod
    def _fund(action, line, funded):
        key = funded.source.key, funded.funding_year
        funding = action.fundings.get(key)
        if funding is None:
            funding = action.fundings[key] = PlannedFunding(funded.source, funded.funding_year)
        funding.ref = funding.ref or line.get(Field.FUNDING_REF)[:60]
        funding.commitment = funding.commitment or line.get(Field.COMMITMENT_REF)[:60]
        funding.in_kind = funding.in_kind or normalise(line.get(Field.NATURE)) == "en nature"
        if funding.act == ("", None):
            funding.act = line.act
