"""A year of governance with the account of the project lead alone, by what its pages offer.

What pilots and members say reaches the lead by telephone, by letter or in the meeting, and is entered for them. The two
halves are two bodies of the same demonstration, so that neither needs the other: a committee from its agenda to its
minutes, then what goes on from one meeting of the "revue de projet" to the next.
"""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from cite_educative.common.models import Entry
from cite_educative.home.demo.accounts import DOMAIN
from governance.enums import AnswerHow
from governance.models import (
    ActionPoint,
    AgendaProposal,
    Attendance,
    Consultation,
    ConsultationAnswer,
    Decision,
    Invitee,
    Meeting,
    MeetingFile,
    MinutesRemark,
    MinutesReview,
    NoteReview,
    PressAgreement,
)
from partners.models import User
from tests.browser.test_slice import RENDERING, main_of, press, text_of
from tests.browser.worker import running_worker

pytestmark = pytest.mark.django_db(transaction=True)

COMMITTEE, REVIEW = "Comité de pilotage", "Revue de projet"
DECIDED, LEFT = "Calendrier de l’année", "Charte des intervenants"
PROPOSED, ABOUT = "Horaires des gymnases", "Appel à projets de l’année"
WRITTEN = "Avancer la date de l’appel"
TASK = "Publier le calendrier de l’année"
LINE = "Affiche du calendrier de l’année"
ASKER = "M. Karim Haddad, adjoint aux sports"
REPLACEMENT = "Mme Rose Delattre, directrice adjointe"
ANSWERER = "Mme Anne Vasseur, directrice de cabinet"
SCAN = {"name": "signe.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}
PHONE = "au téléphone"
RECEIVED = re.compile(r"^Reçue\W*$")
SIDES = 4


@pytest.fixture
def worker(site):
    with running_worker(site.data_dir) as process:
        yield process


@pytest.fixture
def lead(site):
    return User.objects.get(email=f"pilote@{DOMAIN}")


def test_a_lead_alone_brings_a_committee_from_its_agenda_to_its_minutes(visit, lead):
    start = timezone.now()
    visitor = visit("pilote")
    page = visitor.page
    create_bodies(page, "Standard", COMMITTEE)
    fix_a_series(page)
    note_a_proposal(page)
    prepare_the_agenda(page)
    review_the_note(page)
    convene(page)
    enter_a_reply(page)
    hold_the_committee(page)
    review_the_minutes(page)
    publish_the_minutes(page)

    check_the_committee(lead)
    check_who_acted(lead, start)
    assert visitor.take_faults() == []


def test_a_lead_alone_goes_from_one_meeting_to_the_next(visit, worker, lead, tmp_path):
    start = timezone.now()
    visitor = visit("pilote")
    page = visitor.page
    create_bodies(page, "Étagée", REVIEW)
    hold_a_first_review(page)
    consult_in_writing(page)
    hold_the_next_review(page)
    finish_the_task(page)
    plan_communication(page)
    register = print_the_register(page, tmp_path)

    check_the_reviews(lead, register)
    check_who_acted(lead, start)
    assert visitor.take_faults() == []


# --- Small gestures -----------------------------------------------------------------------------------


def day(days=0):
    return str(timezone.localdate() + timedelta(days=days))


def follow(page, name):
    main_of(page).get_by_role("link", name=name).first.click()


def fill(page, label, value):
    main_of(page).get_by_label(label).first.fill(value)


def tick(page, label):
    main_of(page).get_by_label(label).check()


def choose(page, name, **option):
    main_of(page).get_by_role("combobox", name=name).first.select_option(**option)


def says(page, text):
    expect(main_of(page)).to_contain_text(text)


def open_governance(page):
    page.get_by_role("link", name="Gouvernance", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Gouvernance")


def open_meeting(page, body, section="a-venir"):
    """The next one of this body, or the last held ("passees")."""
    open_governance(page)
    page.locator(f"section[aria-labelledby={section}]").get_by_role("link", name=re.compile(f"^{body},")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(body)


def answer_all(page, verb, answer):
    """`answer(page, rank)` fills the form of each one whose answer is entered by the link named `verb`. Their number."""
    links = main_of(page).get_by_role("link", name=re.compile(f"^{verb}"))
    expect(links.first).to_be_visible()
    names = [link.text_content() for link in links.all()]
    for rank, name in enumerate(names):
        main_of(page).get_by_role("link", name=name, exact=True).click()
        answer(page, rank)
    return len(names)


def received(page):
    fill(page, "Reçu de", ANSWERER)
    choose(page, "Par", label="téléphone")


def create_bodies(page, form, body):
    page.goto("/")
    open_governance(page)
    follow(page, "Créer les instances d’un modèle")
    follow(page, form)
    press(page, re.compile("^Créer"))
    says(page, body)


def fix_a_meeting(page, body):
    """Tomorrow, as late as can be: it is convened before it begins, even when midnight passes meanwhile."""
    open_governance(page)
    follow(page, f"Fixer une réunion de {body}")
    fill(page, "Date", day(1))
    fill(page, "Heure", "23:59")
    fill(page, "Lieu", "Hôtel communautaire")
    fill(page, "Durée prévue, en minutes", "90")
    press(page, "Fixer la réunion")


def fix_the_next_ones(page, number):
    follow(page, "Fixer les réunions suivantes")
    fill(page, "Réunions à fixer", str(number))
    fill(page, "Tous les", "4")
    press(page, "Voir les jours")
    press(page, "Fixer ces réunions")
    says(page, re.compile("(sont fixées|est fixée)"))


def add_point(page, title, kind, *, subject=False):
    follow(page, "Ajouter un point")
    fill(page, "Intitulé", title)
    choose(page, "Nature", label=kind)
    if subject:
        choose(page, "Autre sujet que des actions", index=1)
    press(page, "Ajouter le point")
    says(page, title)


def go_to_point(page, title):
    page.locator("ol.odj").get_by_role("link", name=title).click()
    press(page, "Mettre ce point en discussion")
    says(page, "Point en discussion")


def decide(page):
    text = page.get_by_label("Texte de la décision").input_value()
    press(page, "Enregistrer la décision")
    expect(page.locator("#decisions")).to_contain_text(text)


def open_the_sitting(page):
    """Ahead of its day."""
    press(page, "Ouvrir la séance")
    press(page, "Oui, ouvrir la séance")


def take_attendance(page):
    """Everybody whom no reply has excused or replaced is there."""
    presences = page.locator("#presences")
    expect(presences).to_be_visible()
    for name in [button.text_content() for button in presences.locator("button.coche.vide").all()]:
        button = presences.get_by_role("button", name=name, exact=True)
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")


def represent(page, rank):
    row = page.locator("#presences li.presence").nth(rank)
    row.get_by_text("Noter une représentation").click()
    row.get_by_role("combobox").fill(REPLACEMENT)
    row.get_by_role("button", name="Noter", exact=True).click()
    expect(page.locator("#presences li.presence").nth(rank)).to_contain_text(f"par {REPLACEMENT}")


def entrust(page):
    line = page.locator("form.suite-ligne")
    line.get_by_label("À faire").fill(TASK)
    line.get_by_label("Par").select_option(index=1)
    line.get_by_label("Pour le").fill(day(30))
    line.get_by_role("button", name="Confier").click()
    expect(page.locator("#suites")).to_contain_text(TASK)


def close_and_publish(page):
    page.get_by_role("link", name="Clore la séance").click()
    press(page, "Clore la séance et émettre le relevé")
    says(page, "La séance est close")
    press(page, "Publier le relevé")
    says(page, "Le relevé est publié")


# --- A committee, from its agenda to its minutes ------------------------------------------------------


def fix_a_series(page):
    fix_a_meeting(page, COMMITTEE)
    fix_the_next_ones(page, 2)


def note_a_proposal(page):
    """A point that a pilot asked for otherwise than by the application."""
    open_governance(page)
    follow(page, "Points proposés")
    follow(page, "Proposer un point")
    choose(page, "Instance", label=COMMITTEE)
    fill(page, "Intitulé du point", PROPOSED)
    fill(page, "Pourquoi", "Deux clubs demandent le même créneau.")
    fill(page, "Proposé par", ASKER)
    press(page, "Proposer ce point")
    says(page, f"Proposé par {ASKER} (noté par Mme Claire Vandewalle)")
    choose(page, "Séance", index=1)
    press(page, "Inscrire à l’ordre du jour")
    says(page, "La réponse est enregistrée")


def prepare_the_agenda(page):
    open_meeting(page, COMMITTEE)
    says(page, PROPOSED)
    add_point(page, DECIDED, "pour décision")
    add_point(page, ABOUT, "pour information", subject=True)
    says(page, "3 points, 30 min sur 90 prévues")
    says(page, re.compile(r"Appel\s: "))


def review_the_note(page):
    page.locator("li", has_text=DECIDED).get_by_role("link", name=re.compile("^Préparer la note")).click()
    fill(page, "Ce qui est demandé", "Retenir le calendrier proposé.")
    fill(page, "Décision proposée", "Le comité retient le calendrier.")
    press(page, "Enregistrer la note")
    follow(page, "Demander une relecture")
    fill(page, "Relecture attendue pour le", day(5))
    for box in main_of(page).get_by_role("group", name="Pilotes").get_by_role("checkbox").all():
        box.check()
    press(page, "Demander la relecture")
    assert answer_all(page, "Noter la réponse", answer_the_note) == SIDES
    follow(page, re.compile("^Traiter"))
    tick(page, "prise en compte")
    press(page, "Enregistrer")
    fill(page, "Décision proposée", "Le comité retient le calendrier, sous réserve des congés.")
    press(page, "Enregistrer la note")
    press(page, "Valider")
    says(page, "La note est validée")
    press(page, "Émettre la note")
    expect(page.locator("li", has_text=DECIDED).locator(".note-ligne")).to_contain_text("Émise")


def answer_the_note(page, rank):
    if rank == 0:
        tick(page, "je demande des modifications")
        fill(page, "Ce qui doit changer", "Dire la réserve des congés.")
    else:
        tick(page, "j’approuve la note")
    received(page)
    press(page, "Enregistrer")
    says(page, "est enregistrée")


def convene(page):
    open_meeting(page, COMMITTEE)
    follow(page, "Préparer la convocation")
    fill(page, "Réponse attendue pour le", day(1))
    press(page, "Relire avant d’envoyer")
    says(page, "Rien n’est encore parti")
    press(page, re.compile("^(Envoyer à|Émettre la lettre)"))
    says(page, "La convocation part")


def enter_a_reply(page):
    page.get_by_text("Réponses, personne par personne").click()
    follow(page, re.compile("^Enregistrer la réponse"))
    tick(page, "Se fera représenter")
    fill(page, "Représentation par", REPLACEMENT)
    main_of(page).get_by_role("textbox", name=RECEIVED).fill(PHONE)
    press(page, "Enregistrer la réponse")
    page.get_by_text("Réponses, personne par personne").click()
    says(page, f"Par {REPLACEMENT}")


def hold_the_committee(page):
    open_the_sitting(page)
    # The reply received by telephone is already noted; another one comes with the members.
    expect(page.locator("#presences li.presence").first).to_contain_text(f"par {REPLACEMENT}")
    take_attendance(page)
    represent(page, 0)
    represent(page, 1)
    go_to_point(page, PROPOSED)
    fill(page, "Ce qui a été dit", "Les deux clubs partagent le créneau.")
    press(page, "Enregistrer ce qui a été dit")
    go_to_point(page, DECIDED)
    expect(page.get_by_label("Texte de la décision")).to_have_value(re.compile("sous réserve des congés"))
    decide(page)
    close_and_publish(page)


def review_the_minutes(page):
    open_meeting(page, COMMITTEE, "passees")
    follow(page, "Travailler au procès-verbal")
    follow(page, "Envoyer en relecture")
    fill(page, "Relecture attendue pour le", day(10))
    press(page, "Relire avant d’envoyer")
    press(page, re.compile("^Envoyer à"))
    says(page, "Le procès-verbal est en relecture")
    follow(page, re.compile("^Noter une remarque"))
    choose(page, "Remarque de", index=1)
    main_of(page).get_by_role("textbox", name="Remarque").fill("Nommer les deux clubs.")
    received(page)
    press(page, "Enregistrer la remarque")
    assert answer_all(page, "Noter la réponse", answer_the_minutes) == SIDES
    follow(page, re.compile("^Traiter"))
    tick(page, "prise en compte")
    press(page, "Enregistrer")
    fill(page, "Texte du paragraphe", "Les clubs de hand et de basket partagent le créneau.")
    press(page, "Enregistrer le paragraphe")


def answer_the_minutes(page, rank):
    tick(page, "relu avec remarques" if rank == 0 else "relu sans remarque")
    received(page)
    press(page, "Enregistrer")
    says(page, "est enregistrée")


def publish_the_minutes(page):
    press(page, "Valider")
    follow(page, "Relire et publier")
    says(page, "Les clubs de hand et de basket")
    press(page, "Publier le procès-verbal")
    says(page, "Versions publiées")
    follow(page, "Joindre un document signé")
    choose(page, "Nature", label="procès-verbal signé")
    main_of(page).get_by_label("Le document signé").set_input_files(SCAN)
    fill(page, "Signé par", "la présidence")
    fill(page, "Signé le", day())
    press(page, "Joindre le document")
    says(page, "signe.pdf")


# --- From one meeting to the next ---------------------------------------------------------------------


def hold_a_first_review(page):
    fix_a_meeting(page, REVIEW)
    fix_the_next_ones(page, 1)
    open_meeting(page, REVIEW)
    add_point(page, DECIDED, "pour décision")
    add_point(page, LEFT, "pour décision")
    open_the_sitting(page)
    take_attendance(page)
    go_to_point(page, DECIDED)
    fill(page, "Texte de la décision", "Le calendrier est retenu.")
    decide(page)
    entrust(page)
    close_and_publish(page)


def consult_in_writing(page):
    open_governance(page)
    follow(page, "Consultations écrites")
    follow(page, "Préparer une consultation")
    choose(page, "Instance", label=REVIEW)
    fill(page, "Objet", WRITTEN)
    fill(page, "Réponse attendue jusqu’au", day(10))
    fill(page, "Ce qui est soumis aux pilotes", "La date de l’appel avance de deux semaines.")
    fill(page, "Texte de la décision proposée", "L’appel ouvre deux semaines plus tôt.")
    press(page, "Enregistrer la consultation")
    press(page, "Ouvrir la consultation")
    press(page, "Relire le message")
    press(page, re.compile("^Envoyer à"))
    assert answer_all(page, "Saisir la réponse", answer_in_writing) >= SIDES
    follow(page, "Clore la consultation")
    press(page, "Adopter la décision et émettre le relevé")
    says(page, "Prise en accord entre les pilotes")
    press(page, "Publier le résultat")
    press(page, re.compile("^Porter pour ratification"))
    says(page, f"Ratification de la consultation écrite {number(2)}")


def number(rank):
    return f"RP-{timezone.localdate().year}-{rank:03}"


def answer_in_writing(page, rank):
    fill(page, "Donnée par", ANSWERER)
    main_of(page).get_by_role("textbox", name=RECEIVED).fill(PHONE)
    fill(page, "Reçue le", day())
    main_of(page).get_by_role("radio", name="favorable", exact=True).check()
    press(page, "Enregistrer la réponse")
    says(page, "est enregistrée")


def hold_the_next_review(page):
    """Some months later; what was decided in writing is ratified with the words that the page proposes."""
    follow(page, "Reprendre ce qui est resté ouvert")
    for left in (LEFT, TASK):
        expect(main_of(page).get_by_label(left)).to_be_checked()
    press(page, "Reprendre à l’ordre du jour")
    open_the_sitting(page)
    take_attendance(page)
    go_to_point(page, "Ratification")
    ratified = f"La décision {number(2)}, prise par consultation écrite, est ratifiée."
    expect(page.get_by_label("Texte de la décision")).to_have_value(ratified)
    decide(page)
    go_to_point(page, LEFT)
    fill(page, "Texte de la décision", "La charte est retenue.")
    decide(page)
    close_and_publish(page)


def finish_the_task(page):
    open_governance(page)
    follow(page, "Suites à donner")
    follow(page, TASK)
    page.get_by_text("Ajouter un mot, un fichier ou une autre date").click()
    fill(page, "Un mot sur ce qui a été fait", "Affiché dans les écoles.")
    main_of(page).get_by_label("Un fichier qui le montre").set_input_files(SCAN)
    press(page, "C’est fait")
    says(page, "Ce qui a été fait")
    says(page, "signe.pdf")


def plan_communication(page):
    open_governance(page)
    follow(page, "Communication")
    follow(page, "Ajouter une ligne")
    fill(page, "Intitulé", LINE)
    choose(page, "Support", label="affiche")
    fill(page, "Prévu le", day(40))
    press(page, "Enregistrer la ligne")
    assert answer_all(page, "Noter l’accord de presse", enter_the_agreement) == SIDES


def enter_the_agreement(page, rank):
    fill(page, "Demandé le", day())
    choose(page, "Accord", label="donné")
    fill(page, "Répondu le", day())
    fill(page, "Répondu par", "le service de presse")
    fill(page, "Reçu comment", PHONE)
    press(page, "Enregistrer l’accord")
    says(page, "est noté")


def print_the_register(page, folder):
    """What the printed register of this year says."""
    open_governance(page)
    follow(page, "Registre des décisions")
    follow(page, "Imprimer le registre")
    choose(page, "Instance", label=REVIEW)
    press(page, "Imprimer le registre")
    edition = page.locator("section[aria-labelledby=editions] li", has_text=REVIEW)
    links = edition.get_by_role("link", name=re.compile("^Télécharger"))
    expect(links).to_have_count(2, timeout=RENDERING)
    with page.expect_download() as download:
        links.first.click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return text_of(path)


# --- What is written ----------------------------------------------------------------------------------


def check_who_acted(lead, start):
    """The worker signs what it renders by nobody's name; no gesture is anybody else's."""
    actors = Entry.objects.filter(created_at__gte=start).values_list("actor", flat=True)
    assert set(actors) == {lead.pk}


def check_the_committee(lead):
    meetings = Meeting.objects.filter(body__label=COMMITTEE, created_by=lead, starts_at__date__gte=day())
    meeting = meetings.earliest("starts_at")
    assert meetings.count() == 3
    decision = Decision.objects.get(body=meeting.body)
    assert (decision.number, decision.is_agreed, decision.created_by) == (1, True, lead)
    proposal = AgendaProposal.objects.get(title=PROPOSED)
    assert (proposal.received_from, proposal.author, proposal.answered_by) == (ASKER, lead, lead)
    reply = Invitee.objects.get(meeting=meeting, entered_by__isnull=False)
    assert (reply.how, reply.received, reply.entered_by) == (AnswerHow.ENTERED, PHONE, lead)
    assert Attendance.objects.filter(meeting=meeting, represented_by=REPLACEMENT).count() == 2
    for reviews in (
        NoteReview.objects.filter(note__item__meeting=meeting),
        MinutesReview.objects.filter(minutes__meeting=meeting),
    ):
        assert list(reviews.values_list("entered_by", "received_from")) == [(lead.pk, ANSWERER)] * SIDES
    remark = MinutesRemark.objects.get(paragraph__minutes__meeting=meeting)
    assert (remark.author, remark.received_from, remark.settled_by) == (lead, ANSWERER, lead)
    assert MeetingFile.objects.get(meeting=meeting).author == lead


def check_the_reviews(lead, register):
    decisions = Decision.objects.filter(body__label=REVIEW).order_by("number")
    assert [decision.reference for decision in decisions] == [number(rank) for rank in (1, 2, 3, 4)]
    assert {(decision.is_agreed, decision.created_by) for decision in decisions} == {(True, lead)}
    assert f"4 décisions, de {number(1)} à {number(4)}, sans numéro manquant." in register
    for decision in decisions:
        assert f"{decision.reference} {decision.title[:16]}" in register
    consultation = Consultation.objects.get(decision=decisions[1])
    assert consultation.ratification.decisions.get() == decisions[2]
    answers = ConsultationAnswer.objects.filter(consultation=consultation).values_list("how", "name", "entered_by")
    assert set(answers) == {(AnswerHow.ENTERED, ANSWERER, lead.pk)}
    task = ActionPoint.objects.get(text=TASK)
    assert (task.status, task.created_by, task.files.get().author) == ("done", lead, lead)
    agreements = PressAgreement.objects.filter(item__title=LINE).values_list("answer", "said_by", "entered_by")
    assert list(agreements) == [("given", PHONE, lead.pk)] * SIDES
