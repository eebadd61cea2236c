"""What a column of a published file may become, and how the published files title it."""

from cite_educative.common.search import normalise
from partners.imports import ImportField

UAI = "uai,numero_uai,code_uai,uai_etablissement,identifiant_de_l_etablissement,numero_etablissement,rne,identifiant"
SCHOOL_YEAR = "rentree_scolaire,annee_scolaire,rentree,annee"
SESSION = "session,session_examen,annee_session"
HEADCOUNT = "effectifs,effectif,nombre_total_d_eleves,nb_eleves,nombre_d_eleves,nombre_eleves_total,effectif_total"
VALUES = {  # by the code that the usual protocol gives to the indicator
    "C3": "ips,ips_etab,indice_de_position_sociale",
    "C3E": "ips,ips_etab,indice_de_position_sociale",
    "C4F": "score_moyen_francais,score_moyen_en_francais,francais_score_moyen,score_francais",
    "C4M": "score_moyen_mathematiques,score_moyen_en_mathematiques,mathematiques_score_moyen,score_mathematiques",
    "C5": "taux_de_reussite_g,taux_de_reussite,taux_brut_de_reussite_total_series,taux_reussite",
    "C6": f"nombre_total_d_eleves,nombre_eleves_total,nb_eleves_total,{HEADCOUNT}",
    "C7": "h_e,he,rapport_h_e,heures_par_eleve,nombre_d_heures_par_eleve",
}


def _titles(text):
    return tuple(normalise(title) for title in text.split(","))


def fields_of(indicator):
    """The `ImportField` of its file; the sums of headcounts are weighed by nothing."""
    value = ImportField("value", "Valeur de l’indicateur", _titles(VALUES.get(indicator.code, "valeur")), True)
    fields = [ImportField("uai", "UAI de l’établissement", _titles(UAI), True), value]
    fields += [
        ImportField("school_year", "Rentrée ou année scolaire", _titles(SCHOOL_YEAR)),
        ImportField("session", "Session de l’examen (année)", _titles(SESSION)),
    ]
    if indicator.code != "C6":
        fields.append(ImportField("weight", "Effectif (pour les moyennes)", _titles(HEADCOUNT)))
    return tuple(fields)
