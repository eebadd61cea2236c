from actions.enums import ActionStatus
from evaluation.paper_enums import PaperKind
from evaluation.services import issue_one_page, issue_paper, save_paper_text, start_paper
from tests.access.evaluation import OWN_CITE, OWN_CITE_WRITTEN, READERS, TEAM
from tests.access.matrix import Row, Secret
from tests.actions import factories

MONEY = "lead co_lead pilot elected finance"
WORKING = "lead co_lead pilot elected"
YEAR = 2026
KEPT, TOLD = "271828", "161803"
DRAFT = "Phrase encore à relire"


def money(world):
    """Two grants: one that its funder made known, one that it keeps for now; a published action holds both."""

    def build(world):
        action = factories.make_action(
            world.cite, title="Lire au parc", status=ActionStatus.RETAINED, published_at="2026-05-01T10:00Z"
        )
        kept, told = (factories.make_source(world.cite, label) for label in ("Ligne gardée", "Ligne publiée"))
        factories.make_funding(action, kept, programmed=KEPT, granted=KEPT)
        factories.make_funding(action, told, programmed=TOLD, granted=TOLD)
        factories.release(told)
        return action

    return world.made("public money", build)


def two_years(world):
    money(world)
    factories.make_action(world.cite, budget_year=YEAR - 1, status=ActionStatus.RETAINED)


def report(world):
    def build(world):
        money(world)
        made = start_paper(world.cite, PaperKind.REPORT, YEAR, actor=world.lead)
        issue_paper(made, actor=world.lead)
        save_paper_text(paper=made, key="plan", body=DRAFT, version=0, actor=world.lead)
        return made

    return world.made("annual report", build)


def draft(world):
    """Never issued."""
    return world.made("draft report", lambda world: start_paper(world.cite, PaperKind.REPORT, 2025, actor=world.lead))


def balance(world):
    def build(world):
        made = start_paper(world.cite, PaperKind.BALANCE, 2024, actor=world.lead)
        world.cite.label_starts_on, world.cite.label_ends_on = "2024-09-01", "2027-08-31"
        world.cite.save()
        world.cite.refresh_from_db()
        made.cite = world.cite
        issue_paper(made, actor=world.lead)
        return made

    return world.made("label balance", build)


def page_of_elected(world):
    def build(world):
        money(world)
        return issue_one_page(world.cite, YEAR, actor=world.lead)[0]

    return world.made("one page", build)


def pk_of(made):
    return lambda world: [made(world).pk]


def version_of(made):
    return lambda world: [made(world).versions.first().pk]


ROWS = [
    Row("evaluation:one_page", only=READERS, others=403, outside=OWN_CITE),
    Row("evaluation:compare_years", only=READERS, others=403, outside=OWN_CITE),
    Row("evaluation:annual_report", only=READERS, others=403, outside=OWN_CITE),
    Row("evaluation:label_balance", only=WORKING, others=403, outside=OWN_CITE),
    Row(
        "evaluation:one_page_issue",
        post={"annee": str(YEAR)},
        only=TEAM,
        code=302,
        others=403,
        outside=OWN_CITE_WRITTEN,
    ),
    Row(
        "evaluation:paper_start",
        post={"nature": "report", "annee": str(YEAR)},
        only=TEAM,
        code=302,
        others=403,
        outside=OWN_CITE_WRITTEN,
    ),
    Row(
        "evaluation:paper_settings",
        pk_of(report),
        only=TEAM,
        others=403,
        codes={"holder": 404, "partner": 404},
    ),
    Row(
        "evaluation:paper_settings",
        pk_of(draft),
        post={"title": "Rapport 2025", "version": "1"},
        only=TEAM,
        code=302,
        others=404,
        codes={"pilot": 403, "elected": 403},
    ),
    Row(
        "evaluation:paper_text",
        lambda world: [report(world).pk, "plan"],
        only=TEAM,
        others=403,
        codes={"holder": 404, "partner": 404},
    ),
    Row(
        "evaluation:paper_text",
        lambda world: [draft(world).pk, "plan"],
        post={"body": "Un texte", "version": "0"},
        only=TEAM,
        code=302,
        others=404,
        codes={"pilot": 403, "elected": 403},
    ),
    Row(
        "evaluation:paper_issue",
        pk_of(draft),
        only=TEAM,
        others=404,
        codes={"pilot": 403, "elected": 403},
    ),
    Row(
        "evaluation:paper_issue",
        pk_of(draft),
        post={"label": ""},
        only=TEAM,
        code=302,
        others=404,
        codes={"pilot": 403, "elected": 403},
    ),
    Row("evaluation:paper_version", version_of(report), only=READERS, others=404),
    Row("evaluation:paper_version", version_of(balance), only=WORKING, others=404),
]

SECRETS = [
    Secret("evaluation:one_page", value=lambda world: "433\u00a0631", readers=MONEY, prepare=money),
    Secret(
        "evaluation:one_page", value=lambda world: "161\u00a0803", readers=READERS, prepare=money, query="?annee=2026"
    ),
    Secret(
        "evaluation:one_page", value=lambda world: "avec tous les montants", readers=MONEY, prepare=page_of_elected
    ),
    Secret(
        "evaluation:compare_years",
        value=lambda world: "433\u00a0631",
        readers=MONEY,
        prepare=two_years,
    ),
    Secret("evaluation:annual_report", value=lambda world: DRAFT, readers=WORKING, prepare=report),
    Secret("evaluation:annual_report", value=lambda world: "161\u00a0803", readers=READERS, prepare=report),
    Secret("evaluation:annual_report", value=lambda world: "271\u00a0828", readers="", prepare=report),
]
