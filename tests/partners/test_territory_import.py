import io
import json
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from partners.enums import PriorityNetwork, Role, TerritoryKind, TerritoryState
from partners.imports import (
    ImportRefused,
    Outcome,
    confirm_import,
    plan_of,
    save_mapping,
    start_import,
)
from partners.imports.geojson import MAX_BYTES, GeometryError, read_outline
from partners.models import Commune, Neighbourhood, School, TerritoryImport
from partners.services import load_reference
from tests import factories

pytestmark = pytest.mark.django_db
DATA = Path(settings.BASE_DIR) / "cite_educative" / "data"
ANNUAIRE = (
    "identifiant_de_l_etablissement;nom_etablissement;type_etablissement;libelle_nature;statut_public_prive;"
    "code_commune;nom_commune;position;appartenance_education_prioritaire;mail\n"
)
JULES_VERNE = '0590088A;Collège Jules Verne;Collège;COLLEGE;Public;59271;Grande-Synthe;"51.02, 2.30";REP+;x@y.fr\n'
RING = [[2.30, 51.00], [2.31, 51.00], [2.31, 51.01], [2.30, 51.01], [2.30, 51.00]]


@pytest.fixture
def commune():
    return factories.make_commune("Grande-Synthe", insee_code="59271")


@pytest.fixture
def cite(commune):
    return factories.make_cite("dunkerque", communes=[commune])


@pytest.fixture
def lead(cite):
    return factories.make_user(cite, Role.LEAD)


@pytest.fixture
def give(cite, lead):
    """Give a file; returns (run, plan) under the guessed mapping, with `options` over it."""

    def given(content, kind=TerritoryKind.SCHOOLS, filename="fichier.csv", **options):
        content = content.encode() if isinstance(content, str) else content
        run = start_import(cite=cite, actor=lead, kind=kind, content=content, filename=filename)
        plan = save_mapping(run=run, mapping={**run.mapping, **options}, actor=lead)
        return run, plan

    return given


@pytest.fixture
def take(give, lead):
    def taken(*args, skip=False, **kwargs):
        run, plan = give(*args, **kwargs)
        return confirm_import(run=run, actor=lead, fingerprint=plan.fingerprint, skip=skip)

    return taken


@pytest.fixture
def web(client, lead):
    client.force_login(lead)
    return client


def outcomes(plan):
    return [str(row.outcome) for row in plan.rows]


def reasons(plan):
    return " ".join(text for text, _ in plan.reasons).replace("\u00a0", " ")


def text(response):
    return response.content.decode().replace("\u00a0", " ")


def features(*rows, geometry=None):
    geometry = geometry or {"type": "Polygon", "coordinates": [RING]}
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [{"type": "Feature", "properties": row, "geometry": geometry} for row in rows],
        }
    )


# --- Schools ----------------------------------------------------------------------------------------


def test_the_directory_of_schools_is_understood_without_a_word(take, cite):
    run = take(ANNUAIRE + JULES_VERNE)

    school = cite.schools.get(uai="0590088A")
    assert (school.name, school.kind, school.sector) == ("Collège Jules Verne", "collège", "public")
    assert (school.network, school.latitude, school.longitude) == (PriorityNetwork.REP_PLUS, 51.02, 2.30)
    assert run.report["counts"]["created"] == 1
    assert run.state == TerritoryState.DONE


def test_the_same_file_twice_changes_nothing_and_says_so(take, give, lead, web):
    take(ANNUAIRE + JULES_VERNE)
    run, plan = give(ANNUAIRE + JULES_VERNE)

    assert outcomes(plan) == ["unchanged"]
    page = text(web.get(reverse("partners:territory_import_run", args=[run.pk])))
    assert "Ce fichier a déjà été importé le" in page
    assert "Confirmer l’import" not in page
    with pytest.raises(ImportRefused, match="ne change rien"):
        confirm_import(run=run, actor=lead, fingerprint=plan.fingerprint)


