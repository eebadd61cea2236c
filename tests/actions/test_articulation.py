"""Objectives beside the contrat de ville, ordinary policies, all public money side by side, possible doubles, the note."""

from decimal import Decimal
from importlib import import_module

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.http import urlencode

from actions.articulation import articulation_table, institution_rows, mobilisation, scheme_links, scheme_rows
from actions.double_funding import doubles_of
from actions.enums import ActionStatus
from actions.models import (
    ContractTheme,
    DoubleDismissal,
    MainstreamAbsence,
    MainstreamContribution,
    OutsideGrant,
    Scheme,
)
from actions.public_money import holder_years
from actions.services import (
    add_contribution,
    add_outside_grant,
    dismiss_double,
    explain_absence,
    make_articulation_note,
    remove_contribution,
    reopen_double,
    update_contribution,
    update_outside_grant,
    withdraw_absence,
)
from cite_educative.common.locks import ConflictError
from cite_educative.common.models import Entry
from partners.enums import Role

pytestmark = pytest.mark.django_db
YEAR = 2026


@pytest.fixture
def plan(db):
    return import_module("tests.actions.factories")


@pytest.fixture
def institution(builders, cite):
    return builders.make_organisation("Caisse d’allocations familiales", cite=cite, part="funder")


@pytest.fixture
def holder(builders, cite):
    return builders.make_organisation("Les Mots Passeurs", cite=cite)


@pytest.fixture
def action(plan, cite, holder):
    return plan.make_action(cite, title="Ambassadeurs de la lecture", holder=holder, status=ActionStatus.RETAINED)


@pytest.fixture
def contribute(cite, lead, institution):
    def make(**fields):
        fields = {"institution": institution, "label": "Animation", "kind": "euros", "budget_year": YEAR, **fields}
        return add_contribution(cite=cite, actor=lead, **fields)

    return make


@pytest.fixture
def grant(cite, lead, holder):
    def make(title="Ambassadeurs de la lecture, 0-11 ans", **fields):
        fields = {"programme": "Contrat de ville", "budget_year": YEAR, "holder": holder, **fields}
        fields.setdefault("holder_name", holder.name)
        return add_outside_grant(cite=cite, actor=lead, title=title, **fields)

    return make


# --- Ordinary policies ----------------------------------------------------------------------------


def test_a_second_click_notes_one_contribution(contribute, action):
    contribute(action=action, amount=Decimal(100))
    contribute(action=action, amount=Decimal(100))

    assert MainstreamContribution.objects.count() == 1
    assert Entry.objects.get(verb="mainstream.created").subject_pk == action.pk


def test_euros_spent_valued_and_hours_are_never_added_up(contribute, lead, cite, action):
    contribute(amount=Decimal("100.10"), valuation="cash")
    contribute(amount=Decimal("200.20"), valuation="valued", label="Autre")
    contribute(kind="hours", quantity=Decimal("12.5"), label="Heures")
    contribute(kind="premises", label="Salle")
    contribute(amount=None, label="Pas encore chiffré")
    (row,) = institution_rows(lead, cite, YEAR)

    assert (row.cash, row.valued, row.hours) == (Decimal("100.10"), Decimal("200.20"), Decimal("12.5"))
    assert [one.label for one in row.others] == ["Salle"]


def test_an_action_has_a_reason_or_contributions_never_both(contribute, action, lead):
    explain_absence(action, actor=lead, reason="Aucun local libre")
    row = contribute(action=action)

    assert not MainstreamAbsence.objects.exists()
    assert Entry.objects.filter(verb="mainstream.absence").count() == 2
    with pytest.raises(ValidationError, match="mobilise du droit commun"):
        explain_absence(action, actor=lead, reason="Rien")
    remove_contribution(row, actor=lead)
    explain_absence(action, actor=lead, reason="Rien")
    assert MainstreamAbsence.objects.get().reason == "Rien"


def test_a_reason_written_meanwhile_is_not_lost(action, lead):
    first = explain_absence(action, actor=lead, reason="Aucun local")

    with pytest.raises(ConflictError):
        explain_absence(action, actor=lead, reason="Autre raison", version=0)
    explain_absence(action, actor=lead, reason="Autre raison", version=first.version)
    assert withdraw_absence(action, actor=lead)
    assert not withdraw_absence(action, actor=lead)


