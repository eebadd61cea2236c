"""What cannot be imported gets a French sentence, by the page and by the command, and leaves nothing behind."""

import io
import json
import threading
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from actions.imports import PreviewChanged, confirm_import, plan_of, save_answers, start_import
from actions.models import Action, Call, Funding, ImportRun
from tests.actions.factories import make_call, make_source
from tests.actions.importing import run_command
from tests.actions.tables import csv, xlsx

pytestmark = pytest.mark.django_db
GOOD = "Action;Porteur;État demandé;État accordé\nChorale;Les Voix;1000;800\nÉchecs;Le Roi;300;\n"


def bomb():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 40_000_000)
        archive.writestr("xl/_rels/workbook.xml.rels", b"0" * 10_000_000)
    return stream.getvalue()


def many_rows():
    return csv("Action;Porteur;Demandé\n" + "".join(f"A{i};X;1\n" for i in range(60_000)))


UNREADABLE = {
    "pdf": lambda: b"%PDF-1.7 rien",
    "truncated": lambda: xlsx({"A": [["Action", "Porteur"], ["A", "B"]]})[:900],
    "protected": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
    "no row": lambda: csv("Action;Porteur;Demandé\n"),
    "60 000 rows": many_rows,
    "zip bomb": bomb,
    "40 MB": lambda: b"a;b\n" * 10_500_000,
    "words": lambda: b"bonjour",
}


@pytest.fixture
def call(cite):
    return make_call(cite, "Appel 2026")


@pytest.fixture
def state(cite):
    return make_source(cite, "État")


@pytest.fixture
def browser(client, lead):
    client.force_login(lead)
    return client


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_is_no_table_is_refused_in_french(name, browser, cite, call, tmp_path):
    content = UNREADABLE[name]()
    file = SimpleUploadedFile("tableau.xlsx", content)
    response = browser.post(reverse("actions:import"), {"file": file, "label": "Nouveau", "year": "2026"})
    code, _, sentence = run_command(tmp_path, cite, call.label, content)

    assert response.status_code == 200
    (error,) = response.context["form"].errors["file"]
    assert error.endswith((".", "recommencez."))
    assert code == 1
    assert sentence
    assert not ImportRun.objects.exists()
    assert not Call.objects.filter(label="Nouveau").exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (GOOD + "Danse;Pas;beaucoup;\n", "Ligne 4 refusée"),
        (GOOD + "Danse;Pas;-50;\n", "négatif"),
        (GOOD + "Danse;;50;\nVélo;Roue;9;\nLuge;Neige;8;\nBoxe;Gants;7;\n", "n’a pas de porteur"),
        ("Exercice;Action;Porteur;État demandé\n2026;A;X;1\n20226;B;Y;2\n", "Ligne 3 refusée"),
    ],
)
def test_a_wrong_line_keeps_all_from_being_written_until_it_is_said(
    content, sentence, cite, call, lead, state, tmp_path
):
    code, out, err = run_command(tmp_path, cite, call.label, csv(content))

    assert code == 2
    assert sentence in err.replace("\u00a0", " ")
    assert json.loads(out)["answers"] == {"refused": None}
    assert not Action.objects.exists()

    code, out, err = run_command(tmp_path, cite, call.label, csv(content), {"answers": {"refused": "skip"}})
    assert code == 0
    assert Action.objects.exists()


@pytest.mark.parametrize(
    ("mapping", "sentence"),
    [
        ("{", "JSON"),
        ({"answers": []}, "answers"),
        ({"columns": {"Z": "title"}}, "que le fichier n’a pas"),
        ({"columns": {"A": "titre"}}, "champ connu"),
        ({"columns": {"A": "holder_name"}}, "toutes deux"),
        ({"tables": [{}, {}, {}]}, "3 tableaux"),
        ({"columns": {"Porteur": "ignore"}}, "porteur"),
    ],
)
def test_a_wrong_mapping_is_explained(mapping, sentence, cite, call, lead, state, tmp_path):
    code, _, err = run_command(tmp_path, cite, call.label, csv(GOOD), mapping)

    assert code == 1
    assert sentence in err
    assert not Action.objects.exists()


def test_an_unknown_funder_is_a_question_and_a_wrong_answer_a_sentence(cite, call, lead, tmp_path):
    code, out, err = run_command(tmp_path, cite, call.label, csv(GOOD))
    assert (code, Action.objects.count()) == (2, 0)
    assert "funder:etat" in err
    assert json.loads(out)["answers"]["funder:etat"]["new"] == "state_direct"

    answers = {"funder:etat": {"source": "Inconnue"}}
    code, _, err = run_command(tmp_path, cite, call.label, csv(GOOD), {"answers": answers})
    assert code == 2
    assert "Inconnue" in err


