"""Comments on an action: each in its circle, and nowhere else."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from actions import services
from actions.enums import ActionStatus, CommentAudience, Scope
from actions.models import ActionComment
from partners.enums import Role, SideKind
from tests.actions import factories
from tests.factories import make_cite, make_commune, make_lead, make_organisation, make_user


class World:
    def __init__(self):
        self.commune = make_commune("Grande-Synthe")
        self.cite = make_cite("dunkerque", communes=[self.commune])
        self.holder = make_organisation("Les Ateliers", cite=self.cite)
        self.state = make_organisation("Préfecture", cite=self.cite)
        self.action = factories.make_action(
            self.cite, holder=self.holder, communes=[self.commune], status=ActionStatus.RETAINED
        )
        side = self.cite.sides.get(kind=SideKind.STATE)
        self.users = {
            "lead": make_lead(self.cite),
            "pilot": make_user(self.cite, Role.PILOT, organisation=self.state, side=side),
            "colleague": make_user(self.cite, Role.FINANCE, organisation=self.state),
            "finance": make_user(self.cite, Role.FINANCE),
            "referent": make_user(self.cite, Role.REFERENT, communes=[self.commune]),
            "holder": make_user(self.cite, Role.HOLDER, organisation=self.holder),
            "evaluator": make_user(self.cite, Role.EVALUATOR),
        }

    def write(self, audience, by="lead", **fields):
        return services.add_comment(
            action=self.action, actor=self.users[by], body=f"Cercle {audience}", audience=audience, **fields
        )


@pytest.fixture
def world(db):
    return World()


READERS = {
    CommentAudience.TEAM: {"lead"},
    CommentAudience.PILOTS: {"lead", "pilot"},
    CommentAudience.HOLDER: {"lead", "pilot", "referent", "holder"},
    CommentAudience.INSTITUTION: {"pilot", "colleague"},
}


@pytest.mark.parametrize("audience", CommentAudience)
def test_each_circle_is_read_by_its_own_and_by_nobody_else(world, audience):
    by = "pilot" if audience == CommentAudience.INSTITUTION else "lead"
    world.write(audience, by=by, organisation=world.state)

    found = {name for name, user in world.users.items() if ActionComment.objects.visible_to(user).exists()}

    assert found == READERS[audience]


def test_the_page_shows_what_is_readable_and_no_more(world, client):
    for audience in CommentAudience:
        world.write(audience, by="pilot", organisation=world.state)

    for name in ("lead", "holder"):
        client.force_login(world.users[name])
        page = client.get(reverse("actions:comments", args=[world.action.pk])).content.decode()
        shown = {audience for audience in CommentAudience if f"Cercle {audience}" in page}
        assert shown == {audience for audience, readers in READERS.items() if name in readers}


def test_nobody_reads_an_institution_by_looking_as_one_of_its_members(world, client):
    world.write(CommentAudience.INSTITUTION, by="pilot", organisation=world.state)
    client.force_login(world.users["lead"])
    client.post(reverse("partners:view_as"), {"user": world.users["pilot"].pk})

    page = client.get(reverse("actions:comments", args=[world.action.pk]))

    assert page.status_code == 200
    assert "Cercle institution" not in page.content.decode()


def data(audience="team", **fields):
    return {"body": "À regarder ensemble", "audience": audience, **fields}


@pytest.mark.parametrize(
    ("name", "audience", "written"),
    [
        ("lead", "team", True),
        ("pilot", "team", False),
        ("pilot", "pilots", True),
        ("pilot", "institution", True),
        ("holder", "holder", True),
        ("holder", "pilots", False),
        ("referent", "holder", True),
        ("referent", "team", False),
        ("colleague", "institution", True),
        ("colleague", "pilots", False),
    ],
)
def test_one_opens_the_circles_that_hold_one(world, client, name, audience, written):
    client.force_login(world.users[name])

    client.post(reverse("actions:comments", args=[world.action.pk]), data(audience))

    assert ActionComment.objects.exists() is written


def test_an_evaluator_writes_nothing(world, client):
    client.force_login(world.users["evaluator"])

    assert client.post(reverse("actions:comments", args=[world.action.pk]), data("holder")).status_code == 403


def test_somebody_quoted_finds_it_at_home_until_it_is_read(world, client):
    pilot = world.users["pilot"]
    client.force_login(world.users["lead"])
    client.post(reverse("actions:comments", args=[world.action.pk]), data("pilots", mentions=[pilot.person_id]))
    client.force_login(pilot)
    assert "à votre attention" in client.get(reverse("home")).content.decode()

    client.post(reverse("actions:visited", args=[world.action.pk]), {"onglet": "detail"})
    assert "à votre attention" in client.get(reverse("home")).content.decode()
    client.post(reverse("actions:visited", args=[world.action.pk]), {"onglet": "comments"})
    assert "à votre attention" not in client.get(reverse("home")).content.decode()


def test_nobody_is_quoted_who_would_not_read_it(world, client):
    client.force_login(world.users["lead"])

    page = client.post(
        reverse("actions:comments", args=[world.action.pk]),
        data("team", mentions=[world.users["pilot"].person_id]),
    ).content.decode()

    assert "hors du cercle choisi" in page
    assert "À regarder ensemble" in page
    assert not ActionComment.objects.exists()


def test_a_comment_is_changed_for_a_quarter_of_an_hour_by_its_author(world, client):
    comment = world.write(CommentAudience.PILOTS)
    url = reverse("actions:comment_change", args=[comment.pk])
    client.force_login(world.users["pilot"])
    assert client.post(url, {"body": "Autre"}).status_code == 403
    client.force_login(world.users["lead"])
    assert client.post(url, {"body": "Mieux dit"}).status_code == 302
    ActionComment.objects.update(created_at=timezone.now() - timedelta(minutes=16))
    assert client.post(url, {"body": "Trop tard"}).status_code == 403
    comment.refresh_from_db()
    assert comment.body == "Mieux dit"


def test_a_withdrawn_comment_is_no_longer_read_and_leaves_its_place(world, client):
    comment = world.write(CommentAudience.PILOTS)
    client.force_login(world.users["lead"])

    client.post(reverse("actions:comment_withdraw", args=[comment.pk]))

    page = client.get(reverse("actions:comments", args=[world.action.pk])).content.decode()
    assert "Cercle pilots" not in page
    assert "retiré par son auteur" in page


def test_an_answer_stays_in_the_circle_of_what_it_answers(world, client):
    comment = world.write(CommentAudience.PILOTS)
    client.force_login(world.users["holder"])
    assert client.post(reverse("actions:comment_answer", args=[comment.pk]), {"body": "Vu"}).status_code == 404
    client.force_login(world.users["pilot"])
    client.post(reverse("actions:comment_answer", args=[comment.pk]), {"body": "Vu"})

    reply = ActionComment.objects.get(answers=comment)
    assert reply.audience == CommentAudience.PILOTS
    assert not ActionComment.objects.visible_to(world.users["holder"]).exists()


def test_a_second_click_writes_one_comment(world, client):
    client.force_login(world.users["lead"])
    for _ in range(2):
        client.post(reverse("actions:comments", args=[world.action.pk]), data())

    assert ActionComment.objects.count() == 1


def test_a_second_click_on_what_is_done_is_told_so(world, client):
    world.action.status = ActionStatus.SENT_BACK
    world.action.save(update_fields=["status"])
    comment = world.write(CommentAudience.HOLDER, block="public")
    client.force_login(world.users["holder"])
    resolve = reverse("actions:comment_resolve", args=[comment.pk])
    own = world.write(CommentAudience.HOLDER, by="holder")
    withdraw = reverse("actions:comment_withdraw", args=[own.pk])

    for url, data in ((resolve, {"regle": "1"}), (withdraw, {})):
        assert [client.post(url, data).status_code for _ in range(2)] == [302, 302]


def test_whoever_reads_a_comment_for_the_holder_may_be_quoted(world, client):
    """On an action between communes any referent, and the institution that funds it."""
    world.action.scope = Scope.INTERCOMMUNAL
    world.action.save(update_fields=["scope"])
    world.action.communes.clear()
    institution = make_user(world.cite, Role.INSTITUTION)
    paying = factories.make_source(world.cite, organisation=institution.person.mandates.get().organisation)
    factories.make_funding(world.action, paying, requested="100")
    quoted = [world.users["referent"].person_id, institution.person_id]
    client.force_login(world.users["lead"])

    client.post(reverse("actions:comments", args=[world.action.pk]), data("holder", mentions=quoted))

    comment = ActionComment.objects.get()
    assert {person.pk for person in comment.mentions.all()} == set(quoted)
    for user in (world.users["referent"], institution):
        assert comment in ActionComment.objects.visible_to(user)
