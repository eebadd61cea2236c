"""The pages of a review: answers typed, refused, in conflict, saved by themselves; a form imported; their cost."""

import io
from datetime import date
from decimal import Decimal
from time import perf_counter

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from evaluation import services
from evaluation.computed import Computed
from evaluation.models import ReviewAnswer, ReviewTemplate
from evaluation.review_enums import AnswerState
from evaluation.review_import import read_form
from partners.enums import Role
from tests import factories
from tests.evaluation.factories import REVIEW_QUESTIONS, answer_computations, make_review

pytestmark = pytest.mark.django_db
KINDS = ("integer", "number", "percent", "euros", "date", "yes_no", "choice", "scale", "list", "table")
HEAD = "rubrique\tcode\tquestion\tnature\tchoix\taide\tcalcul"


@pytest.fixture
def cite():
    return factories.make_cite()


@pytest.fixture
def lead(cite):
    return factories.make_lead(cite)


@pytest.fixture
def browser(client, lead):
    client.force_login(lead)
    return client


@pytest.fixture
def computed(monkeypatch):
    return answer_computations(monkeypatch)


def answer_of(review, code):
    return ReviewAnswer.objects.get(review=review, question__code=code)


def address(answer):
    return reverse("evaluation:review_answer", args=[answer.pk])


def every_kind(cite, lead):
    questions = [
        {"section_code": "A", "section_label": "Tout", "code": kind, "label": f"Question {kind}", "kind": kind}
        | ({"choices": ["un", "deux"]} if kind in ("choice", "scale", "table") else {})
        for kind in KINDS
    ]
    return make_review(cite, lead, questions=questions)


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("integer", "12", 12),
        ("number", "1 234,5", "1234.5"),
        ("percent", "98,7 %", "98.7"),
        ("euros", "298 000,50", "298000.5"),
        ("date", "15/11/2024", "2024-11-15"),
        ("yes_no", "non", False),
        ("choice", "deux", "deux"),
        ("scale", "un", "un"),
        ("list", "PRE\n\nCTG ", ["PRE", "CTG"]),
        ("table", "a ; b\nc\td\ne", [["a", "b"], ["c", "d"], ["e", ""]]),
    ],
)
def test_each_kind_is_kept_typed_and_shown_again(cite, lead, browser, kind, typed, kept):
    answer = answer_of(every_kind(cite, lead), kind)
    response = browser.post(address(answer), {"value": typed, "text": "", "owner": "", "version": "1"})
    assert response.status_code == 302
    answer.refresh_from_db()
    assert answer.value == kept
    again = browser.get(address(answer)).content.decode()
    assert browser.get(response.url).status_code == 200
    assert 'name="value"' in again


@pytest.mark.parametrize(
    ("kind", "typed", "sentence"),
    [
        ("integer", "N/A", "nombre entier"),
        ("number", "beaucoup", "Écrivez un nombre"),
        ("percent", "130 %", "Une part va de 0 à 100"),
        ("euros", "douze", "Montant illisible"),
        ("date", "hier", "illisible"),
        ("choice", "trois", "trois"),
        ("table", "a;b;c", "Ligne 1"),
        ("number", "1e999", "Écrivez un nombre"),
    ],
)
def test_what_cannot_be_read_is_told_and_kept(cite, lead, browser, kind, typed, sentence):
    answer = answer_of(every_kind(cite, lead), kind)
    page = browser.post(address(answer), {"value": typed, "text": "À ne pas perdre", "owner": "", "version": "1"})
    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert "À ne pas perdre" in page.content.decode()
    automatic = browser.post(
        address(answer), {"value": typed, "text": "", "version": "1"}, headers={"X-Autosave": "1"}
    )
    assert automatic.status_code == 422
    answer.refresh_from_db()
    assert answer.value is None


