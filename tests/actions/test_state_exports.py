"""Exports of OSIRIS, GISPRO and Dauphin: read, matched by code, confirmed once, never written into a sheet."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actions.enums import ActionStatus, DifferenceState, ExportKind, ImportState
from actions.imports import plan_of as plan_of_import
from actions.models import Action, Difference, Funding, FundingEntry, ImportRun, StateExport
from actions.services import accept_difference, keep_difference
from actions.state_exports import (
    ExportRefused,
    PreviewChanged,
    abandon_export,
    confirm_export,
    create_sheets,
    earlier_export,
    fingerprint,
    plan_of,
    save_answers,
    save_matches,
    start_export,
)
from cite_educative.common.models import Entry
from cite_educative.common.spreadsheets import SpreadsheetError
from tests.actions.exports import columns_of, dauphin, gispro, osiris, workbook
from tests.actions.factories import make_action, make_call, make_funding, make_source
from tests.factories import make_organisation

pytestmark = pytest.mark.django_db
SIRET = "13000637200019"


@pytest.fixture
def state(cite):
    return make_source(cite, "État – P147")


@pytest.fixture
def holder(cite):
    return make_organisation("Les Mots Passeurs", cite=cite, siret=SIRET)


@pytest.fixture
def action(cite, holder, state):
    made = make_action(cite, title="Lire ensemble", holder=holder, external_ref="DA00000001", audience="6-11 ans")
    make_funding(made, state, requested="1500")
    return made


@pytest.fixture
def give(cite, lead):
    def given(content, filename="export.xlsx", **fields):
        return start_export(
            cite=cite, actor=lead, content=content, filename=filename, **{"budget_year": 2026, **fields}
        )

    return given


@pytest.fixture
def confirm(give, lead):
    """Answers the funder with the State's line; the columns as they are guessed."""

    def confirmed(content, filename="export.xlsx", **fields):
        run = give(content, filename, **fields)
        plan = plan_of(run)
        answers = {
            question.id: {"source": "État – P147"} if question.id.startswith("funder") else question.proposal
            for question in plan.required
        }
        mapping = {**run.mapping, "answers": {**run.mapping.get("answers", {}), **answers}}
        plan = save_answers(run=run, mapping=mapping)
        return confirm_export(run=run, actor=lead, seen=fingerprint(plan))

    return confirmed


def row(**more):
    return {
        "ref": "DA00000001", "funder": "147", "year": 2026, "siret": SIRET, "holder": "Les Mots Passeurs",
        "title": "Lire ensemble", "requested": 1500, **more,
    }  # fmt: skip


def open_keys():
    return {key.split(":")[0] for key in Difference.objects.open().values_list("key", flat=True)}


# --- Reading ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("export", ["SuiviActions", "SuiviActionsEvaluation"])
def test_an_osiris_export_is_recognised_by_its_two_rows_of_titles(action, give, export):
    names = ("ref", "funder", "siret", "holder", "title", "cost", "requested")
    one = {name: value for name, value in row(cost=5000).items() if name in names}
    run = give(osiris(one, export=export))

    plan = plan_of(run)

    assert run.kind == ExportKind.OSIRIS
    assert [question.id for question in plan.required] == ["funder:147"]
    assert [(one.action, one.how) for one in plan.rows] == [(action, "reference")]
    assert [(found.key, found.theirs) for found in plan.found] == [("total_cost", "5\u00a0000,00\u00a0€")]


def test_the_amounts_of_an_export_by_file_are_not_compared(cite, action, give):
    columns = columns_of("SuiviDossiers")
    cells = {"N° Dossier Osiris": "DA00000001", "N° Siret": SIRET, "Demandé": 9000, "Nombre Actions": 3}
    first = [cells.get(title) if group != "Représentant légal" else "M. Martin" for group, title in columns]
    run = give(workbook([[group for group, _ in columns], [title for _, title in columns], first]))

    plan = plan_of(run)

    assert run.kind == ExportKind.OSIRIS
    assert not plan.found
    assert "Martin" not in str([line.values for line in plan.lines])