def test_a_stale_contribution_is_refused(contribute, lead):
    row = contribute(amount=Decimal(1))
    update_contribution(row, actor=lead, version=1, amount=Decimal(2))

    with pytest.raises(ConflictError):
        update_contribution(row, actor=lead, version=1, amount=Decimal(3))
    line = Entry.objects.get(verb="mainstream.updated")
    assert (line.before, line.after) == ({"montant en euros": "1.00"}, {"montant en euros": "2.00"})


def test_rows_of_another_cite_are_refused(builders, plan, contribute):
    other = plan.make_action(builders.make_cite("amiens"))

    with pytest.raises(ValueError, match="another Cité"):
        contribute(action=other)


def test_nothing_of_it_enters_the_money_of_the_action(contribute, grant, action, lead, sign_in, text_of, plan, cite):
    plan.make_funding(action, plan.make_source(cite, "État"), granted="1000")
    contribute(action=action, amount=Decimal(77_777))
    grant(amount=Decimal(88_888))
    client = sign_in(lead)

    for page in (reverse("actions:money", args=[action.pk]), reverse("actions:finances"), reverse("actions:list")):
        counted, _, apart = text_of(client.get(page)).partition("Contributions en nature, hors totaux")
        assert "77 777" not in counted
        assert "88 888" not in counted + apart


def test_what_mobilises_nothing_is_told_with_its_reason(contribute, action, lead, cite, plan):
    explained, silent = plan.make_action(cite), plan.make_action(cite)
    plan.make_action(cite, status=ActionStatus.REJECTED)
    plan.make_action(cite, status=ActionStatus.DRAFT, shared_at="2026-01-05T10:00Z")
    contribute(action=action)
    explain_absence(explained, actor=lead, reason="Refus écrit")
    found = mobilisation(lead, cite, YEAR)

    assert (found.some, found.explained, found.silent) == (1, [(explained, "Refus écrit")], [silent])


def test_a_pilot_enters_what_its_own_institution_brings(builders, cite, institution, sign_in, plan):
    pilot = builders.make_user(cite, Role.PILOT)
    own = pilot.person.mandates.get().organisation
    action = plan.make_action(cite)
    client = sign_in(pilot)
    data = {"label": "Salle", "kind": "premises", "valuation": "valued", "action": action.pk, "budget_year": "2026",
            "informed_on": "2026-03-02"}  # fmt: skip
    url = reverse("actions:mainstream_create")

    assert client.post(url, {**data, "institution": institution.pk}).status_code == 200
    assert not MainstreamContribution.objects.exists()
    assert client.post(url, {**data, "institution": own.pk}).status_code == 302
    assert MainstreamContribution.objects.get().institution == own


def test_bad_input_is_a_sentence_and_keeps_what_was_typed(sign_in, lead, institution, text_of, action):
    client = sign_in(lead)
    answer = client.post(
        reverse("actions:mainstream_create"),
        {"institution": institution.pk, "label": "Bassin", "kind": "euros", "amount": "beaucoup", "quantity": "3",
         "valuation": "cash", "budget_year": "20026", "informed_on": "2099-01-01", "action": "abc"},
    )  # fmt: skip
    text = text_of(answer)

    assert answer.status_code == 200
    assert "beaucoup" in text
    assert "n’est pas encore arrivée" in text
    assert not MainstreamContribution.objects.exists()


def test_a_conflict_shows_both_versions(sign_in, lead, contribute, institution, text_of):
    row = contribute(label="Avant", amount=Decimal(10))
    update_contribution(row, actor=lead, version=1, label="Pendant")
    data = {"institution": institution.pk, "label": "Le mien", "kind": "euros", "valuation": "valued",
            "budget_year": "2026", "informed_on": "2026-03-02", "version": "1"}  # fmt: skip
    client = sign_in(lead)
    answer = client.post(reverse("actions:mainstream_update", args=[row.pk]), data)
    text = text_of(answer)

    assert answer.status_code == 409
    assert "Pendant" in text
    assert "Le mien" in text
    assert (
        client.post(reverse("actions:mainstream_update", args=[row.pk]), {**data, "version": "2"}).status_code == 302
    )
    row.refresh_from_db()
    assert row.label == "Le mien"


# --- The table ------------------------------------------------------------------------------------


@pytest.fixture
def programme(plan, cite):
    return plan.make_programme(cite)


