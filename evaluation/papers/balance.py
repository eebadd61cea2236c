"""The balance of a label, under its nine criteria: each civil year's figures, what the strategic file said, a text."""

from operator import attrgetter

from actions.enums import LabelCriterion, NationalObjective
from cite_educative.common.dates import date_fr, period_fr
from evaluation.enums import Unit
from evaluation.papers.blocks import block
from evaluation.papers.words import written
from evaluation.papers.years import YearFigures
from governance.communication import programme_of
from governance.content import cite_lines, signatory


def label_years(cite, today):
    """The civil years that the label touches, up to this one; none while its dates are unknown."""
    first, last = cite.label_starts_on, cite.label_ends_on
    return list(range(first.year, min(last.year, today.year) + 1)) if first and last else []


def balance_content(paper, *, number, label, made_on, made_by):
    cite = paper.cite
    return {
        **cite_lines(cite),
        "title": paper.title,
        "period": period_fr(cite.label_starts_on, cite.label_ends_on),
        "number": number,
        "label": label,
        "made_on": date_fr(made_on),
        "made_by": signatory(made_by, cite),
        "sections": balance_sections(cite, made_on, paper),
    }


def balance_sections(cite, today, paper=None):
    """`key`, `title`, `body`, `strategy` (what the strategic file says) and `blocks`, one per criterion."""
    bodies = dict(paper.texts.values_list("key", "body")) if paper else {}
    programme = programme_of(cite, today)
    said = dict(programme.sections.values_list("key", "body")) if programme else {}
    years = [YearFigures(cite, year) for year in label_years(cite, today)]
    return [
        {
            "key": key.value,
            "title": key.label,
            "body": bodies.get(key.value, ""),
            "strategy": said.get(key.value, ""),
            "blocks": [_figures(years, FIGURES[key])],
        }
        for key in LabelCriterion
    ]


def _figures(years, figures):
    rows = [(label, *(written(read(one), unit) for one in years)) for label, unit, read in figures]
    columns = ("Chiffre", *(str(one.year) for one in years))
    return block("Année par année", columns, rows if years else [], amounts=range(1, len(columns)))


def computed(key):
    return lambda one: one.value(key)


def amount(name):
    return lambda one: one.sums[name]


def of_objective(code):
    return lambda one: one.by_objective[code]


# criterion: (label, unit, how it is read of a `YearFigures`)
FIGURES = {
    LabelCriterion.PERIMETER: (
        ("Communes concernées par une action", Unit.NUMBER, attrgetter("nb_communes")),
        ("Quartiers prioritaires concernés", Unit.NUMBER, attrgetter("nb_quarters")),
        ("Écoles et établissements impliqués", Unit.NUMBER, computed("schools_involved")),
    ),
    LabelCriterion.DIAGNOSIS: (("Indicateurs de contexte mesurés", Unit.NUMBER, attrgetter("nb_context")),),
    LabelCriterion.OBJECTIVES: tuple(
        (f"Actions, {objective.label}", Unit.NUMBER, of_objective(objective)) for objective in NationalObjective
    ),
    LabelCriterion.GOVERNANCE: (
        ("Réunions tenues", Unit.NUMBER, lambda one: one.computed("meetings_held").numerator),
        ("Présence des pilotes", Unit.PERCENT, computed("pilots_present")),
        ("Décisions adoptées", Unit.NUMBER, attrgetter("nb_decisions")),
    ),
    LabelCriterion.STEERING: (
        ("Personnes à la tête du projet dans l’année", Unit.NUMBER, lambda one: len(one.computed("review.b5").rows)),
        ("Décisions exécutées à leur échéance", Unit.PERCENT, computed("decisions_on_time")),
    ),
    LabelCriterion.ACTION_PLAN: (
        ("Actions du plan", Unit.NUMBER, attrgetter("nb_actions")),
        ("Actions réalisées parmi les programmées", Unit.PERCENT, computed("actions_done")),
        ("Nouveaux porteurs", Unit.NUMBER, computed("new_holders")),
    ),
    LabelCriterion.MEANS: (
        ("Enveloppe notifiée", Unit.EUROS, amount("notified")),
        ("Programmé", Unit.EUROS, amount("programmed")),
        ("Accordé", Unit.EUROS, amount("granted")),
        ("Versé", Unit.EUROS, amount("paid")),
        ("Taux d’engagement", Unit.PERCENT, computed("commitment_rate")),
        ("Part des collectivités", Unit.PERCENT, computed("local_share")),
    ),
    LabelCriterion.IDENTITY: (
        ("Diffusions du plan de communication", Unit.NUMBER, attrgetter("communication.done")),
        ("Personnes touchées par ces diffusions", Unit.PERSONS, attrgetter("communication.reached")),
    ),
    LabelCriterion.QUALITY: (
        ("Personnes touchées par les actions", Unit.PERSONS, computed("people_reached")),
        ("Part d’habitants des quartiers prioritaires", Unit.PERCENT, computed("qpv_share")),
        ("Objectifs atteints", Unit.PERCENT, computed("goals_reached")),
        ("Comptes rendus financiers reçus à l’heure", Unit.PERCENT, computed("statements_on_time")),
    ),
}