def test_an_unknown_commune_is_said_and_nothing_is_half_written(give, lead):
    other = "0590164H;Collège Jean Zay;Collège;COLLEGE;Public;59999;Nulleville;;REP;\n"
    run, plan = give(ANNUAIRE + JULES_VERNE + other)

    assert outcomes(plan) == ["created", "refused"]
    assert "La commune « Nulleville » (59999) n’est pas connue : ajoutez-la ou corrigez le code." in reasons(plan)
    with pytest.raises(ImportRefused, match="Rien n’a été écrit"):
        confirm_import(run=run, actor=lead, fingerprint=plan.fingerprint)
    assert not School.objects.exists()

    done = confirm_import(run=run, actor=lead, fingerprint=plan_of(run, lead).fingerprint, skip=True)
    assert School.objects.count() == 1
    assert done.report["reasons"][0]["lines"] == [3]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("0590088B;N;;;;59271;;;;\n", "L’UAI « 0590088B » n’est pas valable"),
        (";N;;;;59271;;;;\n", "La ligne ne donne pas d’UAI"),
        ("0590088A;;;;;59271;;;;\n", "n’est pas connu et la ligne ne donne pas son nom"),
        ("0590088A;N;;;;;;;;\n", "ne dit pas la commune"),
        ("0590088A;N;;;;;Inconnue;;;\n", "La commune « Inconnue » n’est pas connue : ajoutez-la ou corrigez son nom."),
        ('0590088A;N;;;;59271;;"600000, 7000000";;\n', "Les coordonnées de la ligne sont illisibles"),
        (f"0590088A;{'N' * 200};;;;59271;;;;\n", "dépasse 160 caractères"),
    ],
)
def test_a_wrong_line_is_refused_with_a_sentence(give, line, sentence):
    _, plan = give(ANNUAIRE + line)

    assert sentence in reasons(plan)
    assert not plan.can_be_written


def test_two_lines_that_disagree_are_both_refused_and_a_repeated_one_is_read_once(give):
    _, plan = give(ANNUAIRE + JULES_VERNE + JULES_VERNE.replace("Verne", "Ferry"))
    assert outcomes(plan) == ["refused", "refused"]
    assert "L’UAI 0590088A figure 2 fois (n° 2 et 3) avec des valeurs différentes" in reasons(plan)

    _, plan = give(ANNUAIRE + JULES_VERNE + JULES_VERNE)
    assert outcomes(plan) == ["created", "unchanged"]


def test_what_lies_outside_the_cite_is_left_out_unless_asked(give, take, cite):
    factories.make_commune("Gravelines", insee_code="59273")
    line = "0590090C;Collège Pierre et Marie Curie;Collège;COLLEGE;Public;59273;Gravelines;;;\n"

    _, plan = give(ANNUAIRE + line)
    assert outcomes(plan) == ["outside"]

    take(ANNUAIRE + line, everywhere=True)
    assert School.objects.filter(uai="0590090C").exists()
    assert not cite.schools.exists()


def test_a_blank_erases_nothing_and_a_poorer_name_does_not_win(take, commune):
    factories.make_school(
        "École élémentaire Paul Éluard", uai="0590088A", commune=commune, network="rep", sector="privé sous contrat"
    )

    _run = take("uai;nom;secteur;ep;code_commune\n0590088A;ECOLE ELEMENTAIRE PAUL ELUARD;Privé;;59271\n")

    school = School.objects.get()
    assert (school.name, school.network, school.sector) == (
        "École élémentaire Paul Éluard",
        "rep",
        "privé sous contrat",
    )


def test_a_row_of_another_cite_is_not_changed_from_here(give, commune):
    school = factories.make_school("Collège ancien", uai="0590088A", commune=commune)
    factories.make_cite("amiens").schools.add(school)

    _, plan = give(ANNUAIRE + JULES_VERNE)

    assert "aussi dans une autre Cité" in reasons(plan)


def test_a_missing_column_is_asked_and_the_choice_is_kept(web, cite, give):
    run, plan = give("rne inconnu;nom\n0590088A;Collège\n", columns={"0": "", "1": "name"})
    assert "Dites quelle colonne donne «\u00a0UAI\u00a0»" in plan.faults[0]
    url = reverse("partners:territory_import_run", args=[run.pk])

    response = web.post(url, {"colonne-0": "", "colonne-1": "name", "partout": "1"})
    assert "Dites quelle colonne donne « UAI »" in text(response)
    assert '<option value="name" selected>' in response.content.decode()
    assert web.post(url, {"colonne-0": "uai", "colonne-1": "uai"}).status_code == 200
    assert web.post(url, {"colonne-0": "uai", "colonne-1": "bidon"}).status_code == 302


def test_a_mapping_is_remembered_for_the_same_titles(take, give, cite):
    titles = "mon code;mon nom;ville\n"
    columns = {"0": "uai", "1": "name", "2": "commune_name"}
    take(titles + "0590088A;Collège Jules Verne;GRANDE SYNTHE\n", columns=columns)

    run, plan = give(titles + "0590164H;Collège Jean Zay;Grande-Synthe\n")

    assert run.mapping["columns"] == columns
    assert outcomes(plan) == ["created"]


