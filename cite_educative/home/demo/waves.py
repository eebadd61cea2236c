"""The two waves of requests of the demonstration's call 2026; amounts as told in `plan`."""

from dataclasses import dataclass, field
from datetime import date

from cite_educative.home.demo.plan import CAF, CB, CUD, DK, GS, STATE


@dataclass(frozen=True)
class DemoAction:
    title: str
    holder: str
    axis: str
    objective: int
    communes: tuple  # empty: intercommunal
    audience: str
    starts_on: date
    ends_on: date
    money: dict = field(default_factory=dict)  # source → (requested, proposed, granted, paid)


def _first(title, holder, axis, objective, communes, audience, money, ends_on=date(2026, 12, 18)):
    return DemoAction(title, holder, axis, objective, communes, audience, date(2026, 1, 12), ends_on, money)


def _second(title, holder, axis, objective, communes, audience, money):
    money = {source: (*amounts, None, None) for source, amounts in money.items()}
    starts_on, ends_on = date(2027, 1, 4), date(2027, 7, 2)
    return DemoAction(title, holder, axis, objective, communes, audience, starts_on, ends_on, money)


FIRST_WAVE = (
    _first(
        "Coordination et ingénierie de la Cité",
        "cud",
        "continuity",
        3,
        (),
        "Équipes éducatives et partenaires",
        {STATE: (58_000, 50_000, 50_000, 25_000), CUD: (34_000, 28_000, 28_000, 14_000)},
    ),
    _first(
        "Ambassadeurs de la lecture, de la crèche au CM2",
        "mots",
        "continuity",
        0,
        ("Grande-Synthe",),
        "Enfants de 2 à 11 ans et leurs parents",
        {
            STATE: (16_000, 14_000, 13_000, 9_100),
            CUD: (3_500, 3_000, 3_000, 2_100),
            GS: (4_000, 4_000, 4_000, 4_000),
            CAF: (4_000, 3_000, None, None),
        },
    ),
    _first(
        "Découverte des métiers industriels et portuaires",
        "metiers",
        "horizons",
        0,
        (),
        "Collégiens de 4e et 3e",
        {STATE: (16_000, 14_000, 14_000, 8_400), CUD: (9_000, 8_000, 8_000, 4_800)},
    ),
    _first(
        "Tous au savoir-nager avant la sixième",
        "nage",
        "school",
        0,
        ("Coudekerque-Branche",),
        "Élèves de CM1 et CM2",
        {STATE: (10_000, 9_000, 9_000, 9_000), CUD: (3_300, 3_000, 3_000, 3_000), CB: (3_500, 3_500, 3_500, 3_500)},
    ),
    _first(
        "Escalade et confiance en soi au collège",
        "escalade",
        "school",
        0,
        ("Dunkerque",),
        "Collégiens",
        {STATE: (5_500, 4_000, 4_000, 2_800), DK: (3_500, 3_000, 3_000, 2_100)},
    ),
    _first(
        "Café des parents des Quartiers Ouest",
        "parents",
        "continuity",
        0,
        ("Saint-Pol-sur-Mer",),
        "Parents d’élèves",
        {STATE: (9_500, 8_000, 8_000, None), DK: (4_500, 4_000, 4_000, 4_000), CAF: (4_500, 4_000, None, None)},
    ),
    _first(
        "Dépistage des troubles de la vue et dentaires",
        "sante",
        "continuity",
        1,
        ("Dunkerque",),
        "Enfants de 3 à 8 ans",
        {STATE: (13_000, 11_500, 9_000, 6_300), DK: (6_000, 6_000, 6_000, 4_200)},
    ),
    _first(
        "Classes de mer et voile scolaire",
        "voile",
        "horizons",
        1,
        ("Dunkerque",),
        "Élèves de CM2 et de sixième",
        {STATE: (10_500, 9_000, 9_000, 6_300), CUD: (5_500, 5_000, 5_000, 3_500)},
    ),
    _first(
        "Vacances sportives et apprenantes à l’Albeck",
        "sport",
        "continuity",
        2,
        ("Grande-Synthe",),
        "Jeunes de 8 à 15 ans",
        {STATE: (12_500, 11_000, 11_000, 4_000), GS: (4_500, 4_000, 4_000, 2_000), CAF: (4_500, 4_000, 1_000, None)},
    ),
    _first(
        "La parole des collégiens\u00a0: ateliers de radio",
        "metiers",  # with its other grant, more than 23 000 € from the State
        "horizons",
        1,
        ("Dunkerque",),
        "Collégiens",
        {STATE: (11_700, 9_500, 9_500, 5_700), DK: (4_500, 4_000, 4_000, 2_400)},
    ),
    _first(
        "Chantiers éducatifs pour les 16-20 ans",
        "chantiers",
        "horizons",
        2,
        ("Grande-Synthe",),
        "Jeunes de 16 à 20 ans",
        {STATE: (12_500, 11_000, 11_000, 7_700), CUD: (3_500, 3_000, 3_000, 2_100), GS: (4_000, 4_000, 4_000, 2_800)},
    ),
    _first(
        "Parcours d’orientation de troisième\u00a0: des stages choisis",
        "college_dk",
        "horizons",
        0,
        ("Dunkerque",),
        "Élèves de troisième",
        {STATE: (8_000, 7_000, None, None), DK: (2_500, 2_000, None, None)},
    ),
    _first(
        "Médiation numérique pour les familles",
        "numerique",
        "continuity",
        0,
        (),
        "Familles",
        {STATE: (12_400, 11_000, 11_000, 6_200), CUD: (4_500, 4_000, 4_000, 2_800), CAF: (2_500, 2_000, None, None)},
    ),
    _first(
        "Sas de remobilisation quatrième-troisième",
        "college_gs",
        "school",
        0,
        ("Grande-Synthe",),
        "Élèves de quatrième et troisième",
        {STATE: (18_500, 17_000, 17_000, 11_900), GS: (5_500, 5_000, 5_000, 3_500)},
    ),
    _first(
        "Langage et parentalité dès deux ans",
        "ville_cb",
        "continuity",
        0,
        ("Coudekerque-Branche",),
        "Enfants de 2 à 4 ans et leurs parents",
        {
            STATE: (10_500, 9_000, None, None),
            CUD: (5_500, 5_000, None, None),
            CB: (3_500, 3_000, None, None),
            CAF: (5_500, 5_000, None, None),
        },
    ),
    _first(
        "Forum santé des jeunes",
        "sante",
        "continuity",
        1,
        (),
        "Jeunes de 11 à 25 ans",
        {STATE: (5_200, 4_000, 4_000, 4_000), CAF: (2_000, 1_500, 1_500, 1_500)},
        ends_on=date(2026, 6, 26),
    ),
)