SPELLINGS = (
    "N° doc. Précédent / n° EJ CHORUS",
    "N° EJ",
    "Engagement juridique (EJ)",
    "Numéro EJ Chorus 2023",
    "EJ",
)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_gispro_is_recognised_whatever_the_spelling_of_the_commitment(action, state, confirm, spelling):
    content = gispro(
        ["2104", "DA00000001", "DDETS", SIRET, "PRJ-1", "Subvention", 1400, "Association"], spelling=spelling
    )
    run = confirm(content)

    assert run.kind == ExportKind.GISPRO
    difference = Difference.objects.get()
    assert (difference.field, difference.source, difference.theirs_value) == ("committed", state, "1400.00")


def test_the_columns_of_dauphin_are_asked_once_then_remembered(action, give, lead):
    content = dauphin(f"DA00000001;Lire ensemble;Les Mots Passeurs;{SIRET};12/01/2026;18/12/2026;4000;1500;Recevable")
    run = give(content, "dauphin.csv")
    assert (run.kind, run.state, run.mapping) == (ExportKind.DAUPHIN, ImportState.UPLOADED, {})

    plan = plan_of(run)
    answers = {question.id: {"source": "État – P147"} for question in plan.required if "funder" in question.id}
    columns = {"G": {"field": "ignore"}}
    mapping = {"tables": [{"use": True, "columns": columns}], "answers": answers}
    plan = save_answers(run=run, mapping=mapping)
    confirm_export(run=run, actor=lead, seen=fingerprint(plan))
    assert open_keys() == {"dates"}

    again = give(dauphin(f"DA00000001;Lire ensemble;Les Mots Passeurs;{SIRET};;;9000;1500;"), "dauphin2.csv")

    assert again.state == ImportState.READY
    assert "total_cost" not in {found.key for found in plan_of(again).found}


@pytest.mark.parametrize(
    ("content", "filename", "words"),
    [
        (b"%PDF-1.7 un document", "export.pdf", "n’est pas un tableau"),
        (b"\x89PNG\r\n\x1a\n0000", "export.xlsx", "n’est pas un tableau"),
        (b"", "export.csv", "vide"),
    ],
)
def test_a_file_that_is_no_table_gets_a_sentence(give, content, filename, words):
    with pytest.raises(SpreadsheetError, match=words):
        give(content, filename)
    assert not StateExport.objects.exists()


def test_a_formula_is_never_run_and_its_line_says_why(action, give):
    run = give(osiris(row(title="=HYPERLINK(A1)", requested="=2000+1"), row(cost=6000)))

    plan = plan_of(run)

    assert [line.number for line in plan.refused] == [3]
    assert "formule" in " ".join(plan.refused[0].errors)
    assert [found.key for found in plan.found] == ["total_cost"]


# --- Matching -----------------------------------------------------------------------------------------


def test_a_title_and_a_holder_that_look_alike_are_proposed_never_matched(action, give):
    run = give(osiris(row(ref="OS-9", title="Lire ensembles")))

    plan = plan_of(run)

    assert [one.outcome for one in plan.rows] == ["near"]
    assert plan.rows[0].proposals == [action]
    assert not plan.found
    assert not plan.can_be_written


def test_what_was_matched_by_hand_is_remembered(action, give, confirm, lead):
    run = give(osiris(row(ref="OS-9", title="Lire", requested=2000)))
    key = plan_of(run).rows[0].key
    save_answers(run=run, mapping={**run.mapping, "answers": {"funder:147": {"source": "État – P147"}}})
    run.refresh_from_db()
    plan = save_matches(run=run, chosen={key: action.code})
    assert plan.rows[0].how == "hand"
    run.refresh_from_db()
    confirm_export(run=run, actor=lead, seen=fingerprint(plan_of(run)))

    again = plan_of(give(osiris(row(ref="OS-9", title="Lire", requested=2500))))

    assert [(one.action, one.how) for one in again.rows] == [(action, "memory")]


def test_a_wrong_code_is_said_and_keeps_nothing(action, give):
    run = give(osiris(row(ref="OS-9", title="Tout autre chose")))
    key = plan_of(run).rows[0].key

    plan = save_matches(run=run, chosen={key: "CE26-999"})

    assert "aucune fiche de la Cité ne porte le code" in plan.faults[0][1]
    run.refresh_from_db()
    assert f"match:{key}" not in run.mapping["answers"]


