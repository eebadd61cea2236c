import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actions.enums import Scope
from cite_educative.common.models import Entry
from partners.enums import PriorityNetwork, Role
from partners.models import Commune, Neighbourhood, School
from partners.services import PartnersError, change_perimeter, refresh_reference, save_commune
from partners.services.school_names import best_name, kind_of, readable_name
from partners.validators import generation_of, is_uai
from tests import factories
from tests.actions.factories import make_action

pytestmark = pytest.mark.django_db


@pytest.fixture
def commune():
    return factories.make_commune("Grande-Synthe", insee_code="59271", population=20347, latitude=51.01, longitude=2.3)


@pytest.fixture
def cite(commune):
    return factories.make_cite("dunkerque", communes=[commune])


@pytest.fixture
def lead(cite):
    return factories.make_user(cite, Role.LEAD)


@pytest.fixture
def web(client, lead):
    client.force_login(lead)
    return client


def page(web, name="territory", *args, **query):
    return web.get(reverse(f"partners:{name}", args=args), query)


def text(response):
    return response.content.decode().replace("\u00a0", " ")


# --- Reading ----------------------------------------------------------------------------------------


def test_communes_come_with_their_associated_ones_and_their_figures(web, cite, commune):
    under = factories.make_commune("Le Puythouck", parent=commune)
    factories.make_commune("Autre associée", parent=commune)
    cite.communes.add(under)
    quarter = factories.make_neighbourhood("Albeck", communes=[commune])
    cite.neighbourhoods.add(quarter)
    cite.schools.add(factories.make_school("Collège Jules Verne", commune=commune))
    factories.make_organisation("Association", cite=cite, communes=[commune])

    first, second = page(web).context["communes"]

    assert (first["name"], first["neighbourhoods"], first["schools"], first["partners"]) == ("Grande-Synthe", 1, 1, 1)
    assert first["beside"] == "Autre associée"
    assert second["is_under"]
    assert "code à venir" in text(page(web))


def test_a_commune_opens_only_for_who_may_read_its_sheet(client, cite, commune):
    other = factories.make_commune("Dunkerque")
    cite.communes.add(other)
    client.force_login(factories.make_user(cite, Role.REFERENT, communes=[commune]))
    urls = {row["name"]: bool(row["url"]) for row in page(client).context["communes"]}
    client.force_login(factories.make_user(cite, Role.READER))

    assert urls == {"Dunkerque": False, "Grande-Synthe": True}
    assert not any(row["url"] for row in page(client).context["communes"])


def test_the_map_shows_collèges_by_network_and_rings_the_lead_school(web, cite, commune):
    plain = factories.make_school(commune=commune, latitude=51.0, longitude=2.3)
    rep = factories.make_school(
        commune=commune, latitude=51.02, longitude=2.33, network=PriorityNetwork.REP, kind="collège"
    )
    cite.schools.add(plain, rep, factories.make_school(commune=commune))
    cite.lead_schools.add(rep)

    context = page(web).context

    assert [words for _, words in context["legend"]] == [
        "Collège hors éducation prioritaire",
        "Collège en REP",
        "Cerclé\u00a0: chef de file",
    ]
    assert "2 collèges dont 1 en REP et 0 en REP+" in context["map"]
    assert "Grande-Synthe</text>" in context["map"]


def test_a_territory_without_place_says_so(client):
    cite = factories.make_cite("amiens")
    client.force_login(factories.make_user(cite, Role.LEAD))

    response = page(client)

    assert response.context["map"] == ""
    assert "Aucun lieu n’est encore connu" in text(response)
    assert "Choisir les communes" in text(response)


def test_the_page_costs_as_many_queries_for_many_rows(web, cite, commune, django_assert_num_queries):
    def fill(number):
        for _ in range(number):
            cite.communes.add(factories.make_commune())
            cite.neighbourhoods.add(factories.make_neighbourhood(communes=[commune]))
            cite.schools.add(factories.make_school(commune=commune))

    fill(1)
    with CaptureQueriesContext(connection) as few:
        page(web)
    fill(5)
    with django_assert_num_queries(len(few)):
        page(web)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"Collège A", "École B", "Collège C"}),
        ({"q": "ecole"}, {"École B"}),
        ({"nature": "collège"}, {"Collège A", "Collège C"}),
        ({"reseau": "ep"}, {"Collège A"}),
        ({"reseau": "hors"}, {"École B", "Collège C"}),
        ({"chef": "oui"}, {"Collège C"}),
        ({"commune": "999999999"}, set()),
        ({"commune": "x"}, set()),
    ],
)
def test_schools_are_filtered(web, cite, commune, query, found):
    first = factories.make_school("Collège A", commune=commune, network=PriorityNetwork.REP_PLUS)
    second = factories.make_school("École B", commune=commune, kind="école primaire")
    third = factories.make_school("Collège C", commune=commune)
    factories.make_school("Collège d’ailleurs", commune=commune)
    cite.schools.add(first, second, third)
    cite.lead_schools.add(third)

    response = page(web, "schools", **query)

    assert {row.cells[0].text for row in response.context["listing"].rows} == found


