"""A link opens its form to who may still answer, about an action that still waits: checked at reading and at writing."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from actions import services
from actions.enums import ActionStatus
from actions.models import Action, ActionPiece, ExpectedPiece, Opinion
from cite_educative.common.transitions import TransitionError
from partners.enums import Gesture, Role
from partners.models import AccessLink, Mandate, OutgoingMessage
from partners.services import LinkError, Recipient, link_path
from tests.actions.factories import make_action, make_call
from tests.factories import make_mandate, make_organisation, make_person

pytestmark = pytest.mark.django_db

SHEET = {"title": "Réécrite", "scope": "communal", "version": 1}
ANSWER = {"verdict": "favourable", "comment": "Utile"}


def pdf(name="rib.pdf", content=b"%PDF-1.4 essai"):
    return SimpleUploadedFile(name, content, content_type="application/pdf")


@pytest.fixture
def holder(cite):
    return make_organisation("Les Mots Passeurs", cite=cite, email="contact@mots.exemple.fr")


@pytest.fixture
def president(cite, holder):
    person = make_person(email="presidente@exemple.fr")
    make_mandate(cite, Role.HOLDER, organisation=holder, person=person)
    return person


@pytest.fixture
def rib(cite):
    return ExpectedPiece.objects.create(call=make_call(cite), label="RIB")


@pytest.fixture
def action(cite, holder, rib):
    return make_action(cite, title="Radio", holder=holder, call=rib.call)


@pytest.fixture
def draft(cite, holder):
    return make_action(cite, title="Avant", holder=holder, status=ActionStatus.DRAFT)


def remind(action, gesture, lead, recipient, expected=(), body="{lien}"):
    return services.remind(
        action=action,
        gesture=gesture,
        recipients=[recipient],
        subject="Objet",
        body=body,
        due_on=None,
        actor=lead,
        expected=expected,
    )


def sheet_link(draft, lead, recipient):
    remind(draft, Gesture.SHEET, lead, recipient)
    return AccessLink.objects.latest("pk")


def piece_link(action, lead, rib, recipient=None):
    remind(action, Gesture.PIECE, lead, recipient or Recipient("Mme Lien", "lien@exemple.fr"), [rib])
    return AccessLink.objects.latest("pk")


@pytest.fixture
def opinion(action, lead):
    row = Opinion(name="Mme Experte", email="experte@exemple.fr")
    services.ask_opinions(
        action=action, asked=[row], question="?", due_on=None, subject="Avis", body="{lien}", actor=lead
    )
    return row


def refused(client, text_of, url, answers, sentence):
    """Both methods say why, with the code of what is gone."""
    for response in (client.get(url), client.post(url, answers)):
        assert response.status_code == 410
        assert sentence in text_of(response)


# --- Who may answer -------------------------------------------------------------------------------


def test_the_links_of_a_person_whose_mandate_ended_are_dead(
    client, cite, lead, holder, president, draft, action, rib, today, text_of
):
    sheet = sheet_link(draft, lead, Recipient.of(president))
    pieces = piece_link(action, lead, rib, Recipient.of(president))
    assert client.get(link_path(sheet)).status_code == 200
    Mandate.objects.filter(person=president).update(ends_on=today - timedelta(days=1))
    # A mandate for another organisation, or in another role, gives nothing back.
    make_mandate(cite, Role.HOLDER, person=president, organisation=make_organisation(cite=cite))
    make_mandate(cite, Role.PARTNER, person=president, organisation=holder)

    words = "Le mandat qui vous faisait agir ici pour Les Mots Passeurs a pris fin"
    refused(client, text_of, link_path(sheet), SHEET, words)
    refused(client, text_of, link_path(pieces), {f"piece-{rib.pk}": pdf()}, words)
    assert Action.objects.get(pk=draft.pk).title == "Avant"
    assert not ActionPiece.objects.exists()


def test_the_links_sent_to_a_former_holder_are_dead(client, cite, lead, draft, action, rib, text_of):
    mailbox = Recipient("Les Mots Passeurs", "contact@mots.exemple.fr")
    sheet, pieces = sheet_link(draft, lead, mailbox), piece_link(action, lead, rib, mailbox)
    for row in (draft, action):
        row.holder = make_organisation(cite=cite)
        row.save()

    words = "a changé de porteur"
    refused(client, text_of, link_path(sheet), SHEET, words)
    refused(client, text_of, link_path(pieces), {f"piece-{rib.pk}": pdf()}, words)


def test_the_right_is_checked_again_when_the_answer_is_written(lead, president, draft, action, rib, today):
    """The page was open when the mandate ended: nothing is written and the link is not used."""
    sheet = sheet_link(draft, lead, Recipient.of(president))
    pieces = piece_link(action, lead, rib, Recipient.of(president))
    Mandate.objects.filter(person=president).update(ends_on=today - timedelta(days=1))

    with pytest.raises(LinkError, match="a pris fin"):
        services.complete_by_link(sheet, version=1, fields={"title": "Réécrite"}, requested={})
    with pytest.raises(LinkError, match="a pris fin"):
        services.receive_by_link(pieces, uploads={rib: pdf()})

    assert not AccessLink.objects.filter(used_at__isnull=False).exists()
    assert not ActionPiece.objects.exists()


def test_the_mailbox_of_the_holder_is_offered_and_not_ticked(sign_in, lead, president, action, rib):
    form = sign_in(lead).get(reverse("actions:ask_pieces", args=[action.pk])).context["form"]

    labels = dict(form.fields["recipients"].choices)
    assert [labels[key] for key in form["recipients"].initial] == [f"{president.formal_name}, presidente@exemple.fr"]
    assert "Les Mots Passeurs, contact@mots.exemple.fr (adresse de l’organisme)" in labels.values()


# --- What the action has become -------------------------------------------------------------------


def test_the_pieces_of_another_call_are_no_longer_taken(client, cite, lead, action, rib, text_of):
    link = piece_link(action, lead, rib)
    Action.objects.filter(pk=action.pk).update(call=make_call(cite, "Appel 2027"))

    refused(client, text_of, link_path(link), {f"piece-{rib.pk}": pdf()}, "ne sont plus attendues")
    with pytest.raises(LinkError, match="changer d’appel"):
        services.receive_by_link(link, uploads={rib: pdf()})
    assert not ActionPiece.objects.exists()


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (ActionStatus.ABANDONED, "Cette action a été abandonnée"),
        (ActionStatus.CLOSED, "Aucune pièce n’est plus attendue"),
    ],
)
def test_no_piece_is_taken_once_the_action_is_over(client, lead, action, rib, text_of, status, sentence):
    link = piece_link(action, lead, rib)
    Action.objects.filter(pk=action.pk).update(status=status)

    refused(client, text_of, link_path(link), {f"piece-{rib.pk}": pdf()}, sentence)
    # A holder does not learn it before the release.
    assert "est close" not in text_of(client.get(link_path(link)))
    with pytest.raises(LinkError, match=sentence):
        services.receive_by_link(link, uploads={rib: pdf()})


def test_the_sheet_of_an_abandoned_draft_is_no_longer_written(client, lead, draft, text_of):
    link = sheet_link(draft, lead, Recipient("Mme Lien", "lien@exemple.fr"))
    Action.objects.filter(pk=draft.pk).update(status=ActionStatus.ABANDONED)

    refused(client, text_of, link_path(link), SHEET, "Cette action a été abandonnée")


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (ActionStatus.DRAFT, "est revenue à son porteur"),
        (ActionStatus.SENT_BACK, "est revenue à son porteur"),
        (ActionStatus.ABANDONED, "a été abandonnée"),
        (ActionStatus.CLOSED, "est close"),
    ],
)
def test_no_opinion_is_given_on_a_request_no_longer_appraised(
    client, lead, action, opinion, text_of, status, sentence
):
    url = link_path(AccessLink.objects.get())
    Action.objects.filter(pk=action.pk).update(status=status)

    refused(client, text_of, url, ANSWER, sentence)
    with pytest.raises(TransitionError, match=sentence):
        services.give_opinion(opinion, actor=lead, **ANSWER, advised=None)
    opinion.refresh_from_db()
    assert (opinion.verdict, opinion.given_on) == ("", None)
    Action.objects.filter(pk=action.pk).update(status=ActionStatus.SUBMITTED)
    assert client.post(url, ANSWER).status_code == 200


# --- Two clicks -----------------------------------------------------------------------------------


def test_a_second_click_sends_one_letter_whose_link_goes_on(client, lead, president, action, rib):
    messages = [remind(action, Gesture.PIECE, lead, Recipient.of(president), [rib]) for _ in range(2)]

    assert messages[0] == messages[1]
    assert OutgoingMessage.objects.count() == 1
    assert client.get(link_path(AccessLink.objects.get())).status_code == 200


def test_another_letter_within_the_minute_leaves(cite, lead, president, holder, action, draft, rib):
    other = ExpectedPiece.objects.create(call=rib.call, label="Statuts")
    twin = make_action(cite, title="Radio", holder=holder, call=rib.call)
    for letter in (
        (action, Gesture.PIECE, lead, Recipient.of(president), [rib]),
        (action, Gesture.PIECE, lead, Recipient.of(president), [other]),
        (action, Gesture.PIECE, lead, Recipient("Mme Lien", "lien@exemple.fr"), [rib]),
        (twin, Gesture.PIECE, lead, Recipient.of(president), [rib]),
        (draft, Gesture.SHEET, lead, Recipient.of(president)),
    ):
        remind(*letter)

    assert OutgoingMessage.objects.count() == 5


def test_the_same_letter_leaves_again_later(lead, president, action, rib):
    first = remind(action, Gesture.PIECE, lead, Recipient.of(president), [rib])
    OutgoingMessage.objects.update(created_at=first.created_at - timedelta(minutes=2))

    assert remind(action, Gesture.PIECE, lead, Recipient.of(president), [rib]) != first
