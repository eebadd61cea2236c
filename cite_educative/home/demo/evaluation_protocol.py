"""How Dunkerque evaluates itself: project, calendar, what it improves, targets, two answers, one printed protocol."""

from datetime import date
from decimal import Decimal

from actions.models import Action, Programme, Theme
from evaluation.enums import Breakdown, EvaluatorKind, EvidenceLevel, Frequency, Level, Trend, Unit
from evaluation.models import EvaluationProject, EvaluationStep, ImprovementPoint, Indicator, Judgement
from evaluation.services import (
    make_protocol_edition,
    retire_indicator,
    save_improvement,
    save_indicator,
    save_judgement,
    save_project,
    save_question,
    save_step,
    validate_judgement,
)
from governance.models import Body, Decision

PURPOSE = """Dire aux pilotes, avant la demande de renouvellement du label, ce que la Cité a changé pour les enfants et les jeunes, et ce qu’il faut cesser, poursuivre ou étendre.

L’évaluation sert aussi aux porteurs et aux communes\u00a0: elle leur rend ce qu’ils ont donné à voir."""
METHOD = """Comptages tirés des bilans d’actions, entretiens avec les pilotes et les porteurs, deux groupes de parents, un questionnaire aux collégiens, données ouvertes par établissement.

Aucune donnée nominative sur les enfants n’est recueillie."""
STEPS = (
    ("Questions et indicateurs arrêtés avec les pilotes", date(2025, 2, 14), date(2025, 2, 14), "équipe projet"),
    ("Entretiens avec les pilotes et les porteurs", date(2026, 10, 16), None, "cabinet"),
    ("Rapport d’étape remis au comité de pilotage", date(2027, 1, 22), None, "cabinet et équipe projet"),
)
# Code of a question: (places among the themes of the Cité, when).
QUESTIONS = {
    "EQ5": (("Parentalité",), "chaque automne"),
    "EQ6": (
        ("Orientation et découverte des métiers", "Climat scolaire", "Persévérance scolaire"),
        "chaque printemps, avant le conseil d’administration des collèges",
    ),
}
# Code of an indicator of the model: its targets by civil year.
TARGETS = {"R2": {2025: 4200, 2026: 5000, 2027: 5500}, "R3": {2026: 60, 2027: 65}, "G1": {2026: 90, 2027: 95}}
LOCAL = (
    {
        "code": "L1",
        "name": "Élèves de 6ᵉ qui savent nager",
        "definition": "Élèves qui ont validé l’attestation du savoir-nager avant la fin du premier trimestre de 6ᵉ.",
        "level": Level.EFFECT,
        "unit": Unit.PERCENT,
        "numerator_label": "élèves qui ont l’attestation",
        "denominator_label": "élèves de 6ᵉ évalués",
        "source": "Équipes d’éducation physique des collèges",
        "frequency": Frequency.SCHOOL_YEAR,
        "breakdowns": [Breakdown.COMMUNE, Breakdown.SEX],
        "trend": Trend.UP,
        "baseline": Decimal("61.5"),
        "baseline_told": "rentrée 2024, sept collèges",
    },
    {
        "code": "L2",
        "name": "Familles venues au moins trois fois",
        "definition": "Familles distinctes, d’après les feuilles de présence des porteurs.",
        "level": Level.EFFECT,
        "unit": Unit.NUMBER,
        "source": "Porteurs des actions pour les parents",
        "frequency": Frequency.CIVIL_YEAR,
        "trend": Trend.UP,
    },
    {
        "code": "L3",
        "name": "Affiches posées",
        "definition": "Remplacé par les personnes touchées.",
        "level": Level.MEANS,
        "unit": Unit.NUMBER,
        "source": "Équipe projet",
    },
)
ALLIANCE = """Oui\u00a0: les pilotes décident ensemble et les communes le disent. La Troïka a tenu ses réunions, chaque pilier y était représenté, et la programmation de la première vague a été prise en accord.

Ce qui reste fragile\u00a0: les services qui instruisent ne disposent pas tous des mêmes éléments au même moment."""
WORDS = """Avant, chacun avait son tableau. Maintenant on part du même. (un référent de commune)
On nous demande notre avis avant, plus après. (une directrice d’association)"""
REACHED = """Les publics attendus sont venus dans les actions sportives et culturelles. Pour les jeunes sortis du système scolaire, les bilans reçus ne permettent pas encore de le dire."""