def test_objectives_and_themes_with_nothing_are_seen_at_once(plan, cite, lead, programme):
    themes = [ContractTheme.objects.create(cite=cite, label=label, order=rank) for rank, label in enumerate("ABC")]
    retired = ContractTheme.objects.create(cite=cite, label="Vieux", order=9, is_active=False)
    axis = plan.make_axis(programme)
    rich, bare, idle = (plan.make_objective(axis, label) for label in ("Riche", "Nu", "Vide"))
    rich.contract_themes.set(themes[:2])
    idle.contract_themes.set([themes[1], retired])
    action = plan.make_action(cite, objective=rich, status=ActionStatus.RETAINED)
    plan.make_action(cite, objective=rich, status=ActionStatus.REJECTED)
    plan.make_action(cite)
    plan.make_funding(action, plan.make_source(cite), programmed="300", granted="200")
    pre = Scheme.objects.create(cite=cite, label="PRE")
    action.schemes.add(pre)
    table = articulation_table(lead, programme, YEAR)

    row = next(row for row in table.rows if row.objective == rich)
    assert (row.count, row.programmed, row.granted, row.schemes) == (1, 300, 200, [("PRE", 1)])
    assert table.bare_objectives == [bare]
    assert table.bare_themes == [themes[2]]
    assert table.idle_themes == [retired]
    assert table.without_objective == 1
    assert scheme_rows(scheme_links(lead, cite, YEAR)) == [(pre, [action])]


def test_linked_schemes_come_page_by_page_with_the_count_of_each(plan, cite, lead, sign_in, monkeypatch):
    monkeypatch.setattr("actions.views.articulation.SHOWN", 2)
    clas, pre, idle = (Scheme.objects.create(cite=cite, label=label) for label in ("CLAS", "PRE", "PEdT"))
    for scheme in (clas, pre, pre):
        plan.make_action(cite).schemes.add(scheme)
    client, url = sign_in(lead), reverse("actions:articulation_schemes")

    pages = [client.get(url, {"page": number}).context for number in (1, 2)]

    assert [[(row[0], len(row[1]), row[2]) for row in page["linked"]] for page in pages] == [
        [(clas, 1, 1), (pre, 1, 2)],
        [(pre, 1, 2)],
    ]
    assert [(page["linked_count"], page["idle"]) for page in pages] == [(2, [idle])] * 2
    assert client.get(url, {"format": "csv"}).getvalue().decode().count("PRE") == 2


# --- Side by side ---------------------------------------------------------------------------------


def test_all_public_money_of_a_holder_stands_apart(plan, cite, lead, action, holder, grant, contribute):
    plan.make_funding(action, plan.make_source(cite), requested="500", programmed="400", granted="300")
    plan.make_funding(action, plan.make_source(cite), in_kind=True, requested="9999")
    grant(amount=Decimal(70))
    grant("Autre", amount=Decimal(80), step="requested")
    contribute(action=action, amount=Decimal(60))
    contribute(action=action, amount=Decimal(50), valuation="cash", label="Versé")
    (year,) = holder_years(lead, cite, holder)

    assert year["sums"] == {
        "requested": 500, "programmed": 400, "granted": 300, "outside": 70, "asked": 80, "valued": 60, "cash": 50,
    }  # fmt: skip


def test_the_lists_say_the_same_sums_as_the_pages(plan, builders, cite, lead, action, holder, grant, sign_in):
    place = builders.make_neighbourhood("Banc Vert", communes=cite.communes.all())
    cite.neighbourhoods.add(place)
    action.neighbourhoods.add(place)
    plan.make_funding(action, plan.make_source(cite), granted="1234")
    plan.make_funding(action, plan.make_source(cite), granted="1000")
    grant(amount=Decimal("77.70"), neighbourhood=place)
    client = sign_in(lead)

    for name in ("articulation_holders", "articulation_quarters"):
        text = client.get(reverse(f"actions:{name}"), {"format": "csv"}).getvalue().decode("utf-8-sig")
        (line,) = text.strip().splitlines()[1:]
        assert ";2234,00;77,70;" in line
        assert "1 double possible" in line


def test_a_referent_reads_there_the_own_communes_only(plan, builders, cite, grant, sign_in, text_of):
    near, far = cite.communes.order_by("name")
    other = builders.make_organisation("Loin d’ici", cite=cite)
    referent = builders.make_user(cite, Role.REFERENT, communes=[near])
    plan.make_action(cite, holder=other, communes=[far], status=ActionStatus.RETAINED)
    grant("Là-bas", commune=far)
    grant("Ici", commune=near)
    client = sign_in(referent)

    text = text_of(client.get(reverse("actions:outside")))
    assert "Ici" in text
    assert "Là-bas" not in text
    assert "Loin d’ici" not in text_of(client.get(reverse("actions:articulation_holders")))
    assert client.get(reverse("actions:articulation_holder", args=[other.pk])).status_code == 404


