"""The annual report: chapters written by the team, each around what the application computed. A public paper.

It tells granted amounts only, and only those that funders made known of published actions.
"""

from actions.models import Action
from actions.strategy_facts import known_facts
from cite_educative.common.dates import date_fr, period_fr
from cite_educative.common.money import short_euros
from evaluation.computed.words import NBSP, known_euros
from evaluation.enums import Unit
from evaluation.paper_enums import ReportSection
from evaluation.papers import money, plan
from evaluation.papers.blocks import block, computed_block, facts_block
from evaluation.papers.words import is_few, written
from evaluation.papers.years import YearFigures
from governance.communication import programme_of
from governance.content import cite_lines, signatory
from governance.enums import CommunicationState
from governance.models import CommunicationItem

PERIMETER = "perimetre"


def report_content(paper, *, number, label, made_on, made_by):
    cite = paper.cite
    return {
        **cite_lines(cite),
        "title": paper.title,
        "year": str(paper.year),
        "number": number,
        "label": label,
        "made_on": date_fr(made_on),
        "made_by": signatory(made_by, cite),
        "sections": report_sections(paper),
    }


def report_sections(paper):
    """What is issued and what the team reads while it writes: `key`, `title`, `body`, `blocks`."""
    bodies = dict(paper.texts.values_list("key", "body"))
    one = YearFigures(paper.cite, paper.year)
    return [
        {
            "key": key.value,
            "title": key.label,
            "body": bodies.get(key.value, ""),
            "blocks": BLOCKS[key](paper, one) if key in BLOCKS else [],
        }
        for key in ReportSection
    ]


# --- Territory and governance ---------------------------------------------------------------------


def presentation_blocks(paper, one):
    cite = paper.cite
    programme = programme_of(cite, plan.civil(paper.year).ends_on)
    facts = [("Label", _label_words(cite))]
    if programme:
        facts += [("Programme", f"{programme}, {period_fr(programme.starts_on, programme.ends_on)}")]
        facts += [(fact["label"], fact["value"]) for fact in known_facts(programme)[PERIMETER]["facts"]]
    facts.append(("Pilotes", ", ".join(side.label for side in cite.sides.order_by("order"))))
    return [facts_block("La Cité en quelques lignes", facts, told="Périmètre connu de l’application.")]


def _label_words(cite):
    return period_fr(cite.label_starts_on, cite.label_ends_on) if cite.label_starts_on and cite.label_ends_on else ""


def governance_blocks(paper, one):
    cite, year = paper.cite, paper.year
    decisions = plan.decisions_of(cite, year, with_money=False)
    rows = [(row.reference, date_fr(row.adopted_on), row.title) for row in decisions]
    return [
        computed_block("Réunions tenues", one.computed("review.b3"), amounts=(1,)),
        computed_block("Présence des pilotes", one.computed("review.b4"), amounts=(1, 2, 3)),
        block(
            "Décisions publiées",
            ("Numéro", "Date", "Objet"),
            rows,
            told=f"Décisions adoptées en {year}, publiées et non annulées{NBSP}: {len(rows)}.",
        ),
    ]


# --- The plan and its money -----------------------------------------------------------------------


def plan_blocks(paper, one):
    cite, year = paper.cite, paper.year
    spread = one.computed("review.c3")
    themes = [row[1:] for row in spread.rows if row[0] == "Thématique"]
    axes = [row[1:] for row in spread.rows if row[0] != "Thématique"]
    ages = [(band.label, str(number)) for band, number in plan.age_counts(cite, year)]
    return [
        block(
            "Actions phares",
            ("Action", "Porteur", "En quelques mots"),
            _flagships(paper),
            told="Choisies par l’équipe.",
        ),
        facts_block("Le plan en chiffres", _plan_facts(one)),
        block("Par objectif national", ("Objectif national", "Actions"), axes, amounts=(1,), told=spread.told),
        block("Par thématique", ("Thématique", "Actions"), themes, amounts=(1,)),
        block(
            "Par tranche d’âge",
            ("Tranche d’âge", "Actions"),
            ages,
            amounts=(1,),
            told="Une action de deux tranches compte dans chacune.",
        ),
    ]


