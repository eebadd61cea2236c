"""The public page: fifty people answer it, and whoever means harm gets nothing."""

import random
import re
from collections import Counter
from datetime import timedelta
from html import unescape
from io import BytesIO

import openpyxl
import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evaluation import services
from evaluation.forms.survey_answer import SALT
from evaluation.models import SurveyResponse, UsedForm
from evaluation.services.survey_responses import MOST_A_MINUTE
from evaluation.survey_enums import ItemKind
from tests import factories
from tests.evaluation.factories import make_item, make_survey

pytestmark = pytest.mark.django_db
PEOPLE = 50
SCALE = ["Pas du tout", "Plutôt non", "Plutôt oui", "Tout à fait"]
PLACES = ["Café des parents", "Aide aux devoirs", "Sorties", "Sport"]


@pytest.fixture
def lead():
    return factories.make_lead(factories.make_cite())


@pytest.fixture
def survey(lead):
    row = make_survey(lead.person.mandates.get().cite, actor=lead)
    make_item(row, actor=lead, label="Connaissez-vous la Cité ?", choices="Oui\nUn peu\nNon", is_required=True)
    make_item(row, actor=lead, label="Vous sentez-vous accueilli ?", kind=ItemKind.SCALE_4, choices="")
    make_item(row, actor=lead, label="Où êtes-vous allé ?", kind=ItemKind.SEVERAL, choices="\n".join(PLACES))
    make_item(row, actor=lead, label="Que manque-t-il ?", kind=ItemKind.TEXT, choices="")
    return services.publish_survey(row, actor=lead)


def url_of(survey):
    return reverse("evaluation:survey_answer", args=[survey.token])


def filled(survey, *, age=30, **answers):
    """What a browser sends `age` seconds after it opened the page, with the token that this page held."""
    token = token_in(Client().get(url_of(survey)))
    value = signing.TimestampSigner(salt=SALT).unsign(token)
    return {"formulaire": aged(value, age), "site_web": ""} | answers


def token_in(response):
    return unescape(re.search(r'name="formulaire" value="([^"]+)"', response.content.decode())[1])


def aged(value, seconds):
    class Earlier(signing.TimestampSigner):
        def timestamp(self):
            return signing.b62_encode(int(timezone.now().timestamp()) - seconds)

    return Earlier(salt=SALT).sign(value)


def fields(survey):
    return [f"q{item.pk}" for item in survey.items.all()]


def send(survey, data):
    return Client(enforce_csrf_checks=True).post(url_of(survey), data)


def words(response):
    return unescape(response.content.decode()).replace("\u00a0", " ")


# --- Fifty people ---------------------------------------------------------------------------------


def drawn_people():
    draw = random.Random(2026)  # noqa: S311 invented people
    for number in range(PEOPLE):
        yield {
            "known": draw.choices((1, 2, 3), weights=(3, 5, 2))[0],
            "welcome": draw.choice((None, 1, 2, 3, 4, 4)),
            "places": sorted(draw.sample((1, 2, 3, 4), draw.randint(0, 3))),
            "text": draw.choice(("", "", f"Un bus, dit la personne n°{number}")),
        }


def test_fifty_answers_are_what_the_page_and_the_spreadsheet_say(client, survey, lead):
    people = list(drawn_people())
    known, welcome, places, text = fields(survey)
    for person in people:
        answers = {known: person["known"], places: person["places"], text: person["text"]}
        answers |= {welcome: person["welcome"]} if person["welcome"] else {}
        response = send(survey, filled(survey, **answers))
        assert response.url == reverse("evaluation:survey_thanks", args=[survey.token])
    told = [
        ("Connaissez-vous la Cité ?", ["Oui", "Un peu", "Non"], [[person["known"]] for person in people]),
        ("Vous sentez-vous accueilli ?", SCALE, [[p["welcome"]] if p["welcome"] else [] for p in people]),
        ("Où êtes-vous allé ?", PLACES, [person["places"] for person in people]),
    ]
    expected = [row for item in told for row in recounted(*item)]
    texts = [person["text"] for person in people if person["text"]]

    client.force_login(lead)
    page = client.get(reverse("evaluation:survey_results", args=[survey.pk])).content.decode()
    assert read_tables(page) == [(label, count, share) for _, label, count, share, _ in expected]
    for _, label, count, share, _ in expected:
        assert f"{label}\u00a0: {count} ({share}\u00a0%)" in unescape(page), "the chart says the same"
    assert bar_lengths_follow(page, expected)
    assert sum(one in unescape(page) for one in texts) == len(texts)

    rows = spreadsheet(client, "evaluation:survey_results", survey, "?format=xlsx")
    last = ("Que manque-t-il ?", "réponses libres", None, None, len(texts))
    assert rows[1:] == [*expected, last]
    answers = spreadsheet(client, "evaluation:survey_answers", survey)
    assert len(answers) == PEOPLE + 1
    assert [row[4] or "" for row in answers[1:]] == [person["text"] for person in people]
    assert [row[1] for row in answers[1:]] == [["Oui", "Un peu", "Non"][person["known"] - 1] for person in people]


