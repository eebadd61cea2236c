"""The invented plan of the demonstration: titles, holders and amounts stand for nobody's real file.

Amounts are euros per source: requested, proposed (None: not proposed), granted (None: not known yet), paid.
Envelopes 514 000 €; first wave 320 000 € programmed; second wave 174 500 € proposed; 19 500 € left.
"""

from datetime import date

STATE, CUD, DK, GS, CB, CAF = "state", "cud", "dk", "gs", "cb", "caf"

ENVELOPES = {
    STATE: (310_000, date(2026, 3, 12), "Notification du préfet du 12 mars 2026"),
    CUD: (90_000, date(2026, 2, 5), "Délibération du conseil communautaire du 5 février 2026"),
    DK: (40_000, date(2026, 2, 10), "Délibération du conseil municipal du 10 février 2026"),
    GS: (28_000, date(2026, 2, 12), "Délibération du conseil municipal du 12 février 2026"),
    CB: (10_000, date(2026, 2, 17), "Délibération du conseil municipal du 17 février 2026"),
    CAF: (36_000, date(2026, 3, 20), "Lettre de la CAF du 20 mars 2026"),
}

# key: (national objective, label, short label, objectives)
AXES = {
    "school": (
        "school",
        "Conforter le rôle de l’école",
        "École",
        ("Bien-être et suivi personnalisé des élèves", "Alliances entre équipes éducatives", "Ambition scolaire"),
    ),
    "continuity": (
        "continuity",
        "Promouvoir la continuité éducative",
        "Continuité",
        ("Langage et parentalité", "Santé et sport", "Vacances et temps libre", "Coordination de la Cité"),
    ),
    "horizons": (
        "horizons",
        "Ouvrir le champ des possibles",
        "Possibles",
        ("Découverte des métiers", "Mobilité et culture", "Insertion des jeunes"),
    ),
}

# key: (name, kind)
HOLDERS = {
    "cud": ("Communauté urbaine de Dunkerque", "intercommunality"),
    "mots": ("Les Mots Passeurs", "association"),
    "metiers": ("Rendez-vous des métiers du littoral", "association"),
    "nage": ("Nager ensemble", "association"),
    "escalade": ("Littoral Escalade", "association"),
    "parents": ("Café des parents des Quartiers Ouest", "association"),
    "sante": ("Santé des Deux Caps", "association"),
    "voile": ("Voiles et Classes du Large", "association"),
    "sport": ("Sport et Vacances de l’Albeck", "association"),
    "radio": ("Ondes collégiennes", "association"),
    "chantiers": ("Chantiers des Dunes", "association"),
    "college_dk": ("Collège de la Digue", "school"),
    "numerique": ("Écrans du Beffroi", "association"),
    "college_gs": ("Collège des Peupliers", "school"),
    "ville_cb": ("Ville de Coudekerque-Branche", "commune"),
    "ville_dk": ("Ville de Dunkerque", "commune"),
    "ville_gs": ("Ville de Grande-Synthe", "commune"),
    "mentorat": ("Passerelles et Compagnie", "association"),
    "theatre": ("Compagnie Le Quai d’à côté", "association"),
    "sciences": ("Les Petits Géomètres", "association"),
    "musee": ("Atelier des Trois Quais", "association"),
    "velo": ("Les Roues du Polder", "association"),
    "langue": ("Mots du Monde", "association"),
    "echecs": ("Cercle d’échecs des Glacis", "association"),
    "orchestre": ("Collège du Moulin à Vent", "school"),
    "mer": ("Forum de la mer", "association"),
}

LAST_YEAR = (
    (
        "Ambassadeurs de la lecture, de la crèche au CM2",
        "mots",
        "continuity",
        0,
        ("Grande-Synthe",),
        {STATE: 12_000, GS: 3_500},
    ),
    (
        "Tous au savoir-nager avant la sixième",
        "nage",
        "school",
        0,
        ("Coudekerque-Branche",),
        {STATE: 8_000, CB: 3_000},
    ),
    ("Classes de mer et voile scolaire", "voile", "horizons", 1, ("Dunkerque",), {STATE: 9_000, CUD: 4_500}),
    (
        "Chantiers éducatifs pour les 16-20 ans",
        "chantiers",
        "horizons",
        2,
        ("Grande-Synthe",),
        {STATE: 10_000, GS: 4_000},
    ),
    ("Forum santé des jeunes", "sante", "continuity", 1, (), {STATE: 4_000, CAF: 1_500}),
    ("Mentorat\u00a0: vingt binômes", "mentorat", "horizons", 2, (), {STATE: 10_000, CUD: 4_000}),
    ("Un dimanche en famille au musée", "musee", "horizons", 1, ("Dunkerque",), {STATE: 3_500, DK: 3_000}),
    ("Initiation aux échecs", "echecs", "school", 2, ("Coudekerque-Branche",), {STATE: 2_000, CB: 1_000}),
)
# Titles of the second wave, and of the actions of last year that they renew.
RENEWED = {
    "Mentorat\u00a0: quarante binômes lycéens-collégiens": "Mentorat\u00a0: vingt binômes",
    "Familles au musée": "Un dimanche en famille au musée",
    "Les échecs à l’école": "Initiation aux échecs",
}
# SIRETs of the public bodies that shared data hold (adult mediation posts, 2024-2025); the others of real bodies are unknown.
REAL_SIRETS = {"ville_dk": "20002715900017", "ville_cb": "21590155400018"}


def invented_siret(rank):
    """Of a SIREN that nobody has, with its Luhn key; for organisations marked as invented alone."""
    digits = f"0000{rank:05d}0001"
    doubled = (int(digit) * (2 if index % 2 == 0 else 1) for index, digit in enumerate(digits))
    return f"{digits}{-sum(number - 9 if number > 9 else number for number in doubled) % 10}"
