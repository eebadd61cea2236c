"""Starting points for the lists of a Cité. All of them may be renamed, retired or left out: none is law.

Themes of the contrat de ville are local. Those proposed are the headings of the State's programme 147 (domain
reference §1), to be replaced by the ones of the contract signed.
"""

USUAL_THEMES = (
    "Égalité entre filles et garçons",
    "Santé et bien-être",
    "Sport",
    "Culture",
    "Mobilité",
    "Langage et lecture",
    "Parentalité",
    "Orientation et découverte des métiers",
    "Climat scolaire",
    "Numérique",
    "Citoyenneté et engagement",
    "Persévérance scolaire",
    "Sciences et transition écologique",
    "Vacances et temps libre",
    "Insertion des jeunes",
    "Coordination et ingénierie",
)

USUAL_CONTRACT_THEMES = (
    "Éducation",
    "Accès aux droits",
    "Cadre de vie, sociabilité et transitions",
    "Jeunesse, culture, sports et loisirs",
    "Emploi et développement économique",
    "Soutien aux acteurs",
)

# label: (full label, institution)
USUAL_SCHEMES = {
    "PRE": ("Programme de réussite éducative", "État"),
    "CLAS": ("Contrat local d’accompagnement à la scolarité", "CAF"),
    "CTG": ("Convention territoriale globale", "CAF"),
    "PEdT": ("Projet éducatif territorial", "Commune"),
    "CLS": ("Contrat local de santé", "ARS"),
    "CLSPD": ("Conseil local de sécurité et de prévention de la délinquance", "Commune"),
    "NPNRU": ("Nouveau programme national de renouvellement urbain", "ANRU"),
    "Bataillons de la prévention": ("Bataillons de la prévention", "État"),
    "TER": ("Territoires éducatifs ruraux", "Éducation nationale"),
    "CLA": ("Contrats locaux d’accompagnement", "Éducation nationale"),
    "Colos apprenantes": ("Colos apprenantes", "État"),
    "VVV": ("Ville vie vacances", "État"),
    "QE": ("Quartiers d’été", "État"),
    "École ouverte": ("École ouverte", "Éducation nationale"),
    "Devoirs faits": ("Devoirs faits", "Éducation nationale"),
    "Cordées de la réussite": ("Cordées de la réussite", "Éducation nationale"),
    "LAEP": ("Lieux d’accueil enfants-parents", "CAF"),
    "REAAP": ("Réseau d’écoute, d’appui et d’accompagnement des parents", "CAF"),
    "Cités de l’emploi": ("Cités de l’emploi", "État"),
    "DEMOS": ("Dispositif d’éducation musicale et orchestrale à vocation sociale", "Philharmonie de Paris"),
}
