"""The published files of the Éducation nationale, as they are downloaded."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from evaluation import open_data
from evaluation.enums import ImportState, MeasurementState, Nature, Origin, Unit
from evaluation.models import Measurement, OpenDataImport
from evaluation.open_data import Outcome
from tests import factories
from tests.evaluation.factories import make_indicator, make_measurement

pytestmark = pytest.mark.django_db
DATA = Path(settings.BASE_DIR) / "cite_educative" / "data"
COLLEGES = "colleges_cud_ips_2022-2023.csv"
SCHOOLS = "ecoles_cud_ips_2022-2023.csv"
PRIORITY = "colleges_publics_cud_education_prioritaire_2024-2025.csv"
JAURES = "0594640Y"


@pytest.fixture
def cite():
    cite = factories.make_cite(label_starts_on=date(2024, 9, 1), label_ends_on=date(2027, 8, 31))
    cite.schools.set(
        [factories.make_school("Jean Jaurès", uai=JAURES), factories.make_school("Septentrion", uai="0590030M")]
    )
    return cite


@pytest.fixture
def lead(cite):
    return factories.make_lead(cite)


@pytest.fixture
def index(cite):
    return make_indicator(cite, "C3", unit=Unit.POINTS, nature=Nature.IMPORTED, frequency="school_year")


def start(indicator, lead, content, filename="ips.csv", **fields):
    return open_data.start_open_data(indicator=indicator, actor=lead, content=content, filename=filename, **fields)


def confirm(run, lead, **fields):
    plan = open_data.plan_of(run)
    return open_data.confirm_open_data(run=run, actor=lead, fingerprint=plan.fingerprint, **fields)


def counts(run):
    plan = open_data.plan_of(run)
    return {outcome: len(plan.of(outcome)) for outcome in Outcome if plan.of(outcome)}


def test_the_published_file_of_colleges_is_read_without_a_word(index, lead):
    run = start(index, lead, (DATA / COLLEGES).read_bytes(), COLLEGES)

    assert (run.state, counts(run)) == (ImportState.READY, {Outcome.CREATED: 2, Outcome.ELSEWHERE: 25})
    confirm(run, lead)
    row = Measurement.objects.get(school__uai=JAURES)
    assert (row.value, row.denominator, row.starts_on, row.state, row.origin, row.reference) == (
        Decimal("81.7"),
        380,
        date(2022, 9, 1),
        MeasurementState.VALIDATED,
        Origin.IMPORT,
        COLLEGES,
    )


def test_the_same_file_again_writes_nothing(index, lead):
    confirm(start(index, lead, (DATA / COLLEGES).read_bytes(), COLLEGES), lead)
    again = start(index, lead, (DATA / COLLEGES).read_bytes(), COLLEGES)

    assert counts(again)[Outcome.UNCHANGED] == 2
    assert open_data.earlier_import(again) is not None
    with pytest.raises(open_data.OpenDataRefused, match="ne change rien"):
        confirm(again, lead)
    assert set(Measurement.objects.values_list("version", flat=True)) == {1}


def test_a_confirmation_twice_writes_once(index, lead):
    run = start(index, lead, (DATA / COLLEGES).read_bytes(), COLLEGES)
    fingerprint = open_data.plan_of(run).fingerprint
    for _ in range(2):
        open_data.confirm_open_data(run=run, actor=lead, fingerprint=fingerprint)
    assert Measurement.objects.count() == 2


def test_the_file_of_primary_schools(cite, lead):
    cite.schools.add(factories.make_school("Sévigné", uai="0594178W"))
    index = make_indicator(cite, "C3E", unit=Unit.POINTS, nature=Nature.IMPORTED, frequency="school_year")

    confirm(start(index, lead, (DATA / SCHOOLS).read_bytes(), SCHOOLS), lead)

    assert Measurement.objects.get().value == Decimal("80.4")


def test_a_file_that_does_not_tell_its_year_takes_that_of_its_name(index, lead):
    run = start(index, lead, (DATA / PRIORITY).read_bytes(), PRIORITY)

    confirm(run, lead)
    row = Measurement.objects.get(school__uai="0590030M")
    assert (row.value, row.denominator, row.starts_on) == (99, None, date(2024, 9, 1))


def test_a_year_is_asked_when_nothing_tells_it(index, lead):
    run = start(index, lead, f"uai;ips\n{JAURES};81,7\n".encode())

    assert run.state == ImportState.UPLOADED
    assert "de quelle rentrée" in open_data.plan_of(run).faults[0]


def test_bad_rows_are_told_and_nothing_is_written_without_a_word(index, lead):
    text = (
        "rentree_scolaire;uai;ips\n"
        f"2023-2024;{JAURES};beaucoup\n2024-2025;{JAURES};NS\n2025-2026;{JAURES};82,5\n"
        "2023-2024;zut;80\n2023-2024;;80\nhier;0590030M;80\n2023-2024;0590030M;80\n2023-2024;0590030M;81\n"
    )
    run = start(index, lead, text.encode())
    plan = open_data.plan_of(run)

    assert counts(run) == {Outcome.CREATED: 1, Outcome.UNPUBLISHED: 1, Outcome.REFUSED: 6}
    told = " ".join(reason for reason, _ in plan.reasons)
    for words in (
        "«\u00a0beaucoup\u00a0» n’est pas un nombre",
        "«\u00a0ZUT\u00a0» est illisible",
        "n’a pas d’UAI",
        "«\u00a0hier\u00a0»",
        "2 valeurs différentes",
    ):
        assert words in told
    with pytest.raises(open_data.OpenDataRefused, match="cochez"):
        confirm(run, lead)
    assert not Measurement.objects.exists()
    confirm(run, lead, skip=True)
    assert Measurement.objects.get().value == Decimal("82.5")


def test_figures_that_changed_since_the_preview_are_not_written(cite, index, lead):
    run = start(index, lead, (DATA / COLLEGES).read_bytes(), COLLEGES)
    fingerprint = open_data.plan_of(run).fingerprint
    make_measurement(
        index, 70, school=cite.schools.get(uai=JAURES), starts_on=date(2022, 9, 1), ends_on=date(2023, 8, 31)
    )

    with pytest.raises(open_data.OpenDataRefused, match="ont changé"):
        open_data.confirm_open_data(run=run, actor=lead, fingerprint=fingerprint)
    confirm(run, lead)
    assert Measurement.objects.get(school__uai=JAURES).value == Decimal("81.7")


# --- The pages ------------------------------------------------------------------------------------


def test_from_the_file_to_the_figures(client, cite, index, lead):
    client.force_login(lead)
    titles = f"Etab;Indice;An\n{JAURES};81,7;2024-2025\n".encode()
    upload = {"indicator": index.pk, "file": SimpleUploadedFile("autre.csv", titles), "year": ""}

    page = client.post(reverse("evaluation:open_data"), upload, follow=True)
    address = page.redirect_chain[-1][0]
    assert "sans elle, ce fichier ne peut pas être importé" in page.content.decode()
    page = client.post(address, {"colonne-0": "uai", "colonne-1": "value", "rentree": "bientôt"})
    assert "Année illisible" in page.content.decode()
    assert 'value="bientôt"' in page.content.decode()
    page = client.post(address, {"colonne-0": "uai", "colonne-1": "value", "colonne-2": "school_year"}, follow=True)
    html = page.content.decode()
    assert "81,7" in html
    assert "De nos établissements" in html
    page = client.post(address, {"confirmer": "1", "fingerprint": "zut"})
    assert page.status_code == 409
    page = client.post(address, {"confirmer": "1", "fingerprint": page.context["plan"].fingerprint}, follow=True)
    assert "Les chiffres sont validés." in page.content.decode()
    assert Measurement.objects.get().value == Decimal("81.7")


def test_an_import_is_given_up(client, index, lead):
    run = start(index, lead, (DATA / COLLEGES).read_bytes(), COLLEGES)
    client.force_login(lead)

    client.post(reverse("evaluation:open_data_run", args=[run.pk]), {"abandonner": "1"})

    assert OpenDataImport.objects.get().state == ImportState.ABANDONED
    assert "abandonné" in client.get(reverse("evaluation:open_data_run", args=[run.pk])).content.decode()


def test_what_is_no_table_is_refused_with_words(client, index, lead):
    client.force_login(lead)
    upload = {"indicator": index.pk, "file": SimpleUploadedFile("photo.csv", b"%PDF-1.7 rien"), "year": ""}

    page = client.post(reverse("evaluation:open_data"), upload)

    assert "Ce fichier n’est pas un tableau" in page.content.decode()
    assert not OpenDataImport.objects.exists()