# --- Perimeter --------------------------------------------------------------------------------------


def choose(web, kind, data, **query):
    return web.post(reverse("partners:perimeter", args=[kind], query=query or None), data)


def test_the_lead_chooses_communes_and_what_others_chose_meanwhile_stays(web, cite, commune, lead):
    added, meanwhile = factories.make_commune("Bray-Dunes"), factories.make_commune("Gravelines")
    cite.communes.add(meanwhile)

    response = choose(web, "communes", {"avant": str(commune.pk), "dans": [commune.pk, added.pk]})

    assert response.status_code == 302
    assert set(cite.communes.all()) == {commune, added, meanwhile}
    assert Entry.objects.get(verb="territory.perimeter").sentence.endswith("(communes)\u00a0: ajout de Bray-Dunes.")


def test_what_serves_an_action_or_a_mandate_stays_and_the_choice_is_kept(web, cite, commune):
    make_action(cite, scope=Scope.COMMUNAL).communes.add(commune)
    make_action(cite, scope=Scope.COMMUNAL).communes.add(commune)
    factories.make_mandate(cite, Role.REFERENT, communes=[commune])
    other = factories.make_commune("Bray-Dunes")

    response = choose(web, "communes", {"avant": str(commune.pk), "dans": [other.pk]})

    refusal = response.context["error"].replace("\u00a0", " ")
    assert refusal.startswith("« Grande-Synthe » sert dans ")
    assert "2 actions" in refusal
    assert "1 mandat" in refusal
    assert list(cite.communes.all()) == [commune]
    assert {line["name"]: line["is_chosen"] for line in response.context["lines"]} == {
        "Grande-Synthe": False,
        "Bray-Dunes": True,
    }


def test_an_ended_mandate_and_the_actions_of_another_cite_hold_nothing(cite, commune, lead):
    factories.make_mandate(cite, Role.REFERENT, communes=[commune], ends_on="2024-01-01")
    make_action(factories.make_cite("amiens"), scope=Scope.COMMUNAL).communes.add(commune)

    assert change_perimeter(actor=lead, cite=cite, changes={"communes": ([], [commune])}) == (0, 1)


def test_a_lead_school_is_of_the_perimeter(web, cite, commune):
    inside, outside = factories.make_school("Dedans", commune=commune), factories.make_school("Dehors")
    cite.schools.add(inside)

    refused = choose(web, "etablissements", {"avant": str(inside.pk), "dans": [inside.pk], "chef": [outside.pk]})
    assert "Dehors n’est pas dans le périmètre" in text(refused)

    choose(web, "etablissements", {"avant": str(inside.pk), "dans": [inside.pk], "chef": [inside.pk]})
    assert list(cite.lead_schools.all()) == [inside]

    choose(web, "etablissements", {"avant": str(inside.pk), "avant-chef": str(inside.pk), "chef": [inside.pk]})
    assert not cite.schools.exists()
    assert not cite.lead_schools.exists()


def test_the_whole_list_is_ticked_in_one_gesture(web, cite, commune):
    factories.make_school("École Pasteur", commune=commune)
    factories.make_school("École Kléber", commune=commune)

    choose(web, "etablissements", {"avant": "", "tout": "1"}, q="pasteur")

    assert [school.name for school in cite.schools.all()] == ["École Pasteur"]


@pytest.mark.parametrize("keys", ["abc", "-1", "9" * 40, ""])
def test_keys_that_are_none_change_nothing(web, cite, commune, keys):
    response = choose(web, "communes", {"avant": f"{commune.pk},{keys}", "dans": [commune.pk, keys]})

    assert response.status_code == 302
    assert list(cite.communes.all()) == [commune]


def test_two_hundred_schools_are_found_by_name_or_commune(web, cite, commune):
    elsewhere = factories.make_commune("Ailleurs")
    for number in range(260):
        factories.make_school(f"École {number:03}", commune=elsewhere)
    factories.make_school("Collège cherché", commune=commune)

    everything = page(web, "perimeter", "etablissements")
    found = page(web, "perimeter", "etablissements", commune=commune.pk)

    assert everything.context["more"] == 11
    assert [line["name"] for line in found.context["lines"]] == ["Collège cherché"]


# --- Reference rows ---------------------------------------------------------------------------------


