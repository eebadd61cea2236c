"""What a column of an imported table may stand for."""

from enum import StrEnum


class Field(StrEnum):
    CODE = "code"
    EXTERNAL_REF = "external_ref"
    FUNDING_REF = "funding_ref"
    COMMITMENT_REF = "commitment_ref"
    TITLE = "title"
    NATURE = "nature"
    HOLDER_NAME = "holder_name"
    HOLDER_SIRET = "holder_siret"
    HOLDER_SIREN = "holder_siren"
    HOLDER_RNA = "holder_rna"
    HOLDER_CODE = "holder_code"
    FUNDER = "funder"
    FUNDER_SIRET = "funder_siret"
    BUDGET_YEAR = "budget_year"
    SCHOOL_YEAR = "school_year"
    AXIS = "axis"
    OBJECTIVE = "objective"
    THEME = "theme"
    COMMUNE = "commune"
    NEIGHBOURHOOD = "neighbourhood"
    PUBLIC = "public"
    DESCRIPTION = "description"
    STARTS_ON = "starts_on"
    ENDS_ON = "ends_on"
    PERIOD_TEXT = "period_text"
    STATUS_TEXT = "status_text"
    TOTAL_COST = "total_cost"
    REQUESTED = "requested"
    PROPOSED = "proposed"
    GRANTED = "granted"
    COMMITTED = "committed"
    PAID = "paid"
    JUSTIFIED = "justified"
    GROUP = "group"
    GROUP_TOTAL = "group_total"
    ROW_TOTAL = "row_total"
    ACT_NUMBER = "act_number"
    ACT_DATE = "act_date"
    COFUNDER = "cofunder"
    COFUNDER_AMOUNT = "cofunder_amount"
    ACTIONS_COUNT = "actions_count"
    PREVIOUS_YEAR = "previous_year"
    CONTACT = "contact"
    IGNORE = "ignore"

    @property
    def label(self):
        return LABELS[self]


LABELS = {
    Field.CODE: "Code de l’action",
    Field.EXTERNAL_REF: "N° de dossier de l’action",
    Field.FUNDING_REF: "N° de dossier du financement",
    Field.COMMITMENT_REF: "N° d’engagement juridique (EJ)",
    Field.TITLE: "Intitulé de l’action",
    Field.NATURE: "Nature de l’aide",
    Field.HOLDER_NAME: "Porteur",
    Field.HOLDER_SIRET: "SIRET du porteur",
    Field.HOLDER_SIREN: "SIREN du porteur",
    Field.HOLDER_RNA: "RNA du porteur",
    Field.HOLDER_CODE: "Code du porteur dans le fichier",
    Field.FUNDER: "Financeur",
    Field.FUNDER_SIRET: "SIRET du financeur",
    Field.BUDGET_YEAR: "Exercice (année civile)",
    Field.SCHOOL_YEAR: "Année scolaire",
    Field.AXIS: "Axe",
    Field.OBJECTIVE: "Objectif",
    Field.THEME: "Thématique",
    Field.COMMUNE: "Commune ou territoire",
    Field.NEIGHBOURHOOD: "Quartier",
    Field.PUBLIC: "Public",
    Field.DESCRIPTION: "Description",
    Field.STARTS_ON: "Date de début",
    Field.ENDS_ON: "Date de fin",
    Field.PERIOD_TEXT: "Période (texte libre)",
    Field.STATUS_TEXT: "Étape ou statut",
    Field.TOTAL_COST: "Coût total",
    Field.REQUESTED: "Montant demandé",
    Field.PROPOSED: "Montant proposé",
    Field.GRANTED: "Montant accordé",
    Field.COMMITTED: "Montant engagé",
    Field.PAID: "Montant versé",
    Field.JUSTIFIED: "Montant justifié",
    Field.GROUP: "Article (groupe de lignes)",
    Field.GROUP_TOTAL: "Total de l’article",
    Field.ROW_TOTAL: "Total de la ligne (contrôle)",
    Field.ACT_NUMBER: "N° de l’acte",
    Field.ACT_DATE: "Date de l’acte",
    Field.COFUNDER: "Cofinanceurs",
    Field.COFUNDER_AMOUNT: "Montants demandés aux cofinanceurs",
    Field.ACTIONS_COUNT: "Nombre d’actions du dossier",
    Field.PREVIOUS_YEAR: "Montant d’une année antérieure (non importé)",
    Field.CONTACT: "Coordonnées (jamais importées)",
    Field.IGNORE: "Ne pas importer",
}

STEP_FIELDS = (
    Field.REQUESTED,
    Field.PROPOSED,
    Field.GRANTED,
    Field.COMMITTED,
    Field.PAID,
    Field.JUSTIFIED,
)
AMOUNT_FIELDS = (*STEP_FIELDS, Field.TOTAL_COST, Field.GROUP_TOTAL, Field.ROW_TOTAL)
NEVER_IMPORTED = (Field.CONTACT, Field.PREVIOUS_YEAR, Field.IGNORE)