def test_data_that_changed_since_the_preview_are_shown_again(web, give, commune):
    run, plan = give(ANNUAIRE + JULES_VERNE)
    factories.make_school("Collège Jules Verne", uai="0590088A", commune=commune)

    response = web.post(reverse("partners:territory_import_confirm", args=[run.pk]), {"fingerprint": plan.fingerprint})

    assert response.status_code == 409
    assert "Les données ont changé depuis l’aperçu" in text(response)
    assert School.objects.get().network == ""


# --- The files of the project -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind", "created"),
    [
        ("colleges_publics_cud_education_prioritaire_2024-2025.csv", TerritoryKind.SCHOOLS, 20),
        ("colleges_cud_ips_2022-2023.csv", TerritoryKind.SCHOOLS, 27),
        ("ecoles_cud_ips_2022-2023.csv", TerritoryKind.SCHOOLS, 87),
        ("qpv_cud_noms_partiel.csv", TerritoryKind.NEIGHBOURHOODS, 7),
        ("communes_cud.csv", TerritoryKind.COMMUNES, 19),
    ],
)
def test_the_supplied_files_go_through_the_screen_too(take, give, commune, name, kind, created):
    if kind != TerritoryKind.COMMUNES:
        load_reference()
        School.objects.all().delete()
        Neighbourhood.objects.all().delete()
    content = (DATA / name).read_bytes()

    run = take(content, kind, name, everywhere=True)
    _, again = give(content, kind, name, everywhere=True)

    assert run.report["counts"]["created"] == created
    assert run.report["counts"]["refused"] == 0
    assert not again.written


def test_supplied_files_say_the_same_through_both_doors(give, cite):
    load_reference()

    for name in ("colleges_publics_cud_education_prioritaire_2024-2025.csv", "ecoles_cud_ips_2022-2023.csv"):
        _, plan = give((DATA / name).read_bytes(), TerritoryKind.SCHOOLS, name, everywhere=True, attach=False)
        assert not plan.written


# --- Neighbourhoods ---------------------------------------------------------------------------------

QPV = "code_qp;lib_qp;insee_com;lib_com\n"


def test_the_official_list_gives_its_code_to_a_known_neighbourhood(take, cite, commune):
    known = factories.make_neighbourhood("Albeck - Europe - Moulin", communes=[commune])

    take(QPV + "QN05901M;Albeck Europe Moulin;59271;Grande-Synthe\n", TerritoryKind.NEIGHBOURHOODS)

    known.refresh_from_db()
    assert (known.code, Neighbourhood.objects.count()) == ("QN05901M", 1)
    assert list(cite.neighbourhoods.all()) == [known]


def test_a_namesake_in_another_town_is_another_neighbourhood(take, commune):
    far = factories.make_neighbourhood("Centre-Ville", communes=[factories.make_commune("Ailleurs")])

    take(QPV + "QN05903M;Centre-Ville;59271;Grande-Synthe\n", TerritoryKind.NEIGHBOURHOODS)

    assert Neighbourhood.objects.exclude(pk=far.pk).get().code == "QN05903M"


def test_one_line_per_commune_makes_one_neighbourhood(take, cite):
    cite.communes.add(factories.make_commune("Dunkerque", insee_code="59183"))
    lines = "QN05901M;Banc Vert;59271;Grande-Synthe\nQN05901M;Banc Vert;59183;Dunkerque\n"

    take(QPV + lines, TerritoryKind.NEIGHBOURHOODS)

    assert {commune.name for commune in Neighbourhood.objects.get().communes.all()} == {"Dunkerque", "Grande-Synthe"}


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("QX1;Albeck;59271;\n", "Le code « QX1 » n’est pas celui d’un quartier"),
        (";;59271;\n", "ni code ni nom"),
        ("QN05901M;;59271;\n", "n’est pas connu et la ligne ne donne pas son nom"),
        ("QN05901M;A;59999;Nulle\n", "La commune « Nulle » (59999) n’est pas connue"),
        ("QN05901M;A;59271;\nQN05901M;B;59271;\n", "Le code QN05901M figure 2 fois"),
    ],
)
def test_a_wrong_neighbourhood_is_refused_with_a_sentence(give, lines, sentence):
    _, plan = give(QPV + lines, TerritoryKind.NEIGHBOURHOODS)

    assert sentence in reasons(plan)
    assert not plan.written


# --- Outlines ---------------------------------------------------------------------------------------