def run_evaluation(dunkerque):
    """After the model is taken up: it adds what is of this Cité."""
    cite, actor = dunkerque.cite, dunkerque.actor
    decision = Decision.objects.filter(body__cite=cite).adopted().order_by("adopted_on", "pk").first()
    questions = {row.code: row for row in cite.evaluation_questions.all()}
    themes = {theme.label: theme for theme in Theme.objects.filter(cite=cite)}
    for code, (labels, calendar) in QUESTIONS.items():
        questions[code].calendar = calendar
        save_question(questions[code], actor=actor, themes=[themes[label] for label in labels])
    _aim(cite, actor, questions, themes)
    _conduct(cite, actor, questions, decision)
    _answer(actor, questions, decision)
    make_protocol_edition(cite, actor=actor, year=2026)


def _aim(cite, actor, questions, themes):
    for code, targets in TARGETS.items():
        row = cite.indicators.get(code=code)
        row.owner = actor.person
        save_indicator(row, actor=actor, targets={year: Decimal(value) for year, value in targets.items()})
    swimming, families, posters = (
        save_indicator(Indicator(cite=cite, owner=actor.person, **fields), actor=actor) for fields in LOCAL
    )
    targets = {2025: Decimal(65), 2026: Decimal(70), 2027: Decimal(80)}
    swum = Action.objects.filter(cite=cite, budget_year=2026, title__startswith="Tous au savoir-nager")
    save_indicator(swimming, actor=actor, targets=targets, questions=[questions["EQ6"]], actions=swum)
    save_indicator(families, actor=actor, questions=[questions["EQ5"]], themes=[themes["Parentalité"]])
    retire_indicator(posters, actor=actor)


def _conduct(cite, actor, questions, decision):
    project = EvaluationProject(
        cite=cite,
        programme=Programme.objects.filter(cite=cite).earliest("starts_on"),
        purpose=PURPOSE,
        method=METHOD,
        evaluator_kind=EvaluatorKind.FIRM,
        contract_reference="marché à procédure adaptée 2025-17",
        cost=Decimal(24500),
        cost_source="ingénierie, part de la Communauté urbaine",
        committee=Body.objects.filter(cite=cite).earliest("pk"),
        protocol_on=date(2025, 2, 14),
    )
    save_project(project, actor=actor)
    for label, planned_on, done_on, who in STEPS:
        step = EvaluationStep(project=project, label=label, planned_on=planned_on, done_on=done_on, who=who)
        save_step(step, actor=actor)
    for point in (
        {
            "label": "Donner le même dossier à tous les services instructeurs",
            "decision": decision,
            "due_on": date(2026, 9, 1),
        }
        | {"done_on": date(2026, 8, 28), "question": questions["EQ1"]},
        {
            "label": "Compter à part les jeunes sans solution",
            "due_on": date(2026, 11, 2),
            "question": questions["EQ3"],
        },
        {"label": "Donner une mesure à chaque action culturelle", "due_on": date(2027, 3, 31)},
    ):
        save_improvement(ImprovementPoint(project=project, owner=actor.person, **point), actor=actor)


def _answer(actor, questions, decision):
    told = Judgement(
        question=questions["EQ1"],
        year=2025,
        text=ALLIANCE,
        evidence=EvidenceLevel.MEDIUM,
        verbatims=WORDS,
        contributors="les quatre pilotes, neuf porteurs, trois référents de commune",
    )
    save_judgement(told, actor=actor, decisions=[decision])
    validate_judgement(told, actor=actor, version=told.version)
    draft = Judgement(question=questions["EQ3"], year=2026, text=REACHED, evidence=EvidenceLevel.WEAK)
    save_judgement(draft, actor=actor)
