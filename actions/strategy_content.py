"""What a version of the strategic file holds and prints: strings and ids, frozen in its row."""

from actions.enums import LabelCriterion, NationalObjective
from actions.models import Objective
from actions.strategy_facts import known_facts
from cite_educative.common.dates import date_fr, period_fr
from partners.models import Mandate

VARYING = ("number", "label", "made_on", "made_by")


def programme_content(programme, *, number, label, made_on, made_by):
    """`number` is None for the state of today, never printed as a version."""
    cite = programme.cite
    return {
        "cite": cite.name,
        "cite_subtitle": cite.subtitle,
        "accent": cite.accent_colour,
        "pilots": [side.label for side in cite.sides.all()],
        "programme": programme.label,
        "period": period_fr(programme.starts_on, programme.ends_on),
        "number": number,
        "label": label,
        "made_on": date_fr(made_on),
        "made_by": _signatory(made_by, cite),
        "axes": axes_content(programme),
        "sections": sections_content(programme),
    }


def unchanged(content, earlier):
    return all(content[key] == earlier.get(key) for key in content if key not in VARYING)


def _signatory(user, cite):
    own = Mandate.objects.active().filter(person=user.person_id, cite=cite)
    mandate = user.person_id and own.in_protocol_order().first()
    return {"name": user.get_full_name(), "title": (mandate.title or mandate.role_label) if mandate else ""}


def axes_content(programme):
    """The tree, in its order, in three queries."""
    objectives = {}
    for row in Objective.objects.filter(axis__programme=programme).prefetch_related("contract_themes"):
        objectives.setdefault(row.axis_id, []).append(
            {
                "pk": row.pk,
                "label": row.label,
                "summary": row.summary,
                "themes": [theme.label for theme in row.contract_themes.all()],
            }
        )
    return [
        {
            "pk": axis.pk,
            "label": axis.label,
            "national": NationalObjective(axis.national_objective).label,
            "summary": axis.summary,
            "objectives": objectives.get(axis.pk, []),
        }
        for axis in programme.axes.all()
    ]


def sections_content(programme):
    bodies = dict(programme.sections.values_list("key", "body"))
    facts = known_facts(programme)
    return [
        {"key": key.value, "title": key.label, "body": bodies.get(key.value, ""), **facts[key]}
        for key in LabelCriterion
    ]


def without_money(content):
    """As those read it who know no envelope."""
    sections = [
        section | {"facts": [], "table": None} if section["has_money"] else section for section in content["sections"]
    ]
    return content | {"sections": sections}
