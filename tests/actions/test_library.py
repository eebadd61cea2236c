import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from actions import services
from actions.enums import Audience
from actions.models import LibraryItem, LibraryVersion
from cite_educative.common.models import Entry
from partners.enums import Role
from tests import factories
from tests.actions.factories import make_action, make_exchange, make_library_item

pytestmark = pytest.mark.django_db
CREATE = "/documents/bibliotheque/nouveau/"


@pytest.fixture
def client_of_lead(sign_in, lead):
    return sign_in(lead)


def pdf(name="Convention signée.pdf", content=b"%PDF-1.7 bonjour"):
    return SimpleUploadedFile(name, content)


def typed(**changes):
    return {"kind": "agreement", "title": "Convention-cadre", "audience": "members", "file": pdf(), **changes}


def test_a_document_joins_the_library_with_its_first_version(client_of_lead, cite, lead):
    action, exchange = make_action(cite), make_exchange(cite)

    response = client_of_lead.post(
        f"{CREATE}?echange={exchange.pk}", typed(add_action=action.pk, exchange=exchange.pk)
    )

    item = LibraryItem.objects.get()
    version = item.versions.get()
    assert response.headers["Location"] == reverse("actions:library_item", args=[item.pk])
    assert (version.number, version.filename, version.author) == (1, "Convention signée.pdf", lead)
    assert ([*item.actions.all()], item.exchange) == ([action], exchange)
    assert "Convention-cadre" in client_of_lead.get(reverse("actions:exchange", args=[exchange.pk])).content.decode()


def test_a_second_click_adds_one_document_and_another_file_is_another(client_of_lead):
    for content in (b"%PDF-1.7 bonjour", b"%PDF-1.7 bonjour", b"%PDF-1.7 bonsoir"):
        client_of_lead.post(CREATE, typed(file=pdf(content=content)))

    assert LibraryItem.objects.count() == LibraryVersion.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"file": ""}, "Choisissez un fichier."),
        ({"file": pdf("faux.pdf", b"MZ\0\0")}, "n’est pas celui d’un fichier .pdf"),
        ({"file": pdf("page.html", b"<html>")}, "n’est pas accepté ici"),
        ({"title": ""}, "Ce champ est obligatoire"),
        ({"exchange": "x"}, "Sélectionnez un choix valide"),
    ],
)
def test_a_wrong_entry_is_explained_and_nothing_is_written(client_of_lead, changes, sentence):
    response = client_of_lead.post(CREATE, typed(source="Préfecture", **changes))

    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert "Préfecture" in response.content.decode()
    assert not LibraryItem.objects.exists()


def test_a_new_version_becomes_the_current_one_and_the_older_stays(client_of_lead, cite, lead):
    item = make_library_item(cite, author=lead, content="Première".encode())

    client_of_lead.post(
        reverse("actions:library_version_create", args=[item.pk]), {"file": pdf(), "comment": "signée par tous"}
    )

    versions = client_of_lead.get(reverse("actions:library_item", args=[item.pk])).context["versions"]
    assert [(version.number, version.comment) for version in versions] == [(2, "signée par tous"), (1, "")]
    first = client_of_lead.get(reverse("actions:library_download", args=[item.versions.get(number=1).pk]))
    assert first.getvalue().decode() == "Première"
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    assert first.headers["Content-Disposition"] == 'attachment; filename="document.txt"'


def test_a_file_lost_by_the_server_is_not_found(client_of_lead, cite, lead):
    version = make_library_item(cite, author=lead).versions.get()
    version.file.storage.delete(version.file.name)

    assert client_of_lead.get(reverse("actions:library_download", args=[version.pk])).status_code == 404


def test_two_who_change_a_document_see_both_versions(client_of_lead, cite, lead):
    item = make_library_item(cite, "Grille", author=lead)
    url = reverse("actions:library_update", args=[item.pk])
    changes = {"kind": "tool", "audience": "members", "version": 1}
    client_of_lead.post(url, {**changes, "title": "Grille d’avis"})

    response = client_of_lead.post(url, {**changes, "title": "Grille de bilan"})

    shown = {field["label"]: field for field in response.context["conflict"]["fields"]}
    assert response.status_code == 409
    assert (shown["Intitulé"]["mine"], shown["Intitulé"]["theirs"]) == ("Grille de bilan", "Grille d’avis")
    assert [entry.verb for entry in Entry.objects.about(item)] == ["library.updated"]


def test_a_referent_reads_the_general_documents_and_those_of_followed_actions(cite, lead):
    dunkerque, grande_synthe = cite.communes.order_by("name")
    near, far = make_action(cite, communes=[grande_synthe]), make_action(cite, communes=[dunkerque])
    for title, actions in (("Général", []), ("Ici", [near]), ("Ailleurs", [far]), ("Les deux", [near, far])):
        make_library_item(cite, title, author=lead, audience=Audience.NETWORK, actions=actions)
    referent = factories.make_user(cite, Role.REFERENT, communes=[grande_synthe])

    assert {item.title for item in LibraryItem.objects.visible_to(referent)} == {"Général", "Ici", "Les deux"}
    assert LibraryVersion.objects.visible_to(referent).count() == 3


def test_sharing_a_document_opens_it_to_the_network_once(cite, lead):
    item = make_library_item(cite, author=lead)

    assert services.share_with_network(item, actor=lead)
    assert not services.share_with_network(item, actor=lead)
    assert LibraryItem.objects.get().audience == Audience.NETWORK


def test_the_library_filters_and_costs_the_same_with_one_and_many(
    client_of_lead, cite, lead, django_assert_max_num_queries
):
    def queries():
        with django_assert_max_num_queries(12) as captured:
            assert client_of_lead.get(url).status_code == 200
        return len(captured)

    url, caf = reverse("actions:library"), factories.make_organisation("CAF", cite=cite)
    make_library_item(cite, "Modèle", author=lead)
    one = queries()
    make_library_item(cite, "Circulaire", author=lead, kind="circular", organisations=[caf])
    make_library_item(cite, "Public", author=lead, audience=Audience.MEMBERS)

    assert queries() == one
    for query, titles in {
        "nature=circular": {"Circulaire"},
        "lecteurs=members": {"Public"},
        f"organisme={caf.pk}": {"Circulaire"},
        "q=modele": {"Modèle"},
    }.items():
        rows = client_of_lead.get(f"{url}?{query}").context["listing"].rows
        assert {row.cells[0].text for row in rows} == titles, query
