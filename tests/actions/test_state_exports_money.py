"""The amounts of OSIRIS set beside our fundings: its co-funders, and the files that hold several actions."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actions.enums import DifferenceState
from actions.models import Difference, Funding
from actions.services import accept_difference, keep_difference
from actions.state_exports import confirm_export, fingerprint, plan_of, save_answers, start_export
from tests.actions.exports import osiris, osiris_files
from tests.actions.factories import make_action, make_funding, make_source
from tests.factories import make_organisation

pytestmark = pytest.mark.django_db
REF = "DA00000001"
STATE = {"funder:147": {"source": "État – P147"}}


@pytest.fixture
def state(cite):
    return make_source(cite, "État – P147")


@pytest.fixture
def family(cite):
    return make_source(cite, "CAF du Nord")


@pytest.fixture
def holder(cite):
    return make_organisation("Les Mots Passeurs", cite=cite)


@pytest.fixture
def action(cite, holder, state, family):
    made = make_action(cite, title="Lire ensemble", holder=holder, external_ref=REF)
    make_funding(made, state, requested="1500")
    make_funding(made, family, requested="800")
    return made


@pytest.fixture
def planned(cite, lead):
    """(run, plan) of an export whose funder 147 is told."""

    def built(content, answers=STATE):
        run = start_export(cite=cite, actor=lead, content=content, filename="export.xlsx", budget_year=2026)
        plan = save_answers(run=run, mapping={**run.mapping, "answers": answers})
        run.refresh_from_db()
        return run, plan

    return built


@pytest.fixture
def confirm(planned, lead):
    def confirmed(content):
        run, plan = planned(content)
        return confirm_export(run=run, actor=lead, seen=fingerprint(plan))

    return confirmed


def row(**more):
    one = {"ref": REF, "funder": "147", "year": 2026, "holder": "Les Mots Passeurs", "title": "Lire ensemble"}
    return {**one, "requested": 1500, **more}


def file_row(**more):
    one = {"N° Dossier Osiris": REF, "N° programme / Type financement": "147", "Exercice Début": 2026}
    return {**one, "Nom": None, **more}


def found_of(plan):
    return [(found.action, found.key.split(":")[0], found.source.label, found.theirs) for found in plan.found]


# --- Co-funders ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("names", "amounts"), [("CAF du Nord", 1000), ("CAF du Nord ; Région", "1 000,00 ; 300")])
def test_what_a_cofunder_is_asked_is_compared_with_its_own_line(action, planned, names, amounts):
    _, plan = planned(osiris(row(cofunders=names, cofunded=amounts)))

    assert found_of(plan) == [(action, "requested", "CAF du Nord", "1\u00a0000,00\u00a0€")]


def test_a_cofunder_that_agrees_is_no_difference_even_repeated_on_each_line(action, planned):
    same = {"cofunders": "CAF du Nord", "cofunded": 800}
    _, plan = planned(osiris(row(**same), row(requested=None, cost=5000, **same)))

    assert [found.key for found in plan.found] == ["total_cost"]
    assert not plan.notes


def test_a_cofunder_of_no_line_is_said_and_keeps_nothing_waiting(action, planned):
    _, plan = planned(osiris(row(cofunders="Fondation du Port", cofunded=1000)))

    assert plan.can_be_written
    assert not plan.found
    assert any("«\u00a0Fondation du Port\u00a0»" in note and "ne sont pas comparés" in note for note in plan.notes)

    _, told = planned(
        osiris(row(cofunders="Fondation du Port", cofunded=1000)),
        {**STATE, "funder:fondation du port": {"source": "CAF du Nord"}},
    )
    assert [found.source.label for found in told.found] == ["CAF du Nord"]


@pytest.mark.parametrize(
    ("names", "amounts", "words"),
    [
        ("CAF du Nord ; Région", 900, "2\u00a0cofinanceurs pour 1\u00a0montant"),
        ("CAF du Nord", "beaucoup", "cofinanceurs"),
    ],
)
def test_cofunders_that_cannot_be_told_apart_are_said(action, planned, names, amounts, words):
    _, plan = planned(osiris(row(cofunders=names, cofunded=amounts)))

    assert not plan.found
    assert any(words in note for note in plan.notes)


def test_the_amount_of_a_cofunder_is_accepted_alone(action, family, confirm, lead):
    confirm(osiris(row(requested=2000, cofunders="CAF du Nord", cofunded=1000)))
    difference = Difference.objects.open().get(source=family)

    accept_difference(difference, actor=lead, seen=difference.ours)

    assert [funding.requested for funding in Funding.objects.order_by("requested")] == [1000, 1500]
    assert Difference.objects.open().count() == 1


# --- Files --------------------------------------------------------------------------------------------


def test_the_amounts_of_a_file_of_one_action_are_compared_with_its_sheet(action, planned):
    _, plan = planned(osiris_files(file_row(Demandé=9000, Accordé=700, **{"Nombre Actions": 1})))

    assert [(found.key.split(":")[0], found.value) for found in plan.found] == [
        ("requested", "9000.00"),
        ("granted", "700.00"),
    ]


@pytest.fixture
def other(cite, holder, state, action):
    made = make_action(cite, title="Lire dehors", holder=holder, external_ref=REF)
    make_funding(made, state, requested="500")
    return made


def test_the_amounts_of_a_file_of_several_actions_are_compared_with_their_sum(action, other, planned):
    _, plan = planned(osiris_files(file_row(Demandé=2400, **{"Nombre Actions": 2})))

    (found,) = plan.found
    assert found.key.startswith("file_requested:")
    assert found.ours == f"2\u00a0000,00\u00a0€ pour 2 fiches\u00a0: {action.code}, {other.code}"
    assert found.theirs == "2\u00a0400,00\u00a0€ pour le dossier"

    _, same = planned(osiris_files(file_row(Demandé=2000, **{"Nombre Actions": 2})))
    assert not same.found


def test_a_file_of_which_sheets_lack_is_not_compared(action, other, planned):
    _, plan = planned(osiris_files(file_row(Demandé=9000, **{"Nombre Actions": 3})))

    assert not plan.found
    assert any("le dossier compte 3\u00a0actions, et 2\u00a0fiches" in note for note in plan.notes)


def test_the_difference_of_a_file_writes_no_sheet_and_closes_when_they_agree(action, other, state, confirm, lead):
    confirm(osiris_files(file_row(Demandé=2400)))
    difference = Difference.objects.get()

    with pytest.raises(ValidationError, match="plusieurs fiches"):
        accept_difference(difference, actor=lead, seen=difference.ours)
    keep_difference(difference, actor=lead, reason="Une action s’est retirée")
    assert Difference.objects.get().state == DifferenceState.KEPT

    confirm(osiris_files(file_row(Demandé=2600)))
    Funding.objects.filter(action=other, source=state).update(requested="1100")
    open_one = Difference.objects.open().get()
    accept_difference(
        open_one, actor=lead, seen=f"2\u00a0600,00\u00a0€ pour 2 fiches\u00a0: {action.code}, {other.code}"
    )
    assert Difference.objects.get(pk=open_one.pk).state == DifferenceState.ACCEPTED


def test_an_export_by_action_closes_no_difference_of_a_file_nor_the_other_way(action, other, state, confirm):
    confirm(osiris_files(file_row(Demandé=2400)))
    Funding.objects.filter(action=action, source=state).update(external_ref="OS-1")
    confirm(osiris(row(ref="OS-1")))
    assert [one.field for one in Difference.objects.open()] == ["file_requested"]

    confirm(osiris_files(file_row(Demandé=2000)))
    assert not Difference.objects.open().exists()


def test_the_page_tells_the_sum_and_proposes_no_taking(action, other, confirm, lead, sign_in, text_of):
    confirm(osiris_files(file_row(Demandé=2400)))

    page = text_of(sign_in(lead).get(reverse("actions:differences")))

    assert "Montant demandé du dossier, État – P147, 2026" in page
    assert "Ce montant est celui d’un dossier de plusieurs fiches" in page
    assert "Reprendre dans la fiche" not in page
    row = Difference.objects.get()
    assert (
        sign_in(lead).post(reverse("actions:difference_accept", args=[row.pk]), {"seen": row.ours}).status_code == 403
    )


def test_the_queries_of_a_preview_do_not_grow_with_the_files(cite, holder, state, planned):
    def queries(number):
        for rank in range(2 * number):
            made = make_action(cite, title=f"A{number}-{rank}", holder=holder, external_ref=f"D{number}-{rank // 2}")
            make_funding(made, state, requested="100")
        run, _ = planned(
            osiris_files(
                *[file_row(**{"N° Dossier Osiris": f"D{number}-{rank}"}, Demandé=900) for rank in range(number)]
            )
        )
        with CaptureQueriesContext(connection) as captured:
            assert len(plan_of(run).found) == number
        return len(captured)

    assert queries(1) == queries(5)