def test_a_row_may_be_ignored_and_taken_back(action, give):
    run = give(osiris(row(ref="OS-9", title="Lire ensembles")))
    key = plan_of(run).rows[0].key

    assert save_matches(run=run, chosen={key: "ignore"}).rows[0].outcome == "ignored"
    run.refresh_from_db()
    assert save_matches(run=run, chosen={key: ""}).rows[0].outcome == "near"


def test_a_reference_that_two_sheets_bear_is_for_a_person_to_tell_apart(cite, action, give):
    make_action(cite, title="Lire ensemble, été", external_ref="DA00000001")

    plan = plan_of(give(osiris(row())))

    assert plan.rows[0].outcome == "ambiguous"
    assert len(plan.rows[0].proposals) == 2


def test_a_reference_of_another_year_is_to_confirm(cite, action, give):
    Action.objects.filter(pk=action.pk).update(budget_year=2025)

    plan = plan_of(give(osiris(row())))

    assert (plan.rows[0].outcome, plan.rows[0].proposals) == ("ambiguous", [action])


def test_the_draft_that_a_holder_keeps_is_never_matched(cite, holder, give):
    make_action(cite, title="Lire ensemble", holder=holder, status=ActionStatus.DRAFT, external_ref="DA00000001")

    assert plan_of(give(osiris(row()))).rows[0].outcome == "unmatched"


def test_our_own_code_matches_first(cite, action, give):
    content = f"Code de l'action;Intitulé;Porteur;Coût total\n{action.code};Autre titre;Quelqu'un;100\n"

    plan = plan_of(give(content.encode(), "tableau.csv"))

    assert [(one.action, one.how) for one in plan.rows] == [(action, "code")]


# --- Confirming ---------------------------------------------------------------------------------------


def test_nothing_is_written_before_the_confirmation_and_no_sheet_by_it(action, state, confirm, give):
    give(osiris(row(requested=2000, cost=6000)))
    assert not Difference.objects.exists()
    entries = FundingEntry.objects.count()

    run = confirm(osiris(row(requested=2000, cost=6000, granted=1200, paid=600, public="Adultes")))

    assert run.state == ImportState.DONE
    assert open_keys() == {"requested", "total_cost", "granted", "paid", "audience"}
    action.refresh_from_db()
    assert (action.total_cost, action.audience, action.version) == (None, "6-11 ans", 1)
    assert FundingEntry.objects.count() == entries
    assert Funding.objects.get().granted is None
    assert Entry.objects.filter(verb="state_export.confirmed").count() == 1


def test_the_same_file_twice_opens_nothing_new(action, confirm):
    content = osiris(row(requested=2000, cost=6000))
    first = confirm(content)
    before = set(Difference.objects.values_list("pk", flat=True))

    second = confirm(content)

    assert set(Difference.objects.values_list("pk", flat=True)) == before
    assert second.result["differences"] == {"opened": 0, "updated": 0, "unchanged": 2, "kept": 0, "resolved": 0}
    assert earlier_export(second) == first


def test_a_second_confirmation_changes_nothing(action, confirm, lead):
    run = confirm(osiris(row(requested=2000)))

    confirm_export(run=run, actor=lead, seen="autre chose")

    assert Difference.objects.count() == 1


def test_a_newer_export_updates_and_resolves(action, confirm, lead):
    confirm(osiris(row(requested=2000, cost=6000)))

    run = confirm(osiris(row(requested=2500)))

    states = {one.field: (one.state, one.theirs_value) for one in Difference.objects.all()}
    assert states == {
        "requested": (DifferenceState.OPEN, "2500.00"),
        "total_cost": (DifferenceState.RESOLVED, "6000.00"),
    }
    assert Difference.objects.get(key="total_cost").settled_by == lead
    assert Difference.objects.open().get().export == run


def test_an_export_of_another_tool_closes_nothing(action, confirm):
    confirm(osiris(row(requested=2000)))

    confirm(gispro(["2104", "DA00000001", "DDETS", SIRET, "PRJ-1", "Subvention", 0, "Association"]))

    assert open_keys() == {"requested"}


def test_a_row_that_left_the_export_keeps_its_difference(cite, holder, state, action, confirm):
    other = make_action(cite, title="Chorale", holder=holder, external_ref="DA00000002")
    confirm(osiris(row(cost=6000), row(ref="DA00000002", title="Chorale", cost=900, requested=None)))

    confirm(osiris(row()))

    assert Difference.objects.open().get().action == other


