"""Points d’étape, jalons, photos: who writes, who reads, what is asked again."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from actions import services
from actions.enums import ActionStatus, PublicKind, Scope
from actions.follow_up import to_report
from actions.models import ActionPhoto, ActionPublic, FormDraft, Milestone, ProgressReport
from cite_educative.common.transitions import TransitionError
from partners.enums import Role
from partners.models import PhotoConsent
from tests.actions import factories
from tests.factories import make_cite, make_commune, make_lead, make_organisation, make_user


@pytest.fixture
def world(db):
    return World()


class World:
    """A Cité of two communes with an action in the first and one between both, retained and under way."""

    def __init__(self):
        self.north, self.south = make_commune("Grande-Synthe"), make_commune("Coudekerque-Branche")
        self.cite = make_cite("dunkerque", communes=[self.north, self.south])
        self.lead = make_lead(self.cite)
        self.holder = make_organisation("Les Ateliers", cite=self.cite)
        common = {"holder": self.holder, "status": ActionStatus.RETAINED}
        common |= {"starts_on": timezone.localdate() - timedelta(days=90), "budget_year": timezone.localdate().year}
        self.local = factories.make_action(self.cite, communes=[self.north], title="Radio", **common)
        self.shared = factories.make_action(
            self.cite, communes=[self.north, self.south], title="Mer", scope=Scope.INTERCOMMUNAL, **common
        )

    def user(self, role, **fields):
        return make_user(self.cite, role, **fields)

    def referent(self, *communes):
        return self.user(Role.REFERENT, communes=communes or [self.north])


def url(action, name="report"):
    return reverse(f"actions:{name}", args=[action.pk])


def answers(**fields):
    return {"weather": "on_track", "children": "64", "parents": "22", **fields}


def test_a_referent_reports_in_one_page_and_is_offered_the_next_action(world, client):
    client.force_login(world.referent())

    response = client.post(url(world.local), answers(), follow=True)

    report = ProgressReport.objects.get()
    assert (report.action, report.commune, report.children, report.parents) == (world.local, None, 64, 22)
    assert report.young is None
    page = response.content.decode()
    assert "64 enfants, 22 parents" in page
    assert url(world.shared) in page


def test_an_intercommunal_action_has_one_line_a_commune_under_the_whole(world, client):
    client.force_login(world.referent())

    client.post(url(world.shared), answers(highlights="Deux écoles de plus"))
    refused = client.post(f"{url(world.shared)}?commune={world.south.pk}", answers())
    whole = client.post(f"{url(world.shared)}?commune=0", answers())

    report = ProgressReport.objects.get()
    assert report.commune == world.north
    assert (refused.status_code, whole.status_code) == (404, 404)
    client.force_login(world.lead)
    page = client.get(f"{url(world.shared)}?commune=0").content.decode()
    assert "Deux écoles de plus" in page
    assert "64 enfants" in page


@pytest.mark.parametrize(
    ("role", "fields", "code"),
    [
        (Role.LEAD, {}, 200),
        (Role.CO_LEAD, {}, 200),
        (Role.PILOT, {}, 403),
        (Role.FINANCE, {}, 403),
        (Role.EVALUATOR, {}, 403),
        (Role.PARTNER, {}, 404),
        (Role.READER, {}, 404),
    ],
)
def test_who_may_report(world, client, role, fields, code):
    client.force_login(world.user(role, **fields))

    assert client.get(url(world.local)).status_code == code


def test_the_holder_reports_once_it_knows_that_its_action_is_retained(world, client):
    client.force_login(world.user(Role.HOLDER, organisation=world.holder))
    assert client.get(url(world.local)).status_code == 403

    services.publish_actions(type(world.local).objects.filter(pk=world.local.pk), actor=world.lead)

    assert client.get(url(world.local)).status_code == 200


def test_the_referent_of_another_commune_finds_neither_the_tab_nor_the_form(world, client):
    client.force_login(world.referent(world.south))

    assert client.get(url(world.local)).status_code == 404
    assert client.get(url(world.local, "follow_up")).status_code == 404


def test_weather_and_difficulty_are_told_to_those_concerned_only(world, client):
    fields = {"children": 12, "highlights": "On avance", "difficulty": "La salle est fermée"}
    services.report_progress(
        action=world.shared, commune=world.north, actor=world.lead, weather="difficulty", **fields
    )
    page = url(world.shared, "follow_up")

    def told(user):
        client.force_login(user)
        text = client.get(page).content.decode()
        assert "On avance" in text
        return "La salle est fermée" in text, "Rencontre une difficulté" in text

    assert told(world.lead) == (True, True)
    assert told(world.referent(world.north)) == (True, True)
    assert told(world.user(Role.PILOT)) == (True, True)
    assert told(world.referent(world.south)) == (False, False)
    assert told(world.user(Role.FINANCE)) == (False, False)
    assert told(world.user(Role.EVALUATOR)) == (False, False)


def test_tenfold_more_people_than_announced_is_asked_again_and_never_refused(world, client):
    world.local.expected_reach = 30
    world.local.save()
    client.force_login(world.referent())

    asked = client.post(url(world.local), answers(children="640"))

    assert "Vous comptez 662 personnes, la fiche en attendait 30" in asked.content.decode()
    assert 'value="640"' in asked.content.decode()
    assert not ProgressReport.objects.exists()
    client.post(url(world.local), answers(children="640", confirmed="1"))
    assert ProgressReport.objects.get().children == 640


def test_tenfold_more_than_last_time_is_asked_again(world, client):
    services.report_progress(action=world.local, commune=None, actor=world.lead, weather="on_track", children=6)
    client.force_login(world.referent())

    page = client.post(url(world.local), answers(children="64")).content.decode()

    assert "Enfants\u00a0: 64, contre 6 au dernier point" in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"weather": ""}, "Dites où en est l’action"),
        ({"children": "beaucoup"}, "nombre"),
        ({"children": "-4"}, "supérieure ou égale à 0"),
        ({"reported_on": "2099-01-01"}, "pas encore arrivée"),
        ({"reported_on": "1999-01-01"}, "trop ancien"),
        ({"progress": "400"}, "inférieure ou égale à 100"),
    ],
)
def test_bad_input_gets_a_sentence_and_keeps_what_was_typed(world, client, fields, sentence):
    client.force_login(world.referent())

    page = client.post(url(world.local), answers(highlights="Ce qui compte", **fields)).content.decode()

    assert sentence in page
    assert "Ce qui compte" in page
    assert not ProgressReport.objects.exists()


def test_what_is_being_typed_is_kept_for_its_author_alone(world, client):
    referent, other = world.referent(), world.referent()
    client.force_login(referent)

    kept = client.post(url(world.local), {"weather": "on_track", "highlights": "Début"}, headers={"X-Autosave": "1"})

    assert kept.status_code == 204
    assert "Début" in client.get(url(world.local)).content.decode()
    client.force_login(other)
    assert "Début" not in client.get(url(world.local)).content.decode()
    client.force_login(referent)
    client.post(url(world.local), answers())
    assert not FormDraft.objects.exists()


def test_a_second_click_changes_nothing_and_the_same_day_corrects(world):
    values = {"weather": "on_track", "children": 10, "reported_on": timezone.localdate()}
    first = services.report_progress(action=world.local, commune=None, actor=world.lead, **values)
    again = services.report_progress(action=world.local, commune=None, actor=world.lead, **values)
    corrected = services.report_progress(
        action=world.local, commune=None, actor=world.lead, **values | {"children": 12}
    )

    assert first.pk == again.pk == corrected.pk
    assert ProgressReport.objects.get().children == 12
    assert corrected.corrected_at is not None


def test_nothing_is_reported_on_an_action_that_is_over(world):
    world.local.status = ActionStatus.CLOSED
    world.local.save()

    with pytest.raises(TransitionError, match="n’est pas, ou plus, en cours"):
        services.report_progress(action=world.local, commune=None, actor=world.lead, weather="done")


def test_the_form_asks_the_figures_of_the_publics_of_the_sheet(world, client):
    ActionPublic.objects.create(action=world.local, kind=PublicKind.AGE_18_25)
    client.force_login(world.referent())

    form = client.get(url(world.local)).context["form"]

    assert form.shown == ["young"]


def test_what_is_to_report_is_what_was_left_longest_and_leaves_once_done(world):
    referent = world.referent()
    year = timezone.localdate().year
    assert {action.title for action in to_report(referent, world.cite, year)} == {"Radio", "Mer"}

    services.report_progress(action=world.local, commune=None, actor=referent, weather="on_track")
    assert [action.title for action in to_report(referent, world.cite, year)] == ["Mer"]

    later = timezone.now() - timedelta(days=61)
    ProgressReport.objects.update(created_at=later)
    assert {action.title for action in to_report(referent, world.cite, year)} == {"Radio", "Mer"}


def test_queries_do_not_grow_with_the_reports(world, client, django_assert_max_num_queries):
    client.force_login(world.lead)
    for rank in range(6):
        day = timezone.localdate() - timedelta(days=rank)
        services.report_progress(
            action=world.shared, commune=None, actor=world.lead, weather="on_track", children=rank, reported_on=day
        )

    with django_assert_max_num_queries(24):
        assert client.get(url(world.shared, "follow_up")).status_code == 200


# --- Jalons ---------------------------------------------------------------------------------------


def test_a_milestone_is_written_ticked_and_opened_again(world, client):
    client.force_login(world.referent())
    client.post(url(world.local, "milestone_create"), {"label": "Première séance", "due_on": "2026-03-02"})
    milestone = Milestone.objects.get()
    tick = reverse("actions:milestone_tick", args=[milestone.pk])

    assert "En retard" in client.get(url(world.local, "follow_up")).content.decode()
    client.post(tick, {"fait": "1"})
    milestone.refresh_from_db()
    assert milestone.done_on == timezone.localdate()
    client.post(tick, {})
    milestone.refresh_from_db()
    assert milestone.done_on is None


def test_the_same_milestone_twice_gets_a_sentence(world, client):
    client.force_login(world.lead)
    data = {"label": "Première séance", "due_on": "2026-03-02"}
    client.post(url(world.local, "milestone_create"), data)

    page = client.post(url(world.local, "milestone_create"), data).content.decode()

    assert "Ce jalon est déjà noté à cette date." in page
    assert Milestone.objects.count() == 1


# --- Photos ---------------------------------------------------------------------------------------


def picture(size=(40, 30), kind="JPEG", **options):
    written = io.BytesIO()
    Image.new("RGB", size, "#0e4a5a").save(written, kind, **options)
    return written.getvalue()


def located_picture():
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (51.0, 2.0, 3.0)}
    exif[0x010F] = "Telephone"
    return picture(exif=exif)


def photo_data(content, name="vue.jpg", **fields):
    return {"upload": SimpleUploadedFile(name, content), "title": "La salle", "shows_nobody": "on", **fields}


def test_a_photo_loses_where_and_with_what_it_was_taken(world, client):
    client.force_login(world.referent())

    client.post(url(world.local, "photo_create"), photo_data(located_picture()))

    photo = ActionPhoto.objects.get()
    served = client.get(reverse("actions:photo", args=[photo.pk]))
    assert served["Content-Type"] == "image/jpeg"
    with Image.open(io.BytesIO(served.getvalue())) as kept:
        assert not dict(kept.getexif())
        assert kept.format == "JPEG"


def test_a_second_click_keeps_one_photo(world, client):
    client.force_login(world.lead)

    for colour in ("#0e4a5a", "#0e4a5a", "#c0392b"):
        written = io.BytesIO()
        Image.new("RGB", (40, 30), colour).save(written, "JPEG")
        client.post(url(world.local, "photo_create"), photo_data(written.getvalue()))

    assert ActionPhoto.objects.count() == 2


def test_a_large_photo_is_made_smaller(world, client):
    client.force_login(world.lead)

    client.post(url(world.local, "photo_create"), photo_data(picture((3000, 2000), "PNG"), "vue.png"))

    with ActionPhoto.objects.get().file.open() as file, Image.open(file) as kept:
        assert kept.size == (1600, 1067)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (photo_data(picture(), shows_nobody=""), "dites lequel"),
        (photo_data(b"%PDF-1.4 not a picture"), "Le contenu de ce fichier n’est pas celui d’un fichier .jpg"),
        (photo_data(picture()[:200]), "Cette photo ne s’ouvre pas"),
        (photo_data(picture(), "vue.exe"), "n’est pas accepté ici"),
        (photo_data(picture() + b"0" * (11 * 1024 * 1024)), "10\u00a0Mo"),
    ],
)
def test_a_photo_that_cannot_be_kept_gets_a_sentence(world, client, data, sentence):
    client.force_login(world.lead)
    data["upload"].seek(0)

    page = client.post(url(world.local, "photo_create"), data).content.decode()

    assert sentence in page
    assert not ActionPhoto.objects.exists()


def test_a_photo_is_served_to_its_readers_only_and_erased_when_removed(
    world, client, django_capture_on_commit_callbacks
):
    client.force_login(world.lead)
    client.post(url(world.local, "photo_create"), photo_data(picture()))
    photo = ActionPhoto.objects.get()
    name, storage = photo.file.name, photo.file.storage
    address = reverse("actions:photo", args=[photo.pk])
    client.force_login(world.referent(world.south))
    assert client.get(address).status_code == 404

    client.force_login(world.lead)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("actions:photo_remove", args=[photo.pk]))

    assert not ActionPhoto.objects.exists()
    assert not storage.exists(name)


# --- What is new ----------------------------------------------------------------------------------


def test_a_leave_taken_back_hides_the_photo_and_the_team_removes_it_even_once_the_action_is_over(world, client):
    today = timezone.localdate()
    leave = PhotoConsent.objects.create(
        cite=world.cite, group="CM2", scope="Affiches", given_on=today, entered_by=world.lead
    )
    referent = world.referent()
    client.force_login(referent)
    client.post(url(world.local, "photo_create"), photo_data(picture(), shows_nobody="", consent=leave.pk))
    photo = ActionPhoto.objects.get()
    PhotoConsent.objects.update(withdrawn_on=today)
    world.local.move("close", actor=world.lead)

    assert client.get(reverse("actions:photo", args=[photo.pk])).status_code == 404
    client.force_login(world.lead)
    page = client.get(url(world.local, "follow_up")).content.decode()
    assert "Accord pour l’image retiré" in page
    assert reverse("actions:photo_remove", args=[photo.pk]) in page
    assert client.post(reverse("actions:photo_remove", args=[photo.pk])).status_code == 302
    assert not ActionPhoto.objects.exists()


def test_what_others_wrote_since_my_last_visit_is_marked(world, client):
    client.force_login(world.lead)
    services.report_progress(action=world.local, commune=None, actor=world.referent(), weather="on_track")
    sheet = reverse("actions:detail", args=[world.local.pk])

    assert "nouveau" not in client.get(sheet).content.decode().split("<aside")[1]
    assert client.post(reverse("actions:visited", args=[world.local.pk])).status_code == 204
    services.report_progress(action=world.local, commune=None, actor=world.lead, weather="on_track", children=3)
    assert "nouveau" not in client.get(sheet).content.decode().split("<aside")[1]
    services.report_progress(action=world.local, commune=None, actor=world.referent(), weather="on_track", children=4)
    assert "nouveau" in client.get(sheet).content.decode().split("<aside")[1]

    listed = client.get(reverse("actions:list"), {"fiches": "modifiees"}).context["listing"]
    assert [action.title for action in listed.queryset] == ["Radio"]


def test_a_visit_writes_nothing_for_who_may_not_see_the_sheet(world, client):
    client.force_login(world.user(Role.HOLDER, organisation=make_organisation("Autre", cite=world.cite)))

    assert client.post(reverse("actions:visited", args=[world.local.pk])).status_code == 404
