"""A second click on what erases or settles comes back with a sentence; two people on one date lose nothing."""

from datetime import date

import pytest
from django.urls import reverse

from actions.enums import ActionStatus, CommentAudience
from actions.models import ActionComment, Criterion, HolidayPeriod, Milestone, SavedView
from actions.services import add_comment, resolve_comment, save_holiday, save_milestone, tick_milestone
from partners.enums import Role
from tests.actions.factories import author_of, make_action, make_axis, make_call, make_programme
from tests.factories import make_cite, make_user

pytestmark = pytest.mark.django_db


def view(cite, user):
    return "actions:saved_view_remove", SavedView.objects.create(cite=cite, owner=user, name="La mienne")


def holiday(cite, user):
    return "actions:holiday_remove", winter(cite)


def axis(cite, user):
    return "actions:axis_remove", make_axis(make_programme(cite))


def criterion(cite, user):
    return "actions:criterion_remove", Criterion.objects.create(call=make_call(cite), label="Santé", order=1)


def winter(cite):
    return HolidayPeriod.objects.create(
        cite=cite, school_year=2025, label="Hiver", starts_on=date(2026, 2, 14), ends_on=date(2026, 3, 1)
    )


def spring(cite):
    action = make_action(cite, status=ActionStatus.RETAINED)
    return Milestone.objects.create(action=action, label="Séance", due_on=date(2026, 4, 2), created_by=author_of(cite))


# --- Second clicks --------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [view, holiday, axis, criterion], ids=lambda make: make.__name__)
def test_a_row_removed_twice_comes_back_to_the_list_with_a_sentence(make, cite, lead, sign_in, text_of):
    name, row = make(cite, lead)
    client, url = sign_in(lead), reverse(name, args=[row.pk])

    assert client.post(url).status_code == 302
    again = client.post(url, follow=True)

    assert again.status_code == 200
    assert "déjà retiré" in text_of(again) or "ne sont plus au calendrier" in text_of(again)


def test_the_second_click_comes_back_to_the_page_of_the_button_never_to_another_site(cite, lead, sign_in):
    _, row = criterion(cite, lead)
    client, url = sign_in(lead), reverse("actions:criterion_remove", args=[row.pk])
    page = f"http://testserver{reverse('actions:call_criteria', args=[row.call_id])}"
    client.post(url)

    assert client.post(url, headers={"referer": page}).url == page
    assert client.post(url, headers={"referer": "https://ailleurs.example/"}).url == reverse("actions:call_list")


def test_what_somebody_may_not_see_still_answers_404(cite, lead, sign_in):
    other = make_cite("ailleurs")
    period = winter(other)

    assert sign_in(lead).post(reverse("actions:holiday_remove", args=[period.pk])).status_code == 404
    assert HolidayPeriod.objects.filter(pk=period.pk).exists()


def test_a_comment_that_somebody_else_resolved_is_told_so(cite, lead, sign_in, text_of):
    action = make_action(cite, status=ActionStatus.SENT_BACK)
    holder = make_user(cite, Role.HOLDER, organisation=action.holder)
    comment = add_comment(
        action=action, actor=lead, body="À préciser", audience=CommentAudience.HOLDER, block="public"
    )
    resolve_comment(comment, actor=lead, resolved=True)

    page = sign_in(holder).post(reverse("actions:comment_resolve", args=[comment.pk]), {"regle": "1"}, follow=True)

    assert "Ce commentaire est déjà réglé." in text_of(page)
    assert ActionComment.objects.get().resolved_by == lead


# --- Locks ----------------------------------------------------------------------------------------

DATES = {"starts_on": "2026-02-14", "ends_on": "2026-03-01"}
EDITED = [
    ("actions:milestone_update", spring, save_milestone, {"due_on": "2026-04-02"}),
    ("actions:holiday_update", winter, save_holiday, DATES),
]


@pytest.mark.parametrize(("name", "make", "save", "dates"), EDITED, ids=["milestone", "holiday"])
def test_the_second_writer_of_a_date_sees_both_versions(name, make, save, dates, cite, lead, sign_in, text_of):
    row = make(cite)
    client, url = sign_in(lead), reverse(name, args=[row.pk])
    assert 'name="version" value="1"' in text_of(client.get(url))
    row.label = "D’une collègue"
    save(row, actor=make_user(cite, Role.CO_LEAD), version=1)

    answer = client.post(url, {"label": "De la cheffe", "version": "1", **dates})

    assert answer.status_code == 409
    assert "D’une collègue" in text_of(answer)
    assert "De la cheffe" in text_of(answer)
    assert client.post(url, {"label": "De la cheffe", "version": "2", **dates}).status_code == 302
    row.refresh_from_db()
    assert (row.label, row.version) == ("De la cheffe", 3)


def test_a_milestone_ticked_while_it_is_edited_stays_ticked(cite, lead):
    milestone = spring(cite)
    read_before = Milestone.objects.get()
    tick_milestone(milestone, actor=lead, done_on=date(2026, 4, 1))

    read_before.label = "Première séance"
    save_milestone(read_before, actor=lead, version=1)

    milestone.refresh_from_db()
    assert (milestone.label, milestone.done_on) == ("Première séance", date(2026, 4, 1))