SECOND_WAVE = (
    _second(
        "École ouverte de février",
        "ville_dk",
        "school",
        0,
        ("Dunkerque",),
        "Élèves du CP au CM2",
        {STATE: (15_000, 12_000), DK: (8_000, 8_000)},
    ),
    _second(
        "Parler dès la crèche",
        "ville_gs",
        "continuity",
        0,
        ("Grande-Synthe",),
        "Enfants de 6 mois à 3 ans",
        {STATE: (14_000, 10_000), GS: (7_000, 7_000), CAF: (5_000, 5_000)},
    ),
    _second(
        "Mentorat\u00a0: quarante binômes lycéens-collégiens",
        "mentorat",
        "horizons",
        2,
        (),
        "Collégiens et lycéens",
        {STATE: (16_000, 12_000), CUD: (5_000, 5_000)},
    ),
    _second(
        "Théâtre-forum sur le harcèlement",
        "theatre",
        "school",
        0,
        ("Dunkerque", "Grande-Synthe"),
        "Collégiens",
        {STATE: (8_000, 6_000), DK: (2_000, 2_000)},
    ),
    _second(
        "La classe dehors\u00a0: sciences sur l’estran",
        "sciences",
        "school",
        2,
        ("Dunkerque",),
        "Élèves de cycle 3",
        {STATE: (10_000, 7_000), CUD: (2_500, 2_500), DK: (1_500, 1_500)},
    ),
    _second(
        "Passerelle CM2-sixième",
        "college_dk",
        "school",
        1,
        ("Saint-Pol-sur-Mer",),
        "Élèves de CM2 et de sixième",
        {STATE: (10_000, 8_000), DK: (3_000, 3_000)},
    ),
    _second(
        "Familles au musée",
        "musee",
        "horizons",
        1,
        ("Dunkerque",),
        "Familles",
        {STATE: (6_000, 4_000), DK: (4_000, 4_000)},
    ),
    _second(
        "Atelier vélo et mobilité des 12-16 ans",
        "velo",
        "horizons",
        1,
        ("Grande-Synthe",),
        "Jeunes de 12 à 16 ans",
        {STATE: (10_300, 7_500), CUD: (1_500, 1_500), GS: (2_500, 2_500)},
    ),
    _second(
        "Ateliers de langue pour parents d’élèves",
        "langue",
        "continuity",
        0,
        (),
        "Parents allophones",
        {STATE: (16_500, 11_000), CUD: (3_000, 3_000), CAF: (4_500, 4_500)},
    ),
    _second(
        "Les échecs à l’école",
        "echecs",
        "school",
        2,
        ("Coudekerque-Branche",),
        "Élèves de cycle 3",
        {STATE: (3_000, 2_000), CB: (1_000, 1_000)},
    ),
    _second(
        "Un orchestre au collège",
        "orchestre",
        "horizons",
        1,
        ("Grande-Synthe",),
        "Collégiens",
        {STATE: (19_000, 13_000), CUD: (6_000, 6_000)},
    ),
    _second(
        "Sommeil, écrans\u00a0: les parents d’abord",
        "sante",
        "continuity",
        1,
        (),
        "Parents",
        {STATE: (8_500, 6_000), CUD: (2_000, 2_000), CAF: (2_500, 2_500)},
    ),
    _second("Séjour linguistique en Flandre", "mentorat", "horizons", 1, (), "Collégiens", {STATE: (10_000, None)}),
    _second(
        "Forum des métiers de la mer",
        "mer",
        "horizons",
        0,
        (),
        "Collégiens et lycéens",
        {STATE: (12_000, 9_000), CUD: (6_000, 6_000)},
    ),
)
