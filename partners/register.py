"""The usual lines of a Cité's register of processing (GDPR, article 30): a starting point that each Cité adapts.

Retention of grant files: ten years is the usual practice, the exact rule was not found; each Cité sets its own.
"""

CONTACTS = "contacts"
MONTHS_A_YEAR = 12

USUAL_ACTIVITIES = (
    {
        "code": CONTACTS,
        "label": "Annuaire des partenaires et des mandats",
        "purpose": "Savoir qui représente qui dans la Cité éducative, depuis quand, et pouvoir joindre ces personnes.",
        "people": "Membres élus, agents publics, responsables et salariés des structures partenaires",
        "data": "Civilité, nom, prénom, titre, fonction, coordonnées professionnelles, secrétariat, mandats datés, "
        "lettres de mission.",
        "recipients": "Noms et fonctions\u00a0: membres de la Cité. Coordonnées\u00a0: équipe projet, pilotes, référents, "
        "responsables financiers.",
        "retention_months": 3 * MONTHS_A_YEAR,
        "retention_text": "À compter de la fin du dernier mandat, puis les noms sont effacés.",
        "order": 1,
    },
    {
        "code": "comptes",
        "label": "Comptes et connexions",
        "purpose": "Ouvrir l’application aux seules personnes mandatées et protéger leurs comptes.",
        "people": "Personnes qui ont un compte",
        "data": "Adresse électronique, mot de passe chiffré, second facteur, appareils et dates de connexion.",
        "recipients": "La personne elle-même\u00a0; les chefs et cheffes de projet pour l’état du compte.",
        "retention_months": MONTHS_A_YEAR,
        "retention_text": "Un compte sans connexion est fermé après le délai réglé par la Cité.",
        "order": 2,
    },
    {
        "code": "accompagnement",
        "label": "Journal des échanges et de l’accompagnement",
        "purpose": "Suivre l’appui donné aux porteurs et aux référents, et tenir les suites promises.",
        "people": "Interlocuteurs et interlocutrices des échanges",
        "data": "Date, nature, personnes présentes, ce qui s’est dit, prochaine étape. Aucune donnée sur un enfant ou une famille.",
        "recipients": "Selon le cercle choisi pour chaque échange.",
        "retention_months": 5 * MONTHS_A_YEAR,
        "retention_text": "Jusqu’à deux ans après la fin du programme de trois ans.",
        "order": 3,
    },
    {
        "code": "subventions",
        "label": "Demandes, avis, décisions et financements",
        "purpose": "Instruire les demandes, décider, verser et justifier les fonds publics.",
        "people": "Représentants et représentantes des porteurs, personnes qui décident ou donnent un avis",
        "data": "Noms et fonctions portés sur les fiches, pièces du dossier, avis, décisions, actes.",
        "recipients": "Pilotes et financeurs concernés, porteur pour son dossier, juridictions financières.",
        "retention_months": 10 * MONTHS_A_YEAR,
        "retention_text": "Pièces justificatives de la dépense publique\u00a0; tri et versement aux archives ensuite.",
        "order": 4,
    },
    {
        "code": "instances",
        "label": "Réunions, présences et relevés de décisions",
        "purpose": "Convoquer, tenir et prouver les décisions des instances.",
        "people": "Membres et invités des instances",
        "data": "Convocation et réponse, présence, représentation, positions exprimées, relevés signés.",
        "recipients": "Membres de l’instance\u00a0; positions\u00a0: pilotes.",
        "retention_months": 10 * MONTHS_A_YEAR,
        "retention_text": "Les relevés et comptes rendus sont conservés aux archives.",
        "order": 5,
    },
    {
        "code": "images",
        "label": "Accords pour les images",
        "purpose": "Prouver le droit de prendre et de montrer des images.",
        "lawful_basis": "consent",
        "people": "Adultes nommés\u00a0; groupes d’enfants sans aucun nom",
        "data": "Nom de l’adulte ou désignation du groupe, usages permis, dates, qui garde les autorisations signées.",
        "recipients": "Équipe projet, service communication.",
        "retention_months": 2 * MONTHS_A_YEAR,
        "retention_text": "Après la fin de l’accord ou son retrait.",
        "order": 6,
    },
)
