"""Differences settled one by one: the sheet follows through its own services, or a reason is kept."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from actions.enums import ActionStatus, DifferenceState, EntryKind, ImportState
from actions.models import Difference, Funding, FundingEntry, StateExport
from actions.services import accept_difference, keep_difference, reopen_difference
from cite_educative.common.dates import period_fr
from cite_educative.common.locks import ConflictError
from cite_educative.common.models import Entry
from partners.enums import Role
from tests.actions.factories import make_action, make_funding, make_source
from tests.factories import make_organisation, make_user

pytestmark = pytest.mark.django_db
SIRET = "13000637200019"


@pytest.fixture
def state(cite):
    return make_source(cite, "État – P147")


@pytest.fixture
def action(cite, state):
    made = make_action(
        cite,
        title="Lire ensemble",
        holder=make_organisation("Les Mots Passeurs", cite=cite),
        communes=[cite.communes.get(name="Dunkerque")],
        starts_on=date(2026, 1, 12),
        ends_on=date(2026, 6, 30),
    )
    make_funding(made, state, requested="1500")
    return made


@pytest.fixture
def export(cite, lead):
    return StateExport.objects.create(
        cite=cite, kind="dauphin", budget_year=2026, filename="export.csv", sha256="0" * 64, author=lead,
        state=ImportState.DONE, confirmed_at=timezone.now(),
    )  # fmt: skip


@pytest.fixture
def differ(action, export):
    def made(key, value, theirs="autre", of=None, **fields):
        return Difference.objects.create(
            action=of or action, key=key, kind="dauphin", ours="", theirs=theirs, theirs_value=value, export=export,
            line=3, seen_at=timezone.now(), **fields,
        )  # fmt: skip

    return made


def money(differ, state, step="requested", value="2000.00", of=None):
    return differ(f"{step}:{state.pk}:2026", value, "2 000 €", of=of, source=state, budget_year=2026)


@pytest.mark.parametrize(
    ("key", "value", "seen", "name", "expected"),
    [
        ("title", "Lire tous ensemble", "Lire ensemble", "title", "Lire tous ensemble"),
        ("audience", "6-11 ans", "rien", "audience", "6-11 ans"),
        ("total_cost", "6000.50", "rien", "total_cost", Decimal("6000.50")),
        ("external_ref", "DA00000001", "rien", "external_ref", "DA00000001"),
        (
            "dates", {"starts_on": None, "ends_on": "2026-12-18"}, period_fr(date(2026, 1, 12), date(2026, 6, 30)), "ends_on",
            date(2026, 12, 18),
        ),
        ("territory", {"communes": [], "neighbourhoods": [], "text": "Maison de quartier"}, "Dunkerque", "places",
         "Maison de quartier"),
    ],
)  # fmt: skip
def test_the_sheet_takes_the_value_and_the_journal_says_who(action, differ, lead, key, value, seen, name, expected):
    row = differ(key, value)

    accept_difference(row, actor=lead, seen=seen)

    action.refresh_from_db()
    assert getattr(action, name) == expected
    assert action.version == 2
    row.refresh_from_db()
    assert (row.state, row.settled_by, row.ours) == (DifferenceState.ACCEPTED, lead, seen)
    assert Entry.objects.filter(verb__in=["action.updated", "difference.accepted"], actor=lead).count() == 2


def test_a_territory_that_the_cite_knows_replaces_the_communes(cite, action, differ, lead):
    other = cite.communes.get(name="Grande-Synthe")
    row = differ("territory", {"communes": [other.pk], "neighbourhoods": [], "text": "Grande-Synthe"})

    accept_difference(row, actor=lead, seen="Dunkerque")

    assert list(action.communes.all()) == [other]


def test_an_asked_amount_goes_through_the_ledger_with_the_export_as_reference(action, state, differ, lead):
    row = money(differ, state)

    accept_difference(row, actor=lead, seen="1\u00a0500,00\u00a0€")

    assert Funding.objects.get().requested == Decimal("2000")
    entry = FundingEntry.objects.order_by("-pk").first()
    assert (entry.kind, entry.before, entry.after) == (EntryKind.ENTRY, Decimal("1500"), Decimal("2000"))
    assert "export.csv" in entry.reference
    assert entry.on_behalf_of == action.holder


@pytest.mark.parametrize("step", ["granted", "paid"])
def test_what_an_act_or_a_payment_writes_is_never_taken(action, state, differ, lead, step):
    row = money(differ, state, step)

    with pytest.raises(ValidationError, match="acte du financeur"):
        accept_difference(row, actor=lead, seen="rien")

    row.refresh_from_db()
    assert row.state == DifferenceState.OPEN
    assert getattr(Funding.objects.get(), step) is None


def test_a_status_is_never_taken(action, differ, lead):
    with pytest.raises(ValidationError, match="faites-la évoluer"):
        accept_difference(differ("status", "Rejetée"), actor=lead, seen="déposée")

    action.refresh_from_db()
    assert action.status == ActionStatus.SUBMITTED


def test_a_missing_siret_completes_the_directory(action, differ, lead):
    row = differ("holder", {"siret": SIRET, "name": "LES MOTS PASSEURS"})

    accept_difference(row, actor=lead, seen="Les Mots Passeurs, sans SIRET")

    action.holder.refresh_from_db()
    assert action.holder.siret == SIRET


def test_another_holder_of_the_directory_replaces_ours_an_unknown_one_does_not(cite, action, differ, lead):
    other = make_organisation("Association du Phare", cite=cite, siret=SIRET)
    accept_difference(
        differ("holder", {"siret": SIRET, "name": "Phare"}), actor=lead, seen="Les Mots Passeurs, sans SIRET"
    )
    action.refresh_from_db()
    assert action.holder == other

    unknown = differ("holder", {"siret": "", "name": "Les Inconnus"})
    with pytest.raises(ValidationError, match="annuaire"):
        accept_difference(unknown, actor=lead, seen=f"Association du Phare, SIRET {SIRET}")


def test_a_sheet_that_changed_meanwhile_is_not_overwritten(action, differ, lead):
    row = differ("title", "Lire tous ensemble")
    action.title = "Lire en famille"
    action.save()

    with pytest.raises(ConflictError):
        accept_difference(row, actor=lead, seen="Lire ensemble")

    action.refresh_from_db()
    assert action.title == "Lire en famille"


def test_dates_that_would_run_backwards_write_nothing(action, differ, lead):
    row = differ("dates", {"starts_on": "2026-09-01", "ends_on": None})

    with pytest.raises(ValidationError):
        accept_difference(row, actor=lead, seen=period_fr(date(2026, 1, 12), date(2026, 6, 30)))

    row.refresh_from_db()
    assert row.state == DifferenceState.OPEN


def test_a_second_click_changes_nothing(action, state, differ, lead):
    row = money(differ, state)
    for _ in range(2):
        accept_difference(row, actor=lead, seen="1\u00a0500,00\u00a0€")

    assert FundingEntry.objects.filter(after=Decimal("2000")).count() == 1
    assert Entry.objects.filter(verb="difference.accepted").count() == 1


def test_what_the_sheet_says_already_is_closed_without_writing(action, differ, lead):
    row = differ("title", "LIRE ENSEMBLE")

    accept_difference(row, actor=lead, seen="Lire ensemble")

    action.refresh_from_db()
    assert (action.title, action.version) == ("Lire ensemble", 1)


def test_keeping_needs_a_reason_and_may_be_taken_back(action, differ, lead):
    row = differ("title", "Autre")
    for reason, words in (("  ", "pourquoi"), ("x" * 241, "trop long")):
        with pytest.raises(ValidationError, match=words):
            keep_difference(row, actor=lead, reason=reason)

    keep_difference(row, actor=lead, reason="Titre convenu avec le porteur")
    row.refresh_from_db()
    assert (row.state, row.reason, row.settled_by) == (DifferenceState.KEPT, "Titre convenu avec le porteur", lead)

    reopen_difference(row, actor=lead)
    row.refresh_from_db()
    assert (row.state, row.reason, row.settled_at) == (DifferenceState.OPEN, "", None)


# --- Pages --------------------------------------------------------------------------------------------


def test_the_lead_accepts_from_the_list_with_the_very_fields_of_the_page(action, differ, lead, sign_in, text_of):
    row = differ("title", "Lire tous ensemble", "Lire tous ensemble")
    client = sign_in(lead)
    page = text_of(client.get(reverse("actions:differences")))
    seen = re.search(r'name="seen" value="([^"]*)"', page)[1]

    answer = client.post(reverse("actions:difference_accept", args=[row.pk]), {"seen": seen, "suite": ""})

    assert answer.status_code == 302
    action.refresh_from_db()
    assert action.title == "Lire tous ensemble"
    assert (
        "repris dans la fiche par" in text_of(client.get(reverse("actions:differences"), {"etat": "traites"})).lower()
    )


def test_a_stale_page_shows_both_versions(action, differ, lead, sign_in, text_of):
    row = differ("title", "Lire tous ensemble")
    action.title = "Lire en famille"
    action.save()

    answer = sign_in(lead).post(reverse("actions:difference_accept", args=[row.pk]), {"seen": "Lire ensemble"})

    assert answer.status_code == 409
    page = text_of(answer)
    assert "elle disait « Lire ensemble »" in page
    assert "elle dit maintenant « Lire en famille »" in page


def test_a_missing_reason_is_said_beside_the_row(action, differ, lead, sign_in, text_of):
    row = differ("title", "Lire tous ensemble")

    answer = sign_in(lead).post(reverse("actions:difference_keep", args=[row.pk]), {"reason": ""})

    assert answer.status_code == 200
    assert "Dites en quelques mots pourquoi" in text_of(answer)
    assert Difference.objects.open().count() == 1


def test_a_granted_amount_leads_to_the_act_already_filled_in(action, state, differ, lead, sign_in, text_of):
    money(differ, state, "granted", "1200.00")
    client = sign_in(lead)
    page = text_of(client.get(reverse("actions:differences")))
    url = re.search(r'href="([^"]*actes/nouveau[^"]*)"', page)[1].replace("&amp;", "&")

    form = text_of(client.get(url))

    assert "vient d’un acte du financeur" in page
    assert re.search(
        rf'name="grant-{action.pk}"[^>]*value="1 200,00"|value="1 200,00"[^>]*name="grant-{action.pk}"', form
    )


def test_a_paid_amount_leads_to_the_entry_already_filled_in(action, state, differ, lead, sign_in, text_of):
    money(differ, state, "paid", "600.00")
    client = sign_in(lead)
    page = text_of(client.get(reverse("actions:differences")))
    url = re.search(r'href="([^"]*financement/saisir[^"]*)"', page)[1].replace("&amp;", "&")

    form = text_of(client.get(url))

    assert 'value="600,00"' in form
    assert re.search(r'<option value="paid" selected', form)


def test_finance_settles_money_only(cite, action, state, differ, sign_in):
    finance = make_user(cite, Role.FINANCE)
    title, amount = differ("title", "Autre"), money(differ, state)
    client = sign_in(finance)

    def post(row):
        data = {"seen": "1\u00a0500,00\u00a0€"}
        return client.post(reverse("actions:difference_accept", args=[row.pk]), data).status_code

    assert (post(title), post(amount)) == (403, 302)


def test_the_sheet_shows_its_open_differences_to_the_team(cite, action, differ, lead, sign_in, text_of):
    differ("title", "Lire tous ensemble", "Lire tous ensemble")
    url = reverse("actions:detail", args=[action.pk])

    assert "Écarts avec les outils de l’État" in text_of(sign_in(lead).get(url))
    holder = make_user(cite, Role.HOLDER, organisation=action.holder)
    page = text_of(sign_in(holder).get(url))
    assert "Lire tous ensemble" not in page
    assert "Écarts avec" not in page


def test_a_draft_kept_by_its_holder_shows_no_difference(cite, action, differ, lead, sign_in, text_of):
    differ("title", "Lire tous ensemble", "Lire tous ensemble")
    action.status, action.code, action.submitted_on = ActionStatus.DRAFT, "", None
    action.save()

    assert "Lire tous ensemble" not in text_of(sign_in(lead).get(reverse("actions:differences")))


def test_the_queries_of_the_list_do_not_grow(cite, state, action, differ, lead, sign_in):
    client = sign_in(lead)
    url = reverse("actions:differences")
    differ("title", "Autre")
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for _ in range(5):
        other = make_action(cite)
        make_funding(other, state, requested="10")
        differ("title", "Autre", of=other)
        money(differ, state, of=other)
    with CaptureQueriesContext(connection) as many:
        client.get(url)

    assert len(many) == len(few)
    assert len(many) <= 25


def test_the_home_of_the_lead_says_what_waits(differ, lead, sign_in, text_of):
    url = reverse("home")
    client = sign_in(lead)
    assert "écart avec les outils" not in text_of(client.get(url))

    differ("title", "Autre")

    assert "1 écart avec les outils de l’État" in text_of(client.get(url))
