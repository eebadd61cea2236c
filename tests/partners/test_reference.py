import csv
import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from partners.enums import PriorityNetwork
from partners.models import Commune, Neighbourhood, School
from partners.services import load_reference
from partners.services.reference import COMMUNES, NEIGHBOURHOODS

pytestmark = pytest.mark.django_db
DATA = settings.BASE_DIR / "cite_educative" / "data"


@pytest.fixture
def directory(tmp_path):
    shutil.copytree(DATA, tmp_path / "data")
    return tmp_path / "data"


def rewrite(path, change):
    """Pass every row of a table to `change`."""
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        change(row)
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def figures(tables):
    return [(table.created, table.updated, table.unchanged) for table in tables]


def test_everything_is_loaded_once():
    assert figures(load_reference(directory=DATA)) == [(20, 0, 0), (114, 0, 0), (7, 0, 0)]
    assert figures(load_reference(directory=DATA)) == [(0, 0, 20), (0, 0, 114), (0, 0, 7)]


def test_the_associated_communes_belong_to_dunkerque():
    load_reference(directory=DATA)

    associated = Commune.objects.filter(parent__name="Dunkerque")
    assert [commune.name for commune in associated] == ["Fort-Mardyck", "Mardyck", "Saint-Pol-sur-Mer"]
    assert Commune.objects.get(name="Dunkerque").population == 87013


def test_what_is_not_known_stays_empty():
    load_reference(directory=DATA)

    assert Commune.objects.get(name="Craywick").latitude is None
    assert Commune.objects.get(name="Grande-Synthe").longitude == pytest.approx(2.30, abs=0.01)
    assert set(Neighbourhood.objects.values_list("code", flat=True)) == {""}
    assert not Neighbourhood.objects.get(name="Petit Steendam").communes.exists()


def test_schools_have_readable_names_and_their_network():
    load_reference(directory=DATA)

    assert School.objects.get(uai="0593664M").network == PriorityNetwork.REP_PLUS
    assert School.objects.get(uai="0590200X").network == PriorityNetwork.REP
    assert School.objects.get(uai="0592955S").name == "Collège privé Notre Dame"
    names = School.objects.filter(kind="école primaire").values_list("name", flat=True)
    assert "École primaire la Porte d’Eau" in names
    assert not [name for name in School.objects.values_list("name", flat=True) if name.isupper() or "'" in name]


def test_a_neighbourhood_may_lie_in_two_communes_and_has_its_generation():
    load_reference(directory=DATA)

    both = Neighbourhood.objects.get(name__startswith="Banc Vert")
    assert {commune.name for commune in both.communes.all()} == {"Dunkerque", "Saint-Pol-sur-Mer"}
    assert Neighbourhood.objects.get(name="Cœur de Ville").generation == 2024


def test_a_corrected_file_updates_and_a_blank_cell_erases_nothing(directory):
    load_reference(directory=directory)
    Neighbourhood.objects.filter(name="Degroote").update(generation=2015)
    degroote = Neighbourhood.objects.get(name="Degroote")
    degroote.code = "QP059001"
    degroote.save()
    rewrite(directory / COMMUNES, lambda row: row.update(population_municipale="") if row["nom"] == "Dunkerque" else 0)
    rewrite(directory / NEIGHBOURHOODS, lambda row: row.update(commune="Ghyvelde") if "Steendam" in row["nom"] else 0)

    communes, schools, neighbourhoods = figures(load_reference(directory=directory))

    assert (communes, schools, neighbourhoods) == ((0, 0, 20), (0, 0, 114), (0, 1, 6))
    assert Commune.objects.get(name="Dunkerque").population == 87013
    assert Neighbourhood.objects.get(name="Degroote").code == "QP059001"


def test_reference_rows_can_be_searched():
    load_reference(directory=DATA)

    assert School.objects.search("ecole sainte assise").count() == 1


def test_a_missing_file_writes_nothing(directory):
    (directory / NEIGHBOURHOODS).unlink()

    with pytest.raises(FileNotFoundError):
        load_reference(directory=directory)
    assert not Commune.objects.exists()


def test_the_command_says_what_it_did():
    out = StringIO()

    call_command("load_reference", stdout=out)

    assert "Communes\u00a0: ajouts 20, mises à jour 0, sans changement 0." in out.getvalue()