def test_a_dry_run_writes_nothing(cite, call, lead, state, tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(csv(GOOD))
    out = io.StringIO()
    call_command("import_table", str(path), cite=cite.slug, call=call.label, as_json=True, dry_run=True, stdout=out)

    assert json.loads(out.getvalue())["rows"]["created"] == 2
    assert not Action.objects.exists()
    assert not ImportRun.objects.exists()


def test_the_whole_path_on_the_pages(browser, cite, call, tmp_path, text_of):
    upload = {"file": SimpleUploadedFile("suivi.csv", csv(GOOD)), "call": call.pk}
    response = browser.post(reverse("actions:import"), upload)
    run = ImportRun.objects.get()
    page = reverse("actions:import_run", args=[run.pk])
    assert response.url == page
    response = browser.get(page)
    assert "Quel est le financeur « État »" in text_of(response)
    assert not Action.objects.exists()

    typed = {
        f"field-0-{letter}": field
        for letter, field in zip("ABCD", ["title", "holder_name", "requested", "granted"], strict=True)
    }
    typed |= {
        "funder-0-C": "État",
        "funder-0-D": "État",
        "answer:funder:etat": "new:state_direct",
        "name:funder:etat": "État",
    }
    response = browser.post(page, typed, follow=True)
    assert response.templates[0].name == "actions/import/preview.html"
    assert "1 300" in text_of(response)
    assert not Action.objects.exists()

    confirm = reverse("actions:import_confirm", args=[run.pk])
    for _ in range(2):
        response = browser.post(
            confirm,
            {"fingerprint": response.context["fingerprint"]} if "fingerprint" in response.context else {},
            follow=True,
        )
        assert response.templates[0].name == "actions/import/result.html"
    assert Action.objects.count() == 2
    assert text_of(browser.get(reverse("actions:list") + f"?appel={call.pk}&exercice=tous")).count("Chorale") >= 1


def test_the_settings_and_the_preview_warn_of_another_year_and_show_the_themes(
    browser, cite, call, lead, state, text_of
):
    table = csv("Exercice;Action;Porteur;Thématique;État demandé\n2014;A;X;Sport;100\n2014;B;Y;Culture;50\n")
    run = start_import(call=call, actor=lead, content=table, filename="s.csv")
    save_answers(run=run, mapping={})
    page = reverse("actions:import_run", args=[run.pk])
    preview, settings = (text_of(browser.get(address)) for address in (page, f"{page}?reglages=1"))

    for shown in (preview, settings):
        assert "L’exercice du fichier (2014) n’est pas celui de l’appel « Appel 2026 » (2026)." in shown.replace(
            "\u00a0", " "
        )
    assert "Par thématique" in preview
    assert "Sport" in preview


def test_a_posted_mapping_that_cannot_hold_is_shown_again_as_typed(browser, cite, call, lead, state):
    run = start_import(call=call, actor=lead, content=csv(GOOD), filename="s.csv")
    typed = {f"field-0-{letter}": "title" for letter in "ABCD"}
    response = browser.post(reverse("actions:import_run", args=[run.pk]), typed)

    assert response.status_code == 200
    assert "toutes deux" in response.context["error"]
    assert not Action.objects.exists()


def test_a_preview_that_is_no_longer_true_is_refused_and_shown_anew(browser, cite, call, lead, state):
    run = start_import(call=call, actor=lead, content=csv(GOOD), filename="s.csv")
    save_answers(run=run, mapping={})
    stale = plan_of(run).fingerprint
    other = start_import(call=call, actor=lead, content=csv(GOOD), filename="s.csv")
    confirm_import(run=other, actor=lead, fingerprint=plan_of(other).fingerprint)
    response = browser.post(reverse("actions:import_confirm", args=[run.pk]), {"fingerprint": stale})

    assert response.status_code == 409
    assert response.context["writes"] == 0
    assert Action.objects.count() == 2
    assert ImportRun.objects.get(pk=run.pk).state != "done"


@pytest.mark.django_db(transaction=True)
def test_two_confirmations_at_once_write_once(cite, call, lead, state):
    run = start_import(call=call, actor=lead, content=csv(GOOD), filename="s.csv")
    save_answers(run=run, mapping={})
    fingerprint, errors = plan_of(run).fingerprint, []

    def confirm():
        try:
            confirm_import(run=ImportRun.objects.get(pk=run.pk), actor=lead, fingerprint=fingerprint)
        except PreviewChanged as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=confirm) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert Action.objects.count() == 2
    assert Funding.objects.count() == 2
