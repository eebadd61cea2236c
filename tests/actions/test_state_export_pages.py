"""The pages of an export: given, told, matched, confirmed, refused with a sentence."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from actions.enums import ImportState
from actions.models import Difference, ImportRun, StateExport
from cite_educative.common.spreadsheets.errors import MAX_FILE_BYTES
from tests.actions.exports import dauphin, osiris
from tests.actions.factories import make_action, make_call, make_funding, make_source
from tests.factories import make_organisation

pytestmark = pytest.mark.django_db
SIRET = "13000637200019"


@pytest.fixture
def action(cite):
    holder = make_organisation("Les Mots Passeurs", cite=cite, siret=SIRET)
    made = make_action(cite, title="Lire ensemble", holder=holder, external_ref="DA00000001")
    make_funding(made, make_source(cite, "État – P147"), requested="1500")
    return made


@pytest.fixture
def client_of_lead(lead, sign_in):
    return sign_in(lead)


def send(client, content, name="export.xlsx", **data):
    data = {"file": SimpleUploadedFile(name, content), "kind": "", "budget_year": "2026", **data}
    return client.post(reverse("actions:state_exports"), data)


def lines():
    one = {"ref": "DA00000001", "funder": "147", "siret": SIRET, "holder": "Les Mots Passeurs", "year": 2026}
    other = {**one, "ref": "DA00000009", "title": "Radio des jeunes", "holder": "Ondes du Port", "siret": None}
    return osiris({**one, "title": "Lire ensemble", "requested": 2000}, {**other, "requested": 900})


def test_from_the_file_to_the_list_without_script(action, client_of_lead, text_of):
    client = client_of_lead
    answer = send(client, lines())
    url = answer["Location"]
    page = text_of(client.get(url))
    assert "Quelle ligne de financement de la Cité est « 147 »" in page
    fields = dict(
        re.findall(
            r'<select class="form-select" id="[^"]*" name="(field-[^"]*)">.*?<option value="([^"]*)" selected',
            page,
            re.S,
        )
    )
    page = text_of(client.post(url, {**fields, "answer:funder:147": "source:État – P147"}, follow=True))
    assert "Écarts trouvés" in page
    assert "Radio des jeunes" in page

    seen = re.search(r'name="fingerprint" value="([^"]*)"', page)[1]
    page = text_of(client.post(f"{url}confirmer/", {"fingerprint": seen}, follow=True))

    assert "Lignes laissées de côté" in page
    assert Difference.objects.open().count() == 1
    assert "2 000,00 €" in text_of(client.get(reverse("actions:differences")))


def test_the_columns_of_dauphin_are_asked_first(action, client_of_lead, text_of):
    content = dauphin(f"DA00000001;Lire ensemble;Les Mots Passeurs;{SIRET};12/01/2026;18/12/2026;4000;1500;Recevable")

    page = text_of(client_of_lead.get(send(client_of_lead, content, "dauphin.csv")["Location"]))

    assert "Dites ce que contient chaque colonne" in page


def test_rows_without_sheet_are_handed_to_the_import(cite, action, client_of_lead):
    url = send(client_of_lead, lines())["Location"]
    call = make_call(cite, "Appel à reprendre")

    answer = client_of_lead.post(f"{url}fiches/", {"call": call.pk})

    assert answer["Location"] == reverse("actions:import_run", args=[ImportRun.objects.get().pk])


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"%PDF-1.7", "export.pdf", "pas un tableau"),
        (b"", "export.csv", "Ce fichier est vide"),
        (b"x" * (MAX_FILE_BYTES + 1), "export.csv", "dépasse 20 Mo"),
    ],
)
def test_a_hostile_file_gets_a_sentence_and_keeps_nothing(client_of_lead, text_of, content, name, words):
    answer = send(client_of_lead, content, name)

    assert answer.status_code == 200
    assert words in text_of(answer)
    assert not StateExport.objects.exists()


@pytest.mark.parametrize(
    "content", [b"Bonjour, voici l'export\nrien, du tout\n", b"Ville;Population\nDunkerque;86000\nCalais;67000\n"]
)
def test_a_table_of_something_else_says_what_it_lacks(action, client_of_lead, text_of, content):
    answer = send(client_of_lead, content, "export.csv")

    page = text_of(client_of_lead.get(answer["Location"]) if answer.status_code == 302 else answer)
    assert "porteur" in page
    assert not Difference.objects.exists()


def test_a_wrong_tool_falls_back_on_the_questions(action, client_of_lead, text_of):
    url = send(client_of_lead, lines(), kind="gispro")["Location"]

    assert "Dites ce que contient chaque colonne" in text_of(client_of_lead.get(url))


def test_a_wrong_year_or_tool_in_the_form_is_said(client_of_lead, text_of):
    page = text_of(send(client_of_lead, lines(), budget_year="l’an prochain", kind="excel"))

    assert page.count("invalid-feedback") >= 2
    assert not StateExport.objects.exists()


def test_a_confirmation_without_its_preview_writes_nothing(action, client_of_lead, text_of):
    url = send(client_of_lead, lines())["Location"]

    answer = client_of_lead.post(f"{url}confirmer/", {"fingerprint": "faux"}, follow=True)

    assert "Rien n’a été écrit" in text_of(answer)
    assert not Difference.objects.exists()


def test_an_export_left_aside_is_told_so(action, client_of_lead, text_of):
    url = send(client_of_lead, lines())["Location"]

    client_of_lead.post(f"{url}abandonner/")

    assert StateExport.objects.get().state == ImportState.ABANDONED
    assert "laissé de côté" in text_of(client_of_lead.get(url))
