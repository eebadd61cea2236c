"""What the rows of an export say otherwise than the sheets that they speak of."""

from collections import defaultdict

from actions.differences import FILE_PREFIX, MONEY, OF_FILE, agrees, compared_actions, holder_words, ours, status_group
from actions.enums import ExportKind, Step
from actions.imports.details import Territory
from actions.imports.words import exact, lines_fr, plural
from actions.models import Action
from actions.state_exports.cofunders import COFUNDERS
from actions.state_exports.structures import Found
from cite_educative.common.dates import period_fr
from cite_educative.common.money import euros
from cite_educative.common.spreadsheets import Field

SPEAK_OF = {
    Field.TITLE: "title", Field.HOLDER_SIRET: "holder", Field.HOLDER_NAME: "holder", Field.STARTS_ON: "dates",
    Field.ENDS_ON: "dates", Field.PERIOD_TEXT: "dates", Field.TOTAL_COST: "total_cost", Field.PUBLIC: "audience",
    Field.COMMUNE: "territory", Field.NEIGHBOURHOOD: "territory", Field.EXTERNAL_REF: "external_ref",
    Field.STATUS_TEXT: "status", Field.REQUESTED: "requested", Field.COMMITTED: "committed",
    Field.GRANTED: "granted", Field.PAID: "paid", Field.COFUNDER_AMOUNT: "requested",
}  # fmt: skip
LONGEST = 700


def spoken_of(choices, *, by_file=False):
    used = (chosen.field for choice in choices if choice.use for chosen in choice.columns.values())
    spoken = {SPEAK_OF[field] for field in used if field in SPEAK_OF}
    return frozenset(spoken | ({f"{FILE_PREFIX}{step}" for step in MONEY if step in spoken} if by_file else set()))


def compare(plan, funders):
    """Fills `plan.found`, action by action; the amounts of a funder that two lines give are not compared."""
    lines, files = defaultdict(list), defaultdict(list)
    for row in plan.rows:
        for action in row.actions:
            lines[action.pk] += [(line, row.year) for line in row.lines]
        if row.action and plan.by_file and (row.mates or row.size > 1):
            for action in row.actions:
                files[action.pk].append(row)
    territory = Territory(plan.run.cite)
    actions = list(compared_actions(Action.objects.filter(pk__in=lines)).order_by("code", "pk"))
    beside = {action.pk: action for action in actions}
    for action in actions:
        action.beside = beside
        if action.pk in files:
            reader = FileReader(plan, action, lines[action.pk], territory, files[action.pk])
        else:
            reader = SheetReader(plan, action, lines[action.pk], territory)
        for found in [*reader.words(), *reader.money(funders)]:
            plan.compared.add((action.pk, found.key))
            if not agrees(action, found.key, found.value):
                plan.found.append(found)


