"""Funders' acts: corrected without rewriting, explained, awaited by assembly, released to holders."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from actions import services
from actions.enums import ActKind, EntryKind, Outcome, Step
from actions.finances.votes import awaited_acts, deadline
from actions.models import ActFile, AssemblySession, FunderAct, Funding, NotificationRelease
from cite_educative.common.locks import ConflictError
from partners.enums import Role
from tests.actions import factories
from tests.factories import make_cite, make_lead, make_user

DAY = date(2026, 5, 22)


@pytest.fixture
def cite(db):
    return make_cite()


@pytest.fixture
def lead(cite):
    return make_lead(cite)


@pytest.fixture
def source(cite):
    return factories.make_source(cite, "Ville", circuit="commune")


@pytest.fixture
def granted(cite, lead, source):
    """Two actions programmed, one granted less by an act of 22 May."""
    actions = [factories.make_action(cite), factories.make_action(cite)]
    fundings = [factories.make_funding(action, source, requested="9000", programmed="8000") for action in actions]
    act = FunderAct(
        cite=cite, organisation=source.organisation, kind="deliberation", number="12", decided_on=DAY, created_by=lead
    )
    services.record_act(act=act, grants=[(fundings[0], Decimal("7000"))], actor=lead)
    return act


@pytest.fixture
def signed_in(client, lead):
    client.force_login(lead)
    return client


def correct(act, lead, grants=None, *, version=None, **fields):
    row = FunderAct.objects.get(pk=act.pk)
    for name, value in fields.items():
        setattr(row, name, value)
    return services.correct_act(
        row, version=version or act.version, grants=grants or {}, reason="mal recopié", actor=lead
    )


# --- Correction -----------------------------------------------------------------------------------


def test_a_corrected_amount_keeps_the_wrong_one_in_the_ledger(granted, lead):
    funding = granted.fundings.get()

    correct(granted, lead, {funding.pk: Decimal("7500.50")})

    funding.refresh_from_db()
    entries = list(funding.entries.filter(step=Step.GRANTED).values_list("before", "after", "comment"))
    assert funding.granted == Decimal("7500.50")
    assert entries == [(None, Decimal("7000"), ""), (Decimal("7000"), Decimal("7500.50"), "mal recopié")]


def test_a_corrected_day_reaches_the_fundings(granted, lead):
    correct(granted, lead, decided_on=date(2026, 5, 29))

    funding = granted.fundings.get()
    assert funding.granted_on == date(2026, 5, 29)
    assert funding.entries.last().fact_on == date(2026, 5, 29)


def test_a_corrected_number_alone_writes_no_amount(granted, lead):
    assert correct(granted, lead, number="13") == []
    assert FunderAct.objects.get().number == "13"


def test_an_amount_that_the_act_does_not_say_becomes_unknown(granted, lead):
    funding = granted.fundings.get()

    correct(granted, lead, {funding.pk: None})

    funding.refresh_from_db()
    assert (funding.granted, funding.granted_on, funding.act) == (None, None, None)


def test_a_stale_correction_writes_nothing(granted, lead):
    correct(granted, lead, number="13")

    with pytest.raises(ConflictError):
        correct(granted, lead, number="14", version=1)

    assert FunderAct.objects.get().number == "13"


def test_a_correction_does_not_undo_what_the_same_act_was_given_meanwhile(granted, lead):
    funding = granted.fundings.get()
    services.record_act(act=granted, grants=[(funding, Decimal("7500"))], actor=lead)

    with pytest.raises(ConflictError):
        correct(granted, lead, {funding.pk: Decimal("7000")}, version=1)

    funding.refresh_from_db()
    assert funding.granted == Decimal("7500")


def test_a_refusal_corrected_into_a_grant_retains_the_action(cite, lead, source):
    funding = factories.make_funding(factories.make_action(cite), source, requested="9000")
    act = FunderAct(
        cite=cite, organisation=source.organisation, kind="deliberation", number="9", decided_on=DAY, created_by=lead
    )
    services.record_act(act=act, grants=[(funding, Decimal("0"))], actor=lead)

    correct(act, lead, {funding.pk: Decimal("10")})

    funding.action.refresh_from_db()
    assert funding.action.status == "retained"


def test_an_act_cannot_lose_its_day(granted, lead):
    with pytest.raises(ValidationError):
        correct(granted, lead, decided_on=None)


def sent(act, **changes):
    funding = act.fundings.first()
    return {
        "version": act.version,
        "kind": act.kind,
        "number": act.number,
        "decided_on": act.decided_on.isoformat(),
        f"grant-{funding.pk}": "7000",
        "reason": "relu",
        **changes,
    }


def test_two_corrections_at_once_show_both_versions(signed_in, granted, lead):
    url = reverse("actions:act_correct", args=[granted.pk])
    correct(granted, lead, number="13")

    answer = signed_in.post(url, sent(granted, number="14"))

    text = answer.content.decode()
    assert answer.status_code == 409
    assert {"14", "13"} <= set(text.replace("<", " ").replace(">", " ").split())
    assert "Garder ma version" in text
    again = signed_in.post(url, sent(granted, number="14", version=2))
    assert (again.status_code, FunderAct.objects.get().number) == (302, "14")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("decided_on", "2030-01-01", "pas encore pris"),
        ("decided_on", "", "obligatoire"),
        ("reason", "", "obligatoire"),
    ],
)
def test_a_wrong_correction_is_told_and_kept(signed_in, granted, field, value, sentence):
    answer = signed_in.post(
        reverse("actions:act_correct", args=[granted.pk]), sent(granted, number="99", **{field: value})
    )

    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert 'value="99"' in answer.content.decode()
    assert FunderAct.objects.get().number == "12"


@pytest.mark.parametrize("amount", ["-5", "douze", "1" * 40])
def test_a_wrong_amount_is_refused(signed_in, granted, amount):
    funding = granted.fundings.get()

    answer = signed_in.post(
        reverse("actions:act_correct", args=[granted.pk]), sent(granted, **{f"grant-{funding.pk}": amount})
    )

    assert answer.status_code == 200
    assert Funding.objects.get(pk=funding.pk).granted == Decimal("7000")


# --- File and gap ---------------------------------------------------------------------------------


def test_the_same_file_twice_is_joined_once(granted, lead):
    for _ in range(2):
        services.add_act_file(granted, upload=SimpleUploadedFile("acte.pdf", b"%PDF-1.4 a"), actor=lead)

    assert ActFile.objects.count() == 1


def test_a_disguised_file_is_refused(signed_in, granted):
    url = reverse("actions:act_file_add", args=[granted.pk])

    answer = signed_in.post(url, {"upload": SimpleUploadedFile("acte.pdf", b"MZ\x90 programme")})

    assert answer.status_code == 200
    assert not ActFile.objects.exists()


def test_a_gap_is_explained_until_one_of_the_amounts_moves(granted, lead):
    funding = granted.fundings.get()
    services.explain_gap(funding, reason="crédits réduits", actor=lead)
    assert Funding.objects.get(pk=funding.pk).gap_reason == "crédits réduits"

    correct(granted, lead, {funding.pk: Decimal("8000")})

    assert Funding.objects.get(pk=funding.pk).gap_reason == ""


def test_the_holder_does_not_read_why_it_got_less(client, granted, lead, source):
    funding = granted.fundings.get()
    services.explain_gap(funding, reason="crédits réduits", actor=lead)
    factories.release(source)
    holder = make_user(granted.cite, Role.HOLDER, organisation=funding.action.holder)
    client.force_login(holder)

    text = client.get(reverse("actions:money", args=[funding.action_id])).content.decode()

    assert "7\u00a0000,00" in text
    assert "crédits réduits" not in text


# --- Awaited votes --------------------------------------------------------------------------------


def test_what_is_programmed_waits_until_it_is_granted_or_given_up(granted, cite, source):
    (funder,) = awaited_acts(cite, 2026)
    assert (funder.number, funder.programmed) == (1, Decimal("8000"))

    waiting = funder.sources[0].fundings[0]
    Funding.objects.filter(pk=waiting.pk).update(outcome=Outcome.REFUSED)

    assert awaited_acts(cite, 2026) == []
    assert awaited_acts(cite, 2025) == []


def test_two_lines_of_one_funder_stand_together(granted, cite, source):
    between = factories.make_source(cite, "CAF", circuit="family_fund")
    second = factories.make_source(cite, "Ville, sport", circuit="commune", organisation=source.organisation)
    for line in (between, second):
        factories.make_funding(factories.make_action(cite), line, programmed="100.01")

    found = [[awaited.source for awaited in funder.sources] for funder in awaited_acts(cite, 2026)]

    assert found == [[source, second], [between]]


def test_in_kind_waits_for_no_vote(cite, source):
    factories.make_funding(factories.make_action(cite), source, in_kind=True, programmed="500")

    assert awaited_acts(cite, 2026) == []


def test_the_next_session_is_the_first_to_come(granted, cite, lead, source):
    today = timezone.localdate()
    for days in (40, -3, 12):
        AssemblySession.objects.create(
            cite=cite,
            organisation=source.organisation,
            label="Conseil",
            held_on=today + timedelta(days),
            filing_on=today + timedelta(days - 10),
            created_by=lead,
        )

    (funder,) = awaited_acts(cite, 2026)

    assert funder.next_session.held_on == today + timedelta(12)
    assert deadline(funder.next_session).words == "encore 2 jours pour déposer"
    assert deadline(funder.next_session, today + timedelta(2)).words == "dernier jour pour déposer"
    assert deadline(funder.next_session, today + timedelta(3)).words == "délai de dépôt passé"


def test_files_are_due_before_the_vote(signed_in, source):
    data = {"organisation": source.organisation_id, "label": "Conseil", "held_on": "2027-01-14"}

    for days in (
        {"filing_on": "2027-01-15"},
        {"bureau_on": "2027-01-15"},
        {"committee_on": "2027-01-12", "bureau_on": "2027-01-11"},
        {"filing_on": "2027-01-09", "bureau_on": "2027-01-08"},
    ):
        answer = signed_in.post(reverse("actions:session_create"), {**data, **days})
        assert "avant la séance" in answer.content.decode(), days
    assert not AssemblySession.objects.exists()

    signed_in.post(
        reverse("actions:session_create"), {**data, "filing_on": "2027-01-04", "committee_on": "2027-01-04"}
    )
    assert [label for label, _ in AssemblySession.objects.get().passages] == [
        "Dépôt des dossiers",
        "Passage en commission",
    ]


@pytest.mark.parametrize("asked", ["999999999", "9" * 40, "x", ""])
def test_a_session_asked_for_no_known_funder_is_left_to_choose(signed_in, source, asked):
    page = signed_in.get(reverse("actions:session_create"), {"organisme": asked})

    assert page.status_code == 200
    assert "selected" not in str(page.context["form"]["organisation"]).replace('value="" selected', "")


def test_of_two_who_move_a_session_the_second_sees_both_days(signed_in, source, lead):
    data = {"organisation": source.organisation_id, "label": "Conseil"}
    signed_in.post(reverse("actions:session_create"), {**data, "held_on": "2027-01-14"})
    address = reverse("actions:session_update", args=[AssemblySession.objects.get().pk])
    version = signed_in.get(address).context["form"]["version"].value()
    signed_in.post(address, {**data, "held_on": "2027-01-15", "version": version})

    late = signed_in.post(address, {**data, "held_on": "2027-01-20", "version": version})
    kept = AssemblySession.objects.get().held_on
    signed_in.post(address, {**data, "held_on": "2027-01-20", "version": late.context["form"]["version"].value()})

    assert (late.status_code, kept) == (409, date(2027, 1, 15))
    assert AssemblySession.objects.get().held_on == date(2027, 1, 20)


def test_a_session_is_noted_once(signed_in, source):
    data = {"organisation": source.organisation_id, "label": "Conseil", "held_on": "2027-01-14"}
    url = reverse("actions:session_create")

    codes = [signed_in.post(url, data).status_code for _ in range(2)]

    assert codes == [302, 200]
    assert AssemblySession.objects.count() == 1


def test_the_pages_of_votes_and_acts_cost_the_same_for_many(signed_in, cite, source, django_assert_max_num_queries):
    for _ in range(30):
        factories.make_funding(factories.make_action(cite), source, programmed="10")

    for name in ("actions:votes", "actions:releases", "actions:acts"):
        with django_assert_max_num_queries(20):
            assert signed_in.get(reverse(name)).status_code == 200


# --- Release --------------------------------------------------------------------------------------


def released_as_seen(client, url):
    return client.post(url, {"apercu": client.get(url).context["mark"]})


def test_an_act_corrected_after_the_preview_is_not_released_unseen(signed_in, granted, source, lead):
    url = reverse("actions:release", args=[source.pk])
    seen = signed_in.get(url).context["mark"]
    funding = Funding.objects.filter(source=source, granted__gt=0).first()
    act = funding.act
    services.correct_act(act, version=act.version, grants={funding.pk: Decimal(1)}, reason="erreur", actor=lead)

    answer = signed_in.post(url, {"apercu": seen})

    assert answer.status_code == 409
    assert "Rien n’est libéré." in answer.content.decode()
    assert not NotificationRelease.objects.exists()


def test_a_release_is_previewed_then_made_once(signed_in, granted, source):
    url = reverse("actions:release", args=[source.pk])
    preview = signed_in.get(url).content.decode()
    assert "accordé\u00a0: 7\u00a0000,00" in preview
    assert "pas encore de réponse" in preview
    assert not NotificationRelease.objects.exists()

    codes = [released_as_seen(signed_in, url).status_code for _ in range(2)]

    assert codes == [302, 302]
    assert NotificationRelease.objects.count() == 1
    assert "libérées depuis" in signed_in.get(url).content.decode()


def test_nothing_is_released_before_the_funder_answered(signed_in, cite, source):
    factories.make_funding(factories.make_action(cite), source, programmed="10")

    answer = released_as_seen(signed_in, reverse("actions:release", args=[source.pk]))

    assert answer.status_code == 302
    assert not NotificationRelease.objects.exists()


def test_a_release_of_one_call_leaves_the_others(signed_in, client, cite, lead, source):
    calls = [factories.make_call(cite, f"Vague {rank}") for rank in (1, 2)]
    fundings = [
        factories.make_funding(factories.make_action(cite, call=call), source, requested="50", granted="40")
        for call in calls
    ]

    released_as_seen(signed_in, f"{reverse('actions:release', args=[source.pk])}?appel={calls[0].pk}")

    told = {row.pk: row.is_released for row in Funding.objects.with_release()}
    assert told == {fundings[0].pk: True, fundings[1].pk: False}


def test_the_call_of_another_cite_is_not_found(signed_in, source):
    other = factories.make_call(make_cite("amiens"))

    answer = signed_in.post(f"{reverse('actions:release', args=[source.pk])}?appel={other.pk}")

    assert answer.status_code == 404


def test_a_take_over_read_again_on_another_day_writes_nothing(cite, lead, source):
    funding = factories.make_funding(factories.make_action(cite), source)
    act = FunderAct(cite=cite, organisation=source.organisation, kind=ActKind.TAKEOVER, created_by=lead)
    grants = [(funding, Decimal("100"))]

    first = services.record_act(act=act, grants=grants, actor=lead, entered_on=DAY)
    second = services.record_act(act=act, grants=grants, actor=lead, entered_on=DAY + timedelta(1))

    assert [entry.kind for entry in first] == [EntryKind.ACT]
    assert second == []


# --- The list -------------------------------------------------------------------------------------


def test_the_list_of_acts_is_of_the_year_shown(signed_in, cite, lead):
    source = factories.make_source(cite, "CAF du Nord")
    action = factories.make_action(cite)
    factories.make_funding(action, source, granted="7000")
    factories.make_funding(action, source, year=factories.YEAR - 1, granted="50")
    idle = factories.make_act(cite, source.organisation, number="SANS-SUITE", decided_on=date(2025, 3, 1))
    url = reverse("actions:acts")

    shown = {
        year: signed_in.get(url, {"exercice": year} if year else {}).context["listing"]
        for year in ("", "2025", "tous")
    }

    assert {year: listing.sums[0].text for year, listing in shown.items()} == {
        "": "7\u00a0000\u00a0€",
        "2025": "50\u00a0€",
        "tous": "7\u00a0050\u00a0€",
    }
    assert {year: listing.count for year, listing in shown.items()} == {"": 1, "2025": 2, "tous": 3}
    assert idle in shown["2025"].instances
