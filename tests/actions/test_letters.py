"""Letters of notification: who gets one, what it says, made once, printed and packed."""

import io
import uuid
import zipfile
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from actions import services
from actions.enums import ActionStatus, LetterKind, Outcome
from actions.finances.letters import (
    NO_ADDRESS,
    NOT_RELEASED,
    NOTHING,
    SAME,
    USUAL,
    Recipient,
    check_text,
    letter_content,
    recipients_of,
)
from actions.models import Action, FunderAct, Funding, FundingSource, Letter, LetterBatch
from cite_educative.common.dates import date_fr
from cite_educative.common.money import euros
from cite_educative.documents import services as documents
from cite_educative.documents.models import GeneratedFile
from cite_educative.documents.registry import renderers
from partners.enums import Part
from partners.models import Cite, Organisation
from tests.actions.factories import FACT, YEAR, make_action, make_call, make_funding, make_source, release
from tests.factories import make_organisation

FAVOURABLE, UNFAVOURABLE, DEFERRED = LetterKind


@pytest.fixture
def holder(cite):
    return make_organisation("Les Dunes", cite=cite, part=Part.HOLDER, address="1 place de la Mairie\n59140 Dunkerque")


@pytest.fixture
def state(cite):
    return make_source(
        cite, "État – P147", organisation=make_organisation("Préfecture du Nord", cite=cite, part=Part.FUNDER)
    )


@pytest.fixture
def granted(cite, holder, state):
    return [
        make_funding(make_action(cite, title=title, holder=holder), state, requested="20000", **amounts)
        for title, amounts in (
            ("Lire en famille", {"programmed": "9999", "granted": "16000.50"}),
            ("Parents relais", {"granted": "4000"}),
        )
    ]


def make(state, actor, kind=FAVOURABLE, token=None, text=None):
    return services.make_letters(
        source=state,
        budget_year=YEAR,
        kind=kind,
        text=text or USUAL[kind],
        signatory="La cheffe de projet",
        token=token or uuid.uuid4(),
        actor=actor,
    )


def reasons(state, kind=FAVOURABLE):
    return {one.holder.name: one.reason for one in recipients_of(state, YEAR, kind)}


# --- Pre-flight -----------------------------------------------------------------------------------


def test_nobody_is_written_to_before_the_release(state, granted, lead):
    assert reasons(state) == {"Les Dunes": NOT_RELEASED}
    with pytest.raises(ValidationError, match="Aucun porteur"):
        make(state, lead)
    assert not LetterBatch.objects.exists()


def test_each_one_that_gets_none_has_its_reason(cite, state, granted):
    release(state)
    others = {
        "Sans adresse": ("", {"granted": "500"}),
        "Sans réponse": ("2 rue du Port", {"programmed": "700"}),
        "Refusée": ("3 rue du Port", {"granted": "0"}),
    }
    for name, (address, amounts) in others.items():
        organisation = make_organisation(name, cite=cite, part=Part.HOLDER, address=address)
        make_funding(make_action(cite, holder=organisation), state, **amounts)

    assert reasons(state) == {
        "Les Dunes": "",
        "Refusée": NOTHING[FAVOURABLE],
        "Sans adresse": NO_ADDRESS,
        "Sans réponse": NOTHING[FAVOURABLE],
    }


def test_a_letter_tells_released_answers_only(cite, holder, state, granted, lead):
    """Two actions, of which the one of a call is released."""
    call = make_call(cite)
    type(granted[0].action).objects.filter(pk=granted[0].action_id).update(call=call)
    release(state, call=call)

    letter = make(state, lead).letters.get()

    assert [line["title"] for line in letter.content["lines"]] == ["Lire en famille"]
    assert letter.content["amount"] == "16\u00a0000,50\u00a0€"


def test_what_is_withdrawn_is_not_told(state, granted):
    release(state)
    Funding.objects.update(outcome=Outcome.WITHDRAWN)

    assert reasons(state) == {}


# --- What it says ---------------------------------------------------------------------------------


def test_a_favourable_letter_says_the_granted_amount_in_figures_and_words_and_the_act(state, granted, lead):
    release(state)

    content = make(state, lead).letters.get().content

    said = "\n".join(content["paragraphs"])
    assert "20\u00a0000,50\u00a0€ (vingt mille euros et cinquante centimes)" in said
    assert str(granted[0].act) in said
    assert date_fr(granted[0].granted_on) in said
    assert content["address"] == ["1 place de la Mairie", "59140 Dunkerque"]
    assert "9\u00a0999" not in str(content)


def test_the_total_is_the_sum_of_the_lines(state, granted):
    release(state)

    (recipient,) = recipients_of(state, YEAR, FAVOURABLE)

    assert recipient.amount == sum(funding.granted for funding in recipient.fundings) == Decimal("20000.50")


@given(st.lists(st.decimals("0.01", "900000", places=2), min_size=1, max_size=6))
def test_figures_are_the_sum_of_the_lines_to_the_cent(amounts):
    holder = Organisation(name="Les Dunes", address="1 place de la Mairie")
    fundings = [
        Funding(action=Action(title="Lire"), act=FunderAct(), granted=amount, granted_on=FACT) for amount in amounts
    ]
    source = FundingSource(cite=Cite(name="Dunkerque"), organisation=Organisation(name="Préfecture"), label="État")

    content = letter_content(
        Recipient(holder, fundings), source, YEAR, FAVOURABLE, text="{montant}", signatory="", today=FACT
    )

    assert content["paragraphs"] == [content["amount"]] == [euros(sum(amounts))]
    assert [line["amount"] for line in content["lines"]] == [euros(amount) for amount in amounts]


