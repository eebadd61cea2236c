"""The main job from end to end, by the project lead alone: a table comes in, two accessible PDF documents go out.

A real worker, a process of its own, renders them from the broker's folder, on the database of the tests.
"""

import re
import subprocess
import zipfile
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from cite_educative.home.demo.accounts import PASSWORD
from tests.browser.worker import running_worker

# Creates the database; `site` fills it.
pytestmark = pytest.mark.django_db(transaction=True)

TABLE = settings.BASE_DIR / "cite_educative" / "data" / "montpellier_2014_reussite_educative.xlsx"
RENDERING = 180_000  # milliseconds: the worker may still be starting
CALL = "Réussite éducative 2014"
TITLES = ("TIME OUT", "MEDIATION ET REMEDIATION")


@pytest.fixture
def worker(site):
    with running_worker(site.data_dir) as process:
        yield process


def main_of(page):
    return page.get_by_role("main")


def press(page, name):
    main_of(page).get_by_role("button", name=name).click()


def test_a_lead_alone_goes_from_a_table_to_the_decisions(visit, worker, tmp_path):
    visitor = visit(None)
    page = visitor.page
    sign_in(page)
    import_table(page)
    read_the_list(page)
    plan_the_meeting(page)
    issue_the_note(page)
    hold_the_meeting(page)
    number = close_the_meeting(page)
    files = download_all(page, tmp_path)

    note, record = sorted(files["pdf"], key=lambda path: number in text_of(path))
    for path in (note, record):
        assert path.read_bytes().startswith(b"%PDF-")
        assert {"Document", "H1", "P", "Table", "TH"} <= tags_of(path)
        assert "programme deux actions" in text_of(path)
    assert "programmer 3 500 €" in text_of(note)
    assert number == f"TR-{timezone.localdate().year}-003"
    for amount in ("2 500", "1 000", "3 500"):
        assert amount in text_of(record)
    assert [zipfile.ZipFile(path).testzip() for path in files["docx"]] == [None, None]
    assert visitor.take_faults() == []


def sign_in(page):
    page.goto("/")
    page.get_by_label("Courriel").fill("pilote@demo.example")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()


def import_table(page):
    page.get_by_role("link", name="Importer un tableau").click()
    page.get_by_label("Tableau", exact=False).set_input_files(TABLE)
    page.get_by_label("Nom du nouvel appel").fill(CALL)
    page.get_by_label("Exercice du nouvel appel").fill("2014")
    press(page, "Lire le tableau")
    page.locator("select[name='answer:funder']").select_option(label="Ville de Dunkerque")
    page.locator("input[name='answer:title']").fill("Fonctionnement")
    press(page, "Voir l’aperçu")

    expect(main_of(page)).to_contain_text("Rien n’est encore écrit")
    main_of(page).get_by_role("button", name="Confirmer l’import").first.click()
    expect(main_of(page)).to_contain_text("Importer à nouveau le même fichier ne créera aucun double")
    figures = page.locator(".chiffres dd:not(.sous)")
    expect(figures).to_have_text(["50", "50", "0", "0"])
    sums = page.get_by_role("table", name="Somme lue dans chaque colonne")
    row = sums.get_by_role("row", name="106 200,00 €")
    expect(row.get_by_role("cell")).to_contain_text(["proposé", "106 200,00 €", "106 200,00 €", "aucun"])
    expect(sums.get_by_role("row", name="Montant Demandé 2014")).to_contain_text("225 701,00 €")


def read_the_list(page):
    page.get_by_role("link", name="Voir les actions de l’appel").click()
    expect(page.locator(".bilan-ligne")).to_contain_text("50 actions")
    expect(page.locator(".bilan-ligne")).to_contain_text("Demandé 225 701 €")
    expect(page.get_by_role("link", name=TITLES[0])).to_be_visible()


def plan_the_meeting(page):
    page.get_by_role("link", name="Gouvernance").first.click()
    page.get_by_role("link", name="Fixer une réunion").first.click()
    page.get_by_label("Date").fill(str(timezone.localdate() + timedelta(days=2)))
    page.get_by_label("Heure").fill("10:30")
    page.get_by_label("Lieu").fill("Hôtel de ville")
    press(page, "Fixer la réunion")

    page.get_by_role("link", name="Ajouter un point").click()
    page.get_by_label("Intitulé", exact=False).first.fill("Réussite éducative")
    page.get_by_label("Appel à projets").select_option(label=CALL)
    press(page, "Filtrer")
    for title in TITLES:
        page.locator(".cases label", has_text=title).get_by_role("checkbox").check()
    press(page, "Ajouter le point")
    expect(main_of(page)).to_contain_text("2 actions examinées")


def issue_the_note(page):
    page.get_by_role("link", name=re.compile("^Préparer la note")).click()
    page.get_by_label("Titre", exact=False).first.fill("Programmer deux actions")
    page.get_by_label("Ce qui est demandé").fill("La Troïka est invitée à programmer 3 500 €.")
    page.get_by_label("Ce qu’il faut savoir").fill("Deux demandes.\n\n- la première\n- la seconde")
    page.get_by_label("Décision proposée").fill("La Troïka programme deux actions.")
    press(page, "Enregistrer, relire et émettre")
    expect(main_of(page)).to_contain_text("Projet, sans valeur de décision")
    press(page, "Émettre la note")


def hold_the_meeting(page):
    """Two days ahead of its day."""
    press(page, "Ouvrir la séance")
    press(page, "Oui, ouvrir la séance")
    page.locator("#presences button.coche.vide").first.click()
    expect(page.locator("#presents [role=status]")).to_contain_text("1 sur 7")
    expect(page.get_by_label("Texte de la décision")).to_have_value("La Troïka programme deux actions.")
    expect(page.get_by_label("Décision prise en accord entre les pilotes")).to_be_checked()
    for number, amount in enumerate(("2 500", "1 000")):
        page.locator("input[name^=amount-]").nth(number).fill(amount)
    press(page, "Enregistrer la décision")
    expect(page.locator("#decisions")).to_contain_text("La Troïka programme deux actions.")


def close_the_meeting(page):
    """Returns the number that the decision was given."""
    page.get_by_role("link", name="Clore la séance").click()
    press(page, "Clore la séance et émettre le relevé")
    expect(main_of(page)).to_contain_text("La séance est close")
    return page.locator("#releve ~ ul .code").inner_text()


def download_all(page, folder):
    """The page is left open: it fetches by itself the state of each file until it is ready."""
    links = main_of(page).get_by_role("link", name=re.compile("^Télécharger"))
    expect(links).to_have_count(4, timeout=RENDERING)
    files = {"pdf": [], "docx": []}
    for link in links.all():
        with page.expect_download() as download:
            link.click()
        path = folder / download.value.suggested_filename
        download.value.save_as(path)
        files[path.suffix[1:]].append(path)
    return files


def text_of(path):
    """What the document says, its lines and its no-break spaces made ordinary ones."""
    run = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True, text=True)
    return " ".join(run.stdout.split())


def tags_of(path):
    run = subprocess.run(["pdfinfo", "-struct", path], capture_output=True, check=True, text=True)
    return set(re.findall(r"^\s*(\w+)", run.stdout, re.MULTILINE))
