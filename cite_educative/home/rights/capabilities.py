"""Every rule of the code, with its name in French and the rows on which it is asked.

A test fails when a function `can_…` of our apps is not here.
"""

from collections.abc import Callable
from dataclasses import dataclass

from actions import comments as of_comments
from actions import difference_rights as of_differences
from actions import life as of_life
from actions import permissions as of_actions
from actions.enums import ActionStatus, Scope
from cite_educative.documents import permissions as of_documents
from cite_educative.home.rights import samples
from evaluation import permissions as of_evaluation
from governance import permissions as of_governance
from partners import permissions as of_partners
from partners import sections


@dataclass(frozen=True)
class Capability:
    """`rule(user, *rows)`, each row made by one of `builders` (own: bool → row)."""

    label: str
    rule: Callable
    builders: tuple

    def allows(self, user, *, own):
        return self.rule(user, *(build(own) for build in self.builders))


def can(label, rule, *builders):
    return Capability(label, rule, builders)


@dataclass(frozen=True)
class Reading:
    """How much of an action is read."""

    label: str
    build: Callable
    own: bool

    def level(self, user):
        return self.build(self.own).reading_level(user.access)


ELSEWHERE_PUBLISHED = samples.action(ActionStatus.RETAINED, published_at=samples.TODAY)
BETWEEN_COMMUNES = samples.action(ActionStatus.SUBMITTED, scope=Scope.INTERCOMMUNAL)

READINGS = (
    Reading("Une action déposée de sa commune, de son institution ou de son organisme", samples.filed, own=True),
    Reading("Une autre action, intercommunale", BETWEEN_COMMUNES, own=False),
    Reading("Une autre action, publiée", ELSEWHERE_PUBLISHED, own=False),
    Reading("Une autre action, déposée et pas publiée", samples.filed, own=False),
)

