"""Reports of last year, in each state they may be in, and an interim one of this year. Invented figures."""

from actions.models import Action
from evaluation.enums import Category, Certainty, EvidenceKind, GoalReached, Measure, Public, ReportKind
from evaluation.models import Indicator, ReportEvidence, ReportGoal, ReportReach
from evaluation.services import (
    add_evidence,
    begin_report,
    file_report,
    save_report,
    send_report_back,
    validate_report,
)

SESSIONS = "R6"
DIRECTOR = "la personne qui dirige l’association"
ALL, FEMALE, MALE, QPV = Category.ALL, Category.FEMALE, Category.MALE, Category.QPV
# code: (participations, {category: persons}, sessions held, what was done, difficulty, lesson)
FINAL = {
    "CE25-003": (
        448,
        {ALL: 64, FEMALE: 33, MALE: 31, QPV: 41, Category.AGE_6_11: 64},
        14,
        "Deux classes ont navigué sept demi-journées chacune, après une visite du port.",
        "Trois sorties reportées à cause du vent.",
        "Prévoir deux dates de repli au printemps.",
    ),
    "CE25-004": (
        620,
        {ALL: 31, FEMALE: 9, MALE: 22, QPV: 27, Category.AGE_15_18: 20, Category.AGE_18_25: 11},
        40,
        "Quatre chantiers de dix jours\u00a0: une aire de jeux, deux halls d’immeuble, un jardin.",
        "Peu de filles se sont inscrites.",
        "Passer par les éducatrices de rue pour joindre les filles.",
    ),
    "CE25-006": (
        760,
        {ALL: 40, FEMALE: 24, MALE: 16, QPV: 22, Category.AGE_11_15: 20, Category.AGE_15_18: 20},
        38,
        "Vingt binômes se sont vus chaque semaine d’octobre à juin.",
        "",
        "Les binômes d’un même quartier durent plus longtemps.",
    ),
    "CE25-002": (
        None,
        {ALL: 118, FEMALE: 57, MALE: 61, QPV: 39, Category.AGE_6_11: 118},
        None,
        "Six classes de CM1 et de CM2 ont suivi un cycle de dix séances.",
        "Le bassin a fermé trois semaines en mars.",
        "",
    ),
}
VALIDATED = ("CE25-003", "CE25-004", "CE25-006")
RETURNED, INTERIM = "CE25-001", "Ambassadeurs de la lecture"


def report_actions(dunkerque):
    indicator = Indicator.objects.get(cite=dunkerque.cite, code=SESSIONS)
    actions = {row.code: row for row in Action.objects.filter(cite=dunkerque.cite, budget_year=2025)}
    current = Action.objects.get(cite=dunkerque.cite, budget_year=2026, title__startswith=INTERIM)
    indicator.actions.set([*(actions[code] for code in FINAL), current])
    for code in FINAL:
        report = _write(actions[code], indicator, *FINAL[code], actor=dunkerque.actor)
        if code in VALIDATED:
            validate_report(report, version=report.version, actor=dunkerque.actor)
    _return(actions[RETURNED], dunkerque.actor)
    _interim(current, dunkerque.actor)


def _write(action, indicator, comings, people, sessions, done, difficulty, lesson, *, actor):
    report = begin_report(action=action, budget_year=2025, kind=ReportKind.FINAL, actor=actor)
    report.implementation, report.difficulties, report.lessons = done, difficulty, lesson
    report.said_by = DIRECTOR
    reach = [_row(Measure.PERSONS, category, number) for category, number in people.items()]
    reach.append(_row(Measure.PARTICIPATIONS, ALL, comings))
    held = GoalReached.UNKNOWN if sessions is None else GoalReached.REACHED
    goals = [
        ReportGoal(label="Mener l’action à son terme", reached=GoalReached.REACHED),
        ReportGoal(label=indicator.name, indicator=indicator, value=sessions, reached=held),
    ]
    saved = save_report(report, version=report.version, reach=reach, goals=goals, actor=actor)
    if action.code == "CE25-004":
        _show(saved, actor)
    return file_report(saved, version=saved.version, actor=actor)


def _row(measure, category, number):
    how = Certainty.UNKNOWN if number is None else Certainty.COUNTED
    return ReportReach(measure=measure, category=category, reached=number, certainty=how)


def _show(report, actor):
    words = ReportEvidence(
        report=report,
        kind=EvidenceKind.VERBATIM,
        quote="C’est la première fois qu’on me confie quelque chose jusqu’au bout.",
        title="un jeune de 17 ans",
        shows_nobody=True,
    )
    add_evidence(words, upload=None, actor=actor)


def _return(action, actor):
    """Begun from its financial statement, whose texts it takes over, then sent back."""
    report = begin_report(action=action, budget_year=2025, kind=ReportKind.FINAL, actor=actor)
    report.said_by = DIRECTOR
    reach = [_row(Measure.PERSONS, ALL, 342), _row(Measure.PERSONS, Public.CHILDREN, 260)]
    goals = [ReportGoal(label="Trois cents participations", reached=GoalReached.REACHED)]
    saved = save_report(report, version=report.version, reach=reach, goals=goals, actor=actor)
    filed = file_report(saved, version=saved.version, actor=actor)
    send_report_back(filed, remarks="Comptez à part les filles et les garçons, et les parents.", actor=actor)


def _interim(action, actor):
    """Of this year, begun from the last point d’étape and not filed yet."""
    report = begin_report(action=action, budget_year=2026, kind=ReportKind.INTERIM, actor=actor)
    report.implementation = "Six écoles lisent chaque semaine depuis la rentrée."
    goals = list(report.goals.select_related("indicator"))
    save_report(report, version=report.version, reach=list(report.reach.all()), goals=goals, actor=actor)
