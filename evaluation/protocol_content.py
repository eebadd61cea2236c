"""What the printed protocol holds: strings only, as its author reads them that day."""

from django.db.models import Prefetch

from cite_educative.common.dates import date_fr, period_fr
from cite_educative.common.money import short_euros
from evaluation.coverage import Coverage
from evaluation.enums import QuestionLevel
from evaluation.models import EvaluationProject, EvaluationQuestion, Indicator
from evaluation.numbers import figure_text
from partners.models import Mandate

VARYING = ("number", "made_on", "made_by")
NOTHING = "–"


def protocol_content(user, cite, programme, year, *, number, made_on):
    """`programme` may be None: nothing is then said of how the evaluation is run. `year` is that of the coverage."""
    project = EvaluationProject.objects.visible_to(user).filter(programme=programme).first() if programme else None
    return {
        "cite": cite.name,
        "cite_subtitle": cite.subtitle,
        "accent": cite.accent_colour,
        "pilots": [side.label for side in cite.sides.all()],
        "programme": programme.label if programme else "",
        "period": period_fr(programme.starts_on, programme.ends_on) if programme else "",
        "number": number,
        "made_on": date_fr(made_on),
        "made_by": _signatory(user, cite),
        "project": _project(project),
        "levels": _levels(user, cite),
        "apart": _indicators(Indicator.objects.visible_to(user).filter(cite=cite, is_active=True, questions=None)),
        "coverage": _coverage(Coverage(user, cite, year)),
    }


def unchanged(content, earlier):
    return all(content[key] == earlier.get(key) for key in content if key not in VARYING)


def _signatory(user, cite):
    own = Mandate.objects.active().filter(person=user.person_id, cite=cite)
    mandate = user.person_id and own.in_protocol_order().first()
    return {"name": user.get_full_name(), "title": (mandate.title or mandate.role_label) if mandate else ""}


def _project(project):
    if project is None:
        return None
    led = project.get_evaluator_kind_display()
    return {
        "purpose": project.purpose,
        "method": project.method,
        "agreed": date_fr(project.protocol_on) if project.protocol_on else "",
        "facts": _facts(
            ("Évaluation menée", f"{led}, {project.evaluator}" if project.evaluator else led),
            ("Marché ou convention", project.contract_reference),
            ("Coût", short_euros(project.cost) if project.cost is not None else "non connu"),
            ("Payé sur", project.cost_source),
            ("Instance qui suit l’évaluation", project.committee.label if project.committee else ""),
        ),
        "committee": project.committee.label if project.committee else "",
        "steps": [
            {
                "label": step.label,
                "planned": date_fr(step.planned_on),
                "done": date_fr(step.done_on) if step.done_on else "",
                "who": step.who,
            }
            for step in project.steps.all()
        ],
    }


def _facts(*pairs):
    return [{"label": label, "value": value} for label, value in pairs if value]


# --- Questions ------------------------------------------------------------------------------------


def _levels(user, cite):
    followed = Indicator.objects.visible_to(user).filter(is_active=True).order_by("order", "code", "pk")
    followed = followed.select_related("owner").prefetch_related("targets")
    questions = EvaluationQuestion.objects.visible_to(user).filter(cite=cite, is_active=True)
    questions = list(questions.prefetch_related("themes", Prefetch("indicators", followed, to_attr="followed")))
    levels = [(level, [one for one in questions if one.level == level]) for level in QuestionLevel]
    return [{"label": level.label, "questions": [_question(one) for one in found]} for level, found in levels if found]


def _question(question):
    return {
        "code": question.code,
        "text": question.text,
        "facts": _facts(
            ("Critères", question.criteria),
            ("Méthode", question.method),
            ("Qui répond", question.respondents),
            ("Quand", question.calendar),
            ("Thématiques", ", ".join(theme.label for theme in question.themes.all())),
        ),
        "indicators": _indicators(question.followed),
    }


def _indicators(rows):
    return [
        {
            "code": row.code,
            "name": row.name,
            "nature": row.get_nature_display(),
            "source": row.source,
            "frequency": row.get_frequency_display(),
            "baseline": figure_text(row.baseline, row.unit),
            "targets": [f"{one.year}\u00a0: {figure_text(one.value, row.unit)}" for one in row.targets.all()],
            "owner": str(row.owner) if row.owner else "",
        }
        for row in rows
    ]


# --- Coverage -------------------------------------------------------------------------------------


def _coverage(coverage):
    return {
        "year": str(coverage.year),
        "columns": [level.label for level in QuestionLevel],
        "rows": [_row(row) for row in coverage.rows if row.is_blind_spot or not row.is_bare],
        "total": _row(coverage.total),
        "unmeasured": len(coverage.unmeasured),
    }


def _row(row):
    return {
        "label": row.label,
        "is_blind_spot": row.is_blind_spot,
        "is_missing": row.is_missing,
        "measures_nothing": row.measures_nothing,
        "cells": [str(number) if number else NOTHING for number in row.cells],
        "indicators": str(row.indicators) if row.indicators else NOTHING,
        "actions": str(row.actions) if row.actions else NOTHING,
        "measured": str(row.measured) if row.actions else NOTHING,
    }
