"""The strategy: its order, its texts, its versions, and what two people do at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actions.enums import ActionStatus, LabelCriterion, NationalObjective
from actions.models import ContractTheme, Objective, ProgrammeSection, ProgrammeVersion
from actions.ordering import arrangement
from actions.services import (
    freeze_programme,
    place_axis,
    place_objective,
    remove_axis,
    remove_objective,
    save_axis,
    save_objective,
    save_strategy_section,
)
from actions.strategy_content import programme_content
from actions.strategy_diff import compare, text_change
from cite_educative.common.journal import entries_for
from cite_educative.common.locks import ConflictError
from partners.enums import Role
from tests.actions import factories


@pytest.fixture
def programme(cite):
    return factories.make_programme(cite)


@pytest.fixture
def axes(programme):
    return [factories.make_axis(programme, f"Axe {letter}", order=rank) for rank, letter in enumerate("ABC", start=1)]


@pytest.fixture
def objectives(axes):
    return [
        factories.make_objective(axes[0], f"Objectif {letter}", order=rank)
        for rank, letter in enumerate("RST", start=1)
    ]


def address(name, *args):
    return reverse(f"actions:{name}", args=args)


def labels(rows):
    return [(row.order, row.label) for row in rows.order_by("order", "pk")]


# --- Order ----------------------------------------------------------------------------------------


def test_an_axis_goes_before_another_and_ranks_stay_gapless(programme, axes, lead):
    place = place_axis(axes[2], actor=lead, seen=arrangement(programme), before=axes[0])

    assert place == (1, 3)
    assert labels(programme.axes) == [(1, "Axe C"), (2, "Axe A"), (3, "Axe B")]


def test_an_axis_goes_last(programme, axes, lead):
    assert place_axis(axes[0], actor=lead, seen=arrangement(programme)) == (3, 3)
    assert labels(programme.axes) == [(1, "Axe B"), (2, "Axe C"), (3, "Axe A")]


def test_an_axis_stays_among_those_of_its_national_objective(programme, axes, lead):
    other = factories.make_axis(programme, "Axe Z", national_objective=NationalObjective.HORIZONS, order=2)

    with pytest.raises(ValidationError, match="même objectif national"):
        place_axis(axes[0], actor=lead, seen=arrangement(programme), before=other)

    assert place_axis(axes[1], actor=lead, seen=arrangement(programme), before=axes[0]) == (1, 3)


def test_nothing_changes_for_an_axis_put_where_it_is(programme, axes, lead):
    place_axis(axes[2], actor=lead, seen=arrangement(programme))

    assert labels(programme.axes) == [(1, "Axe A"), (2, "Axe B"), (3, "Axe C")]
    assert not entries_for(axes[2]).exists()


def test_an_objective_changes_axis_and_its_actions_follow(programme, axes, objectives, cite, lead):
    action = factories.make_action(cite, axis=axes[0], objective=objectives[0])
    other = factories.make_action(cite, axis=axes[0], objective=objectives[1])
    version = action.version

    place_objective(objectives[0], actor=lead, seen=arrangement(programme), axis=axes[1])

    action.refresh_from_db()
    other.refresh_from_db()
    assert (action.axis, action.version) == (axes[1], version + 1)
    assert other.axis == axes[0]
    assert labels(axes[0].objectives) == [(1, "Objectif S"), (2, "Objectif T")]
    assert labels(axes[1].objectives) == [(1, "Objectif R")]
    assert "une action l’a suivi" in entries_for(objectives[0]).first().sentence
    assert "avec son objectif" in entries_for(action).first().sentence


def test_an_objective_goes_to_a_place_of_another_axis(programme, axes, objectives, lead):
    factories.make_objective(axes[1], "Objectif X", order=1)
    last = factories.make_objective(axes[1], "Objectif Y", order=2)

    assert place_objective(objectives[1], actor=lead, seen=arrangement(programme), axis=axes[1], before=last) == (2, 3)
    assert labels(axes[1].objectives) == [(1, "Objectif X"), (2, "Objectif S"), (3, "Objectif Y")]


def test_an_axis_has_no_two_objectives_of_one_name(programme, axes, objectives, lead):
    factories.make_objective(axes[1], "Objectif R", order=1)

    with pytest.raises(ValidationError, match="déjà un objectif de ce nom"):
        place_objective(objectives[0], actor=lead, seen=arrangement(programme), axis=axes[1])

    assert Objective.objects.get(pk=objectives[0].pk).axis == axes[0]


def test_an_objective_stays_in_its_programme(cite, programme, axes, objectives, lead):
    elsewhere = factories.make_axis(factories.make_programme(cite, "Programme 2027-2030"))

    with pytest.raises(ValidationError, match="autre programme"):
        place_objective(objectives[0], actor=lead, seen=arrangement(programme), axis=elsewhere)


def test_an_order_seen_before_somebody_changed_it_is_refused(programme, axes, objectives, lead):
    seen = arrangement(programme)
    place_axis(axes[2], actor=lead, seen=seen, before=axes[0])

    with pytest.raises(ValidationError, match="a changé pendant que"):
        place_axis(axes[1], actor=lead, seen=seen, before=axes[0])
    with pytest.raises(ValidationError, match="a changé pendant que"):
        place_objective(objectives[2], actor=lead, seen=seen, before=objectives[0])

    assert labels(programme.axes) == [(1, "Axe C"), (2, "Axe A"), (3, "Axe B")]


@pytest.mark.django_db(transaction=True)
def test_of_two_people_at_once_one_is_told_that_the_order_changed(programme, axes, lead):
    seen = arrangement(programme)

    def run(axis):
        try:
            place_axis(axis, actor=lead, seen=seen, before=axes[0])
        except ValidationError:
            return "refused"
        finally:
            connection.close()
        return "moved"

    with ThreadPoolExecutor(2) as pool:
        results = sorted(pool.map(run, [axes[1], axes[2]]))

    assert results == ["moved", "refused"]
    assert [order for order, _ in labels(programme.axes)] == [1, 2, 3]


def test_the_buttons_work_without_javascript(sign_in, lead, programme, axes, objectives):
    client = sign_in(lead)
    page = client.get(address("plan")).content.decode()
    assert f"Monter l’axe {axes[1].label}" in page

    answer = client.post(address("axis_place", axes[1].pk), {"vu": arrangement(programme), "avant": axes[0].pk})
    assert answer.url.endswith(f"#axe-{axes[1].pk}")
    assert labels(programme.axes)[0] == (1, "Axe B")

    answer = client.post(address("objective_place", objectives[0].pk), {"vu": arrangement(programme), "avant": "fin"})
    assert answer.url.endswith(f"#objectif-{objectives[0].pk}")
    assert labels(axes[0].objectives)[-1] == (3, "Objectif R")
    assert "est le 3e sur 3 de son axe" in client.get(answer.url).content.decode().replace("\u00a0", " ")


def test_a_stale_page_gets_a_sentence_and_moves_nothing(sign_in, lead, programme, axes, text_of):
    client = sign_in(lead)

    answer = client.post(address("axis_place", axes[1].pk), {"vu": "autre", "avant": axes[0].pk}, follow=True)

    assert "rien n’a été déplacé" in text_of(answer)
    assert labels(programme.axes)[0] == (1, "Axe A")


@pytest.mark.parametrize("asked", ["abc", "9" * 40, "-1"])
def test_a_place_that_does_not_exist_is_not_found(sign_in, lead, programme, axes, asked):
    answer = sign_in(lead).post(address("axis_place", axes[0].pk), {"vu": arrangement(programme), "avant": asked})

    assert answer.status_code == 404


# --- Axes and objectives --------------------------------------------------------------------------


def test_the_form_of_an_objective_links_it_to_the_contract_and_moves_it(sign_in, cite, lead, axes, objectives):
    theme = ContractTheme.objects.create(cite=cite, label="Éducation")
    retired = ContractTheme.objects.create(cite=cite, label="Ancien", is_active=False)
    fields = {"label": "Lire", "summary": "Avant sept ans.", "axis": axes[1].pk, "contract_themes": [theme.pk]}
    client, url = sign_in(lead), address("objective_update", objectives[0].pk)

    assert retired.label not in client.get(url).content.decode()
    client.post(url, {**fields, "version": objectives[0].version})

    objective = Objective.objects.get(pk=objectives[0].pk)
    assert (objective.label, objective.summary, objective.axis) == ("Lire", "Avant sept ans.", axes[1])
    assert [*objective.contract_themes.all()] == [theme]
    assert "Contrat de ville : Éducation" in client.get(address("plan")).content.decode().replace("\u00a0", " ")


def test_two_people_on_one_axis_see_both_texts(sign_in, builders, cite, lead, axes, text_of):
    other = builders.make_user(cite, Role.CO_LEAD)
    seen = axes[0].version
    axes[0].summary = "Le texte de l’autre"
    save_axis(axes[0], actor=other)
    fields = {"national_objective": "school", "label": "Axe A", "short_label": "A", "summary": "Le mien"}
    client, url = sign_in(lead), address("axis_update", axes[0].pk)

    answer = client.post(url, {**fields, "version": seen})

    assert answer.status_code == 409
    assert "Le texte de l’autre" in text_of(answer)
    assert "Le mien" in text_of(answer)
    assert client.post(url, {**fields, "version": seen + 1}).status_code == 302
    axes[0].refresh_from_db()
    assert axes[0].summary == "Le mien"


def test_an_axis_or_an_objective_that_carries_something_is_not_removed(cite, lead, programme, axes, objectives):
    factories.make_action(cite, axis=axes[0], objective=objectives[0])

    with pytest.raises(ValidationError, match="a des objectifs"):
        remove_axis(axes[0], actor=lead)
    with pytest.raises(ValidationError, match="Des actions répondent"):
        remove_objective(objectives[0], actor=lead)

    remove_objective(objectives[1], actor=lead)
    remove_axis(axes[1], actor=lead)
    assert labels(axes[0].objectives) == [(1, "Objectif R"), (2, "Objectif T")]
    assert labels(programme.axes) == [(1, "Axe A"), (2, "Axe C")]


def test_the_page_of_the_strategy_costs_the_same_whatever_its_size(sign_in, cite, lead, programme, axes):
    factories.make_objective(axes[0])
    client = sign_in(lead)
    client.get(address("plan"))
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(address("plan"))
    theme = ContractTheme.objects.create(cite=cite, label="Éducation")
    for axis in axes:
        for _ in range(5):
            factories.make_objective(axis).contract_themes.add(theme)
    with CaptureQueriesContext(connection) as many:
        client.get(address("plan"))

    assert len(many) == len(few) <= 15


# --- The strategic file ---------------------------------------------------------------------------


def write(programme, lead, key=LabelCriterion.DIAGNOSIS, body="Un texte", version=0, **fields):
    return save_strategy_section(programme=programme, key=key, body=body, version=version, actor=lead, **fields)


def test_nine_sections_say_what_is_known_beside_what_is_written(sign_in, lead, cite, programme, objectives, text_of):
    source = factories.make_source(cite)
    factories.make_envelope(source, provisional="310000")
    write(programme, lead, body="Trois constats")

    text = text_of(sign_in(lead).get(address("dossier", programme.pk)))

    for criterion in LabelCriterion:
        assert f". {criterion.label}" in text
    assert "Trois constats" in text
    assert "Dunkerque, Grande-Synthe" in text  # the perimeter
    assert "Siège Communes" in text  # the governance
    assert "310 000 €" in text  # the means


def test_a_section_is_saved_while_it_is_typed(sign_in, lead, programme):
    client, url = sign_in(lead), address("dossier_section", programme.pk, "diagnostic")

    first = client.post(url, {"body": "Un", "version": "0"}, headers={"X-Autosave": "1"})
    second = client.post(url, {"body": "Un deux", "version": first["X-Version"]}, headers={"X-Autosave": "1"})

    assert (first.status_code, second.status_code) == (204, 204)
    assert ProgrammeSection.objects.get().body == "Un deux"
    assert not entries_for(programme).exists()
    assert client.post(url, {"body": "Un deux trois", "version": second["X-Version"]}).status_code == 302
    assert "Diagnostic" in entries_for(programme).get().sentence


def test_two_people_on_one_section_lose_nothing(sign_in, builders, cite, lead, programme, text_of):
    write(programme, builders.make_user(cite, Role.CO_LEAD), body="Le texte de l’autre")
    client, url = sign_in(lead), address("dossier_section", programme.pk, "diagnostic")
    mine = {"body": "Le mien", "version": "0"}

    assert client.post(url, mine, headers={"X-Autosave": "1"}).status_code == 409
    answer = client.post(url, mine)

    assert answer.status_code == 409
    assert "Le texte de l’autre" in text_of(answer)
    assert "Le mien" in text_of(answer)
    assert ProgrammeSection.objects.get().body == "Le texte de l’autre"
    assert client.post(url, {**mine, "version": "1"}).status_code == 302
    assert ProgrammeSection.objects.get().body == "Le mien"


def test_two_sections_are_written_at_once(programme, lead):
    write(programme, lead)
    write(programme, lead, key=LabelCriterion.MEANS)

    with pytest.raises(ConflictError):
        write(programme, lead)


def test_bad_input_in_a_section_is_told_and_kept(sign_in, lead, programme, text_of):
    client = sign_in(lead)
    url = address("dossier_section", programme.pk, "diagnostic")

    assert client.get(address("dossier_section", programme.pk, "autre")).status_code == 404
    for version in ("", "abc", "-3"):
        assert client.post(url, {"body": "x", "version": version}, headers={"X-Autosave": "1"}).status_code == 422
    answer = client.post(url, {"body": "x" * 20_001, "version": "0"})
    assert answer.status_code == 200
    assert "20000" in text_of(answer).replace(" ", "")
    assert not ProgrammeSection.objects.exists()


# --- Versions -------------------------------------------------------------------------------------


def test_a_version_keeps_what_was_and_asks_for_its_files(sign_in, lead, programme, axes, objectives):
    write(programme, lead, body="Avant")
    client = sign_in(lead)

    client.post(address("programme_freeze", programme.pk), {"label": "demande de label"})
    write(programme, lead, body="Après", version=1)
    axes[0].label = "Autre nom"
    axes[0].save()

    version = ProgrammeVersion.objects.get()
    page = client.get(address("programme_version", version.pk)).content.decode()
    assert (version.number, version.label) == (1, "demande de label")
    assert "Avant" in page
    assert "Après" not in page
    assert "Axe A" in page
    assert {link.file.format for link in version.files.all()} == {"pdf", "docx"}


def test_a_version_that_says_nothing_new_is_not_made(programme, lead, axes):
    first, created = freeze_programme(programme, label="label", actor=lead)
    again, created_again = freeze_programme(programme, label="autre occasion", actor=lead)

    assert (created, created_again, again) == (True, False, first)
    write(programme, lead)
    second, _ = freeze_programme(programme, label="autre occasion", actor=lead)
    assert second.number == 2


def test_a_version_has_an_occasion(programme, lead):
    with pytest.raises(ValidationError, match="occasion"):
        freeze_programme(programme, label="   ", actor=lead)


def test_only_published_programmes_give_their_last_version_to_partners_without_money(
    sign_in, builders, cite, lead, programme, text_of
):
    partner = builders.make_user(cite, Role.PARTNER)
    factories.make_envelope(factories.make_source(cite), provisional="310000")
    write(programme, lead, body="Texte arrêté")
    freeze_programme(programme, label="label", actor=lead)
    write(programme, lead, body="Texte de travail", version=1)
    client, url = sign_in(partner), address("dossier", programme.pk)
    assert client.get(url).status_code == 404

    programme.published_at = "2026-01-05T10:00Z"
    programme.save()
    text = text_of(client.get(url))

    assert "Texte arrêté" in text
    assert "Texte de travail" not in text
    assert "310 000" not in text
    assert client.get(address("programme_version", ProgrammeVersion.objects.get().pk)).status_code == 404
    assert client.get(address("programme_compare", programme.pk)).status_code == 404


def test_a_version_counts_filed_actions_only(programme, lead, cite, axes):
    factories.make_action(cite, axis=axes[0])
    factories.make_action(cite, axis=axes[0], status=ActionStatus.DRAFT)
    factories.make_action(cite, axis=axes[0], status=ActionStatus.REJECTED)

    version, _ = freeze_programme(programme, label="label", actor=lead)

    table = next(one for one in version.content["sections"] if one["key"] == "plan")["table"]
    assert table["rows"][0] == ["Axe A", "0", "1"]


# --- Comparing ------------------------------------------------------------------------------------


def content(programme, lead):
    return programme_content(programme, number=None, label="", made_on=None, made_by=lead)


def moves_between(before, after):
    return [(move.kind, move.label) for move in compare(before, after)["moves"]]


def test_words_that_left_and_came_are_told_apart():
    change = text_change("Diagnostic", "Deux constats reviennent.", "Trois constats forts reviennent.")

    assert [(piece.kind, piece.text) for piece in change.before if piece.kind == "removed"] == [("removed", "Deux")]
    assert [piece.text.strip() for piece in change.after if piece.kind == "added"] == ["Trois", "forts"]
    assert "".join(piece.text for piece in change.after) == "Trois constats forts reviennent."
    assert not text_change("Diagnostic", "Pareil", "Pareil").is_changed


def test_axes_and_objectives_that_came_left_changed_name_or_place(programme, lead, axes, objectives):
    before = content(programme, lead)
    place_objective(objectives[0], actor=lead, seen=arrangement(programme), axis=axes[1])
    objectives[1].label = "Objectif renommé"
    save_objective(objectives[1], actor=lead)
    remove_objective(objectives[2], actor=lead)
    factories.make_axis(programme, "Axe nouveau", order=4)
    place_axis(axes[2], actor=lead, seen=arrangement(programme), before=axes[0])

    moves = moves_between(before, content(programme, lead))

    assert sorted(moves) == [
        ("added", "Axe nouveau"),
        ("moved", "Axe C"),
        ("moved", "Objectif R"),
        ("removed", "Objectif T"),
        ("renamed", "Objectif renommé"),
    ]


def test_links_with_the_contract_are_compared(cite, programme, lead, objectives):
    before = content(programme, lead)
    theme = ContractTheme.objects.create(cite=cite, label="Éducation")
    save_objective(objectives[0], actor=lead, contract_themes=[theme])

    assert moves_between(before, content(programme, lead)) == [("linked", "Objectif R")]


def test_a_version_is_compared_with_today(sign_in, lead, programme, axes, text_of):
    write(programme, lead, body="Deux constats")
    freeze_programme(programme, label="label", actor=lead)
    write(programme, lead, body="Trois constats", version=1)
    client, url = sign_in(lead), address("programme_compare", programme.pk)

    text = text_of(client.get(url, {"avant": "1", "apres": "aujourdhui"}))

    assert "[retiré : </span>Deux<" in text
    assert "[ajouté : </span>Trois<" in text
    assert "Les axes et les objectifs sont les mêmes" in text
    assert "Choisissez deux versions" in text_of(client.get(url, {"avant": "9", "apres": "x"}))