# --- Doubles --------------------------------------------------------------------------------------


def reasons(lead, cite):
    return [double.reasons for double in doubles_of(lead, cite)]


def test_a_near_title_of_the_same_holder_and_year_is_flagged_in_words(action, grant, lead, cite):
    grant(amount=Decimal(6500))
    (double,) = doubles_of(lead, cite)

    assert double.reasons == ["même porteur, intitulés proches, même exercice (2026)"]
    assert {item.where for item in double.items} == {"Cité éducative", "Contrat de ville"}
    assert double.second.amount == "accordé\u00a0: 6\u00a0500\u00a0€"


@pytest.mark.parametrize(
    "fields",
    [{"budget_year": 2025}, {"title": "Jardin partagé"}, {"holder": None, "holder_name": "Un tout autre porteur"}],
)
def test_another_year_title_or_holder_is_no_double(action, grant, lead, cite, fields):
    grant(**fields)

    assert reasons(lead, cite) == []


def test_the_same_reference_is_flagged_whatever_the_year(plan, action, grant, lead, cite, builders):
    funding = plan.make_funding(action, plan.make_source(cite), requested="1")
    funding.external_ref = "2025-00809"
    funding.save(update_fields=["external_ref"])
    other = builders.make_organisation("Porteur d’à côté", cite=cite)
    grant("Rien à voir", holder=other, budget_year=2025, reference="2025_00809")
    grant("Trop court", holder=other, reference="12")

    assert reasons(lead, cite) == [["même référence (2025_00809)"]]


def test_two_other_programmes_are_compared_and_one_is_not_with_itself(grant, lead, cite):
    grant("Sorties en mer des familles")
    grant("Sorties en mer des familles", reference="deux")
    assert reasons(lead, cite) == []
    grant("Sorties en mer des familles", programme="PRE")

    assert len(reasons(lead, cite)) == 2


def test_rejected_actions_are_no_double(plan, cite, holder, grant, lead):
    plan.make_action(cite, title="Ambassadeurs de la lecture", holder=holder, status=ActionStatus.REJECTED)
    grant()

    assert reasons(lead, cite) == []


def test_a_double_is_set_aside_with_a_reason_and_taken_back(action, grant, lead, cite, sign_in, text_of):
    grant()
    client = sign_in(lead)
    key = doubles_of(lead, cite)[0].key
    url = f"{reverse('actions:double_dismiss')}?{urlencode({'cle': key})}"

    assert client.post(url, {"reason": ""}).status_code == 200
    assert not DoubleDismissal.objects.exists()
    client.post(url, {"reason": "Deux groupes d’élèves", "said_by": "Mme Prévost"})
    text = text_of(client.get(reverse("actions:articulation_doubles")))
    assert "Deux groupes d’élèves" in text
    assert "Mme Prévost" in text
    assert not doubles_of(lead, cite)[0].is_open
    row = DoubleDismissal.objects.get()
    assert (row.author, Entry.objects.get(verb="double.dismissed").actor) == (lead, lead)
    assert reopen_double(row, actor=lead)
    assert not reopen_double(row, actor=lead)
    assert doubles_of(lead, cite)[0].is_open


def test_what_was_set_aside_stays_so_when_the_grant_is_corrected(action, grant, lead, cite):
    row = grant()
    double = doubles_of(lead, cite)[0]
    dismiss_double(cite=cite, key=double.key, label=double.label, reason="Vu", said_by="", actor=lead)
    dismiss_double(cite=cite, key=double.key, label=double.label, reason="Vu", said_by="", actor=lead)
    update_outside_grant(row, actor=lead, version=1, amount=Decimal(5), programme="Contrat de ville")

    assert not doubles_of(lead, cite)[0].is_open
    assert DoubleDismissal.objects.count() == 1


def test_an_unknown_pair_cannot_be_set_aside(sign_in, lead, cite):
    answer = sign_in(lead).post(f"{reverse('actions:double_dismiss')}?cle=action:1|grant:%232", {"reason": "Rien"})

    assert answer.status_code == 404


# --- Other programmes by hand ---------------------------------------------------------------------