def seen(web, url):
    return web.get(url).context["form"].initial["seen"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"code": "59640"}, "Ce code n’est pas celui d’un quartier"),
        ({"code": "QP059001"}, "Le code QP059001 est de la géographie de 2015."),
        ({"code": "QN05902M"}, "Le code QN05902M est déjà celui du quartier « Degroote »."),
        ({"name": "DEGROOTE"}, "Un quartier porte déjà ce nom dans la géographie de 2024"),
        ({"name": ""}, "Ce champ est obligatoire."),
        ({"communes": ["9" * 30]}, "n’est pas une"),
    ],
)
def test_a_neighbourhood_is_refused_with_a_sentence(web, commune, typed, sentence):
    factories.make_neighbourhood("Degroote", code="QN05902M")
    data = {"name": "Albeck", "code": "", "generation": "2024", "communes": [commune.pk]} | typed

    response = web.post(reverse("partners:neighbourhood_create"), data)

    assert response.status_code == 200
    assert sentence in text(response)
    assert Neighbourhood.objects.count() == 1


def test_a_neighbourhood_is_added_then_gets_its_code(web, cite, commune):
    web.post(
        reverse("partners:neighbourhood_create"), {"name": "L'Albeck", "generation": "2024", "communes": [commune.pk]}
    )
    quarter = cite.neighbourhoods.get(name="L’Albeck")
    url = reverse("partners:neighbourhood_edit", args=[quarter.pk])

    data = {"name": quarter.name, "generation": 2024, "communes": [commune.pk], "seen": seen(web, url)}
    web.post(url, data | {"code": "qn059 01m"})

    quarter.refresh_from_db()
    assert quarter.code == "QN05901M"
    assert [entry.verb for entry in Entry.objects.order_by("pk")] == ["neighbourhood.create", "neighbourhood.update"]


def test_a_sheet_changed_meanwhile_is_not_overwritten_at_once(web, cite, commune):
    quarter = factories.make_neighbourhood("Albeck", communes=[commune])
    cite.neighbourhoods.add(quarter)
    url = reverse("partners:neighbourhood_edit", args=[quarter.pk])
    data = {"name": "Albeck – Europe", "generation": 2024, "communes": [commune.pk], "seen": seen(web, url)}
    quarter.code = "QN05901M"
    quarter.save()

    response = web.post(url, data)
    assert "a changé pendant que vous l’aviez ouverte" in text(response)
    assert Neighbourhood.objects.get().name == "Albeck"

    web.post(url, data | {"code": "QN05901M", "seen": response.context["form"]["seen"].value()})
    assert Neighbourhood.objects.get().name == "Albeck – Europe"


def test_a_row_shared_with_another_cite_is_for_who_leads_both(web, cite, commune, lead):
    quarter = factories.make_neighbourhood("Albeck", communes=[commune])
    amiens = factories.make_cite("amiens")
    cite.neighbourhoods.add(quarter)
    amiens.neighbourhoods.add(quarter)
    url = reverse("partners:neighbourhood_edit", args=[quarter.pk])

    refused = web.get(url)
    assert refused.status_code == 403
    assert "appartient aussi au périmètre d’une autre Cité" in text(refused)
    assert "Amiens" not in text(refused)

    factories.make_mandate(amiens, Role.LEAD, person=lead.person)
    assert web.get(url).status_code == 200


def test_the_perimeter_of_another_cite_is_not_told(web, cite):
    amiens = factories.make_cite("amiens")
    far = factories.make_commune("Amiens")
    amiens.communes.add(far)
    amiens.schools.add(factories.make_school("Collège d’Amiens", commune=far))

    assert "Amiens" not in text(page(web))
    assert "Amiens" not in text(page(web, "schools"))
    lines = page(web, "perimeter", "communes").context["lines"]
    assert {line["name"]: line["is_chosen"] for line in lines} == {"Grande-Synthe": True, "Amiens": False}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"uai": "0590088B"}, "Cet UAI n’est pas valable"),
        ({"uai": "0590164H"}, "L’UAI 0590164H est déjà celui de « Collège Jean Zay »"),
        ({"uai": "x"}, "Cet UAI n’est pas valable"),
        ({"latitude": "9000"}, "inférieure ou égale à 90"),
        ({"kind": "château"}, "Sélectionnez un choix valide"),
        ({"commune": ""}, "Ce champ est obligatoire."),
    ],
)
def test_a_school_is_refused_with_a_sentence(web, commune, typed, sentence):
    factories.make_school("Collège Jean Zay", uai="0590164H", commune=commune)
    data = {"uai": "0590088A", "name": "Collège neuf", "kind": "collège", "commune": commune.pk} | typed

    response = web.post(reverse("partners:school_create"), data)

    assert sentence in text(response)
    assert School.objects.count() == 1