def recounted(question, labels, given):
    """(question, label, number, share, who answered), counted here without the application."""
    answered = sum(bool(one) for one in given)
    counts = Counter(rank for one in given for rank in one)
    return [
        (question, label, counts[rank], int(counts[rank] * 100 / answered + 0.5), answered)
        for rank, label in enumerate(labels, start=1)
    ]


def read_tables(page):
    pattern = r'<th scope="row">([^<]+)</th><td class="m">(\d+)</td><td class="m">(\d+)\u00a0%</td>'
    return [(unescape(label), int(count), int(share)) for label, count, share in re.findall(pattern, page)]


def bar_lengths_follow(page, expected):
    """In each chart the lengths of the bars are to each other as the counts."""
    for chart, question in zip(
        re.findall(r'<div class="graphe.*?</svg>', page, re.DOTALL), order(expected), strict=True
    ):
        lengths = [float(width) for width in re.findall(r'<rect [^>]*width="([\d.]+)"', chart)]
        counts = [row[2] for row in expected if row[0] == question]
        longest, most = max(lengths), max(counts)
        assert [round(length / longest, 2) for length in lengths] == [round(count / most, 2) for count in counts]
    return True


def order(expected):
    return list(dict.fromkeys(row[0] for row in expected))


def spreadsheet(client, name, survey, query=""):
    content = client.get(reverse(name, args=[survey.pk]) + query).content
    return list(openpyxl.load_workbook(BytesIO(content)).active.iter_rows(values_only=True))


# --- Nothing that follows -------------------------------------------------------------------------


def test_no_cookie_and_nobody_signed_in(client, survey, lead):
    client.force_login(lead)
    client.cookies.clear()
    for visitor in (client, Client()):
        data = filled(survey, **{fields(survey)[0]: 1})
        for response in (visitor.get(url_of(survey)), visitor.post(url_of(survey), data)):
            assert not response.cookies
        thanks = visitor.get(reverse("evaluation:survey_thanks", args=[survey.token]))
        assert not thanks.cookies
        assert "Nouvelle réponse" in thanks.content.decode()


def test_who_is_signed_in_is_not_on_the_page(client, survey, lead):
    client.force_login(lead)
    page = client.get(url_of(survey)).content.decode()
    assert lead.person.last_name not in page
    assert "data-user" not in page
    assert "Navigation principale" not in page


# --- Who means harm -------------------------------------------------------------------------------


def refused(survey, data, said, status=422):
    """Nothing is written, the page says why, and what was typed is still there."""
    before = SurveyResponse.objects.count()
    response = send(survey, data)
    assert (response.status_code, SurveyResponse.objects.count()) == (status, before)
    assert said in words(response)
    return response


def test_a_form_is_good_for_one_response(survey):
    known, *_, text = fields(survey)
    data = filled(survey, **{known: 2, text: "Encore"})
    assert send(survey, data).status_code == 302
    again = refused(survey, data, "déjà arrivées")
    assert "Encore" in words(again)
    assert token_in(again) != data["formulaire"], "another person may answer on the same tablet"
    refused(survey, data, "déjà arrivées")
    assert SurveyResponse.objects.count() == 1


def test_too_fast_then_read_again(survey):
    data = filled(survey, age=1, **{fields(survey)[0]: 1})
    response = refused(survey, data, "envoyé très vite")
    assert token_in(response) == data["formulaire"], "it ages while the person reads again"
    assert "checked" in response.content.decode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"site_web": "http://pub.example"}, "ne sont pas parties"),
        ({"formulaire": ""}, "ne sont pas parties"),
        ({"formulaire": "1.abc:1:faux"}, "ne sont pas parties"),
        ({"formulaire": "\x00"}, "ne sont pas parties"),
    ],
)
def test_a_robot_sends_nothing(survey, change, said):
    refused(survey, filled(survey, **{fields(survey)[0]: 1}) | change, said)


