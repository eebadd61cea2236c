"""Words of the scratch data: plausible, invented, always the same."""

HOLDERS = (
    "Les Mots Passeurs",
    "Maison de quartier du Jeu de Mail",
    "Centre social des Dunes",
    "Compagnie du Bateau Feu",
    "Atelier des Sciences",
    "Club nautique du Littoral",
    "Ludothèque Pirouette",
    "Association Parents en Chemin",
    "École de musique du Carillon",
    "Collectif Jardins partagés",
)
PLACES = (
    "Basse-Ville",
    "Petite-Synthe",
    "Rosendaël",
    "Albeck",
    "Europe",
    "Vieux-Coudekerque",
    "Degroote",
    "Banc-Vert",
)
ACTIONS = (
    "Lire et raconter en famille",
    "Classe dehors et découverte du littoral",
    "Accompagnement à la scolarité renforcé",
    "Orchestre à l’école",
    "Petit déjeuner et santé des enfants",
    "Ambassadeurs du numérique responsable",
    "Parcours d’orientation et rencontres avec les métiers",
    "Passerelle crèche-maternelle",
    "Savoir nager avant le collège",
    "Ateliers de langage pour les tout-petits",
    "Café des parents",
    "Cordées vers le lycée",
)
AUDIENCES = (
    "enfants de 0 à 6 ans",
    "élèves du CP au CM2",
    "collégiens",
    "jeunes de 16 à 25 ans",
    "parents et enfants",
)
AXES = (
    ("school", "Conforter le rôle de l’école", "École"),
    ("continuity", "Promouvoir la continuité éducative", "Continuité"),
    ("horizons", "Ouvrir le champ des possibles", "Horizons"),
)
OBJECTIVES = ("Agir dès la petite enfance", "Associer les familles")
COMMUNES = (("Dunkerque", "59183"), ("Grande-Synthe", "59271"), ("Coudekerque-Branche", "59155"))
SIDES = (
    ("education", "Éducation nationale"),
    ("state", "Services de l’État"),
    ("communes", "Communes"),
    ("intercommunality", "Communauté urbaine"),
)
# label, short label, circuit, side, act
SOURCES = (
    ("État – P147", "État", "state_direct", 1, "order"),
    ("Communauté urbaine", "CUD", "intercommunality", 3, "deliberation"),
    ("Ville de Dunkerque", "Dunkerque", "commune", 2, "deliberation"),
    ("Ville de Grande-Synthe", "Grande-Synthe", "commune", 2, "deliberation"),
    ("Ville de Coudekerque-Branche", "Coudekerque", "commune", 2, "deliberation"),
    ("CAF du Nord", "CAF", "family_fund", None, "family_fund"),
)
PILOTS = (
    ("mme", "Hélène", "Decoster", 1),
    ("m", "Karim", "Bensaïd", 0),
    ("mme", "Agnès", "Roussel", 0),
    ("m", "Yves", "Caron", 2),
    ("mme", "Samia", "Lounès", 2),
    ("m", "Paul", "Hennebelle", 2),
    ("mme", "Sophie", "Duriez", 3),
)
SUMMARY = (
    "L’action réunit chaque semaine des enfants et leurs parents autour d’une activité conduite par deux animateurs. "
    "Elle complète le temps scolaire et s’appuie sur les équipes des écoles du quartier."
)
NOTE_CONTEXT = (
    "<p>L’appel à projets a reçu quatorze demandes. Le comité technique les a examinées avec la grille "
    "partagée, en présence des référents des communes, et propose de les retenir en ajustant les montants aux "
    "enveloppes notifiées.</p><p>Les porteurs ont été reçus en mars. Trois actions sont nouvelles, les autres "
    "reconduisent ce qui a été évalué positivement l’an dernier.</p>"
)
NOTE_FOLLOW_UP = (
    "<ul><li>Informer les porteurs, sans montant, dans la semaine.</li>"
    "<li>Préparer les actes des financeurs avant l’été.</li></ul>"
)
NOTE_OPTIONS = (
    {
        "label": "A. Équilibre entre les axes",
        "interest": "Chaque axe progresse et chaque enveloppe est respectée.",
        "risk": "Montants réduits pour tous.",
        "is_proposed": True,
    },
    {
        "label": "B. Priorité aux tout-petits",
        "interest": "Renforce le langage avant l’école.",
        "risk": "Dépasse l’enveloppe de l’État.",
    },
)
