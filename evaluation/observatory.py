"""The observatory: one year of a Cité by commune and by neighbourhood, as its reader may know it.

What stands side by side is never ranked: places are in alphabetical order.
"""

from collections import Counter, defaultdict

from django.urls import reverse

from actions.enums import ActionStatus, Scope, Step
from actions.models import Action
from actions.places import PLACE, QUARTER, SCOPE, tallied
from actions.tables import listed_steps
from cite_educative.common.maps import Area, Disc, disc_maps
from cite_educative.common.money import euros, short_euros, total
from cite_educative.common.words import counted
from evaluation.enums import Category, Measure
from evaluation.headcounts import by_commune, headcounts
from evaluation.numbers import FEW, MASKED
from evaluation.permissions import can_read_schools
from evaluation.reach import validated_reach
from evaluation.untold import without_untold
from partners.enums import PriorityNetwork
from partners.territory_pages import schools_of

TOLD = (Step.PROGRAMMED, Step.GRANTED)
NOT_IN_THE_PLAN = (
    *(ActionStatus.DRAFT, ActionStatus.SENT_BACK, ActionStatus.SUBMITTED, ActionStatus.DEFERRED),
    *(ActionStatus.REJECTED, ActionStatus.ABANDONED),
)
NOTHING = (0, {})
UNKNOWN = "non connu"


def plan_of(user, cite, year):
    """The actions of the plan of a year that the user may know of: retained, whatever became of them but an abandon."""
    actions = Action.objects.visible_to(user).filter(cite=cite, budget_year=year)
    return without_untold(actions.exclude(status__in=NOT_IN_THE_PLAN), user, cite)


def told_steps(user, cite):
    return [step for step in TOLD if step in listed_steps(user.access, cite.pk)]


def reached_by_commune(cite, year):
    """`{commune key: persons}` of the reports; an action on two communes counts in both, None what lies between them."""
    persons = defaultdict(int)
    for row in validated_reach(cite, year):
        if row.measure == Measure.PERSONS and row.category == Category.ALL and row.value is not None:
            for commune in row.communes or (None,):
                persons[commune] += row.value
    return dict(persons)


def persons_text(number):
    """Fewer than five persons are not told."""
    if number is None:
        return UNKNOWN
    return f"{number:,}".replace(",", "\u00a0") if number >= FEW else MASKED


def network_words(networks):
    """ "12, dont 3 REP et 9 REP+" of `PriorityNetwork` values."""
    found = Counter(networks)
    told = [f"{found[kind]} {kind.label}" for kind in (PriorityNetwork.REP, PriorityNetwork.REP_PLUS) if found[kind]]
    return f"{len(networks)}, dont {' et '.join(told)}" if told else str(len(networks))


class Observatory:
    """Nine queries, whatever the number of actions and of schools."""

    def __init__(self, user, cite, year):
        self.cite, self.year, self.steps = cite, year, told_steps(user, cite)
        self.found = tallied(user, cite, plan_of(user, cite, year), self.steps)
        self.communes = list(cite.communes.order_by("name", "pk"))
        self.quarters = list(cite.neighbourhoods.prefetch_related("communes").order_by("name", "pk"))
        self.schools = defaultdict(list)
        schools = list(schools_of(cite))
        for school in schools:
            self.schools[school.commune_id].append(school)
        self.pupils = by_commune(schools, headcounts(cite), reads_schools=can_read_schools(user, cite))
        self.reached = reached_by_commune(cite, year)

    def communes_table(self):
        rows = [self._commune(commune) for commune in self.communes]
        rows.append(self._between())
        return rows

    def _commune(self, commune):
        count, sums = self.found.get((PLACE, str(commune.pk)), NOTHING)
        headcount = self.pupils.get(commune.pk)
        return self._row(commune.name, count, sums) | {
            "url": reverse("evaluation:commune_portrait", args=[commune.pk]),
            "population": f"{commune.population:,}".replace(",", "\u00a0") if commune.population else UNKNOWN,
            "schools": network_words([school.network for school in self.schools[commune.pk]]),
            "pupils": pupils_text(headcount),
            "per_pupil": per_pupil(sums, headcount),
            "reached": persons_text(self.reached.get(commune.pk)),
        }

    def _between(self):
        count, sums = self.found.get((SCOPE, Scope.INTERCOMMUNAL), NOTHING)
        blank = dict.fromkeys(("url", "population", "schools", "pupils", "per_pupil"), "")
        row = self._row("Actions intercommunales", count, sums)
        return row | blank | {"reached": persons_text(self.reached.get(None))}

    def _row(self, label, count, sums):
        amounts = [{"label": step.label.capitalize(), "text": short_euros(sums.get(str(step)))} for step in self.steps]
        return {"label": label, "count": count, "amounts": amounts}

    def quarters_table(self):
        return [
            self._row(quarter.name, *self.found.get((QUARTER, str(quarter.pk)), NOTHING))
            | {
                "url": reverse("evaluation:neighbourhood_portrait", args=[quarter.pk]),
                "code": quarter.code,
                "communes": ", ".join(commune.name for commune in quarter.communes.all()),
            }
            for quarter in self.quarters
        ]

    def figures(self):
        """Four figures of the whole."""
        scopes = [row for (kind, _), row in self.found.items() if kind == SCOPE]
        pupils = [headcount.pupils for headcount in self.pupils.values()]
        granted = total(sums.get(str(Step.GRANTED)) for _, sums in scopes)
        return [
            {"label": "Communes", "value": len(self.communes), "note": counted(len(self.quarters), "quartier")},
            {
                "label": "Établissements",
                "value": sum(len(rows) for rows in self.schools.values()),
                "note": f"{sum(pupils):,} élèves connus".replace(",", "\u00a0") if pupils else "effectifs non connus",
            },
            {"label": f"Actions {self.year}", "value": sum(count for count, _ in scopes), "note": "retenues"},
            {"label": "Accordé", "value": short_euros(granted), "note": "par les financeurs"},
        ]

    def map(self):
        discs = [self._disc(commune) for commune in self.communes]
        areas = [Area(row.outline, row.name) for row in self.quarters if row.outline]
        return disc_maps(discs, areas=areas, map_id="observatoire", title="Nombre d’actions par commune")

    def _disc(self, commune):
        count = self.found.get((PLACE, str(commune.pk)), NOTHING)[0]
        url = reverse("evaluation:commune_portrait", args=[commune.pk])
        return Disc(commune.latitude, commune.longitude, commune.name, count, counted(count, "action"), url)


def pupils_text(headcount):
    if headcount is None:
        return UNKNOWN
    number = f"{headcount.pupils:,}".replace(",", "\u00a0")
    return number if headcount.is_whole else f"{number} ({headcount.schools} établissements sur {headcount.of})"


def per_pupil(sums, headcount):
    """Euros granted to the commune's own actions for each pupil; only where every headcount is known."""
    granted = sums.get(str(Step.GRANTED))
    if granted is None or headcount is None or not headcount.is_whole or not headcount.pupils:
        return UNKNOWN
    return euros(granted / headcount.pupils)