@pytest.mark.parametrize(
    ("kind", "status", "amounts"),
    [
        (UNFAVOURABLE, ActionStatus.RETAINED, {"granted": "0"}),
        (UNFAVOURABLE, ActionStatus.REJECTED, {}),
        (DEFERRED, ActionStatus.DEFERRED, {}),
    ],
)
def test_other_letters_say_no_amount_but_the_requested(cite, holder, state, lead, kind, status, amounts):
    make_funding(make_action(cite, holder=holder, status=status), state, requested="1234", **amounts)
    release(state)

    content = make(state, lead, kind).letters.get().content

    assert content["lines"][0]["amount"] == "1\u00a0234,00\u00a0€"
    assert content["amount"] == ""
    assert "accord" not in str(content["paragraphs"])


def test_an_unknown_word_between_braces_is_named_with_the_known_ones():
    with pytest.raises(ValidationError, match=r"\{montent\}.*\{montant_en_lettres\}"):
        check_text("{montent}", FAVOURABLE)


def test_only_a_favourable_letter_knows_an_amount():
    with pytest.raises(ValidationError, match=r"\{montant\}"):
        check_text("{montant}", UNFAVOURABLE)


@pytest.mark.parametrize("kind", LetterKind)
def test_the_usual_texts_can_be_merged(kind):
    check_text(USUAL[kind], kind)


# --- Made once ------------------------------------------------------------------------------------


def test_a_second_click_finds_the_first_ones_letters(state, granted, lead):
    release(state)
    token = uuid.uuid4()

    assert make(state, lead, token=token) == make(state, lead, token=token)
    assert (LetterBatch.objects.count(), Letter.objects.count(), GeneratedFile.objects.count()) == (1, 1, 1)


def test_who_was_told_the_same_is_not_written_to_again(cite, holder, state, granted, lead):
    release(state)
    make(state, lead)
    assert reasons(state) == {"Les Dunes": SAME}

    make_funding(make_action(cite, holder=holder), state, granted="10")

    assert reasons(state) == {"Les Dunes": ""}


def test_what_is_made_no_longer_moves(holder, state, granted, lead):
    release(state)
    letter = make(state, lead).letters.get()
    holder.address = "ailleurs"
    holder.save()

    html = renderers["actions.letter"](letter.file)

    assert "1 place de la Mairie" in html
    assert "ailleurs" not in html


# --- Pages ----------------------------------------------------------------------------------------


def page(state, kind=FAVOURABLE):
    return f"{reverse('actions:letters_create')}?ligne={state.pk}&nature={kind}"


def posted(**fields):
    return {"token": uuid.uuid4(), "text": USUAL[FAVOURABLE], "signatory": "La direction", **fields}


def test_the_page_previews_then_makes(client, state, granted, lead):
    release(state)
    client.force_login(lead)

    shown = client.post(page(state), posted(text="Bonjour {porteur}, voici {montant}.", preview="1"))
    assert "Bonjour Les Dunes, voici 20\u00a0000,50\u00a0€." in shown.content.decode()
    assert not LetterBatch.objects.exists()

    made = client.post(page(state), posted())
    assert made.url == reverse("actions:letter_batch", args=[LetterBatch.objects.get().pk])


def test_a_wrong_text_is_given_back_with_what_was_typed(client, state, granted, lead):
    release(state)
    client.force_login(lead)

    shown = client.post(page(state), posted(text="Bonjour {prenom}")).content.decode()

    assert "Ce courrier ne sait pas remplacer {prenom}" in shown
    assert "Bonjour {prenom}" in shown
    assert not LetterBatch.objects.exists()


@pytest.mark.parametrize("query", ["", "?ligne=x&nature=favourable", "?ligne=0&nature=favourable"])
def test_an_address_without_source_is_not_found(client, state, lead, query):
    client.force_login(lead)
    assert client.get(f"{reverse('actions:letters_create')}{query}").status_code == 404
    assert client.get(page(state, "autre")).status_code == 404


def test_the_archive_holds_what_is_ready(client, cite, state, granted, lead):
    release(state)
    other = make_organisation("Les Dunes", cite=cite, part=Part.HOLDER, address="4 rue du Port")
    make_funding(make_action(cite, holder=other), state, granted="10")
    batch = make(state, lead)
    client.force_login(lead)
    archive = reverse("actions:letter_archive", args=[batch.pk])
    assert client.get(archive).status_code == 404

    for letter in batch.letters.all():
        documents.store(documents.claim(letter.file_id), b"%PDF-1.4 " + str(letter.pk).encode(), pages=1)

    with zipfile.ZipFile(io.BytesIO(client.get(archive).getvalue())) as kept:
        assert len(set(kept.namelist())) == 2
        assert {kept.read(name) for name in kept.namelist()} == {
            b"%PDF-1.4 " + str(letter.pk).encode() for letter in batch.letters.all()
        }


def test_the_batch_says_how_far_it_is_and_what_failed(client, state, granted, lead):
    release(state)
    batch = make(state, lead)
    client.force_login(lead)
    url = reverse("actions:letter_batch", args=[batch.pk])
    assert "0 sur 1" in client.get(url).content.decode()

    documents.fail(documents.claim(batch.letters.get().file_id), "La police manque.")

    shown = client.get(url).content.decode()
    assert "La police manque." in shown
    assert "every 2s" not in shown