def test_both_versions_are_shown_to_the_second_writer(cite, lead, browser):
    answer = answer_of(make_review(cite, lead), "T")
    form = {"text": "Ma version", "owner": "", "version": "1"}
    saved = browser.post(address(answer), form | {"text": "La sienne"}, headers={"X-Autosave": "1"})
    assert (saved.status_code, saved["X-Version"]) == (204, "2")
    assert browser.post(address(answer), form, headers={"X-Autosave": "1"}).status_code == 409
    page = browser.post(address(answer), form)
    assert page.status_code == 409
    assert "Ma version" in page.content.decode()
    assert "La sienne" in page.content.decode()
    assert browser.post(address(answer), form | {"version": "2"}).status_code == 302
    answer.refresh_from_db()
    assert answer.text == "Ma version"


def test_a_replaced_computation_asks_for_its_reason_in_place(cite, lead, browser, computed):
    computed["review.x"] = Computed(Decimal("298000.00"), told="Notifié le 14 avril.")
    review = make_review(cite, lead)
    form = {"value": "300 000", "reason": "", "text": "", "owner": "", "version": "1"}
    page = browser.post(address(answer_of(review, "F1")), form).content.decode()
    assert "pourquoi une autre valeur la remplace" in page
    browser.post(address(answer_of(review, "F1")), form | {"reason": "Avenant"})
    page = browser.get(reverse("evaluation:review", args=[review.pk]) + "?rubrique=F").content.decode()
    assert "300\u00a0000,00\u00a0€" in page
    assert "298\u00a0000,00\u00a0€" in page
    assert "Avenant" in page


def test_last_year_is_beside_and_taken_up_on_demand(cite, lead, browser):
    last, review = make_review(cite, lead, year=2024), make_review(cite, lead, year=2025)
    answer = answer_of(last, "T")
    typed = {"value": None, "text": "Le texte de l’an dernier", "reason": ""}
    services.save_answer(answer, actor=lead, version=1, typed=typed)
    now = answer_of(review, "T")
    page = browser.get(address(now)).content.decode()
    assert page.count("Le texte de l’an dernier") == 1
    taken = browser.get(address(now) + "?reprendre=1").content.decode()
    assert taken.count("Le texte de l’an dernier") == 2
    now.refresh_from_db()
    assert now.text == ""


def test_a_frozen_review_is_read_and_no_longer_written(cite, lead, browser, computed):
    computed["review.x"] = Computed(Decimal(12), told="Douze.")
    review = make_review(cite, lead)
    url = reverse("evaluation:review_freeze", args=[review.pk])
    assert "Questions à régler d’abord" in browser.get(url).content.decode()
    browser.post(url)
    review.refresh_from_db()
    assert review.is_open
    for answer in review.answers.all():
        state = "valider" if answer.question.code == "F1" else "sans-reponse"
        browser.post(reverse("evaluation:review_settle", args=[answer.pk]), {"geste": state})
    browser.post(url)
    review.refresh_from_db()
    assert not review.is_open
    answer = answer_of(review, "T")
    assert browser.get(address(answer)).status_code == 302
    assert browser.post(address(answer), {"text": "Trop tard", "owner": "", "version": "2"}).status_code == 302
    assert answer_of(review, "T").text == ""
    page = browser.get(reverse("evaluation:review", args=[review.pk]) + "?rubrique=F").content.decode()
    assert address(answer_of(review, "F1")) not in page


def test_the_owner_answers_the_own_question(cite, lead, client):
    review = make_review(cite, lead)
    referent = factories.make_user(cite, Role.REFERENT)
    typed = {"value": None, "text": "", "reason": "", "owner": referent.person}
    services.save_answer(answer_of(review, "T"), actor=lead, version=1, typed=typed)
    client.force_login(referent)
    answer = answer_of(review, "T")
    assert client.post(address(answer), {"text": "Ma réponse", "version": "2", "valider": "1"}).status_code == 302
    answer.refresh_from_db()
    assert (answer.text, answer.state, answer.owner) == ("Ma réponse", AnswerState.DRAFT, referent.person)


def test_a_side_validates_on_its_day(cite, lead, client):
    review, side = make_review(cite, lead), cite.sides.first()
    pilot = factories.make_user(cite, Role.PILOT, side=side)
    client.force_login(pilot)
    url = reverse("evaluation:review_validate", args=[review.pk, side.pk])
    assert client.post(url, {"validated_on": "2999-01-01"}).status_code == 200
    assert client.post(url, {"validated_on": "2026-01-05"}).status_code == 302
    assert review.validations.get().validated_on == date(2026, 1, 5)