def test_a_value_kept_is_not_asked_again_until_the_export_changes(action, confirm, lead):
    confirm(osiris(row(cost=6000)))
    keep_difference(Difference.objects.get(), actor=lead, reason="Chiffre corrigé par le porteur")

    assert confirm(osiris(row(cost=6000))).result["differences"]["kept"] == 1
    assert not Difference.objects.open().exists()

    confirm(osiris(row(cost=7000)))
    assert Difference.objects.open().get().theirs_value == "7000.00"


def test_two_lines_of_one_funder_are_not_compared_but_said(action, give, confirm):
    run = give(osiris(row(requested=1000), row(requested=800)))
    save_answers(run=run, mapping={**run.mapping, "answers": {"funder:147": {"source": "État – P147"}}})
    run.refresh_from_db()

    plan = plan_of(run)

    assert not plan.found
    assert any("ne sont pas comparés" in note for note in plan.notes)


def test_a_funder_left_aside_compares_no_amount(action, give, lead):
    run = give(osiris(row(requested=9000, cost=100)))
    plan = save_answers(run=run, mapping={**run.mapping, "answers": {"funder:147": "skip"}})

    assert {found.key for found in plan.found} == {"total_cost"}
    assert plan.can_be_written


def test_sheets_changed_since_the_preview_are_shown_again(action, give, lead):
    run = give(osiris(row(cost=6000)))
    plan = save_answers(run=run, mapping={**run.mapping, "answers": {"funder:147": {"source": "État – P147"}}})
    Action.objects.filter(pk=action.pk).update(total_cost=Decimal("6000"))

    with pytest.raises(PreviewChanged, match="Les fiches ont changé"):
        confirm_export(run=run, actor=lead, seen=fingerprint(plan))
    assert not Difference.objects.exists()


def test_an_abandoned_export_cannot_be_confirmed(action, give, lead):
    run = give(osiris(row(cost=6000)))
    plan = save_answers(run=run, mapping={**run.mapping, "answers": {"funder:147": {"source": "État – P147"}}})
    abandon_export(run=run)

    with pytest.raises(ExportRefused):
        confirm_export(run=run, actor=lead, seen=fingerprint(plan))


def test_a_status_that_contradicts_the_sheet_is_a_difference(action, confirm):
    titles = dauphin(f"DA00000001;Lire ensemble;Les Mots Passeurs;{SIRET};;;;1500;Rejetée")
    confirm(titles, "dauphin.csv")

    assert open_keys() == {"status"}
    assert Difference.objects.get().ours == "déposée"


def test_rows_without_sheet_go_through_the_import_of_the_plan(cite, action, give, lead):
    run = give(osiris(row(), row(ref="DA00000009", title="Radio des jeunes", in_charge="M. Martin")))
    call = make_call(cite, "Appel à reprendre")

    made = create_sheets(run=run, call=call, actor=lead)

    plan = plan_of_import(made)
    assert [one.get("title") for one in plan.lines] == ["Radio des jeunes"]
    with made.file.open("rb") as stream:
        assert "Martin" not in stream.read().decode("utf-8-sig")
    assert ImportRun.objects.get().state == ImportState.UPLOADED
    assert Action.objects.count() == 1


def test_accepting_after_a_second_export_takes_the_newest_value(action, state, confirm, lead):
    confirm(osiris(row(requested=2000)))
    confirm(osiris(row(requested=2500)))
    difference = Difference.objects.open().get()

    accept_difference(difference, actor=lead, seen=difference.ours)

    assert Funding.objects.get().requested == Decimal("2500")


def test_the_queries_do_not_grow_with_the_rows(cite, holder, state, give):
    def queries(number):
        for rank in range(number):
            made = make_action(cite, title=f"Action {number}-{rank}", holder=holder, external_ref=f"R{number}{rank}")
            make_funding(made, state, requested="100")
        rows = [
            row(ref=f"R{number}{rank}", title=f"Autre {number}-{rank}", requested=200 + rank) for rank in range(number)
        ]
        run = give(osiris(*rows))
        run.mapping["answers"] = {"funder:147": {"source": "État – P147"}}
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert len(plan_of(run).found) == 2 * number
        return len(captured)

    assert queries(1) == queries(5)