def test_a_school_is_added_to_the_perimeter_then_edited(web, cite, commune):
    web.post(
        reverse("partners:school_create"),
        {"uai": "0590088a", "name": "Collège neuf", "kind": "collège", "commune": commune.pk, "network": "rep"},
    )
    school = cite.schools.get(uai="0590088A")
    url = reverse("partners:school_edit", args=[school.pk])

    data = {"uai": school.uai, "name": "Collège Jules Verne", "kind": "collège", "commune": commune.pk}
    web.post(url, data | {"seen": seen(web, url)})

    school.refresh_from_db()
    assert (school.name, school.network) == ("Collège Jules Verne", "")


def test_a_commune_is_added_beside_or_under_another(web, commune):
    url = reverse("partners:commune_create")

    same = web.post(url, {"name": "Doublon", "insee_code": "59271"})
    postal = web.post(url, {"name": "Téteghem", "insee_code": "5922"})
    web.post(url, {"name": "Le Puythouck", "insee_code": "59271", "parent": commune.pk})

    assert "Le code 59271 est déjà celui de Grande-Synthe" in text(same)
    assert "Un code INSEE compte cinq signes" in text(postal)
    assert Commune.objects.get(name="Le Puythouck").parent == commune


def test_supplied_files_are_reloaded_by_the_lead_of_these_communes_only(web, cite, lead):
    web.post(reverse("partners:territory_reference"))
    again = text(web.post(reverse("partners:territory_reference"), follow=True))
    assert "Établissements scolaires : ajouts 0, mises à jour 0, sans changement 114." in again

    factories.make_cite("voisine", communes=[Commune.objects.get(name="Gravelines")])
    with pytest.raises(PartnersError, match="une autre Cité"):
        refresh_reference(actor=lead, cite=cite)


def test_collèges_of_the_supplied_files_have_a_place(cite, lead):
    refresh_reference(actor=lead, cite=cite)

    assert School.objects.filter(latitude__isnull=False).count() == 20
    assert not [school.uai for school in School.objects.all() if not is_uai(school.uai)]


def test_the_journal_keeps_what_a_row_was(cite, lead, commune):
    save_commune(actor=lead, cite=cite, commune=commune, name="Grande-Synthe", population=20500)

    entry = Entry.objects.get(verb="commune.update")
    assert (json.loads(json.dumps(entry.before))["population"], entry.after["population"]) == ("20347", "20500")


# --- Words ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("capitals", "written"),
    [
        ("ECOLE PRIMAIRE PRIVEE SAINTE CLAIRE D ASSISE", ("École primaire privée Sainte Claire d’Assise", "école primaire")),
        ("ECOLE ELEMENTAIRE PAUL ELUARD", ("École élémentaire Paul Éluard", "école élémentaire")),
        ("COLLEGE PRIVE SACRE COEUR", ("Collège privé Sacré Cœur", "collège")),
        ("ECOLE MATERNELLE DU CHATEAU", ("École maternelle du Château", "école maternelle")),
        ("LYCEE JEAN BART", ("Lycée Jean Bart", "lycée")),
        ("Collège de l'Aa", ("Collège de l’Aa", "collège")),
        ("EREA", ("Erea", "")),
    ],
)  # fmt: skip
def test_names_in_capitals_become_readable(capitals, written):
    assert readable_name(capitals) == written


def test_a_name_with_its_accents_is_not_lost():
    assert best_name("École Mère-Térésa", "École Mere Teresa") == "École Mère-Térésa"
    assert best_name("ECOLE PASTEUR", "École Pasteur") == "École Pasteur"
    assert best_name("École Pasteur", "École Kléber") == "École Kléber"


@pytest.mark.parametrize(("text", "kind"), [("ECOLE DE NIVEAU ELEMENTAIRE", "école élémentaire"), ("Pôle", "")])
def test_the_nature_is_read_in_any_words(text, kind):
    assert kind_of(text) == kind


@pytest.mark.parametrize(
    ("code", "generation"),
    [("QN05901M", 2024), ("QP059001", 2015), ("QN02A01M", 2024), ("QP02B001", 2015), ("QN059001", None), ("", None)],
)
def test_a_code_tells_its_geography(code, generation):
    assert generation_of(code) == generation


@pytest.mark.parametrize("uai", ["0593664M", "0590088A"])
def test_the_letter_of_a_uai_is_checked(uai):
    assert is_uai(uai)
    assert not is_uai(f"{uai[:7]}{'B' if uai[7] != 'B' else 'C'}")
    assert not is_uai(uai.replace("0", "٠"))