class SheetReader:
    def __init__(self, plan, action, lines, territory):
        self.plan, self.action, self.lines, self.territory = plan, action, lines, territory

    def words(self):
        for read in (self._title, self._holder, self._dates, self._cost, self._audience, self._territory,
                     self._reference, self._status):  # fmt: skip
            if found := read():
                yield found

    def _first(self, *names):
        """(line, values): those of the first line that has one of them."""
        for line, _ in self.lines:
            values = [line.get(name, None) or None for name in names]
            if any(value is not None for value in values):
                return line, values
        return None, [None] * len(names)

    def _found(self, line, key, theirs, value, **more):
        return Found(self.action, key, ours(self.action, key, value), theirs[:LONGEST], value, line.number, **more)

    def _text(self, field, key):
        line, (text,) = self._first(field)
        if line is None:
            return None
        limit = Action._meta.get_field(key).max_length
        return self._found(line, key, text[:limit], text[:limit])

    def _title(self):
        return self._text(Field.TITLE, "title")

    def _audience(self):
        return self._text(Field.PUBLIC, "audience")

    def _reference(self):
        """The number of another tool does not replace the reference of Dauphin; it fills a blank."""
        if self.plan.run.kind != ExportKind.DAUPHIN and self.action.external_ref:
            return None
        return self._text(Field.EXTERNAL_REF, "external_ref")

    def _holder(self):
        line, (siret, name) = self._first(Field.HOLDER_SIRET, Field.HOLDER_NAME)
        if line is None:
            return None
        value = {"siret": siret or "", "name": name or ""}
        return self._found(line, "holder", holder_words(name or "Porteur sans nom", siret or ""), value)

    def _dates(self):
        line, (starts_on, ends_on) = self._first(Field.STARTS_ON, Field.ENDS_ON)
        if line is None:
            return None
        value = {"starts_on": starts_on and starts_on.isoformat(), "ends_on": ends_on and ends_on.isoformat()}
        return self._found(line, "dates", period_fr(starts_on, ends_on), value)

    def _cost(self):
        line, (cost,) = self._first(Field.TOTAL_COST)
        return self._found(line, "total_cost", euros(cost), exact(cost)) if line else None

    def _territory(self):
        line, (commune, quarter) = self._first(Field.COMMUNE, Field.NEIGHBOURHOOD)
        if line is None:
            return None
        text = ", ".join(filter(None, (commune, quarter)))
        communes = self.territory.places(text, self.territory.communes, "Territoires")
        quarters = self.territory.places(text, self.territory.neighbourhoods, "Quartiers")
        value = {
            "communes": [place.pk for place in communes],
            "neighbourhoods": [place.pk for place in quarters],
            "text": text[:300],
        }
        return self._found(line, "territory", text, value)

    def _status(self):
        line, label = self._status_text()
        return self._found(line, "status", label, label) if status_group(label) else None

    def _status_text(self):
        return next(((line, text) for line, _ in self.lines if (text := line.get(Field.STATUS_TEXT))), (None, ""))

    def money(self, funders):
        """One per step, line of the Cité and year."""
        for key, given in self._amounts(funders).items():
            line, step, amount, source, year = given[0]
            if len(given) > 1:
                self.plan.notes.append(
                    f"Les {lines_fr([one[0] for one in given])} donnent chacune un montant {step.label} de "
                    f"{source.label} pour {self.action.code or self.action.title}\u00a0: ils ne sont pas comparés."
                )
                continue
            yield self._amount(line, key, amount, source, int(year))

    def _amount(self, line, key, amount, source, year):
        return self._found(line, key, euros(amount), exact(amount), source=source, year=year)

    def _amounts(self, funders):
        """{key: [(line, step, amount, source, year)]}; a co-funder that each line of an action repeats counts once."""
        amounts, repeated = defaultdict(list), set()
        for line, year in self.lines:
            for amount in line.amounts:
                if str(amount.step) in MONEY:
                    self.plan.given.add((self.action.pk, str(amount.step)))
                    ref = funders.resolve(amount.funder or line.get(Field.FUNDER), line)
                    if ref:
                        told = line, amount.step, amount.value, ref.source, amount.year or year
                        amounts[f"{amount.step}:{ref.source.pk}:{amount.year or year}"].append(told)
            for name, value in line.get(COFUNDERS, ()):
                self.plan.given.add((self.action.pk, str(Step.REQUESTED)))
                ref = funders.resolve(name, line, is_partner=True)
                if ref and (ref.source, value, year) not in repeated:
                    repeated.add((ref.source, value, year))
                    key = f"{Step.REQUESTED}:{ref.source.pk}:{year}"
                    amounts[key].append((line, Step.REQUESTED, value, ref.source, year))
        return amounts


class FileReader(SheetReader):
    """One sheet of a file that holds several actions: its amounts are those of all, and told at the first one."""

    def __init__(self, plan, action, lines, territory, rows):
        super().__init__(plan, action, lines, territory)
        self.row = rows[0] if len(rows) == 1 else None

    def _cost(self):
        return None

    def money(self, funders):
        self.plan.given.update((self.action.pk, step) for step in MONEY)
        if self.row is None or self.row.action.pk != self.action.pk:
            return
        if self.row.size != len(self.row.actions):
            self.plan.given.update((self.action.pk, field) for field in OF_FILE)
            self.plan.notes.append(
                f"Ligne {self.row.number}\u00a0: le dossier compte {plural(self.row.size, 'action')}, et "
                f"{plural(len(self.row.actions), 'fiche')} ici portent sa référence\u00a0: ses montants ne sont pas comparés."
            )
            return
        yield from super().money(funders)

    def _amount(self, line, key, amount, source, year):
        value = {"amount": exact(amount), "actions": [action.pk for action in self.row.actions]}
        self.plan.given.add((self.action.pk, f"{FILE_PREFIX}{key.split(':')[0]}"))
        return self._found(
            line, f"{FILE_PREFIX}{key}", f"{euros(amount)} pour le dossier", value, source=source, year=year
        )
