"""What Dunkerque gives to be read of its years: the report of 2025 issued, that of 2026 begun, a page, a balance."""

from actions.enums import LabelCriterion
from actions.models import Action
from evaluation.paper_enums import PaperKind, ReportSection
from evaluation.services import issue_one_page, issue_paper, save_paper, save_paper_text, start_paper

FLAGSHIPS = 3
LAST_YEAR = {
    ReportSection.PRESENTATION: """Première année pleine du label, 2025 a installé la Cité éducative dans les quatre communes du littoral. Les équipes des écoles, des collèges et des centres sociaux s’y connaissent désormais par leur nom.""",
    ReportSection.GOVERNANCE: """Les pilotes se sont réunis tout au long de l’année. Le registre des réunions et des décisions n’est tenu ici que depuis janvier 2026\u00a0: celles de 2025 se lisent dans leurs relevés.""",
    ReportSection.PLAN: """Le plan de 2025 a d’abord reconduit ce qui marchait\u00a0: l’accompagnement à la scolarité et les vacances apprenantes. Il s’est ouvert à deux champs nouveaux, la santé des plus petits et la découverte des métiers du port.""",
    ReportSection.MONEY: """L’État et les collectivités ont financé ensemble la plupart des actions. Les premiers versements sont partis à l’été.""",
    ReportSection.EVALUATION: """Compter les enfants touchés reste difficile\u00a0: les porteurs comptent des présences plus que des personnes. L’équipe en a fait son chantier de 2026.""",
    ReportSection.COMMUNICATION: """Les familles connaissent mieux les actions que la Cité elle-même. Une adresse unique et une affiche de rentrée y répondront.""",
    ReportSection.PERSPECTIVES: """Trois priorités pour 2026\u00a0:
- mesurer les publics dès l’inscription\u00a0;
- associer les parents au choix des actions\u00a0;
- préparer le bilan du label.""",
}
THIS_YEAR = {
    ReportSection.PRESENTATION: """Deuxième année pleine du label. Ce texte est en cours d’écriture.""",
}
BALANCE = {
    LabelCriterion.PERIMETER: """Le périmètre n’a pas bougé. Les actions intercommunales ont suivi les élèves d’une commune à l’autre.""",
    LabelCriterion.GOVERNANCE: """Les pilotes décident ensemble, et leurs décisions sont tenues dans un registre que chacun peut lire.""",
}


def tell_the_years(dunkerque):
    cite, actor = dunkerque.cite, dunkerque.actor
    report = start_paper(cite, PaperKind.REPORT, 2025, actor=actor)
    _write(report, LAST_YEAR, actor)
    _choose(report, actor)
    issue_paper(report, actor=actor)
    draft = start_paper(cite, PaperKind.REPORT, 2026, actor=actor)
    _write(draft, THIS_YEAR, actor)
    _write(start_paper(cite, PaperKind.BALANCE, cite.label_starts_on.year, actor=actor), BALANCE, actor)
    issue_one_page(cite, 2026, actor=actor)


def _write(paper, texts, actor):
    for key, body in texts.items():
        save_paper_text(paper=paper, key=key.value, body=body, version=0, actor=actor)


def _choose(report, actor):
    published = Action.objects.filter(cite=report.cite, budget_year=report.year, published_at__isnull=False)
    save_paper(report, flagships=published.order_by("code", "pk")[:FLAGSHIPS], actor=actor)