def test_outlines_find_their_neighbourhood_by_code_then_by_name(take, give, cite, commune, web):
    coded = factories.make_neighbourhood("Albeck", code="QN05901M", communes=[commune])
    named = factories.make_neighbourhood("Le Moulin", communes=[commune])
    rows = [
        {"code_qp": "QN05901M", "lib_qp": "autre nom", "insee_com": "59271"},
        {"code_qp": "QN05902M", "lib_qp": "le moulin", "insee_com": "59271"},
        {"code_qp": "QN07501M", "lib_qp": "Loin", "insee_com": "75119"},
    ]
    take(features(*rows), TerritoryKind.OUTLINES, "qpv.geojson")
    cite.neighbourhoods.add(coded, named)

    assert {row.name for row in Neighbourhood.objects.filter(outline__isnull=False)} == {"Albeck", "Le Moulin"}
    _, again = give(features(*rows), TerritoryKind.OUTLINES, "qpv.geojson")
    assert outcomes(again) == ["unchanged", "unchanged", "outside"]
    page = web.get(reverse("partners:territory"))
    outlines, drawings = 2, 2  # one for wide screens, one for narrow ones
    assert page.context["map"].count("<path") == outlines * drawings
    assert "Quartier prioritaire" in [words for _, words in page.context["legend"]]


def test_an_outline_of_an_unknown_neighbourhood_of_the_cite_is_said(give):
    _, plan = give(features({"lib_qp": "Neuf", "insee_com": "59271"}), TerritoryKind.OUTLINES)

    assert "Aucun quartier connu n’est « Neuf »" in reasons(plan)


@pytest.mark.parametrize(
    ("geometry", "sentence"),
    [
        (None, "n’est pas une surface"),
        ({"type": "Point", "coordinates": [2, 51]}, "n’est pas une surface"),
        ({"type": "Polygon", "coordinates": []}, "est vide"),
        ({"type": "Polygon"}, "est vide"),
        ({"type": "MultiPolygon", "coordinates": [[]]}, "est vide"),
        ({"type": "Polygon", "coordinates": [[[2, 51], [2, 52]]]}, "au moins trois points"),
        ({"type": "Polygon", "coordinates": [[[2, 51], [2, 51], [2, 51], [2, 51]]]}, "un trait ou à un point"),
        ({"type": "Polygon", "coordinates": [[[600000, 7000000]] * 4]}, "n’est pas en degrés"),
        ({"type": "Polygon", "coordinates": [[[10**400, 1]] * 4]}, "n’est pas en degrés"),
        ({"type": "Polygon", "coordinates": [[["a", 51]] * 4]}, "illisible"),
        ({"type": "Polygon", "coordinates": [[[float("nan"), 51]] * 4]}, "illisible"),
        ({"type": "Polygon", "coordinates": [[[True, False]] * 4]}, "illisible"),
        ({"type": "Polygon", "coordinates": [[2, 51, 2, 52]]}, "illisible"),
        ({"type": "Polygon", "coordinates": {"a": 1}}, "est vide"),
        (
            {"type": "Polygon", "coordinates": [[[i * 0.001 % 90, i % 80] for i in range(30_000)]]},
            "trop détaillé",
        ),
    ],
)
def test_a_geometry_that_cannot_be_drawn_is_refused(geometry, sentence):
    with pytest.raises(GeometryError, match=sentence):
        read_outline(geometry)


def test_an_outline_is_rounded_thinned_and_closed():
    dense = [[2.3 + step * 0.00001, 51.0] for step in range(1000)] + [[2.31, 51.01], [2.3, 51.01]]

    ring = read_outline({"type": "Polygon", "coordinates": [dense]})["coordinates"][0]

    assert ring[0] == ring[-1]
    assert len(ring) < 110
    assert all(round(value, 5) == value for point in ring for value in point)


# --- Communes ---------------------------------------------------------------------------------------


def test_the_official_geographic_code_gives_communes_and_associated_ones(take, cite):
    cog = (
        "TYPECOM,COM,LIBELLE,COMPARENT\nCOM,59183,Dunkerque,\nCOMA,59540,Saint-Pol-sur-Mer,59183\nCOMD,59588,T,59588\n"
    )

    run = take(cog, TerritoryKind.COMMUNES, everywhere=True, attach=True)

    assert Commune.objects.get(name="Saint-Pol-sur-Mer").parent.name == "Dunkerque"
    assert run.report["counts"] | {} == {"created": 2, "updated": 0, "unchanged": 0, "outside": 1, "refused": 0}
    assert cite.communes.count() == 3


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("COM,59,X,", "Le code INSEE « 59 » n’est pas valable"),
        ("COM,59183,,", "ne donne pas le nom"),
        ("ZZZ,59183,X,", "Le type « ZZZ » n’est pas connu"),
        ("COMA,59540,X,", "ne dit pas la commune de rattachement"),
        ("COMA,59540,X,59998", "La commune « 59998 » (59998) n’est pas connue"),
    ],
)
def test_a_wrong_commune_is_refused_with_a_sentence(give, line, sentence):
    _, plan = give(f"TYPECOM,COM,LIBELLE,COMPARENT\n{line}\n", TerritoryKind.COMMUNES, everywhere=True)

    assert sentence in reasons(plan)