CAPABILITIES = (
    (
        "Cité et paramètres",
        (
            can("Régler la Cité, importer, voir comme une autre personne", of_partners.can_lead, samples.cite),
            can("Ouvrir les paramètres et le journal", of_partners.can_steer, samples.cite),
            can("Inviter une personne, fermer son compte", of_partners.can_manage_account, samples.person),
            can(
                "Corriger une commune, un quartier, un établissement", of_partners.can_edit_reference, samples.commune
            ),
        ),
    ),
    (
        "Partenaires",
        (
            can("Lire les courriels et téléphones professionnels", of_partners.can_read_contacts, samples.cite),
            can("Ouvrir le réseau des référents", sections.can_open_network, samples.cite),
            can("Modifier les coordonnées d’un organisme", of_partners.can_edit_contact_entry, samples.organisation),
            can("Modifier l’identité d’un organisme", of_partners.can_edit_organisation, samples.organisation),
            can("Modifier l’identité d’une personne", of_partners.can_edit_person, samples.person),
            can(
                "Lire tout ce qui est gardé sur une personne",
                of_partners.can_read_person_data,
                samples.person,
                samples.cite,
            ),
            can("Modifier ses propres coordonnées", of_partners.can_edit_own_contact, samples.person),
        ),
    ),
    (
        "Plan d’actions",
        (
            can("Écrire le programme, les axes et les appels", of_actions.can_write_plan, samples.cite),
            can("Partager une vue de la liste des actions", of_actions.can_share_view, samples.cite),
            can("Lire le dossier stratégique en préparation", of_actions.can_read_working_strategy, samples.cite),
            can("Importer un tableau", of_actions.can_import, samples.cite),
            can("Créer une action", of_actions.can_create_action, samples.cite),
            can("Créer une action pour un autre organisme", of_actions.can_choose_holder, samples.cite),
            can("Modifier une action en préparation", of_actions.can_edit_action, samples.draft),
            can("Modifier une action déposée", of_actions.can_edit_action, samples.filed),
            can("Déposer une action", of_actions.can_submit_action, samples.draft),
            can("Publier une action", of_actions.can_publish_action, samples.retained),
        ),
    ),
    (
        "Pièces et avis",
        (
            can("Lire les pièces d’une action", of_actions.can_read_pieces, samples.filed),
            can("Déposer une pièce", of_actions.can_add_piece, samples.filed),
            can("Demander une pièce", of_actions.can_ask_pieces, samples.filed),
            can("Refuser une pièce", of_actions.can_refuse_piece, samples.filed),
            can("Demander au porteur de compléter sa fiche", of_actions.can_ask_sheet, samples.draft),
            can("Lire tous les avis sur une action", of_actions.can_read_opinions, samples.filed),
            can("Comparer les avis sur les demandes d’un appel", of_actions.can_read_appraisal, samples.cite),
            can("Demander un avis", of_actions.can_ask_opinion, samples.filed),
            can("Saisir un avis reçu, ou donner celui de son pilote", of_actions.can_enter_opinion, samples.filed),
            can("Rendre l’avis attendu d’un pilote", of_actions.can_answer_opinion, samples.opinion),
            can("Rendre un avis demandé à une personne", of_actions.can_answer_opinion, samples.named_opinion),
        ),
    ),
    (
        "Argent",
        (
            can("Lire les enveloppes et les montants de tous", of_actions.can_read_envelopes, samples.cite),
            can("Lire un compte rendu financier", of_actions.can_read_statement, samples.filed),
            can("Écrire un compte rendu financier", of_actions.can_write_statement, samples.filed),
            can("Tenir les lignes, les enveloppes et les actes", of_actions.can_manage_money, samples.cite),
            can("Écrire ce qui est demandé", of_actions.can_enter_request, samples.draft),
            can("Ouvrir la saisie des montants d’une action", of_actions.can_enter_something, samples.filed),
            can("Lire le tableau d’arbitrage et y essayer des montants", of_actions.can_read_board, samples.cite),
            can("Écrire dans un scénario partagé", of_actions.can_write_scenario, samples.scenario),
            can("Retenir un scénario", of_actions.can_adopt_scenario, samples.scenario),
            can("Saisir les montants d’un financeur", of_actions.can_enter_amounts, samples.source),
        ),
    ),
    (
        "Vie de l’action",
        (
            can("Faire évoluer une action à la main", of_life.can_move, samples.retained, samples.suspension),
            can("Annuler un changement, en corriger la date", of_life.can_correct_life, samples.filed),
            can("Reconduire une action pour une autre année", of_actions.can_renew, samples.filed),
            can("Modifier un commentaire, peu après l’avoir écrit", of_comments.can_change_comment, samples.comment),
            can("Retirer un commentaire", of_comments.can_withdraw_comment, samples.comment),
            can("Dire un commentaire corrigé", of_comments.can_resolve_comment, samples.comment),
            can("Lire les exports des outils de l’État", of_differences.can_read_exports, samples.cite),
            can("Garder la fiche malgré un écart", of_differences.can_settle, samples.difference),
            can("Reprendre un écart dans la fiche", of_differences.can_accept, samples.difference),
        ),
    ),
    (
        "Articulation",
        (
            can("Lire l’articulation du plan, selon ses droits", of_actions.can_read_articulation, samples.cite),
            can("Tenir les autres programmes et la note", of_actions.can_write_articulation, samples.cite),
            can("Noter du droit commun, au moins de son institution", of_actions.can_add_mainstream, samples.cite),
            can("Modifier un apport de droit commun", of_actions.can_edit_mainstream, samples.contribution),
            can("Dire pourquoi le droit commun manque", of_actions.can_explain_absence, samples.filed),
        ),
    ),
    (
        "Échanges et bibliothèque",
        (
            can("Noter un échange, déposer un document", of_actions.can_write_exchange, samples.cite),
            can("Modifier un échange", of_actions.can_edit_exchange, samples.exchange),
            can("Clore la suite promise d’un échange", of_actions.can_close_next_step, samples.exchange),
            can("Modifier un document de la bibliothèque", of_actions.can_edit_library_item, samples.library_item),
        ),
    ),
    (
        "Évaluation",
        (
            can(
                "Lire les questions, les indicateurs, les chiffres validés",
                of_evaluation.can_read_evaluation,
                samples.cite,
            ),
            can("Lire comment l’évaluation est menée", of_evaluation.can_read_project, samples.cite),
            can("Lire les chiffres d’un établissement", of_evaluation.can_read_schools, samples.taught_cite),
            can("Écrire le protocole, valider chiffres et bilans", of_evaluation.can_evaluate, samples.cite),
            can(
                "Lire les résultats d’un questionnaire clos",
                of_evaluation.can_read_survey_results,
                samples.closed_survey,
            ),
            can(
                "Répondre à une question de la revue de projet", of_evaluation.can_answer_review, samples.review_answer
            ),
            can("Faire une remarque sur la revue de projet", of_evaluation.can_comment_review, samples.review_answer),
            can("Valider la revue de projet pour un pilote", of_evaluation.can_validate_review, samples.side),
            can(
                "Lire les restitutions en cours, le bilan du label",
                of_evaluation.can_read_working_papers,
                samples.cite,
            ),
            can("Saisir les chiffres d’un indicateur", of_evaluation.can_measure, samples.indicator, samples.commune),
            can("Écrire le bilan d’une action", of_evaluation.can_write_report, samples.running),
        ),
    ),
    (
        "Gouvernance et documents",
        (
            can("Préparer les réunions, écrire notes et décisions", of_governance.can_prepare, samples.cite),
            can("Saisir une position", of_governance.can_enter_position, samples.side),
            can("Relire un procès-verbal pour un pilote", of_governance.can_review_minutes, samples.side),
            can("Relire une note avant son émission", of_governance.can_answer_note, samples.note_review),
            can("Lire les positions des pilotes", of_governance.can_read_positions, samples.cite),
            can("Lire ce que les décisions programment", of_governance.can_read_amounts, samples.cite),
            can("Établir le point d’une commune", of_governance.can_make_point, samples.cite, samples.commune),
            can("Lire le plan de communication", of_governance.can_read_communication, samples.cite),
            can("Répondre pour un service de presse", of_governance.can_answer_press, samples.side),
            can("Clore une suite à donner", of_governance.can_finish_point, samples.action_point),
            can("Relancer un document en échec que l’on peut lire", of_documents.can_retry, samples.failed_file),
        ),
    ),
)


def rules():
    """All the functions asked, to compare with those of the code."""
    return {capability.rule for _, group in CAPABILITIES for capability in group}