def test_a_form_of_yesterday_or_of_another_survey_is_not_taken(survey, lead):
    known = fields(survey)[0]
    refused(survey, filled(survey, age=25 * 3600, **{known: 1}), "ouverte depuis longtemps")
    other = make_survey(survey.cite, actor=lead, title="Autre")
    make_item(other, actor=lead)
    services.publish_survey(other, actor=lead)
    refused(survey, filled(survey, **{known: 1}) | {"formulaire": filled(other)["formulaire"]}, "ne sont pas parties")


@pytest.mark.parametrize("choice", ["4", "0", "-1", "x", "1e3", "9" * 40, "1\x00"])
def test_an_unknown_choice_is_told(survey, choice):
    known, welcome, places, _ = fields(survey)
    refused(survey, filled(survey, **{known: choice}), "n’est pas proposé")
    refused(survey, filled(survey, **{known: 1, welcome: choice + "7"}), "n’est pas proposé")
    refused(survey, filled(survey, **{known: 1, places: [1, choice + "7"]}), "n’est pas proposé")


def test_a_text_too_long_is_kept_on_the_page(survey):
    known, *_, text = fields(survey)
    response = refused(survey, filled(survey, **{known: 3, text: "long " * 101}), "500 caractères")
    assert "long long" in words(response)


def test_a_required_question_and_an_empty_form(survey, lead):
    text = fields(survey)[-1]
    response = refused(survey, filled(survey, **{text: "Un mot"}), "Choisissez une réponse.")
    assert "Un mot" in words(response)
    free = make_survey(survey.cite, actor=lead, title="Libre")
    make_item(free, actor=lead)
    services.publish_survey(free, actor=lead)
    refused(free, filled(free), "Répondez au moins à une question")


def test_markup_is_text(client, survey, lead):
    known, *_, text = fields(survey)
    script = "<script>alert(1)</script>"
    assert send(survey, filled(survey, **{known: 1, text: script})).status_code == 302
    client.force_login(lead)
    page = client.get(reverse("evaluation:survey_results", args=[survey.pk])).content.decode()
    assert script not in page
    assert script in unescape(page)


def test_a_flood_is_asked_to_wait(survey):
    known = fields(survey)[0]
    for number in range(MOST_A_MINUTE):
        services.receive_response(survey, key=f"robot-{number}", answers={known[1:]: 1})
    data = filled(survey, **{known: 1})
    response = refused(survey, data, "Attendez une minute", status=429)
    assert token_in(response) == data["formulaire"], "the same form may be sent a minute later"
    survey.gate.refresh_from_db()
    survey.gate.minute -= timedelta(minutes=1)
    survey.gate.save()
    assert send(survey, data).status_code == 302


def test_a_survey_that_is_not_open_takes_nothing(survey, lead):
    data = filled(survey, **{fields(survey)[0]: 1})
    services.close_survey(survey, actor=lead)
    refused(survey, data, "est clos depuis", status=409)
    page = Client().get(url_of(survey))
    assert page.status_code == 200
    assert "<form" not in page.content.decode()
    survey.refresh_from_db()
    with pytest.raises(services.SurveyShutError):
        services.receive_response(survey, key="x", answers={})


def test_before_it_opens_it_says_when(lead, survey):
    later = timezone.localdate() + timedelta(days=3)
    early = make_survey(survey.cite, actor=lead, title="Plus tard", opens_on=later, closes_on=later)
    make_item(early, actor=lead)
    services.publish_survey(early, actor=lead)
    assert "ouvrira le" in words(Client().get(url_of(early)))
    assert "<form" not in words(Client().get(url_of(early)))


@pytest.mark.parametrize("token", ["1", "x" * 22, "x" * 500, "%00", "é", "..", "' or 1=1"])
def test_a_guessed_address_finds_nothing(survey, token):
    assert Client().get(f"/q/{token}/").status_code == 404


def test_a_draft_has_no_public_page(survey, lead):
    services.withdraw_survey(survey, actor=lead)
    assert Client().get(url_of(survey)).status_code == 404
    assert Client().post(url_of(survey), {}).status_code == 404


def test_used_forms_are_forgotten_after_two_days(survey):
    services.receive_response(survey, key="ancien", answers={})
    UsedForm.objects.update(used_on=timezone.localdate() - timedelta(days=3))
    services.receive_response(survey, key="nouveau", answers={})
    assert list(UsedForm.objects.values_list("key", flat=True)) == ["nouveau"]
