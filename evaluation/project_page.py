"""How the evaluation is run, as its page writes it."""

from cite_educative.common.dates import date_fr
from cite_educative.common.money import short_euros
from governance.models import Decision
from partners.permissions import hides_names

LATE = {"code": "retard", "label": "en retard"}
DONE = {"code": "fait", "label": "faite"}
TO_COME = {"code": "afaire", "label": "à venir"}


def project_facts(row):
    facts = (
        ("Évaluation menée", row.get_evaluator_kind_display()),
        ("Évaluateur", str(row.evaluator) if row.evaluator else ""),
        ("Marché ou convention", row.contract_reference),
        ("Coût", "non connu" if row.cost is None else short_euros(row.cost)),
        ("Payé sur", row.cost_source),
        ("Instance qui la suit", row.committee.label if row.committee else ""),
        ("Protocole", f"arrêté le {date_fr(row.protocol_on)}" if row.protocol_on else "pas encore arrêté"),
    )
    return [{"label": label, "value": value} for label, value in facts if value]


def step_lines(project, today):
    return [
        {
            "step": step,
            "status": _status(step, today),
            "when": f"faite le {date_fr(step.done_on)}" if step.done_on else f"prévue le {date_fr(step.planned_on)}",
        }
        for step in project.steps.all()
    ]


def improvement_lines(user, project, today):
    """The decision is told to who may read it, the owner to who reads names."""
    points = list(project.improvements.select_related("question", "owner"))
    decisions = Decision.objects.visible_to(user).filter(pk__in=[point.decision_id for point in points])
    known = {decision.pk: decision for decision in decisions.select_related("body")}
    hidden = hides_names(user.access, project.cite_id)
    return [
        {
            "point": point,
            "status": _status(point, today),
            "owner": "" if hidden or point.owner is None else str(point.owner),
            "when": _due(point),
            "decision": known.get(point.decision_id),
        }
        for point in points
    ]


def _due(point):
    if point.done_on:
        return f"faite le {date_fr(point.done_on)}"
    return f"pour le {date_fr(point.due_on)}" if point.due_on else "sans échéance"


def _status(row, today):
    if row.done_on:
        return DONE
    return LATE if row.is_late(today) else TO_COME
