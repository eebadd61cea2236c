"""What the lines say of an action beside its money: axis, territory, dates, texts cut to their place."""

from actions.enums import Scope
from actions.finances.lines import NO_QUARTER, SEVERAL, SEVERAL_QUARTERS, UNKNOWN
from actions.imports.words import listed, quoted
from actions.models import Action, Axis, Objective
from cite_educative.common.search import normalise
from cite_educative.common.spreadsheets import Field

TEXTS = (
    (Field.THEME, "theme"),
    (Field.PUBLIC, "audience"),
    (Field.DESCRIPTION, "summary"),
    (Field.PERIOD_TEXT, "period_text"),
)
VALUES = (
    (Field.STARTS_ON, "starts_on"),
    (Field.ENDS_ON, "ends_on"),
    (Field.SCHOOL_YEAR, "school_year"),
    (Field.TOTAL_COST, "total_cost"),
)
BETWEEN = ("intercommunal", "intercommunale", "toutes les communes", "agglomeration", "cud")
# What our own exports write in place of a name.
OWN_WORDS = frozenset(normalise(words) for words in (NO_QUARTER, SEVERAL, SEVERAL_QUARTERS, UNKNOWN))


class Territory:
    """The Cité's axes, objectives, communes and neighbourhoods by name; `notes` tell what was not recognised."""

    def __init__(self, cite):
        self.axes, self.objectives = {}, {}
        for axis in Axis.objects.of_cite(cite).order_by("-programme__starts_on", "pk"):
            for name in (axis.label, axis.short_label, f"axe {axis.order}", str(axis.order)):
                self.axes.setdefault(normalise(name), axis)
        for objective in Objective.objects.filter(axis__programme__cite=cite).select_related("axis"):
            self.objectives.setdefault(normalise(objective.label), objective)
        self.communes = {normalise(commune.name): commune for commune in cite.communes.all()}
        self.neighbourhoods = {normalise(place.name): place for place in cite.neighbourhoods.all()}
        self._unknown = {}

    def axis(self, text):
        key = normalise(text)
        return self.axes.get(key) or next(
            (axis for name, axis in self.axes.items() if len(name) > 8 and name in key), None
        )

    def places(self, text, known, word):
        """Those whose name is in the text, which may hold several."""
        parts = [normalise(part) for part in text.replace("/", ",").replace(";", ",").replace("+", ",").split(",")]
        found = [known[part] for part in parts if part in known]
        if not found:
            found = [place for name, place in known.items() if f" {name} " in f" {normalise(text)} "]
        if text and not found and normalise(text) not in {*BETWEEN, *OWN_WORDS}:
            self.left_aside(word, text)
        return list(dict.fromkeys(found))

    def left_aside(self, word, text, fate="laissés de côté"):
        self._unknown.setdefault((word, fate), {})[text] = True

    @property
    def notes(self):
        return [
            f"{word} inconnus de la Cité, {fate}\u00a0: {listed([quoted(name) for name in names])}."
            for (word, fate), names in self._unknown.items()
        ]


def details_of(action, territory):
    """Fills `fields`, `communes` and `neighbourhoods` from the first line that says something."""
    for name, attribute in (*TEXTS, *VALUES):
        value = next((value for line in action.lines if (value := line.get(name, None)) not in (None, "")), None)
        if value is None:
            continue
        if isinstance(value, str):
            value = _fitting(action, attribute, value)
        action.fields[attribute] = value
    _axis(action, territory)
    communes = _first(action, Field.COMMUNE)
    action.communes = territory.places(communes, territory.communes, "Territoires")
    action.neighbourhoods = territory.places(
        _first(action, Field.NEIGHBOURHOOD), territory.neighbourhoods, "Quartiers"
    )
    if len(action.communes) > 1 or normalise(communes) in BETWEEN:
        action.fields["scope"] = Scope.INTERCOMMUNAL
    costs = {line.get(Field.TOTAL_COST, None) for line in action.lines} - {None}
    if len(costs) > 1:
        action.lines[-1].warnings.append(
            "Le coût total change d’une ligne à l’autre de l’action\u00a0: le premier est gardé."
        )
    if len(action.title) > 300:
        action.title = action.title[:299] + "…"
        action.lines[0].warnings.append("L’intitulé dépasse 300 caractères\u00a0: il est coupé.")


def _axis(action, territory):
    text = _first(action, Field.AXIS)
    axis = territory.axis(text) if text else None
    aim = _first(action, Field.OBJECTIVE)
    objective = territory.objectives.get(normalise(aim))
    if axis or objective:
        action.fields["axis"] = axis or objective.axis
    if objective and (axis is None or objective.axis_id == axis.pk):
        action.fields["objective"] = objective
    if aim and "objective" not in action.fields:
        territory.left_aside("Objectifs", aim)
    if text and axis is None:
        if "theme" in action.fields:
            territory.left_aside("Axes", text)
        else:
            action.fields["theme"] = _fitting(action, "theme", text)
            territory.left_aside("Axes", text, "gardés comme thématique")


def _first(action, name):
    return next((value for line in action.lines if (value := line.get(name))), "")


def _fitting(action, attribute, text):
    limit = Action._meta.get_field(attribute).max_length
    if limit and len(text) > limit:
        action.lines[0].warnings.append(f"Un texte dépasse {limit} caractères\u00a0: il est coupé.")
        return text[: limit - 1] + "…"
    return text
