"""The portrait of one commune, one neighbourhood or one school: what it is, what is done there, what is measured there."""

from collections import defaultdict

from django.db.models import Exists, OuterRef
from django.urls import reverse

from actions.enums import Stage, Step
from actions.models import Action
from actions.readable import with_readable_stage
from actions.tables import with_amounts
from cite_educative.common.money import short_euros, total
from cite_educative.common.words import counted
from evaluation.aggregates import read_figures
from evaluation.enums import Category, Level, Measure, Public
from evaluation.headcounts import added, headcounts
from evaluation.models import Indicator
from evaluation.numbers import LEAST_SCHOOLS, UNKNOWN, figure_text
from evaluation.observatory import (
    network_words,
    per_pupil,
    persons_text,
    plan_of,
    pupils_text,
    told_steps,
)
from evaluation.permissions import can_read_schools
from evaluation.reach import validated_reach
from partners.territory_pages import schools_of

ON_COMMUNE, ON_NEIGHBOURHOOD, ON_SCHOOL = (
    (Action.communes, "commune"),
    (Action.neighbourhoods, "neighbourhood"),
    (Action.schools, "school"),
)
PUBLICS = (
    (Category.ALL, "Ensemble"),
    (Category.FEMALE, "Filles et femmes"),
    (Category.QPV, "Habitants des quartiers prioritaires"),
    *((kind, kind.label.capitalize()) for kind in Public),
)


def commune_portrait(user, cite, commune, year):
    """A fixed number of queries."""
    schools = [school for school in schools_of(cite) if school.commune_id == commune.pk]
    headcount = added(schools, headcounts(cite))
    if headcount and headcount.schools < LEAST_SCHOOLS and not can_read_schools(user, cite):
        headcount = None
    actions = _Actions(user, cite, year, ON_COMMUNE, commune)
    return {
        "place": commune,
        "kind": "Commune",
        "facts": _facts(
            ("Population", _number(commune.population, "habitants")),
            (
                "Quartiers prioritaires",
                ", ".join(cite.neighbourhoods.filter(communes=commune).values_list("name", flat=True)),
            ),
            ("Établissements", network_words([school.network for school in schools])),
            ("Élèves", f"{pupils_text(headcount)}, {headcount.period}" if headcount else UNKNOWN),
        ),
        "figures": [
            *actions.figures(),
            {
                "label": "Accordé par élève",
                "value": per_pupil(actions.sums, headcount),
                "note": "actions de la commune",
            },
        ],
        "actions": actions.table(),
        "reached": _reached(cite, year, lambda row: commune.pk in row.communes),
        "context": _context(cite, lambda figures, period: dict(figures.communes(period)).get(commune)),
        "more_url": reverse("governance:commune", args=[commune.pk]),
    }


def neighbourhood_portrait(user, cite, neighbourhood, year):
    actions = _Actions(user, cite, year, ON_NEIGHBOURHOOD, neighbourhood)
    communes = ", ".join(neighbourhood.communes.values_list("name", flat=True))
    return {
        "place": neighbourhood,
        "kind": "Quartier prioritaire",
        "facts": _facts(
            ("Code", neighbourhood.code),
            ("Communes", communes),
            ("Géographie prioritaire de", str(neighbourhood.generation)),
        ),
        "figures": actions.figures(),
        "actions": actions.table(),
        "reached": [],
        "context": _context(cite, lambda figures, period: dict(figures.neighbourhoods(period)).get(neighbourhood)),
    }


def school_portrait(user, cite, school, year):
    """For `can_read_schools` only."""
    actions = _Actions(user, cite, year, ON_SCHOOL, school)
    known = headcounts(cite).get(school.pk)
    return {
        "place": school,
        "kind": school.kind.capitalize(),
        "facts": _facts(
            ("UAI", school.uai),
            ("Commune", school.commune.name),
            ("Secteur", school.sector),
            ("Éducation prioritaire", school.get_network_display()),
            ("Élèves", f"{_number(known[0], 'élèves')}, {known[1]}" if known else UNKNOWN),
        ),
        "figures": actions.figures(),
        "actions": actions.table(),
        "reached": [],
        "context": _context(cite, lambda figures, period: dict(figures.schools(period)).get(school)),
    }


def _facts(*facts):
    return [{"label": label, "value": value} for label, value in facts if value]


def _number(value, noun):
    return f"{value:,} {noun}".replace(",", "\u00a0") if value is not None else ""


class _Actions:
    """The plan of a year in one place; two queries."""

    def __init__(self, user, cite, year, ground, place):
        relation, name = ground
        here = relation.through.objects.filter(action=OuterRef("pk"), **{name: place})
        actions = with_readable_stage(plan_of(user, cite, year).filter(Exists(here)), user, cite=cite)
        self.steps = told_steps(user, cite)
        self.rows = list(with_amounts(actions, user, self.steps).select_related("holder").order_by("code", "pk"))
        self.sums = {str(step): total(getattr(row, f"sum_{step}") for row in self.rows) for step in self.steps}

    def figures(self):
        holders = len({row.holder_id for row in self.rows})
        amounts = [
            {"label": step.label.capitalize(), "value": short_euros(self.sums[str(step)]), "note": _said_by(step)}
            for step in self.steps
        ]
        return [{"label": "Actions", "value": len(self.rows), "note": counted(holders, "porteur")}, *amounts]

    def table(self):
        return {
            "id": "actions",
            "title": "Actions",
            "empty": "Aucune action du plan de cet exercice n’y est menée.",
            "columns": [step.label.capitalize() for step in self.steps],
            "rows": [self._row(row) for row in self.rows],
            "totals": [
                {"label": step.label.capitalize(), "text": short_euros(self.sums[str(step)])} for step in self.steps
            ],
        }

    def _row(self, row):
        return {
            "url": reverse("actions:detail", args=[row.pk]),
            "code": row.code,
            "title": row.title,
            "holder": row.holder.name,
            "stage": {"code": row.readable_stage, "label": Stage(row.readable_stage).label},
            "amounts": [
                {"label": step.label.capitalize(), "text": short_euros(getattr(row, f"sum_{step}"))}
                for step in self.steps
            ],
        }


def _said_by(step):
    return "par les pilotes" if step == Step.PROGRAMMED else "par les financeurs"


def _reached(cite, year, is_here):
    """[{label, persons}] of the reports of the actions that are here; what nobody told is left out."""
    persons = defaultdict(int)
    for row in validated_reach(cite, year):
        if row.measure == Measure.PERSONS and row.value is not None and is_here(row):
            persons[row.category] += row.value
    return [{"label": label, "persons": persons_text(persons[key])} for key, label in PUBLICS if key in persons]


def _context(cite, point_of):
    """The last known figure of each indicator of context there, and the Cité's beside."""
    indicators = Indicator.objects.filter(cite=cite, is_active=True, level=Level.CONTEXT)
    known = read_figures(cite, indicators)
    rows = []
    for indicator in indicators:
        figures = known[indicator.pk]
        for period in reversed(figures.periods):
            point = point_of(figures, period)
            if point and (point.is_known or point.is_masked):
                whole = figures.total(period)
                rows.append(
                    {
                        "name": indicator.name,
                        "url": reverse("evaluation:indicator", args=[indicator.pk]),
                        "period": str(period),
                        "value": point.text(indicator.unit),
                        "told": point.told,
                        "whole": whole.text(indicator.unit)
                        if whole.is_masked
                        else figure_text(whole.value, indicator.unit),
                    }
                )
                break
    return rows
