"""Pieces, reminders and the pages that their links open; what the president of two associations sees."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from actions import services
from actions.enums import ActionStatus, Audience
from actions.models import Action, ActionPiece, ExpectedPiece
from cite_educative.common.models import Entry
from partners.enums import Gesture, OrganisationKind, Role
from partners.models import AccessLink, OutgoingMessage
from partners.services import Recipient, link_path
from tests import factories
from tests.actions.factories import make_action, make_call, make_funding, make_source
from tests.factories import make_mandate, make_organisation, make_person, make_user

pytestmark = pytest.mark.django_db


def pdf(name="rib.pdf", content=b"%PDF-1.4 essai"):
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def address(name, *args):
    return reverse(f"actions:{name}", args=args)


@pytest.fixture
def call(cite):
    return make_call(cite)


@pytest.fixture
def rib(call):
    return ExpectedPiece.objects.create(call=call, label="RIB")


@pytest.fixture
def holder(cite):
    return make_organisation("Les Mots Passeurs", cite=cite, email="contact@mots.exemple.fr")


@pytest.fixture
def action(cite, holder, call, rib):
    return make_action(cite, title="Radio", holder=holder, call=call)


@pytest.fixture
def holder_user(cite, holder):
    return make_user(cite, Role.HOLDER, organisation=holder)


def link_to(gesture, action, lead, **more):
    services.remind(
        action=action,
        gesture=gesture,
        recipients=[Recipient("Mme Lien", "lien@exemple.fr")],
        subject="Objet",
        body="Ici : {lien}",
        due_on=date(2099, 1, 5),
        actor=lead,
        **more,
    )
    return link_path(AccessLink.objects.latest("pk"))


# --- What a call asks -----------------------------------------------------------------------------


def test_the_usual_list_comes_in_one_click_and_twice_is_once(sign_in, lead, call):
    client = sign_in(lead)
    for _ in range(2):
        client.post(address("call_pieces", call.pk), {"usuelles": "1"})

    assert call.expected_pieces.count() == 8
    assert not call.expected_pieces.get(label="RIB").associations_only
    assert call.expected_pieces.get(label="Statuts").associations_only


def test_the_list_of_another_call_is_copied(sign_in, cite, lead, call, rib):
    other = make_call(cite, "Appel 2027")

    sign_in(lead).post(address("call_pieces", other.pk), {"copier": "1", "source": call.pk})

    assert [piece.label for piece in other.expected_pieces.all()] == ["RIB"]


def test_a_piece_that_was_answered_is_not_removed(sign_in, lead, action, rib, text_of):
    services.receive_piece(action=action, actor=lead, expected=rib, upload=pdf())

    text = text_of(sign_in(lead).post(address("expected_remove", rib.pk), follow=True))

    assert "elle ne s’efface plus" in text
    assert ExpectedPiece.objects.filter(pk=rib.pk).exists()


def test_a_commune_is_not_asked_the_pieces_of_associations(sign_in, cite, call, lead, text_of):
    ExpectedPiece.objects.create(call=call, label="Statuts", associations_only=True)
    town = make_organisation("Ville", cite=cite, kind=OrganisationKind.COMMUNE)
    held = make_action(cite, holder=town, call=call)

    assert "Statuts" not in text_of(sign_in(lead).get(address("documents", held.pk)))


# --- What an action received ----------------------------------------------------------------------


def test_a_holder_sends_a_piece_that_the_team_refuses_with_a_reason(sign_in, lead, holder_user, action, rib, text_of):
    asked = f'<a href="{address("piece_create", action.pk)}?piece={rib.pk}">RIB</a>'
    assert asked in text_of(sign_in(holder_user).get(address("detail", action.pk)))
    sign_in(holder_user).post(address("piece_create", action.pk), {"expected": rib.pk, "upload": pdf()})
    piece = ActionPiece.objects.get()
    assert (piece.title, piece.audience, piece.entered_by) == ("RIB", Audience.HOLDER, holder_user)
    assert "manquante" not in text_of(sign_in(holder_user).get(address("documents", action.pk)))

    sign_in(lead).post(address("piece_refuse", piece.pk), {"reason": "Mauvais compte"})

    text = text_of(sign_in(holder_user).get(address("documents", action.pk)))
    assert "refusée" in text
    assert "Mauvais compte" in text
    response = sign_in(holder_user).get(address("piece", piece.pk))
    assert response.getvalue().startswith(b"%PDF")
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"


def test_the_team_notes_what_came_by_post_for_ever(sign_in, lead, action, rib, text_of):
    answers = {"expected": rib.pk, "audience": "holder", "received_on": "2026-11-12"}
    client = sign_in(lead)

    refused = text_of(client.post(address("piece_create", action.pk), answers))
    assert "Joignez un fichier, ou dites plus bas" in refused
    answers |= {"received_from": "M. X", "received_how": "par courrier"}
    client.post(address("piece_create", action.pk), answers)

    assert "reçue de M. X, par courrier, le 12 novembre 2026" in text_of(client.get(address("documents", action.pk)))


def test_a_second_click_keeps_one_piece_and_another_file_is_another_piece(sign_in, holder_user, action, rib):
    client, url = sign_in(holder_user), address("piece_create", action.pk)
    for content in (b"%PDF-1.4 un", b"%PDF-1.4 un", b"%PDF-1.4 en"):
        client.post(url, {"expected": rib.pk, "upload": pdf(content=content)})

    kept = [client.get(address("piece", piece.pk)).getvalue() for piece in ActionPiece.objects.order_by("pk")]
    assert kept == [b"%PDF-1.4 un", b"%PDF-1.4 en"]
    assert Entry.objects.filter(verb="piece.received").count() == 2


def test_a_piece_noted_twice_without_a_file_is_noted_once(sign_in, lead, action, rib):
    answers = {"expected": rib.pk, "audience": "holder", "received_on": "2026-11-12", "received_from": "M. X"}
    for how in ("par courrier", "par courrier", "en main propre"):
        sign_in(lead).post(address("piece_create", action.pk), {**answers, "received_how": how})

    assert {piece.received_how for piece in ActionPiece.objects.all()} == {"par courrier", "en main propre"}
    assert ActionPiece.objects.count() == 2


def test_a_file_that_lies_is_refused_with_a_sentence(sign_in, holder_user, action, rib, text_of):
    lying = pdf("statuts.pdf", b"MZ executable")

    text = text_of(
        sign_in(holder_user).post(address("piece_create", action.pk), {"expected": rib.pk, "upload": lying})
    )

    assert "Le contenu de ce fichier n’est pas celui" in text
    assert not ActionPiece.objects.exists()


def test_a_piece_for_the_team_leaves_no_trace_elsewhere(sign_in, cite, lead, holder_user, action, text_of):
    piece = services.receive_piece(
        action=action, actor=lead, title="Note interne", audience=Audience.TEAM, upload=pdf("note interne.pdf")
    )
    for user in (holder_user, make_user(cite, Role.PILOT), make_user(cite, Role.FINANCE)):
        client = sign_in(user)
        for name in ("detail", "documents", "history"):
            assert "ote interne" not in text_of(client.get(address(name, action.pk)))
        assert client.get(address("piece", piece.pk)).status_code == 404


# --- Reminders ------------------------------------------------------------------------------------


def test_a_reminder_is_read_again_then_sent_with_a_personal_link(sign_in, cite, lead, holder, action, rib, text_of):
    make_mandate(cite, Role.HOLDER, organisation=holder, person=make_person(email="presidente@exemple.fr"))
    client, url = sign_in(lead), address("ask_pieces", action.pk)
    form = client.get(url).context["form"]
    answers = {
        "recipients": [key for key, _ in form.fields["recipients"].choices],
        "pieces": [rib.pk],
        "due_on": "2099-01-05",
        "subject": form.initial["subject"],
        "body": form.initial["body"],
    }

    preview = text_of(client.post(url, answers))
    assert "– RIB" in preview
    assert "pour le 5 janvier 2099" in preview
    assert not OutgoingMessage.objects.exists()
    client.post(url, {**answers, "envoyer": "1"})

    message = OutgoingMessage.objects.get()
    assert {delivery.email for delivery in message.deliveries.all()} == {"presidente@exemple.fr", holder.email}
    assert len({delivery.link_id for delivery in message.deliveries.all()}) == 2
    assert "sans réponse" in text_of(client.get(address("documents", action.pk))) or "va partir" in text_of(
        client.get(address("documents", action.pk))
    )


def test_a_letter_without_its_link_or_its_recipient_is_refused(sign_in, lead, action, rib, text_of):
    answers = {"pieces": [rib.pk], "due_on": "2001-01-05", "subject": "S", "body": "Bonjour"}

    text = text_of(sign_in(lead).post(address("ask_pieces", action.pk), answers))

    assert "Gardez [le lien] dans le message" in text
    assert "Cette date est passée" in text
    assert not OutgoingMessage.objects.exists()


# --- The pages of the links -----------------------------------------------------------------------


def test_a_link_receives_one_piece_once_and_nothing_else(client, lead, action, rib, text_of):
    url = link_to(Gesture.PIECE, action, lead, expected=[rib])
    make_funding(action, make_source(action.cite), requested="777", proposed="555")

    page = text_of(client.get(url))
    assert "Radio" in page
    assert "777" not in page
    assert "noindex" in page
    empty = client.post(url, {})
    assert "Choisissez un fichier" in text_of(empty)
    assert client.post(url, {f"piece-{rib.pk}": pdf()}).status_code == 200

    piece = ActionPiece.objects.get()
    assert (piece.expected, piece.received_from, piece.link_id is not None) == (rib, "Mme Lien", True)
    again = client.post(url, {f"piece-{rib.pk}": pdf()})
    assert again.status_code == 410
    assert ActionPiece.objects.count() == 1
    assert client.get(address("detail", action.pk)).status_code == 302


def test_a_tampered_or_foreign_link_opens_nothing(client, lead, action, rib):
    url = link_to(Gesture.PIECE, action, lead, expected=[rib])

    assert client.get(url[:-3] + "xx/").status_code == 410
    assert client.get(url.replace("/piece/", "/fiche/")).status_code == 410


@pytest.fixture
def draft(cite, holder):
    return make_action(cite, title="Avant", holder=holder, status=ActionStatus.DRAFT, shared_at="2026-01-05T10:00Z")


def test_a_link_completes_a_draft_in_the_name_of_its_recipient(client, cite, lead, draft):
    source = make_source(cite, "État")
    url = link_to(Gesture.SHEET, draft, lead)
    answers = {"title": "Après", "scope": "communal", "audience": "Familles", "version": 1}

    done = client.post(url, {**answers, f"requested-{source.pk}": "1 250,50"})

    draft.refresh_from_db()
    assert done.status_code == 200
    assert (draft.title, draft.audience, str(draft.fundings.get().requested)) == ("Après", "Familles", "1250.50")
    sentence = Entry.objects.get(verb="action.updated").sentence
    assert sentence.startswith("Mme Lien, par le lien envoyé le ")
    assert client.get(url).status_code == 410


def test_a_link_to_a_sheet_honours_the_lock_and_the_filing(client, lead, draft, text_of):
    url = link_to(Gesture.SHEET, draft, lead)
    services.update_action(draft, actor=lead, version=1, title="Entre-temps")
    answers = {"title": "Après", "scope": "communal", "version": 1}

    conflict = client.post(url, answers)
    assert conflict.status_code == 409
    assert "Entre-temps" in text_of(conflict)
    assert Action.objects.get(pk=draft.pk).title == "Entre-temps"
    draft = Action.objects.get(pk=draft.pk)
    draft.move("submit", actor=lead, code="CE26-900", submitted_on=date(2026, 1, 5))
    closed = client.get(url)
    assert closed.status_code == 410
    assert "a été déposée" in text_of(closed)


# --- The president of two associations ------------------------------------------------------------


def test_the_president_of_two_associations_sees_both_and_nothing_else(
    sign_in, cite, lead, action, holder, rib, text_of
):
    other_cite = factories.make_cite("ailleurs")
    second = make_organisation("Voile pour tous", cite=other_cite)
    theirs = make_action(other_cite, title="Voile scolaire", holder=second)
    foreign = make_action(cite, title="Action d’autrui", holder=make_organisation("Autrui", cite=cite))
    foreign_there = make_action(other_cite, title="Action d’ailleurs")
    hidden = services.receive_piece(action=foreign, actor=lead, title="Leur RIB", upload=pdf())
    president = make_user(cite, Role.HOLDER, organisation=holder)
    make_mandate(other_cite, Role.HOLDER, organisation=second, person=president.person)
    client = sign_in(president)

    pages = [address("own"), "/", "/recherche/?q=action", "/recherche/?q=voile"]
    pages += [f"{address('list')}?exercice=tous{export}" for export in ("", "&format=csv")]
    read = [text_of(client.get(page)) for page in pages]
    client.post(reverse("context"), {"cite": other_cite.pk, "year": 2026, "next": "/"})
    read += [text_of(client.get(page)) for page in pages]

    everything = " ".join(read)
    assert "Radio" in read[0]
    assert "Voile scolaire" in read[0]
    for secret in ("Action d’autrui", "Action d’ailleurs", "Leur RIB"):
        assert secret not in everything
    for mine in (action, theirs):
        assert client.get(address("documents", mine.pk)).status_code == 200
    for other in (foreign, foreign_there):
        for name in ("detail", "documents", "opinions", "history", "money", "piece_create"):
            assert client.get(address(name, other.pk)).status_code == 404
    assert client.get(address("piece", hidden.pk)).status_code == 404