def _plan_facts(one):
    communes = [f"{commune.name} ({number})" for commune, number in one.communes.items()]
    return [
        ("Actions", str(one.nb_actions)),
        ("Dont", one.value("review.c2")),
        ("Par commune", ", ".join(communes)),
        ("Quartiers prioritaires concernés", str(one.nb_quarters)),
        ("Écoles et établissements impliqués", written(one.value("schools_involved"))),
    ]


def _flagships(paper):
    """Published ones only: the report is read by everybody."""
    chosen = Action.objects.filter(pk__in=paper.flagships.order_by().values("pk"), published_at__isnull=False)
    rows = chosen.select_related("holder").order_by("code", "pk")
    return [(str(row), row.holder.name, row.summary or row.audience) for row in rows]


def money_blocks(paper, one):
    grants = money.grants_of(paper.cite, paper.year, with_money=False)
    told = f"{money.RELEASED_SOURCE} de {paper.year}{NBSP}: {known_euros(money.granted(grants))}."
    total = short_euros(money.granted(grants))
    sources = [(source.label, short_euros(amount)) for source, amount in money.by_source(grants)]
    axes = [(axis.label if axis else money.NO_AXIS, short_euros(amount)) for axis, amount in money.by_axis(grants)]
    actions = [(str(action), action.holder.name, short_euros(amount)) for action, amount in money.by_action(grants)]
    return [
        _amounts("Accordé par financeur", ("Financeur", "Accordé"), sources, total, told),
        _amounts("Accordé par axe", ("Axe", "Accordé"), axes, total),
        _amounts("Actions financées", ("Action", "Porteur", "Accordé"), actions, total),
    ]


def _amounts(title, columns, rows, total, told=""):
    closing = ("Total", *[""] * (len(columns) - 2), total) if rows else ()
    empty = "Aucun financeur n’a encore rendu publics les montants de l’année."
    return block(title, columns, rows, amounts=(len(columns) - 1,), total=closing, told=told, empty=empty)


# --- Persons, indicators, communication -----------------------------------------------------------


def evaluation_blocks(paper, one):
    reached = one.computed("people_reached")
    told = "" if is_few(reached.value, Unit.PERSONS) else reached.told
    facts = [(label, written(one.value(key), unit)) for key, label, unit in REACHED]
    rows = [(row.name, written(value, row.unit)) for row, value in one.measured.items()]
    return [
        facts_block("Publics touchés", facts, told=told),
        block(
            "Indicateurs mesurés",
            ("Indicateur", str(paper.year)),
            rows,
            amounts=(1,),
            told="Mesures validées, pour toute la Cité. Personnes et participations ne s’additionnent pas.",
            empty="Aucune mesure validée pour cette année.",
        ),
    ]


REACHED = (
    ("people_reached", "Personnes touchées", Unit.PERSONS),
    ("participations", "Participations", Unit.PARTICIPATIONS),
    ("female_share", "Part de filles et de femmes", Unit.PERCENT),
    ("qpv_share", "Part d’habitants des quartiers prioritaires", Unit.PERCENT),
    ("goals_reached", "Objectifs atteints", Unit.PERCENT),
)


def communication_blocks(paper, one):
    cite, year = paper.cite, paper.year
    done = CommunicationItem.objects.filter(cite=cite, state=CommunicationState.DONE, done_on__year=year)
    rows = [
        (date_fr(row.done_on), row.title, row.get_support_display(), written(row.reached, Unit.PERSONS))
        for row in done.order_by("done_on", "pk")
    ]
    return [
        block(
            "Ce qui a été diffusé",
            ("Date", "Intitulé", "Support", "Personnes touchées"),
            rows,
            amounts=(3,),
            told=f"Lignes du plan de communication diffusées en {year}{NBSP}: {one.communication.done}.",
        )
    ]


BLOCKS = {
    ReportSection.PRESENTATION: presentation_blocks,
    ReportSection.GOVERNANCE: governance_blocks,
    ReportSection.PLAN: plan_blocks,
    ReportSection.MONEY: money_blocks,
    ReportSection.EVALUATION: evaluation_blocks,
    ReportSection.COMMUNICATION: communication_blocks,
}