def test_a_grant_entered_by_hand_takes_the_name_of_its_holder(sign_in, lead, holder, cite):
    client = sign_in(lead)
    data = {"programme": "PRE", "budget_year": "2026", "holder": holder.pk, "step": "granted", "amount": "1 234,50"}

    assert client.post(reverse("actions:outside_create"), data).status_code == 302
    row = OutsideGrant.objects.get()
    assert (row.holder_name, row.amount, row.run) == ("Les Mots Passeurs", Decimal("1234.50"), None)
    answer = client.post(reverse("actions:outside_create"), {**data, "holder": "", "amount": "-3"})
    assert answer.status_code == 200
    assert OutsideGrant.objects.count() == 1


# --- Query counts ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "articulation",
        "articulation_schemes",
        "articulation_holders",
        "articulation_quarters",
        "articulation_doubles",
        "mainstream",
        "outside",
    ],
)
def test_pages_take_the_same_queries_for_one_row_and_for_five(
    name, plan, builders, cite, lead, programme, grant, contribute, sign_in, django_assert_max_num_queries
):
    axis = plan.make_axis(programme)
    scheme = Scheme.objects.create(cite=cite, label="PRE")
    line = plan.make_source(cite)

    def add(rank):
        organisation = builders.make_organisation(f"Porteur {rank}", cite=cite)
        place = builders.make_neighbourhood(f"Quartier {rank}", communes=cite.communes.all())
        cite.neighbourhoods.add(place)
        theme = ContractTheme.objects.create(cite=cite, label=f"Thème {rank}")
        objective = plan.make_objective(axis)
        objective.contract_themes.add(theme)
        action = plan.make_action(cite, title=f"Chantier éducatif {rank}", holder=organisation, objective=objective)
        action.schemes.add(scheme)
        action.neighbourhoods.add(place)
        plan.make_funding(action, line, requested="10")
        grant(f"Chantier éducatif {rank}", holder=organisation, neighbourhood=place)
        contribute(action=action, label=f"Apport {rank}")
        explain_absence(plan.make_action(cite, holder=organisation), actor=lead, reason="Rien")

    client, url = sign_in(lead), reverse(f"actions:{name}")
    add(1)
    client.get(url)
    with django_assert_max_num_queries(15) as one:
        client.get(url)
    for rank in range(2, 6):
        add(rank)
    with django_assert_max_num_queries(len(one)) as five:
        assert client.get(url).status_code == 200
    assert len(five) == len(one)


def test_a_holder_and_an_action_take_a_fixed_number_of_queries(
    plan, cite, lead, action, holder, grant, contribute, sign_in, django_assert_max_num_queries
):
    client = sign_in(lead)
    urls = [
        reverse("actions:articulation_holder", args=[holder.pk]),
        reverse("actions:action_mainstream", args=[action.pk]),
    ]

    def add(rank):
        grant(f"Chantier {rank}", programme=f"Programme {rank}", amount=Decimal(rank))
        contribute(action=action, label=f"Apport {rank}")

    add(1)
    for url in urls:
        client.get(url)
    counts = []
    for url in urls:
        with django_assert_max_num_queries(18) as queries:
            client.get(url)
        counts.append(len(queries))
    for rank in range(2, 6):
        add(rank)
    for url, count in zip(urls, counts, strict=True):
        with django_assert_max_num_queries(count):
            client.get(url)


# --- The note -------------------------------------------------------------------------------------


def test_the_note_is_frozen_once_and_printed_in_two_formats(programme, plan, cite, lead, action, grant, contribute):
    objective = plan.make_objective(plan.make_axis(programme), "Lire")
    action.objective = objective
    action.save()
    plan.make_action(cite, title="Brouillon secret", status=ActionStatus.DRAFT, shared_at="2026-01-05T10:00Z")
    contribute(action=action, amount=Decimal(500))
    grant(amount=Decimal(6500))
    note, created = make_articulation_note(programme=programme, year=YEAR, actor=lead)
    again, twice = make_articulation_note(programme=programme, year=YEAR, actor=lead)

    assert (created, twice, again) == (True, False, note)
    assert {link.file.format for link in note.files.all()} == {"pdf", "docx"}
    content = note.content
    assert content["table"]["rows"][0]["count"] == 1
    assert content["institutions"][0]["valued"] == "500\u00a0€"
    assert [double["is_open"] for double in content["doubles"]] == [True]
    assert "Brouillon secret" not in str(content)
    grant("Nouvelle", programme="PRE")
    newer, created = make_articulation_note(programme=programme, year=YEAR, actor=lead)
    assert created
    assert newer != note
    html = import_module("actions.documents.articulation").render_articulation(note.files.first().file)
    assert "L’essentiel" in html
    assert "Nouvelle" not in html
