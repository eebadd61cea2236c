"""The optional grid: scored by each side, by link too; compared by the team and the pilots, never by the holder."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from actions import services
from actions.grid import weighted_mean
from actions.models import Criterion, Opinion, OpinionScore
from partners.enums import Gesture, Role, SideKind
from partners.models import AccessLink
from partners.services import link_path
from tests.actions.factories import make_action, make_call, make_funding, make_source
from tests.factories import make_user

pytestmark = pytest.mark.django_db

ANSWER = {"verdict": "reserved", "comment": "Trop peu de séances", "advised": "4 321"}
RECEIVED = {"name": "Mme Roussel", "given_on": "2026-03-03", "given_how": "par courriel"}


def address(name, *args):
    return reverse(f"actions:{name}", args=args)


@pytest.fixture
def call(cite):
    return make_call(cite)


@pytest.fixture
def criteria(call):
    rows = (("Opérateur", None), ("Présence", 3), ("Calendrier", None))
    return [
        Criterion.objects.create(call=call, label=label, weight=weight, order=rank)
        for rank, (label, weight) in enumerate(rows, start=1)
    ]


@pytest.fixture
def action(cite, call, criteria):
    made = make_action(cite, title="Radio", call=call, communes=cite.communes.all())
    make_funding(made, make_source(cite), requested="16555.55")
    return made


def give(action, lead, *, side=None, name="M. X", verdict="favourable", scores=None, on=date(2026, 3, 3), **fields):
    opinion = Opinion(
        action=action, side=side, name=name, verdict=verdict, comment="Mots", given_on=on, given_how="mail", **fields
    )
    return services.enter_opinion(opinion, actor=lead, scores=scores)


def sides(cite):
    return {kind: cite.sides.get(kind=kind) for kind in (SideKind.EDUCATION, SideKind.STATE, SideKind.COMMUNES)}


# --- Scoring --------------------------------------------------------------------------------------


def test_a_pilot_scores_what_she_wants_and_leaves_the_rest(sign_in, cite, action, criteria):
    pilot = make_user(cite, Role.PILOT, side=cite.sides.get(kind=SideKind.STATE))
    typed = {**ANSWER, f"critere-{criteria[0].pk}": "4", f"critere-{criteria[1].pk}": ""}

    sign_in(pilot).post(address("opinion_enter", action.pk), typed)

    assert list(OpinionScore.objects.values_list("criterion", "score")) == [(criteria[0].pk, 4)]
    assert OpinionScore.objects.get().opinion.person == pilot.person


def test_the_grid_opens_by_link_without_an_account(client, lead, action, criteria, text_of):
    asked = Opinion(name="Mme Experte", email="experte@exemple.fr")
    services.ask_opinions(
        action=action, asked=[asked], question="?", due_on=date(2099, 1, 5), subject="Avis", body="{lien}", actor=lead
    )
    url = link_path(AccessLink.objects.get(gesture=Gesture.OPINION))

    assert "Opérateur" in text_of(client.get(url))
    assert client.post(url, {**ANSWER, f"critere-{criteria[2].pk}": "2"}).status_code == 200

    score = OpinionScore.objects.get()
    assert (score.opinion.name, score.criterion, score.score) == ("Mme Experte", criteria[2], 2)


@pytest.mark.parametrize("score", ["0", "5", "-1", "bien"])
def test_a_score_out_of_the_scale_is_refused_and_what_was_typed_kept(sign_in, lead, action, criteria, score):
    name = f"critere-{criteria[0].pk}"

    answer = sign_in(lead).post(address("opinion_enter", action.pk), {**ANSWER, **RECEIVED, name: score})

    assert name in answer.context["form"].errors
    assert answer.context["form"]["comment"].value() == ANSWER["comment"]
    assert not Opinion.objects.exists()


def test_no_grid_no_field(sign_in, cite, lead):
    form = sign_in(lead).get(address("opinion_enter", make_action(cite).pk)).context["form"]

    assert not [name for name in form.fields if name.startswith("critere")]


def test_a_score_of_another_call_is_refused_and_nothing_is_written(cite, lead, action):
    other = Criterion.objects.create(call=make_call(cite, "Autre"), label="Autre")

    with pytest.raises(ValidationError, match="La grille de cette demande vient de changer"):
        give(action, lead, scores={other: 3})

    assert not Opinion.objects.exists()


def test_a_second_click_keeps_one_opinion_and_other_scores_make_another(lead, action, criteria):
    first = give(action, lead, scores={criteria[0]: 3})

    assert give(action, lead, scores={criteria[0]: 3}) == first
    assert give(action, lead, scores={criteria[0]: 4}) != first


# --- Comparing ------------------------------------------------------------------------------------


def test_weights_count_in_the_mean():
    assert weighted_mean([(4, None), (2, 3)]) == 2.5
    assert weighted_mean([]) is None


def test_grids_stand_side_by_side_with_averages(sign_in, cite, lead, action, criteria):
    voices = sides(cite)
    give(action, lead, side=voices[SideKind.EDUCATION], scores={criteria[0]: 4, criteria[1]: 2}, advised=4000)
    give(action, lead, side=voices[SideKind.STATE], scores={criteria[0]: 2}, verdict="unfavourable")

    grid = sign_in(lead).get(address("opinions", action.pk)).context["grid"]

    assert [voice.name for voice in grid.voices] == ["Éducation nationale", "État"]
    assert [voice.mean for voice in grid.voices] == [2.5, 2]
    assert [(row.label, row.mean.replace("\u00a0", " ")) for row in grid.rows] == [
        ("Opérateur", "3,0 sur 4"),
        ("Présence", "2,0 sur 4"),
        ("Calendrier", ""),
    ]


def test_the_last_opinion_of_each_voice_counts(cite, lead, action):
    voices = sides(cite)
    first = give(action, lead, side=voices[SideKind.STATE], verdict="unfavourable", on=date(2026, 3, 1))
    last = give(action, lead, side=voices[SideKind.STATE], name="Mme Autre", on=date(2026, 3, 2))
    towns = [give(action, lead, side=voices[SideKind.COMMUNES], name=name) for name in ("Mairie A", "Mairie B")]
    experts = [give(action, lead, name=name) for name in ("Mme E", "M. F")]
    corrected = give(action, lead, name="M. F", on=date(2026, 3, 4))
    source = make_source(cite)
    funders = [give(action, lead, name="CAF", source=source, on=day) for day in (date(2026, 3, 1), date(2026, 3, 5))]

    assert set(Opinion.objects.current()) == {last, *towns, experts[0], corrected, funders[1]}
    assert first not in Opinion.objects.current()


def test_an_expert_reads_no_average_nor_the_scores_of_others(sign_in, cite, lead, action, criteria, text_of):
    officer = make_user(cite, Role.FINANCE)
    give(action, lead, person=officer.person, name="L’experte", scores={criteria[0]: 1})
    give(action, lead, side=sides(cite)[SideKind.STATE], scores={criteria[0]: 4})
    client, url = sign_in(officer), address("opinions", action.pk)

    grid = client.get(url).context["grid"]

    assert [voice.name for voice in grid.voices] == ["L’experte"]
    assert (grid.mean, grid.rows[0].mean) == ("", "")
    assert client.get(f"{url}?format=csv")["Content-Type"].startswith("text/html")


def test_the_grid_is_exported_as_it_is_read(sign_in, cite, lead, action, criteria, text_of):
    give(action, lead, side=sides(cite)[SideKind.STATE], scores={criteria[0]: 4, criteria[1]: 3}, advised="4321.50")
    client, url = sign_in(lead), address("opinions", action.pk)

    lines = text_of(client.get(f"{url}?format=csv")).splitlines()

    assert (
        lines[0].lstrip("\ufeff").startswith("Pour;Qui a répondu;Rendu le;Opérateur;Présence;Calendrier;Moyenne;Avis")
    )
    assert lines[1].startswith("État;M. X;03/03/2026;4;3;;3,2 sur 4;favorable;4321,50;Mots")
    assert client.get(f"{url}?format=xlsx").content[:2] == b"PK"
    assert client.get(f"{url}?format=pdf").status_code == 200


def test_the_holder_never_meets_a_score(sign_in, cite, lead, action, criteria, text_of):
    give(action, lead, side=sides(cite)[SideKind.STATE], scores={criteria[0]: 1}, verdict="unfavourable")
    client = sign_in(make_user(cite, Role.HOLDER, organisation=action.holder))

    for name in ("opinions", "call_appraisal"):
        args = action.pk if name == "opinions" else action.call_id
        assert client.get(address(name, args)).status_code in (403, 404)
    for name in ("detail", "history", "documents"):
        page = text_of(client.get(address(name, action.pk)))
        assert "insuffisant" not in page
        assert "sur 4" not in page


# --- The table of a call --------------------------------------------------------------------------


@pytest.fixture
def requests(cite, call, action, lead, criteria):
    """Radio: agreed and high; Ciné: disputed and low; Danse: nobody said anything; a draft."""
    cinema = make_action(cite, title="Ciné", call=call)
    make_action(cite, title="Danse", call=call)
    make_action(cite, title="Brouillon", call=call, status="draft", shared_at="2026-01-05T10:00Z")
    voices = sides(cite)
    give(action, lead, side=voices[SideKind.STATE], scores={criteria[0]: 4}, advised=5000)
    give(action, lead, side=voices[SideKind.EDUCATION], advised=3000)
    give(cinema, lead, side=voices[SideKind.STATE], scores={criteria[0]: 1}, verdict="unfavourable")
    for name in ("Mairie A", "Mairie B"):
        give(cinema, lead, side=voices[SideKind.COMMUNES], name=name)
    Opinion.objects.create(action=cinema, name="Attendue", asked_by=lead)
    return action, cinema


def listed(client, call, query=""):
    page = client.get(f"{address('call_appraisal', call.pk)}?{query}")
    assert page.status_code == 200
    return [str(row.cells[1].text).split('">')[1].split("<")[0] for row in page.context["listing"].rows]


def test_filed_requests_are_sorted_by_their_grid(sign_in, call, lead, requests):
    client = sign_in(lead)

    assert listed(client, call) == ["Radio", "Ciné", "Danse"]
    assert listed(client, call, "tri=mean")[:2] == ["Ciné", "Radio"]
    assert listed(client, call, "tri=-advised")[0] == "Radio"
    assert listed(client, call, "tri=-awaited")[0] == "Ciné"


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("avis=accord", ["Radio"]),
        ("avis=partages", ["Ciné"]),
        ("avis=aucun", ["Danse"]),
        ("avis=attendus", ["Ciné"]),
        ("q=dan", ["Danse"]),
        ("etape=close", []),
        ("avis=autre", []),
    ],
)
def test_filed_requests_are_filtered_by_what_was_said(sign_in, call, lead, requests, query, titles):
    assert listed(sign_in(lead), call, query) == titles


def test_each_side_has_its_column_and_several_communes_share_one(sign_in, call, lead, requests, text_of):
    url = f"{address('call_appraisal', call.pk)}?format=csv"

    lines = text_of(sign_in(lead).get(url)).splitlines()

    assert "Éducation nationale;État;Communes;Communauté urbaine;Autres;Attendus" in lines[0]
    cinema = next(line for line in lines if "Ciné" in line)
    assert ";;défavorable;2 × favorable;;;1;1,0 sur 4;" in cinema


def test_a_pilot_reads_the_table_and_an_officer_does_not(sign_in, cite, call, requests):
    assert listed(sign_in(make_user(cite, Role.PILOT)), call)
    assert sign_in(make_user(cite, Role.FINANCE)).get(address("call_appraisal", call.pk)).status_code == 403


def test_queries_of_the_grid_and_the_table_do_not_grow_with_the_opinions(
    sign_in, cite, call, lead, action, criteria, django_assert_max_num_queries
):
    client = sign_in(lead)
    for name, args, limit in (("opinions", action.pk, 30), ("call_appraisal", call.pk, 16)):
        counts = []
        for number in (1, 5):
            for rank in range(number):
                give(action, lead, name=f"{name} {number} {rank}", scores={criteria[0]: 3})
                give(make_action(cite, call=call), lead, scores={criteria[1]: 2})
            with django_assert_max_num_queries(limit) as captured:
                client.get(address(name, args))
            counts.append(len(captured))
        assert counts[0] == counts[1], name
