"""What the application already knows for each section of the strategic file, beside what people write there.

Filed actions only, and nobody's name: the file is printed and leaves the team.
"""

from collections import Counter

from django.db.models import Count, Sum
from django.urls import reverse

from actions.enums import ActionStatus, LabelCriterion, NationalObjective
from actions.models import Action, Call, Envelope, Funding, Objective
from cite_educative.common.dates import period_fr
from cite_educative.common.money import DASH, euros, total
from partners.enums import PriorityNetwork, Role
from partners.models import Mandate, Seat

SHOWN_NAMES = 14
TEAM = (Role.LEAD, Role.CO_LEAD, Role.FINANCE, Role.REFERENT, Role.INSTITUTION)
ROLE_WORDS = {
    Role.LEAD: ("chef ou cheffe de projet", "chefs et cheffes de projet"),
    Role.CO_LEAD: ("co-pilote", "co-pilotes"),
    Role.FINANCE: ("responsable financier ou financière", "responsables financiers et financières"),
    Role.REFERENT: ("référent ou référente de commune", "référents et référentes de commune"),
    Role.INSTITUTION: ("référent ou référente d’institution", "référents et référentes d’institution"),
}


def known_facts(programme):
    """`{criterion: {"facts": [{label, value}], "table": {columns, rows, note} | None, "has_money": bool}}`."""
    cite = programme.cite
    actions = _actions(programme)
    return {
        LabelCriterion.PERIMETER: _section(_perimeter(cite)),
        LabelCriterion.DIAGNOSIS: _section(_diagnosis(cite)),
        LabelCriterion.OBJECTIVES: _section(_objectives(programme)),
        LabelCriterion.GOVERNANCE: _section(_governance(cite)),
        LabelCriterion.STEERING: _section(_steering(cite)),
        LabelCriterion.ACTION_PLAN: _section([], _plan_table(programme, actions)),
        LabelCriterion.MEANS: _section([], _means_table(programme), has_money=True),
        LabelCriterion.IDENTITY: _section(_identity(cite, programme)),
        LabelCriterion.QUALITY: _section(_quality(programme)),
    }


def fact_pages():
    """Where each section's facts are changed."""
    names = {
        LabelCriterion.PERIMETER: ("Le territoire", "partners:territory"),
        LabelCriterion.DIAGNOSIS: ("Le territoire", "partners:territory"),
        LabelCriterion.OBJECTIVES: ("La stratégie", "actions:plan"),
        LabelCriterion.GOVERNANCE: ("La Troïka et l’équipe", "partners:troika"),
        LabelCriterion.STEERING: ("La Troïka et l’équipe", "partners:troika"),
        LabelCriterion.ACTION_PLAN: ("La couverture du plan", "actions:coverage"),
        LabelCriterion.MEANS: ("Les finances", "actions:finances"),
        LabelCriterion.QUALITY: ("Les appels à projets", "actions:call_list"),
    }
    return {key: {"label": label, "url": reverse(name)} for key, (label, name) in names.items()}


def _section(facts, table=None, has_money=False):
    return {
        "facts": [{"label": label, "value": str(value)} for label, value in facts if value],
        "table": table if table and table["rows"] else None,
        "has_money": has_money,
    }


def _years(programme):
    return range(programme.starts_on.year, programme.ends_on.year + 1)


def _actions(programme):
    filed = Action.objects.filter(cite=programme.cite_id, budget_year__in=_years(programme))
    return filed.exclude(status__in=[ActionStatus.DRAFT, ActionStatus.REJECTED, ActionStatus.ABANDONED])


def _names(names):
    names = list(names)
    rest = len(names) - SHOWN_NAMES
    shown = ", ".join(names[:SHOWN_NAMES])
    return f"{shown} et {rest} autres" if rest > 1 else ", ".join(names)


def _count(number, one, many):
    return f"{number} {many if number > 1 else one}" if number else ""


# --- The nine ------------------------------------------------------------------------------------


def _perimeter(cite):
    neighbourhoods = [row.name for row in cite.neighbourhoods.all()]
    schools = list(cite.schools.values_list("kind", "network"))
    kinds = Counter(kind for kind, _ in schools)
    networks = Counter(network for _, network in schools)
    return [
        ("Communes", _names(row.name for row in cite.communes.all())),
        (_count(len(neighbourhoods), "quartier prioritaire", "quartiers prioritaires"), _names(neighbourhoods)),
        (
            _count(len(schools), "établissement", "établissements"),
            ", ".join(f"{kind} {number}" for kind, number in sorted(kinds.items())),
        ),
        (
            "Éducation prioritaire",
            ", ".join(
                f"{network.label} {networks[network]}"
                for network in (PriorityNetwork.REP_PLUS, PriorityNetwork.REP)
                if networks[network]
            ),
        ),
        ("Collèges chefs de file", _names(row.name for row in cite.lead_schools.all())),
    ]


