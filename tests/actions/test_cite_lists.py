"""Themes, themes of the contrat de ville and linked schemes: each Cité keeps its own."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from actions.models import ContractTheme, Scheme, Theme
from actions.services import (
    add_usual_items,
    place_list_item,
    restore_list_item,
    retire_list_item,
    save_list_item,
)
from cite_educative.common.models import Entry
from tests.actions import factories


@pytest.fixture
def themes(cite):
    return [Theme.objects.create(cite=cite, label=label, order=rank) for rank, label in enumerate("ABC", start=1)]


def order(cite):
    return [(row.order, row.label) for row in Theme.objects.filter(cite=cite)]


def test_usual_items_are_added_once(cite, lead):
    Theme.objects.create(cite=cite, label="SANTÉ et bien-être")

    first = add_usual_items(Theme, cite, actor=lead)
    again = add_usual_items(Theme, cite, actor=lead)

    assert (first, again) == (15, 0)
    assert [row.order for row in Theme.objects.filter(cite=cite)] == list(range(1, 17))
    assert Entry.objects.filter(verb="cite_list.changed").count() == 1


def test_usual_schemes_have_their_full_name(cite, lead):
    add_usual_items(Scheme, cite, actor=lead)

    assert Scheme.objects.get(cite=cite, label="CTG").full_label == "Convention territoriale globale"


def test_a_word_is_not_twice_in_a_list(cite, lead, themes):
    with pytest.raises(ValidationError, match="déjà"):
        save_list_item(Theme(cite=cite, label=" a "), actor=lead)
    themes[0].is_active = False
    themes[0].save()
    with pytest.raises(ValidationError, match="reprendre"):
        save_list_item(Theme(cite=cite, label="a"), actor=lead)


def test_items_are_put_in_order(cite, lead, themes):
    seen = [theme.pk for theme in themes]

    assert place_list_item(themes[2], actor=lead, seen=seen, before=themes[0]) == (1, 3)
    assert order(cite) == [(1, "C"), (2, "A"), (3, "B")]
    with pytest.raises(ValidationError, match="rien n’a été déplacé"):
        place_list_item(themes[1], actor=lead, seen=seen)
    assert place_list_item(themes[2], actor=lead, seen=[themes[2].pk, themes[0].pk, themes[1].pk]) == (3, 3)


def test_what_is_used_is_retired_and_what_is_not_is_erased(cite, lead, themes):
    action = factories.make_action(cite)
    action.themes.add(themes[0])

    assert retire_list_item(themes[0], actor=lead) is True
    assert retire_list_item(themes[1], actor=lead) is False

    assert [*action.themes.all()] == [themes[0]]
    assert order(cite) == [(1, "A"), (2, "C")]
    assert not Theme.objects.get(pk=themes[0].pk).is_active
    restore_list_item(themes[0], actor=lead)
    assert Theme.objects.get(pk=themes[0].pk).is_active


def test_a_theme_of_the_contract_that_an_objective_answers_is_kept(cite, lead):
    theme = ContractTheme.objects.create(cite=cite, label="Éducation")
    factories.make_objective(factories.make_axis(factories.make_programme(cite))).contract_themes.add(theme)

    assert retire_list_item(theme, actor=lead) is True


def test_the_page_lists_adds_and_renames(sign_in, cite, lead, themes, text_of):
    client = sign_in(lead)
    new = reverse("actions:list_item_create", args=["dispositifs"])

    client.post(new, {"label": "PRE", "full_label": "Programme de réussite éducative"})
    client.post(reverse("actions:theme_update", args=[themes[0].pk]), {"label": "Sport"})
    client.post(reverse("actions:list_usual", args=["contrat-de-ville"]))
    text = text_of(client.get(reverse("actions:cite_lists")))

    assert "Programme de réussite éducative" in text
    assert "Sport" in text
    assert ContractTheme.objects.filter(cite=cite).count() == 6
    assert "a déjà" in text_of(client.post(new, {"label": "pre"}))
    assert client.get(reverse("actions:list_item_create", args=["autre"])).status_code == 404


def test_a_stale_list_gets_a_sentence(sign_in, cite, lead, themes, text_of):
    url = reverse("actions:theme_place", args=[themes[2].pk])

    answer = sign_in(lead).post(url, {"vu": "1 deux", "avant": themes[0].pk}, follow=True)

    assert "rien n’a été déplacé" in text_of(answer)
    assert order(cite) == [(1, "A"), (2, "B"), (3, "C")]
