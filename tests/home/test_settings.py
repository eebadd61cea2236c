"""The settings of the Cité: the page that leads to them, the Cité's own form, the journal, the state of the service."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from actions.services import save_envelope
from cite_educative.common import journal
from cite_educative.common.colours import contrast, contrast_in_words
from cite_educative.common.models import Entry
from cite_educative.home.health import service_in_words
from cite_educative.home.models import Heartbeat
from cite_educative.home.settings_map import GROUPS
from partners import services
from partners.enums import Role
from tests.actions.factories import make_source
from tests.factories import make_cite, make_lead, make_organisation, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def cite():
    return make_cite("dunkerque", label_starts_on=date(2024, 9, 1), label_ends_on=date(2027, 8, 31))


@pytest.fixture
def lead(cite):
    return make_lead(cite)


@pytest.fixture
def signed_in(client, lead):
    client.force_login(lead)
    return client


@pytest.fixture
def co_lead(client, cite):
    client.force_login(make_user(cite, Role.CO_LEAD))
    return client


def sent(cite, **fields):
    return {
        "name": cite.name,
        "subtitle": "",
        "label_starts_on": "2024-09-01",
        "label_ends_on": "2027-08-31",
        "accent_colour": "#0E4A5A",
        "note_prefix": "CE",
        "version": cite.version,
        **fields,
    }


# --- The page that leads to all -------------------------------------------------------------------


def test_every_place_exists_and_opens(signed_in):
    for _, places in GROUPS:
        for place in places:
            assert signed_in.get(place.url).status_code == 200, place.name


def test_every_place_is_named_by_an_address_that_exists():
    names = [place.name for _, places in GROUPS for place in places]
    try:
        assert all(reverse(name) for name in names)
    except NoReverseMatch as missing:
        pytest.fail(str(missing))


def test_a_co_lead_sees_only_what_opens(co_lead):
    page = co_lead.get(reverse("settings"))

    assert "Modifier la Cité" not in page.content.decode()
    for _, places in page.context["groups"]:
        for place in places:
            assert co_lead.get(place.url).status_code == 200, place.name


@pytest.mark.parametrize(("role", "shown"), [(Role.LEAD, True), (Role.CO_LEAD, True), (Role.PILOT, False)])
def test_the_menu_leads_there_for_the_team(client, cite, role, shown):
    client.force_login(make_user(cite, role))

    entries = {entry["label"]: entry for entry in client.get("/").context["frame"]["nav"]}

    assert ("Paramètres" in entries) == shown
    assert not shown or entries["Paramètres"]["apart"]


# --- The Cité itself ------------------------------------------------------------------------------


def test_the_lead_changes_the_cite_and_the_journal_says_from_what(signed_in, cite):
    answer = signed_in.post(reverse("partners:cite_edit"), sent(cite, subtitle="Littoral", note_prefix="dk"))
    cite.refresh_from_db()
    line = Entry.objects.get(verb="cite.update")

    assert answer.status_code == 302
    assert (cite.subtitle, cite.note_prefix) == ("Littoral", "DK")
    assert line.before == {"subtitle": "", "note_prefix": "CE"}
    assert line.after == {"subtitle": "Littoral", "note_prefix": "DK"}


def test_saving_without_changing_writes_nothing(signed_in, cite):
    signed_in.post(reverse("partners:cite_edit"), sent(cite))

    assert not Entry.objects.filter(verb="cite.update").exists()


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "", "obligatoire"),
        ("accent_colour", "#FFEE00", "trop faible"),
        ("accent_colour", "bleu", "#0E4A5A"),
        ("note_prefix", "C E", "sans espace"),
        ("note_prefix", "É", "sans espace"),
        ("label_ends_on", "2020-01-01", "ne peut pas finir avant"),
        ("label_ends_on", "bientôt", "illisible"),
    ],
)
def test_what_is_wrong_gets_a_sentence_and_nothing_is_written(signed_in, cite, field, value, says):
    answer = signed_in.post(reverse("partners:cite_edit"), sent(cite, subtitle="gardé", **{field: value}))
    cite.refresh_from_db()

    assert answer.status_code == 200
    assert says in answer.content.decode()
    assert "gardé" in answer.content.decode()
    assert cite.subtitle == ""


def test_two_leads_at_once_see_both_versions(signed_in, cite, lead):
    services.update_cite(actor=lead, cite=cite, version=1, changes={"subtitle": "La première"})

    answer = signed_in.post(reverse("partners:cite_edit"), sent(cite, subtitle="La seconde"))
    again = signed_in.post(reverse("partners:cite_edit"), sent(cite, subtitle="La seconde", version=2))
    cite.refresh_from_db()

    assert answer.status_code == 409
    assert "La première" in answer.content.decode()
    assert "La seconde" in answer.content.decode()
    assert again.status_code == 302
    assert cite.subtitle == "La seconde"


@pytest.mark.parametrize(
    ("colour", "says"),
    [("%230E4A5A", "lisible"), ("%23FFFFFF", "trop faible"), ("%2312", "pas encore"), ("", "pas encore")],
)
def test_the_contrast_is_said_while_typing(signed_in, colour, says):
    answer = signed_in.get(f"{reverse('partners:cite_contrast')}?accent_colour={colour}")

    assert says in answer.content.decode()


def test_contrast_follows_the_rule():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast_in_words("#777777") == "Contraste de 4,4 avec le blanc\u00a0: trop faible, il faut au moins 4,5."
    assert "lisible" in contrast_in_words("#767676")


# --- The journal ----------------------------------------------------------------------------------


def line(cite, lead, sentence, *, subject=None, days=0, **values):
    entry = journal.record(
        cite_id=cite.pk, actor=lead, verb="essai", subject=subject or cite, sentence=sentence, **values
    )
    Entry.objects.filter(pk=entry.pk).update(created_at=timezone.now() - timedelta(days=days))
    return entry


def page_of(client, **query):
    return client.get(reverse("journal"), query).content.decode()


def test_an_amount_that_was_unknown_is_told_so(signed_in, cite, lead):
    source = make_source(cite)
    for amount in ("120.50", None):
        save_envelope(source=source, budget_year=2026, actor=lead, provisional=amount and Decimal(amount))

    page = page_of(signed_in)

    assert "120,50\u00a0€" in page
    assert "None" not in page


def test_the_journal_is_the_cite_s_own(signed_in, cite, lead):
    other = make_cite("amiens")
    line(cite, lead, "Ligne d’ici.")
    line(other, lead, "Ligne d’ailleurs.")
    journal.record(cite_id=None, actor=lead, verb="essai", subject=lead, sentence="Ligne de nulle part.")

    for page in (page_of(signed_in), signed_in.get(reverse("journal"), {"format": "csv"}).getvalue().decode()):
        assert "Ligne d’ici." in page
        assert "ailleurs" not in page
        assert "nulle part" not in page


def test_the_journal_is_filtered_by_text_day_author_and_object(signed_in, cite, lead):
    other = make_user(cite, Role.PILOT)
    line(cite, lead, "Ancienne.", days=10)
    line(cite, other, "Récente.", subject=make_organisation("Arts du Banc Vert", cite=cite))
    today = timezone.localdate()

    kept = {
        "q": page_of(signed_in, q="banc vert"),
        "du": page_of(signed_in, du=str(today - timedelta(days=2))),
        "par": page_of(signed_in, par=other.pk),
        "objet": page_of(signed_in, objet="partners.organisation"),
    }
    for name, page in kept.items():
        assert "Récente." in page, name
        assert "Ancienne." not in page, name
    assert "Récente." not in page_of(signed_in, au=str(today - timedelta(days=2)))


@pytest.mark.parametrize("query", [{"du": "hier"}, {"par": "x"}, {"par": "9" * 30}, {"objet": "zz"}, {"tri": "zz"}])
def test_an_odd_address_gets_a_sentence(signed_in, cite, lead, query):
    line(cite, lead, "Une ligne.")

    answer = signed_in.get(reverse("journal"), query)

    assert answer.status_code == 200
    assert answer.context["listing"].errors


def test_changes_are_said_in_the_words_of_the_forms(signed_in, cite, lead):
    line(
        cite,
        lead,
        "Changement.",
        before={"label_ends_on": date(2027, 8, 31), "requires_second_factor": False, "subtitle": ""},
        after={"label_ends_on": date(2028, 8, 31), "requires_second_factor": True, "subtitle": "<b>Littoral</b>"},
    )

    page = page_of(signed_in)

    for words in ("Fin du label", "31\u00a0août\u00a02027", "31\u00a0août\u00a02028", "Second facteur exigé", "rien"):
        assert words in page
    assert "<b>Littoral</b>" not in page
    assert "&lt;b&gt;Littoral" in page


def test_a_line_about_something_gone_is_still_read(signed_in, cite, lead):
    entry = line(cite, lead, "Reste.", after={"couleur_du_ciel": ["gris", "bleu"]})
    Entry.objects.filter(pk=entry.pk).update(subject_type="ancien.modele", actor=None)

    page = page_of(signed_in)

    for words in ("ancien.modele", "l’application", "Couleur du ciel", "gris, bleu"):
        assert words in page


def test_the_journal_asks_as_much_for_fifty_lines_as_for_one(signed_in, cite, lead, django_assert_max_num_queries):
    for number in range(60):
        line(cite, lead, f"Ligne {number}.", subject=lead.person, after={"first_name": str(number)})

    with django_assert_max_num_queries(12):
        page_of(signed_in)


# --- The service ----------------------------------------------------------------------------------


def test_the_state_of_the_service_is_said_in_words(signed_in):
    Heartbeat.objects.create(name="default", beat_at=timezone.now() - timedelta(seconds=12))
    Heartbeat.objects.create(name="pdf", beat_at=timezone.now() - timedelta(minutes=7))

    page = signed_in.get(reverse("service")).content.decode()
    checks = {check["label"]: check for check in service_in_words()["checks"]}

    assert "à l’arrêt" in page
    assert checks["Envois et tâches courantes"]["ok"]
    assert checks["Production des documents"]["sentence"] == "Dernier signe de vie il y a 7 minutes."
    assert not checks["Production des documents"]["ok"]


def test_a_service_never_started_is_said_too(signed_in):
    page = signed_in.get(reverse("service")).content.decode()

    assert "Aucun signe de vie" in page
    assert "Une partie ne répond pas" in page
