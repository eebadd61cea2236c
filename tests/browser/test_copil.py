"""A « comité de pilotage » on a real table: prepared, convened, held by two secretaries before a projector, closed, published."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from governance.models import Decision, Meeting
from tests.browser.test_slice import (
    CALL,
    RENDERING,
    import_table,
    main_of,
    press,
    text_of,
)
from tests.browser.worker import running_worker

pytestmark = pytest.mark.django_db(transaction=True)

TOTAL = "106 200"  # what the table proposes, in euros
TITLE = "Programmation de la réussite éducative"
SAID = "Le tableau est lu ligne à ligne."


@pytest.fixture
def worker(site):
    with running_worker(site.data_dir) as process:
        yield process


def test_a_steering_committee_from_its_table_to_what_partners_read(visit, worker, tmp_path):
    lead, second, partner, holder = visit("pilote"), visit("pilote"), visit("partenaire"), visit("porteur")
    page = lead.page
    page.goto("/")
    import_table(page)
    create_bodies(page)
    meeting = plan(page)
    issue_the_note(page)
    convene(page)
    papers = make_papers(page, tmp_path)
    address = open_the_meeting(page)

    two_secretaries(page, second.page, address)
    project(second.page, meeting)
    decide(page)
    published = close_and_publish(page, meeting, tmp_path)

    decision = Decision.objects.get(meeting=meeting)
    assert decision.effects.values("action").distinct().count() == 50
    check_papers(papers | published, decision.reference, meeting.body.cite.sides.values_list("label", flat=True))
    # Nobody of them sits in the committee: nothing of it exists for them.
    for visitor in (partner, holder):
        assert visitor.go(f"/gouvernance/reunions/{meeting.pk}/") == 404
        assert visitor.go(f"/gouvernance/decisions/{decision.pk}/") == 404
        visitor.take_faults()
    assert lead.take_faults() == []


def create_bodies(page):
    page.goto("/gouvernance/instances/modeles/")
    press(page, re.compile("^Créer"))
    expect(main_of(page)).to_contain_text("Comité de pilotage")


def plan(page):
    page.goto("/gouvernance/")
    page.get_by_role("link", name="Fixer une réunion de Comité de pilotage").click()
    page.get_by_label("Date").fill(str(timezone.localdate() + timedelta(days=20)))
    page.get_by_label("Lieu").fill("Hôtel communautaire")
    page.get_by_label("Durée prévue, en minutes").fill("90")
    press(page, "Fixer la réunion")
    page.get_by_role("link", name="Ajouter un point").click()
    page.get_by_label("Intitulé", exact=False).first.fill(TITLE)
    page.get_by_label("Durée prévue, en minutes").fill("95")
    page.get_by_label("Appel à projets").select_option(label=CALL)
    press(page, "Cocher toutes les demandes de l’appel")
    press(page, "Ajouter le point")
    expect(main_of(page)).to_contain_text("50 actions examinées")
    expect(main_of(page)).to_contain_text("L’ordre du jour dépasse de 5 minutes la durée prévue.")
    return Meeting.objects.get(items__title=TITLE)


def issue_the_note(page):
    page.get_by_role("link", name=re.compile("^Préparer la note")).click()
    page.get_by_label("Ce qui est demandé").fill("Programmer {nombre_actions} pour {montant}.")
    page.get_by_label("Décision proposée").fill("Le comité de pilotage programme {nombre_actions}, pour {montant}.")
    press(page, "Enregistrer, relire et émettre")
    expect(main_of(page)).to_contain_text(re.compile(r"Programmer 50\s+actions pour 106\s+200\s+€"))
    press(page, "Émettre la note")


def convene(page):
    page.get_by_role("link", name="Préparer la convocation").click()
    press(page, "Relire avant d’envoyer")
    expect(main_of(page)).to_contain_text("Rien n’est encore parti")
    main_of(page).get_by_role("button", name=re.compile("^(Envoyer à|Émettre la lettre)")).click()
    expect(page.locator("#convocation")).to_be_visible()


def make_papers(page, folder):
    for label in ("dossier", "présentation", "feuille"):
        main_of(page).get_by_role("button", name=re.compile(f"^Préparer.*{label}", re.IGNORECASE)).click()
        expect(main_of(page)).to_contain_text("Documents de séance")
    links = main_of(page).get_by_role("link", name=re.compile("^Télécharger"))
    # The note and the letter in two formats, the dossier, the slides and the attendance sheet in two too.
    expect(links).to_have_count(9, timeout=RENDERING)
    return download(page, links, folder)


def download(page, links, folder):
    """{file name: path}"""
    files = {}
    for link in links.all():
        with page.expect_download() as waiting:
            link.click()
        path = folder / waiting.value.suggested_filename
        waiting.value.save_as(path)
        files[path.name] = path
    return files


def open_the_meeting(page):
    """Twenty days ahead of its day."""
    press(page, "Ouvrir la séance")
    press(page, "Oui, ouvrir la séance")
    for number in (1, 2):
        page.locator("#presences button.coche.vide").first.click()
        expect(page.locator("#presents [role=status]")).to_contain_text(f"{number} sur")
    press(page, "Mettre ce point en discussion")
    expect(main_of(page)).to_contain_text("Point en discussion")
    return page.url


def two_secretaries(page, other, address):
    """What the second one typed on an earlier text is shown beside it; nothing is lost on either side."""
    other.goto(address)
    said = "Ce qui a été dit"
    page.get_by_label(said).fill(SAID)
    press(page, "Enregistrer ce qui a été dit")
    expect(page.get_by_label(said)).to_have_value(SAID)

    other.get_by_label(said).fill("Autre version.")
    press(other, "Enregistrer ce qui a été dit")
    expect(main_of(other)).to_contain_text("deux versions")
    expect(main_of(other)).to_contain_text(SAID)
    expect(main_of(other)).to_contain_text("Autre version.")
    other.get_by_role("link", name="Reprendre la version enregistrée").click()
    expect(other.get_by_label(said)).to_have_value(SAID)


def project(page, meeting):
    page.goto(f"/gouvernance/reunions/{meeting.pk}/projection/")
    expect(page.locator("body")).to_contain_text(TITLE)


def decide(page):
    page.reload()
    page.get_by_role("link", name="Décision", exact=True).click()
    expect(page.get_by_label("Texte de la décision")).to_have_value(
        re.compile(r"programme 50\s+actions, pour 106\s+200\s+€")
    )
    press(page, "Enregistrer la décision")
    expect(page.locator("#decisions")).to_contain_text("Effets à la clôture : 50 actions")


def close_and_publish(page, meeting, folder):
    page.get_by_role("link", name="Clore la séance").click()
    press(page, "Clore la séance et émettre le relevé")
    expect(main_of(page)).to_contain_text("La séance est close")
    releve = page.locator("section[aria-labelledby=releve]")
    links = releve.get_by_role("link", name=re.compile("^Télécharger"))
    expect(links).to_have_count(2, timeout=RENDERING)
    files = download(page, links, folder)
    press(page, "Publier le relevé")
    page.goto(f"/gouvernance/reunions/{meeting.pk}/proces-verbal/")
    press(page, "Valider sans relecture")
    page.get_by_role("link", name="Relire et publier").click()
    press(page, re.compile("^Publier"))
    links = page.locator("section[aria-labelledby=versions]").get_by_role("link", name=re.compile("^Télécharger"))
    expect(links).to_have_count(2, timeout=RENDERING)
    return files | download(page, links, folder)


def check_papers(files, reference, protocol):
    texts = {name: text_of(path) for name, path in files.items() if path.suffix == ".pdf"}
    assert len(texts) == 7, sorted(files)
    for name, text in texts.items():
        assert "·" not in text, name
        sides = [text.find(" ".join(side.split())) for side in protocol]
        assert sides == sorted(sides), name
        assert -1 not in sides, name
    records = [text for text in texts.values() if reference in text]
    assert len(records) == 2
    for text in (*records, *(text for text in texts.values() if "Programmer 50 actions" in text)):
        assert TOTAL in text
