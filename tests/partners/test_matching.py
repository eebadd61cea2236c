import pytest

from partners.services import OrganisationMatcher, match_organisation
from partners.services.matching import name_key
from tests.factories import make_cite, make_organisation

pytestmark = pytest.mark.django_db
SIRET, OTHER_SIRET = "73282932000074", "35600000000048"


@pytest.mark.parametrize(
    "written",
    [
        "Association LES ATELIERS DU BANC VERT",
        "asso. Les ateliers du Banc-Vert",
        "ass. les  ateliers du banc vert",
        "Les Ateliers du Banc Vert (association loi 1901)",
        "LES ATELIERS DU BANC VÈRT",
    ],
)
def test_a_name_is_known_however_it_is_written(written):
    known = make_organisation("Les Ateliers du Banc Vert")

    assert match_organisation(written) == (known, [])


def test_a_siret_wins_over_the_name():
    known = make_organisation("Ateliers", siret=SIRET)
    make_organisation("Théâtre des Dunes")

    assert match_organisation("Théâtre des Dunes", "732 829 320 00074") == (known, [])


def test_the_same_name_under_another_siret_is_a_question():
    known = make_organisation("Maison de quartier", siret=OTHER_SIRET)

    assert match_organisation("Maison de quartier", SIRET) == (None, [known])


def test_two_organisations_of_one_name_are_a_question():
    first, second = make_organisation("Maison de quartier"), make_organisation("Association Maison de quartier")

    assert match_organisation("maison de quartier") == (None, [first, second])


def test_a_name_is_trusted_in_its_own_cite_and_proposed_elsewhere():
    dunkerque, amiens = make_cite("dunkerque"), make_cite("amiens")
    known = make_organisation("Maison de quartier", cite=dunkerque)

    assert match_organisation("Maison de quartier", cite=dunkerque) == (known, [])
    assert match_organisation("Maison de quartier", cite=amiens) == (None, [known])


@pytest.mark.parametrize(
    "written", ["Ateliers du Banc Vert", "Les Atelier du Bancvert", "Les Ateliers du Banc Vert – Dunkerque"]
)
def test_a_near_name_is_proposed(written):
    known = make_organisation("Les Ateliers du Banc Vert")
    make_organisation("Théâtre des Dunes")

    assert match_organisation(written) == (None, [known])


def test_an_acronym_names_its_organisation():
    known = make_organisation("Association de la fondation étudiante pour la ville", acronym="AFEV")

    assert match_organisation("A.F.E.V.") == (known, [])
    assert match_organisation("AFEV") == (known, [])


def test_nothing_near_is_a_new_organisation():
    make_organisation("Les Ateliers du Banc Vert")

    assert match_organisation("Orchestre du littoral") == (None, [])


def test_an_organisation_made_since_is_known():
    cite = make_cite()
    matcher = OrganisationMatcher(cite)
    made = make_organisation("Orchestre du littoral")

    matcher.add(made)

    assert matcher.match("orchestre du LITTORAL") == (made, [])


def test_a_name_made_of_legal_words_only_keeps_them():
    assert name_key("Association") == "association"


def test_many_names_cost_two_queries(django_assert_num_queries):
    cite = make_cite()
    for rank in range(20):
        make_organisation(f"Compagnie numéro {rank}", cite=cite)

    with django_assert_num_queries(2):
        matcher = OrganisationMatcher(cite)
        found = [matcher.match(f"Compagnie numéro {rank}")[0] for rank in range(20)]

    assert all(found)
