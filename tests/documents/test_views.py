import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cite_educative.documents import services
from cite_educative.documents.enums import State
from cite_educative.documents.models import GeneratedFile

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def url(name, generated_file):
    return reverse(f"documents:{name}", args=[generated_file.pk])


def make_ready(generated_file, content=b"%PDF-essai"):
    services.store(services.claim(generated_file.pk), content, pages=2)


def make_failed(generated_file):
    services.fail(services.claim(generated_file.pk), "Une image manque.")


def test_the_fragment_asks_again_only_while_the_file_is_pending(client, author, make_file):
    client.force_login(author)
    generated_file = make_file()

    waiting = client.get(url("status", generated_file), headers=HTMX).content.decode()
    make_ready(generated_file)
    done = client.get(url("status", generated_file), headers=HTMX).content.decode()

    assert 'hx-trigger="every 1s"' in waiting
    assert "En attente" in waiting
    assert "hx-trigger" not in done
    assert url("download", generated_file) in done
    assert "2 pages" in done
    assert "<html" not in done


def test_without_javascript_the_state_is_a_page(client, author, make_file):
    client.force_login(author)
    generated_file = make_file()

    page = client.get(url("status", generated_file)).content.decode()

    assert "<html" in page
    assert "Actualiser" in page


def test_a_failure_is_explained_with_a_way_to_try_again(client, author, make_file):
    client.force_login(author)
    generated_file = make_file()
    make_failed(generated_file)

    page = client.get(url("status", generated_file)).content.decode()
    assert "Une image manque." in page
    assert url("retry", generated_file) in page

    response = client.post(url("retry", generated_file))
    generated_file.refresh_from_db()
    assert response.status_code == 302
    assert generated_file.state == State.QUEUED


def test_a_retry_goes_back_to_the_page_it_came_from_and_nowhere_else(client, author, make_file):
    client.force_login(author)
    generated_file = make_file()

    inside = client.post(url("retry", generated_file), headers={"Referer": "http://testserver/documents/"})
    outside = client.post(url("retry", generated_file), headers={"Referer": "https://exemple.invalid/"})

    assert inside.url == "http://testserver/documents/"
    assert outside.url == url("status", generated_file)


def test_a_ready_file_is_downloaded_under_its_name_and_kept_out_of_shared_caches(client, author, make_file):
    client.force_login(author)
    generated_file = make_file(filename="Relevé « juin ».pdf")
    make_ready(generated_file)

    response = client.get(url("download", generated_file))

    assert b"".join(response.streaming_content) == b"%PDF-essai"
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''Relev%C3%A9")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "private" in response["Cache-Control"]


def test_a_pending_or_lost_file_is_not_found(client, author, make_file):
    client.force_login(author)
    generated_file = make_file()
    assert client.get(url("download", generated_file)).status_code == 404

    make_ready(generated_file)
    generated_file.refresh_from_db()
    generated_file.file.storage.delete(generated_file.file.name)
    assert client.get(url("download", generated_file)).status_code == 404


def test_a_stranger_finds_nothing(client, stranger, make_file):
    client.force_login(stranger)
    generated_file = make_file()
    make_failed(generated_file)

    assert client.get(url("status", generated_file)).status_code == 404
    assert client.get(url("status", generated_file), headers=HTMX).status_code == 404
    assert client.get(url("download", generated_file)).status_code == 404
    assert client.post(url("retry", generated_file)).status_code == 404
    assert "Note d’essai" not in client.get(reverse("documents:list")).content.decode()


def test_who_sees_the_subject_sees_its_file(client, stranger, make_file, shown):
    client.force_login(stranger)
    generated_file, other = make_file(), make_file(title="Autre note")
    make_ready(generated_file)
    shown[stranger.pk] = [generated_file.pk]

    page = client.get(reverse("documents:list")).content.decode()

    assert "Note d’essai" in page
    assert "Autre note" not in page
    assert client.get(url("status", other)).status_code == 404
    assert b"".join(client.get(url("download", generated_file)).streaming_content)


def test_reading_a_kind_opens_no_other_kind(stranger, make_file, shown):
    generated_file = make_file(kind="autre")
    shown[stranger.pk] = [generated_file.pk]

    assert not GeneratedFile.objects.visible_to(stranger).exists()


def test_the_list_filters_by_state_and_survives_nonsense(client, author, make_file):
    client.force_login(author)
    make_failed(make_file(title="Note manquée"))
    make_ready(make_file(title="Note prête"))

    failures = client.get(reverse("documents:list"), {"etat": "echecs"}).content.decode()

    assert "Note manquée" in failures
    assert "Note prête" not in failures
    assert client.get(reverse("documents:list"), {"etat": "x", "page": "-3"}).status_code == 200
    assert client.get(reverse("documents:list"), {"demande": "moi", "page": "z"}).status_code == 200


def test_the_list_costs_the_same_for_one_file_and_for_five(client, author, make_file):
    client.force_login(author)
    make_file()
    with_one = count_queries(client)
    for _ in range(4):
        make_file()

    assert count_queries(client) == with_one


def count_queries(client):
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("documents:list"))
    return len(queries)


def test_the_routes_answer_their_method_only(client, author, make_file):
    client.force_login(author)
    generated_file = make_file()

    assert client.get(url("retry", generated_file)).status_code == 405
    assert client.post(url("status", generated_file)).status_code == 405
    assert client.post(url("download", generated_file)).status_code == 405


def test_nobody_enters_without_signing_in(client, make_file):
    response = client.get(url("download", make_file()))

    assert response.status_code == 302
    assert response.url.startswith(reverse("login"))


def test_a_file_of_a_cite_where_one_acts_no_more_is_closed(client, author, make_file):
    file = make_file(cite_id=1)
    client.force_login(author)

    assert client.get(reverse("documents:status", args=[file.pk])).status_code == 404