# --- Files that are none ----------------------------------------------------------------------------


def bomb():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 40_000_000)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("kind", "content", "sentence"),
    [
        ("schools", b"", "Le fichier soumis est vide|Ce fichier est vide"),
        ("schools", b"   \n", "Ce fichier est vide"),
        ("schools", b"%PDF-1.7", "n’est pas un tableau"),
        ("schools", bomb(), "démesuré|abîmé"),
        ("schools", b"uai;nom\n", "aucune ligne à importer"),
        ("schools", b'{"type": "FeatureCollection"}', "JSON"),
        ("outlines", b"code;nom\n1;2\n", "n’est pas un GeoJSON lisible"),
        ("outlines", b"[" * 100_000, "n’est pas un GeoJSON lisible"),
        ("outlines", b'{"type": "Feature"}', "FeatureCollection"),
        ("outlines", b'{"type": "FeatureCollection", "features": [1]}', "FeatureCollection"),
        ("outlines", b'{"type": "FeatureCollection", "features": [{"properties": null}]}', "aucun contour décrit"),
        ("outlines", b" " * (MAX_BYTES + 1), "dépasse 5 Mo"),
        ("inconnu", b"uai;nom\n1;2\n", "Sélectionnez un choix valide"),
    ],
    ids=range(13),
)
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(web, kind, content, sentence):
    response = web.post(
        reverse("partners:territory_import"), {"kind": kind, "file": SimpleUploadedFile("f.csv", content)}
    )

    assert response.status_code == 200
    assert any(choice in text(response) for choice in sentence.split("|"))
    assert not TerritoryImport.objects.exists()


def test_characters_that_no_database_keeps_are_left_out(take, commune):
    factories.make_neighbourhood("Albeck", communes=[commune])

    run = take(features({"n\u0000om": "x", "nom": "Albeck\u0000", "e": "\ud800"}), TerritoryKind.OUTLINES)

    assert run.report["counts"]["updated"] == 1


# --- From end to end --------------------------------------------------------------------------------


def test_a_lead_imports_a_file_then_finds_its_report(web, cite, lead):
    given = web.post(
        reverse("partners:territory_import"),
        {"kind": "schools", "file": SimpleUploadedFile("annuaire.csv", (ANNUAIRE + JULES_VERNE).encode())},
    )
    settings_page = web.get(given.url)
    columns = {
        f"colonne-{column['index']}": next((key for key, _, chosen in column["options"] if chosen), "")
        for column in settings_page.context["columns"]
    }
    preview = web.post(given.url, {**columns, "rattacher": "1"}, follow=True)
    assert "Rien n’est encore écrit" in text(preview)
    assert not School.objects.exists()

    report = web.post(given.url + "confirmer/", {"fingerprint": preview.context["plan"].fingerprint}, follow=True)

    assert "Une ligne a rejoint le périmètre" in text(report)
    assert "annuaire.csv" in text(web.get(reverse("partners:territory_import")))
    again = web.post(given.url + "confirmer/", {"fingerprint": "x"}, follow=True)
    assert text(again).count("Collège Jules Verne") == 1
    web.post(given.url + "abandonner/")
    assert TerritoryImport.objects.get().state == TerritoryState.DONE


def test_an_abandoned_import_writes_nothing(web, give):
    run, plan = give(ANNUAIRE + JULES_VERNE)

    web.post(reverse("partners:territory_import_abandon", args=[run.pk]))
    web.post(reverse("partners:territory_import_confirm", args=[run.pk]), {"fingerprint": plan.fingerprint})

    assert not School.objects.exists()
    assert "rien n’a été écrit" in text(web.get(reverse("partners:territory_import_run", args=[run.pk])))


def test_a_large_file_costs_few_queries(give, lead, django_assert_max_num_queries):
    def uai(number):
        return f"{number:07d}{'ABCDEFGHJKLMNPRSTUVWXYZ'[number % 23]}"

    lines = "".join(f"{uai(590000 + n)};École {n};59271\n" for n in range(600))
    run, plan = give("uai;nom;code_commune\n" + lines)

    with django_assert_max_num_queries(40):
        confirm_import(run=run, actor=lead, fingerprint=plan.fingerprint)
    assert plan.of(Outcome.CREATED)
    assert School.objects.count() == 600
