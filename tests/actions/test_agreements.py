"""Agreements: drafted from what is granted, issued with a number, signed, amended, given up."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from actions import services
from actions.enums import AgreementState, EntryKind, PaymentKind, Step
from actions.finances.agreement_content import installments
from actions.finances.agreements import awaited_agreements, next_words
from actions.finances.books import Books
from actions.finances.budget_paste import read_budget
from actions.finances.clauses import MERGE_FIELDS, check_clauses, usual_clauses
from actions.finances.thresholds import alerts
from actions.models import Agreement, AgreementTemplate, Payment
from cite_educative.common.locks import ConflictError
from cite_educative.documents.models import GeneratedFile
from cite_educative.documents.registry import renderers
from partners.enums import OrganisationKind, Part, Role
from tests.actions.factories import YEAR, make_action, make_funding, make_source, release
from tests.factories import make_organisation, make_user

TODAY = date(2026, 6, 5)


@pytest.fixture
def holder(cite):
    return make_organisation("Les Dunes", cite=cite, part=Part.HOLDER, kind=OrganisationKind.ASSOCIATION)


@pytest.fixture
def state(cite):
    source = make_source(
        cite, "État – P147", organisation=make_organisation("Préfecture du Nord", cite=cite, part=Part.FUNDER)
    )
    release(source)
    return source


@pytest.fixture
def fundings(cite, holder, state):
    return [
        make_funding(make_action(cite, title=title, holder=holder), state, requested=amount, granted=amount)
        for title, amount in (("Lire en famille", "16000"), ("Parents relais", "8000.01"))
    ]


@pytest.fixture
def draft(cite, holder, state, fundings, lead):
    return drafted(cite, holder, state, lead)


def drafted(cite, holder, source, actor):
    return services.draft_agreement(
        cite=cite, funder=source.organisation, holder=holder, budget_year=YEAR, actor=actor, today=TODAY
    )


def issue(draft, actor):
    return services.issue_agreement(draft, version=draft.version, actor=actor, today=TODAY)


def sign(agreement, actor, day=date(2026, 6, 20)):
    for signature in agreement.signatures.all():
        services.record_signature(signature, capacity="la direction", sent_on=TODAY, signed_on=day, actor=actor)
    return Agreement.objects.get(pk=agreement.pk)


# --- Draft ----------------------------------------------------------------------------------------


def test_a_draft_takes_what_is_granted_and_the_clauses_of_the_template(draft, fundings):
    assert draft.amount == Decimal("24000.01")
    assert draft.clauses == usual_clauses()
    assert draft.number == ""


def test_a_second_click_finds_the_draft(cite, holder, state, draft, lead):
    assert drafted(cite, holder, state, lead) == draft
    assert Agreement.objects.count() == 1


def test_nothing_left_to_agree_upon_is_said(cite, holder, state, draft, lead):
    issue(draft, lead)

    with pytest.raises(ValidationError, match="déjà dans une convention"):
        drafted(cite, holder, state, lead)


def test_what_is_given_up_may_be_agreed_again(cite, holder, state, draft, lead):
    services.cancel_agreement(draft, reason="double", actor=lead)

    assert drafted(cite, holder, state, lead) != draft


def test_an_unknown_word_between_braces_is_named_with_the_known_ones():
    with pytest.raises(ValidationError) as refused:
        check_clauses([{"title": "Objet", "text": "Entre {porteur} et {prefet}"}])

    (sentence,) = refused.value.messages
    assert "{prefet}" in sentence
    assert "{montant_en_lettres}" in sentence


def test_the_usual_clauses_are_right(draft):
    check_clauses(usual_clauses())
    check_clauses(usual_clauses(amending=True))
    assert all("{" + name + "}" in str(usual_clauses()) for name in ("montant", "montant_en_lettres", "date_bilan"))
    assert set(MERGE_FIELDS) >= {"porteur", "financeur"}


def test_two_people_write_one_draft(draft, lead):
    services.save_agreement(draft, version=1, amounts={}, actor=lead)

    with pytest.raises(ConflictError):
        services.save_agreement(draft, version=1, amounts={}, actor=lead)


def test_the_form_keeps_what_was_typed_and_says_what_is_wrong(draft, lead, sign_in):
    client, url = sign_in(lead), f"/finances/conventions/{draft.pk}/modifier/"
    line = draft.lines.first()
    answers = {
        "version": draft.version,
        "title": "Lecture",
        "starts_on": "2026-12-31",
        "ends_on": "2026-01-01",
        "balance_percent": "95",
        "first_due_on": "2026-06-01",
        "balance_due_on": "",
        f"line-{line.pk}": "0",
        "clause-0-title": "Objet",
        "clause-0-text": "Pour {quoi}",
    }

    page = client.post(url, answers).content.decode()

    for words in ("prend fin après", "90\u00a0%", "supérieur à zéro", "{quoi}", 'value="Lecture"'):
        assert words in page, words
    assert Agreement.objects.get(pk=draft.pk).version == draft.version


def test_an_action_taken_out_may_go_into_another(cite, holder, state, draft, lead):
    first, second = draft.lines.order_by("pk")

    services.save_agreement(draft, version=draft.version, amounts={first.pk: None}, actor=lead)

    assert draft.amount == second.amount
    with pytest.raises(ValidationError, match="au moins une action"):
        services.save_agreement(draft, version=draft.version, amounts={second.pk: None}, actor=lead)


# --- Issue ----------------------------------------------------------------------------------------


def test_issuing_numbers_freezes_and_prints(draft, lead):
    agreement = issue(draft, lead)

    assert agreement.number == "C-2026-001"
    text = json.dumps(agreement.content, ensure_ascii=False)
    assert "24\u00a0000,01\u00a0€" in text
    assert "vingt-quatre mille euros et un centime" in text
    assert "30\u00a0juin\u00a02027" in text
    files = GeneratedFile.objects.filter(agreement_document__agreement=agreement)
    assert {file.format for file in files} == {"pdf", "docx"}
    html = renderers[files[0].kind](files[0])
    assert "Les Dunes" in html
    assert "{" not in html.replace("{{", "").split("</style>")[-1]


def test_an_issued_agreement_carries_visas_parties_and_its_annexes(draft, fundings, holder, lead):
    holder.address = "1 rue des Dunes\n59140 Dunkerque"
    holder.save()
    first = fundings[0].action
    services.save_budget(
        first, budget_year=YEAR, lines=read_budget("604\t15 000\n60x\t1 000\n74etat\t16 000").lines, actor=lead
    )

    agreement = issue(Agreement.objects.get(pk=draft.pk), lead)
    services.save_budget(first, budget_year=YEAR, lines=[], actor=lead)

    assert "contrat d’engagement républicain" in str(agreement.content["visas"])
    assert "Contrat d’engagement républicain" in [one["title"] for one in agreement.content["clauses"]]
    file = GeneratedFile.objects.filter(agreement_document__agreement=agreement)[0]
    html = renderers[file.kind](file)
    for words in (
        "1 rue des Dunes, 59140 Dunkerque",
        "signataire\u00a0: la personne habilitée",
        "Vu la loi n° 2000-321",
        "Annexe 1. ",
        "<b>60 Achats</b>",
        "15\u00a0000,00\u00a0€",
        "celui de la demande de subvention fait foi",
    ):
        assert words in html


def test_a_public_holder_signs_no_republican_contract(draft, holder, lead):
    holder.kind = OrganisationKind.COMMUNE
    holder.save()

    agreement = issue(Agreement.objects.get(pk=draft.pk), lead)

    assert "engagement républicain" not in str(agreement.content["visas"])


def test_who_signs_is_named_as_the_last_time(draft, fundings, holder, state, cite, lead):
    first = sign(issue(draft, lead), lead)
    make_funding(make_action(cite, title="Autre", holder=holder), state, requested="900", granted="900")
    second = issue(drafted(cite, holder, state, lead), lead)

    assert first.content["holder"]["capacity"] == "la personne habilitée"
    assert second.content["holder"]["capacity"] == "la direction"
    assert set(second.signatures.values_list("capacity", flat=True)) == {"la direction"}


def test_a_second_click_gives_no_second_number(draft, lead):
    issue(draft, lead)
    again = services.issue_agreement(draft, version=1, actor=lead)

    assert again.number == "C-2026-001"
    assert again.signatures.count() == 2


def test_above_what_is_granted_is_refused_with_the_way_out(draft, fundings, lead):
    line = draft.lines.get(funding=fundings[0])
    services.save_agreement(draft, version=1, amounts={line.pk: Decimal(16001)}, actor=lead)

    with pytest.raises(ValidationError) as refused:
        issue(draft, lead)

    (sentence,) = refused.value.messages
    assert "16\u00a0001,00\u00a0€" in sentence
    assert "16\u00a0000,00\u00a0€ sont accordés" in sentence
    assert Agreement.objects.get(pk=draft.pk).number == ""


def test_what_the_holder_may_not_know_yet_is_not_issued(cite, holder, lead):
    town = make_source(cite, "Ville", circuit="commune")
    make_funding(make_action(cite, holder=holder), town, granted="500")
    draft = drafted(cite, holder, town, lead)

    with pytest.raises(ValidationError, match="Libérez d’abord les notifications de Ville"):
        issue(draft, lead)


def test_what_was_issued_is_written_no_more(draft, lead):
    agreement = issue(draft, lead)

    with pytest.raises(ValidationError, match="avenant"):
        services.save_agreement(agreement, version=agreement.version, amounts={}, actor=lead)


# --- Signatures -----------------------------------------------------------------------------------


def test_of_two_who_note_a_signature_the_second_sees_both(draft, lead, client):
    signature = issue(draft, lead).signatures.first()
    client.force_login(lead)
    address = reverse("actions:signature", args=[signature.pk])
    version = client.get(address).context["form"]["version"].value()
    sent = {"capacity": "la présidente", "sent_on": TODAY.isoformat(), "version": version}
    client.post(address, sent)

    late = client.post(address, sent | {"capacity": "le trésorier"})
    signature.refresh_from_db()

    assert (late.status_code, signature.capacity) == (409, "la présidente")
    assert "le trésorier" in late.content.decode()


def test_the_last_signature_commits_and_plans(draft, fundings, lead):
    agreement = issue(draft, lead)
    first, second = agreement.signatures.all()

    services.record_signature(first, capacity="la présidente", sent_on=TODAY, signed_on=TODAY, actor=lead)
    assert not Payment.objects.exists()
    services.record_signature(second, capacity="le préfet", sent_on=TODAY, signed_on=date(2026, 6, 20), actor=lead)

    agreement = Agreement.objects.get(pk=agreement.pk)
    assert (agreement.state, agreement.signed_on) == (AgreementState.SIGNED, date(2026, 6, 20))
    for funding in fundings:
        funding.refresh_from_db()
        entry = funding.entries.filter(step=Step.COMMITTED).get()
        assert (entry.after, entry.kind, entry.reference) == (funding.granted, EntryKind.AGREEMENT, "C-2026-001")
        parts = funding.payments.order_by("due_on")
        assert [part.kind for part in parts] == [PaymentKind.ADVANCE, PaymentKind.BALANCE]
        assert sum(part.amount for part in parts) == funding.granted


def test_a_date_that_cannot_be_is_refused(draft, lead):
    signature = issue(draft, lead).signatures.first()

    with pytest.raises(ValidationError, match="avant d’être établie"):
        services.record_signature(signature, capacity="x", sent_on=None, signed_on=date(2026, 6, 4), actor=lead)


def test_a_source_without_the_step_commits_nothing(cite, holder, lead):
    town = make_source(cite, "Ville", circuit="commune")
    release(town)
    funding = make_funding(make_action(cite, holder=holder), town, granted="500")

    sign(issue(drafted(cite, holder, town, lead), lead), lead)

    funding.refresh_from_db()
    assert funding.committed is None
    assert funding.payments.count() == 2


def test_reminders_are_noted_once_a_day(draft, lead):
    signature = issue(draft, lead).signatures.first()

    services.remind_signature(signature, actor=lead, today=date(2026, 6, 30))
    found = services.remind_signature(signature, actor=lead, today=date(2026, 6, 30))

    assert found.reminded_on == date(2026, 6, 30)
    words = next_words(Agreement.objects.with_standing().get(pk=draft.pk), today=date(2026, 7, 2))
    assert "relancée le 30\u00a0juin\u00a02026" in words


# --- Amendments -----------------------------------------------------------------------------------


def test_an_amendment_changes_what_is_committed_and_plans_the_rest(draft, fundings, lead):
    agreement = sign(issue(draft, lead), lead)
    other = fundings[0]
    line = services.draft_amendment(agreement, actor=lead).lines.get(funding=other)
    amendment = line.agreement
    services.save_agreement(amendment, version=1, amounts={line.pk: Decimal(15000)}, actor=lead)

    amendment = sign(issue(Agreement.objects.get(pk=amendment.pk), lead), lead)

    other.refresh_from_db()
    assert amendment.number == "C-2026-001-A1"
    assert other.committed == Decimal(15000)
    assert services.standing(agreement) == amendment
    assert not amendment.payments.exists(), "a smaller amount plans nothing more"


def test_a_smaller_amendment_takes_from_what_is_planned_last_first(draft, fundings, lead):
    agreement = sign(issue(draft, lead), lead)
    lines = {line.funding_id: line for line in services.draft_amendment(agreement, actor=lead).lines.all()}
    kept, given_up = fundings
    amendment = lines[kept.pk].agreement
    amounts = {lines[kept.pk].pk: Decimal(12000), lines[given_up.pk].pk: Decimal(0)}
    services.save_agreement(amendment, version=1, amounts=amounts, actor=lead)

    sign(issue(Agreement.objects.get(pk=amendment.pk), lead), lead)

    standing = Payment.objects.filter(cancelled_on=None)
    assert [(row.kind, row.amount) for row in standing] == [(PaymentKind.ADVANCE, Decimal(12000))]
    given_up.refresh_from_db()
    assert given_up.committed == 0


def test_an_amendment_says_zero_for_what_it_gives_up(draft, lead, sign_in):
    with pytest.raises(ValidationError, match="supérieur à zéro"):
        services.save_agreement(draft, version=1, amounts={draft.lines.first().pk: Decimal(0)}, actor=lead)
    amendment = services.draft_amendment(sign(issue(Agreement.objects.get(pk=draft.pk), lead), lead), actor=lead)
    line = amendment.lines.first()

    with pytest.raises(ValidationError, match="écrivez 0"):
        services.save_agreement(amendment, version=1, amounts={line.pk: None}, actor=lead)
    page = sign_in(lead).post(f"/finances/conventions/{amendment.pk}/modifier/", {f"line-{line.pk}": ""})
    assert "Écrivez 0" in page.content.decode()


def test_a_bigger_amendment_plans_the_difference(cite, holder, state, lead):
    funding = make_funding(make_action(cite, holder=holder), state, granted="10000")
    draft = drafted(cite, holder, state, lead)
    services.save_agreement(draft, version=1, amounts={draft.lines.get().pk: Decimal(6000)}, actor=lead)
    agreement = sign(issue(Agreement.objects.get(pk=draft.pk), lead), lead)
    amendment = services.draft_amendment(agreement, actor=lead)
    services.save_agreement(amendment, version=1, amounts={amendment.lines.get().pk: Decimal(10000)}, actor=lead)

    sign(issue(Agreement.objects.get(pk=amendment.pk), lead), lead)

    assert sum(funding.payments.values_list("amount", flat=True)) == Decimal(10000)
    assert services.draft_amendment(agreement, actor=lead) != amendment


def test_only_a_signed_agreement_is_amended(draft, lead):
    with pytest.raises(ValidationError, match="signée"):
        services.draft_amendment(draft, actor=lead)


def test_a_signed_agreement_is_not_given_up(draft, lead):
    agreement = sign(issue(draft, lead), lead)

    with pytest.raises(ValidationError, match="avenant"):
        services.cancel_agreement(agreement, reason="erreur", actor=lead)


# --- Threshold ------------------------------------------------------------------------------------


def test_the_law_asks_for_one_above_the_threshold_and_is_quiet_once_signed(cite, draft, lead, holder, state):
    services.cancel_agreement(draft, reason="à refaire", actor=lead)
    (awaited,) = awaited_agreements(cite, YEAR)
    assert (awaited.is_due, awaited.amount) == (True, Decimal("24000.01"))
    assert any(alert.key.startswith("convention:") for alert in alerts(Books(cite, YEAR)))

    sign(issue(drafted(cite, holder, state, lead), lead), lead)

    assert awaited_agreements(cite, YEAR) == []
    assert not any(alert.key.startswith("convention:") for alert in alerts(Books(cite, YEAR)))


@given(amount=st.decimals("0.01", "10000000", places=2), percent=st.integers(0, 90))
def test_installments_add_up_to_the_cent(amount, percent):
    agreement = Agreement(balance_percent=percent, first_due_on=TODAY, balance_due_on=TODAY)

    assert sum(part for _, part, _, _ in installments(agreement, amount)) == amount


# --- Pages ----------------------------------------------------------------------------------------


def test_the_holder_reads_it_once_it_is_issued(cite, draft, holder, lead, sign_in, client):
    user = make_user(cite, Role.HOLDER, organisation=holder)
    url = f"/finances/conventions/{draft.pk}/"
    reader = sign_in(user)
    assert reader.get(url).status_code == 404

    issue(draft, lead)

    page = reader.get(url).content.decode()
    assert "C-2026-001" in page
    assert "Relancé" not in page


def test_the_whole_walk_through_the_pages(cite, holder, state, fundings, lead, sign_in):
    client = sign_in(lead)
    create = f"/finances/conventions/nouvelle/?financeur={state.organisation_id}&porteur={holder.pk}"
    assert "Obligatoires" in client.get("/finances/conventions/").content.decode()
    response = client.post(create)
    draft = Agreement.objects.get()
    assert response.url == f"/finances/conventions/{draft.pk}/modifier/"
    client.post(f"/finances/conventions/{draft.pk}/etablir/", {"version": draft.version})
    for signature in draft.signatures.all():
        answers = {"capacity": "la direction", "sent_on": "", "signed_on": str(Agreement.objects.get().issued_on)}
        client.post(f"/finances/signatures/{signature.pk}/", answers)

    page = client.get(f"/finances/conventions/{draft.pk}/").content.decode()

    assert "Préparer un avenant" in page
    assert Agreement.objects.get().state == AgreementState.SIGNED


def test_a_stale_draft_is_not_issued(draft, lead, sign_in):
    services.save_agreement(draft, version=1, amounts={}, actor=lead)

    page = sign_in(lead).post(f"/finances/conventions/{draft.pk}/etablir/", {"version": "1"}, follow=True)

    assert "modifié entre-temps" in page.content.decode()
    assert Agreement.objects.get().number == ""


def test_the_template_serves_the_next_drafts(cite, draft, lead, sign_in):
    answers = {"version": "0", "clause-0-title": "Objet", "clause-0-text": "{objet}"}

    sign_in(lead).post("/finances/conventions/modele/", answers)

    assert AgreementTemplate.objects.get().clauses == [{"title": "Objet", "text": "{objet}"}]
    assert Agreement.objects.get().clauses == usual_clauses(), "what was drafted keeps its own"


def test_its_end_is_announced_at_home_while_something_is_to_pay(draft, lead, sign_in):
    sign(issue(draft, lead), lead)
    client = sign_in(lead)
    ends = timezone.localdate() + timedelta(days=20)
    Agreement.objects.update(ends_on=ends)

    assert "Convention C-2026-001" in client.get("/").content.decode()

    Payment.objects.update(paid_on=TODAY)
    assert "Convention C-2026-001" not in client.get("/").content.decode()