def _diagnosis(cite):
    known = [row.population for row in cite.communes.all() if row.population]
    people = f"{sum(known):,}".replace(",", "\u00a0") if known else ""
    schools = list(cite.schools.values_list("network", flat=True))
    priority = sum(network in (PriorityNetwork.REP, PriorityNetwork.REP_PLUS) for network in schools)
    share = f"{priority} sur {len(schools)}" if priority else ""
    return [("Population municipale des communes", people), ("Établissements en éducation prioritaire", share)]


def _objectives(programme):
    facts = []
    axes = list(programme.axes.all())
    for code, label in NationalObjective.choices:
        local = [axis.label for axis in axes if axis.national_objective == code]
        facts.append((label, "\u00a0; ".join(local) or "aucun axe"))
    themes = Objective.contract_themes.through.objects.filter(objective__axis__programme=programme)
    linked = themes.values("objective").distinct().count()
    number = Objective.objects.filter(axis__programme=programme).count()
    facts.append(("Objectifs liés au contrat de ville", f"{linked} sur {number}" if number else ""))
    return facts


def _governance(cite):
    seats = {}
    for seat in Seat.objects.filter(side__cite=cite).open().select_related("organisation"):
        seats.setdefault(seat.side_id, []).append(seat.label)
    return [(side.label, "\u00a0; ".join(seats.get(side.pk, [])) or "aucun siège") for side in cite.sides.all()]


def _steering(cite):
    active = Mandate.objects.filter(cite=cite, role__in=TEAM).active().order_by()
    counts = dict(active.values_list("role").annotate(count=Count("person", distinct=True)))
    held = [_count(counts.get(role, 0), *ROLE_WORDS[role]) for role in TEAM]
    return [
        ("Structure pilote", cite.lead_organisation or ""),
        ("Équipe et réseau", ", ".join(words for words in held if words)),
    ]


def _plan_table(programme, actions):
    counts = {
        (row["axis"], row["budget_year"]): row["count"]
        for row in actions.order_by().values("axis", "budget_year").annotate(count=Count("pk"))
    }
    years = sorted({year for _, year in counts})
    objectives = dict(
        Objective.objects.filter(axis__programme=programme).order_by().values_list("axis").annotate(count=Count("pk"))
    )
    axes = list(programme.axes.all())
    rows = [
        [axis.label, str(objectives.get(axis.pk, 0)), *(str(counts.get((axis.pk, year), 0)) for year in years)]
        for axis in axes
    ]
    own = {axis.pk for axis in axes}
    loose = [sum(count for (axis, of), count in counts.items() if of == year and axis not in own) for year in years]
    if any(loose):
        rows.append(["Hors de ces axes", DASH, *map(str, loose)])
    return {
        "title": "Axes, objectifs et actions déposées",
        "columns": ["Axe", "Objectifs", *(f"Actions {year}" for year in years)],
        "rows": rows,
        "note": "Actions déposées, hors demandes rejetées ou abandonnées.",
    }


def _means_table(programme):
    years = _years(programme)
    envelopes = {}
    for row in Envelope.objects.filter(source__cite=programme.cite_id, budget_year__in=years):
        envelopes.setdefault(row.budget_year, []).append(row.announced)
    money = Funding.objects.in_cash().filter(source__cite=programme.cite_id, budget_year__in=years).order_by()
    sums = {
        row["budget_year"]: row
        for row in money.values("budget_year").annotate(programmed_sum=Sum("programmed"), granted_sum=Sum("granted"))
    }
    known = sorted({*envelopes, *sums})
    return {
        "title": "Enveloppes et montants, tous financeurs",
        "columns": ["Exercice", "Enveloppes", "Programmé", "Accordé"],
        "rows": [
            [
                str(year),
                euros(total(envelopes.get(year, [])), cents=False),
                euros(sums.get(year, {}).get("programmed_sum"), cents=False),
                euros(sums.get(year, {}).get("granted_sum"), cents=False),
            ]
            for year in known
        ],
        "note": "Enveloppes notifiées, prévisionnelles sinon. Un montant programmé par les pilotes ne vaut pas accord.",
    }


def _identity(cite, programme):
    return [
        ("Nom", f"{cite.name}, {cite.subtitle}" if cite.subtitle else cite.name),
        ("Label", period_fr(cite.label_starts_on, cite.label_ends_on)),
        ("Programme", period_fr(programme.starts_on, programme.ends_on)),
        ("Pilotes", ", ".join(side.label for side in cite.sides.all())),
    ]


def _quality(programme):
    calls = Call.objects.filter(cite=programme.cite_id, budget_year__in=_years(programme))
    number = calls.count()
    graded = calls.filter(criteria__isnull=False).distinct().count()
    return [
        ("Appels à projets du programme", str(number) if number else ""),
        ("Appels dont les avis suivent une grille partagée", f"{graded} sur {number}" if number else ""),
    ]