# --- A form imported ------------------------------------------------------------------------------


def test_a_form_is_shown_then_imported(cite, lead, browser):
    book = Workbook()
    book.active.append(["Rubrique", "Code", "Question", "Nature", "Choix"])
    book.active.append(["A. Périmètre", 1, "Quel périmètre ?", "Texte", None])
    book.active.append(["A. Périmètre", 2, "Quelle forme ?", "Choix", "petite; grande"])
    file = io.BytesIO()
    book.save(file)
    url = reverse("evaluation:review_templates")
    upload = SimpleUploadedFile("national.xlsx", file.getvalue())
    page = browser.post(url, {"year": "2026", "label": "National 2026", "file": upload})
    assert "2 questions lues" in page.content.decode()
    assert not ReviewTemplate.objects.filter(cite=cite).exists()
    sent = {"year": "2026", "label": "National 2026", "table": page.context["form"]["table"].value(), "confirmer": "1"}
    assert browser.post(url, sent).status_code == 302
    assert browser.post(url, sent).status_code == 302
    template = ReviewTemplate.objects.get(cite=cite)
    assert [(row.code, row.kind, row.choices) for row in template.questions.all()] == [
        ("1", "text", []),
        ("2", "choice", ["petite", "grande"]),
    ]


def test_each_line_says_what_is_wrong_with_it():
    lines = [
        HEAD,
        "A. Un\tA1\tBonne ?\ttexte\t\t\t",
        "Sans code\tA1\tDouble ?\ttexte\t\t\t",
        "A. Un\tA2\tQuoi ?\tpoème\t\t\t",
        "A. Un\tA3\tLequel ?\tchoix\t\t\t",
        "A. Un\t\t\ttableau\t\t\tZ99",
        f"A. Un\tA5\t{'x' * 301}\ttexte\t\t\t",
    ]
    reading = read_form("\n".join(lines))
    assert not reading.is_sound
    faults = {line.number: " ".join(line.errors) for line in reading.lines}
    assert faults[2] == ""
    assert "rubrique avec son code" in faults[3]
    assert "déjà celui de la ligne 2" in faults[3]
    assert "poème" in faults[4]
    assert "ses choix" in faults[5]
    assert "ses colonnes" in faults[6]
    assert "Il manque le code" in faults[6]
    assert "Calcul inconnu" in faults[6]
    assert "300 signes" in faults[7]


@pytest.mark.parametrize("text", ["", "n’importe quoi", HEAD, "rubrique;code\nA. Un;A1"])
def test_a_table_that_is_none_is_refused_in_words(text):
    reading = read_form(text)
    assert not reading.is_sound
    assert reading.errors


def test_a_computed_question_takes_its_secrecy_from_the_computation():
    reading = read_form(
        f"{HEAD}\nF. Argent\tF1\tCombien ?\teuros\t\t\tf1\nB. Qui\tB2\tQui ?\ttableau\ta;b\t\treview.b2"
    )
    assert [(line.row["computed_key"], line.row["is_money"]) for line in reading.lines] == [
        ("review.f1", True),
        ("review.b2", False),
    ]


# --- Cost -----------------------------------------------------------------------------------------


def test_a_page_costs_the_same_for_few_and_many_questions(
    cite, lead, browser, computed, django_assert_max_num_queries
):
    computed["review.x"] = Computed(Decimal(12), told="Douze.")
    many = [
        dict(
            REVIEW_QUESTIONS[1 if number % 2 else 0], section_code="A", code=f"Q{number}", label=f"Question {number} ?"
        )
        for number in range(120)
    ]
    make_review(cite, lead, year=2024, questions=many)
    url = reverse("evaluation:review", args=[make_review(cite, lead, questions=many).pk])
    browser.get(url)
    started = perf_counter()
    with django_assert_max_num_queries(40):
        assert browser.get(url).status_code == 200
    assert perf_counter() - started < 5
    with django_assert_max_num_queries(15):
        assert browser.get(reverse("evaluation:reviews")).status_code == 200
