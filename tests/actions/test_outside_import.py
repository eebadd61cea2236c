"""Tables of other programmes: taken to the cent, once, outside the plan, corrected and withdrawn without loss."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.db.models import Count, Sum

from actions.enums import ImportState, Step
from actions.models import Action, Funding, OutsideGrant, OutsideImport
from actions.outside import (
    ImportRefused,
    PreviewChanged,
    abandon_import,
    confirm_import,
    earlier_import,
    import_outside,
    plan_of,
    save_answers,
    start_import,
    withdraw_import,
)
from actions.services import match_outside_holders, update_outside_grant
from cite_educative.common.models import Entry
from cite_educative.common.spreadsheets import SpreadsheetError
from partners.models import Organisation

pytestmark = pytest.mark.django_db
DATA = Path(settings.BASE_DIR) / "cite_educative" / "data"
TABLE = (
    "Porteur;Intitulé de l'action;Quartier;N° de dossier;Montant accordé\n"
    "Les Mots Passeurs;Lire ensemble;Banc Vert;QPV-1;1 500,50\n"
    "Association du Phare;Cirque;;QPV-2;2000\n"
    "Association du Phare;Cirque;;;\n"
)


def told(plan):
    """What a lead would answer: the columns nobody can guess, refused lines left aside."""
    answers = {}
    for question in plan.required:
        if question.kind == "column":
            answers[question.id] = "granted"
        else:
            answers[question.id] = question.proposal or question.choices[0][0]
    return {**plan.mapping, "answers": {**plan.mapping.get("answers", {}), **answers}}


@pytest.fixture
def give(cite, lead):
    def given(content=TABLE, *, programme="Contrat de ville", year=2025, filename="tableau.csv"):
        content = content.encode() if isinstance(content, str) else content
        return start_import(
            cite=cite, actor=lead, programme=programme, budget_year=year, content=content, filename=filename
        )

    return given


@pytest.fixture
def write(give, lead):
    def written(*args, **kwargs):
        run = give(*args, **kwargs)
        plan = plan_of(run)
        plan = save_answers(run=run, mapping=told(plan))
        assert plan.can_be_written, [question.text for question in plan.required]
        return confirm_import(run=run, actor=lead, fingerprint=plan.fingerprint)

    return written


@pytest.mark.parametrize(
    ("name", "year", "rows", "step", "total"),
    [
        ("paris_pdv_2025_enveloppe1_lignes.csv", 2025, 70, Step.GRANTED, "173480"),
        ("paris_pdv_2025_enveloppe1_articles.csv", 2025, 61, Step.GRANTED, "173480"),
        ("paris_pdv_2025_enveloppe2_10e_11e_13e_lignes.csv", 2025, 161, Step.GRANTED, "372450"),
        ("montpellier_2014_reussite_educative.xlsx", 2014, 50, Step.PROPOSED, "106200"),
        ("montpellier_2014_reussite_educative_et_cohesion_sociale.csv", 2014, 68, Step.PROPOSED, "153400"),
    ],
)
def test_real_tables_are_taken_to_the_cent_and_only_once(write, name, year, rows, step, total):
    content = (DATA / name).read_bytes()
    run = write(content, year=year, filename=name)

    assert OutsideGrant.objects.count() == rows
    assert OutsideGrant.objects.aggregate(total=Sum("amount"))["total"] == Decimal(total)
    assert set(OutsideGrant.objects.values_list("step", flat=True)) == {str(step)}
    assert Decimal(run.result["total"]) == Decimal(total)
    assert not Action.objects.exists()
    assert not Funding.objects.exists()

    again = write(content, year=year, filename=name)

    assert OutsideGrant.objects.count() == rows
    assert again.result["rows"] | {"unchanged": rows, "created": 0, "updated": 0, "kept": 0} == again.result["rows"]
    assert earlier_import(again) == run


def test_the_sum_stands_beside_the_total_that_the_file_prints(write):
    name = "montpellier_2014_reussite_educative.xlsx"
    run = write((DATA / name).read_bytes(), year=2014, filename=name)
    (column,) = [column for column in run.result["columns"] if column["step"] == "proposed"]

    assert (column["file_total"], column["difference"]) == ("106200.00", "0.00")


def test_what_no_line_carries_is_told_and_given_to_nobody(write):
    name = "paris_pdv_2025_enveloppe2_10e_11e_13e_lignes.csv"
    groups = write((DATA / name).read_bytes(), filename=name).result["groups"]

    assert (groups["total"], groups["on_lines"], groups["unallocated"]) == ("396850.00", "372450.00", "24400.00")


def test_holders_are_matched_by_name_and_nobody_becomes_a_partner(write, cite, builders):
    known = builders.make_organisation("Les Mots Passeurs", cite=cite)
    elsewhere = builders.make_organisation("Association du Phare")
    before = Organisation.objects.count()
    write()

    assert Organisation.objects.count() == before
    assert OutsideGrant.objects.get(reference="QPV-1").holder == known
    assert not OutsideGrant.objects.filter(holder=elsewhere).exists()
    assert OutsideGrant.objects.get(reference="QPV-2").holder_name == "Association du Phare"


def test_a_siret_is_sure_and_a_near_name_is_asked(give, cite, builders, lead):
    siret = builders.make_organisation("Autre nom", cite=cite, siret="21590183000012")
    near = builders.make_organisation("Les Mots Passeurs du littoral", cite=cite)
    table = TABLE.replace("Porteur;", "Porteur;SIRET;").replace("Passeurs;Lire", "Passeurs;;Lire")
    run = give(table.replace("Phare;Cirque", "Phare;21590183000012;Cirque"))
    plan = plan_of(run)
    (question,) = [question for question in plan.questions if question.id.startswith("holder:")]

    assert {grant.fields["holder"] for grant in plan.grants} == {None, siret}
    assert not question.required
    mapping = {"answers": {question.id: str(near.pk)}}
    assert {grant.fields["holder"] for grant in plan_of(run, mapping).grants} == {near, siret}


def test_places_are_found_by_name_or_code(write, cite, builders):
    place = builders.make_neighbourhood("Banc Vert", communes=cite.communes.all(), code="QN05901M")
    cite.neighbourhoods.add(place)
    write()
    write(TABLE.replace("Banc Vert", "QN05901M"), programme="PRE")

    assert OutsideGrant.objects.filter(neighbourhood=place).count() == 2
    assert OutsideGrant.objects.filter(place="QN05901M", neighbourhood=place).count() == 1


def test_an_unknown_amount_is_not_zero(write):
    write()

    assert OutsideGrant.objects.filter(amount__isnull=True).count() == 1
    assert OutsideGrant.objects.aggregate(Sum("amount"))["amount__sum"] == Decimal("3500.50")


def test_twin_lines_are_two_grants(write):
    twins = TABLE + "Association du Phare;Cirque;;QPV-2;2000\n"
    write(twins)
    write(twins)

    found = OutsideGrant.objects.filter(reference="QPV-2").aggregate(count=Count("pk"), total=Sum("amount"))
    assert found == {"count": 2, "total": Decimal(4000)}


def test_a_changed_amount_updates_its_row(write):
    write()
    run = write(TABLE.replace("2000", "2500"))

    assert run.result["rows"]["updated"] == 1
    assert OutsideGrant.objects.get(reference="QPV-2").amount == Decimal(2500)
    assert OutsideGrant.objects.count() == 3


def test_what_was_corrected_by_hand_is_left_alone(write, lead):
    write()
    row = OutsideGrant.objects.get(reference="QPV-2")
    update_outside_grant(row, actor=lead, version=row.version, amount=Decimal("1999.99"), programme="Contrat de ville")
    run = write()

    row.refresh_from_db()
    assert row.amount == Decimal("1999.99")
    assert (run.result["rows"]["kept"], run.result["rows"]["unchanged"]) == (1, 2)


def test_a_row_moved_to_another_programme_by_hand_is_still_known(write, lead):
    write()
    row = OutsideGrant.objects.get(reference="QPV-2")
    update_outside_grant(row, actor=lead, version=row.version, programme="PRE")
    write()

    assert OutsideGrant.objects.count() == 3


def test_lines_that_a_newer_file_lost_are_told(write):
    write()
    run = write(TABLE.replace("Les Mots Passeurs;Lire ensemble;Banc Vert;QPV-1;1 500,50\n", ""))

    assert any("n’est plus dans ce fichier" in note and "Les Mots Passeurs" in note for note in run.result["notes"])
    assert OutsideGrant.objects.count() == 3


def test_withdrawing_an_import_deletes_what_it_added_and_keeps_its_line(write, lead):
    other = write(TABLE, programme="PRE")
    run = write()

    assert withdraw_import(run=run, actor=lead) == 3
    assert withdraw_import(run=run, actor=lead) == 0
    run.refresh_from_db()
    assert run.withdrawn_by == lead
    assert run.result["total"] == "3500.50"
    assert OutsideGrant.objects.filter(run=other).count() == 3
    assert OutsideGrant.objects.filter(run=run).count() == 0
    line = Entry.objects.get(verb="outside.withdrawn")
    assert "3\u00a0subventions supprimées, 3\u00a0500,50\u00a0€" in line.sentence
    write()
    assert OutsideGrant.objects.filter(programme="Contrat de ville").count() == 3


def test_a_refused_line_stops_everything_until_it_is_left_aside(give, lead):
    run = give(TABLE.replace("2000", "environ deux mille"))
    plan = plan_of(run)

    assert not plan.can_be_written
    with pytest.raises(ImportRefused, match="1\u00a0ligne est refusée"):
        confirm_import(run=run, actor=lead, fingerprint=plan.fingerprint)
    assert not OutsideGrant.objects.exists()
    plan = save_answers(run=run, mapping=told(plan))
    confirm_import(run=run, actor=lead, fingerprint=plan.fingerprint)
    assert OutsideGrant.objects.count() == 2


def test_a_plan_that_changed_since_the_preview_is_shown_again(give, write, lead):
    run = give(TABLE.replace("2000", "2500"))
    plan = save_answers(run=run, mapping=told(plan_of(run)))
    write()

    with pytest.raises(PreviewChanged):
        confirm_import(run=run, actor=lead, fingerprint=plan.fingerprint)
    assert OutsideGrant.objects.get(reference="QPV-2").amount == Decimal(2000)


def test_abandoned_is_never_written_and_a_second_confirmation_changes_nothing(give, write, lead):
    run = give()
    abandon_import(run=run)
    with pytest.raises(ImportRefused):
        confirm_import(run=run, actor=lead, fingerprint=plan_of(run).fingerprint)
    done = write()
    confirm_import(run=done, actor=lead, fingerprint="")
    abandon_import(run=done)

    assert OutsideImport.objects.get(pk=done.pk).state == ImportState.DONE
    assert OutsideGrant.objects.count() == 3


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4 rien", b"\x00\x01\x02"])
def test_what_is_no_table_is_refused_and_nothing_is_kept(give, content):
    with pytest.raises(SpreadsheetError):
        give(content)

    assert not OutsideImport.objects.exists()


def test_the_programme_keeps_the_spelling_of_the_cite(write):
    write()
    run = write(TABLE, programme="  contrat de  VILLE ")

    assert run.programme == "Contrat de ville"
    assert run.result["rows"]["unchanged"] == 3


def test_corrections_of_columns_serve_again_for_the_same_titles(give, write, lead):
    table = TABLE.replace("Montant accordé", "Somme retenue")
    run = give(table)
    save_answers(run=run, mapping={"tables": [{"columns": {"E": {"field": "granted", "funder": "État"}}}]})
    run.refresh_from_db()
    confirm_import(run=run, actor=lead, fingerprint=plan_of(run).fingerprint)

    again = give(table.replace("2000", "3000"))
    assert plan_of(again).can_be_written
    assert {grant.fields["funder"] for grant in plan_of(again).grants if grant.fields["amount"]} == {"État"}


def test_another_step_of_the_table_may_be_kept(give):
    table = TABLE.replace("Montant accordé", "Montant accordé;Montant demandé").replace("2000", "2000;9000")
    run = give(table)

    assert plan_of(run).step == Step.GRANTED
    plan = plan_of(run, {"answers": {"step": "requested"}})
    assert plan.step == Step.REQUESTED
    assert plan.figures["total"] == "9000.00"


def test_holders_known_since_are_matched_afterwards(write, cite, lead, builders):
    write()
    known = builders.make_organisation("Association du Phare", cite=cite)

    assert match_outside_holders(cite=cite, actor=lead) == 2
    assert match_outside_holders(cite=cite, actor=lead) == 0
    assert OutsideGrant.objects.filter(holder=known).count() == 2
    run = write()
    assert run.result["rows"]["unchanged"] == 3


def test_all_in_one_go_keeps_nothing_when_it_is_refused(cite, lead):
    with pytest.raises(ImportRefused):
        import_outside(
            cite=cite,
            actor=lead,
            programme="PRE",
            budget_year=2025,
            content=TABLE.replace("2000", "beaucoup").encode(),
            filename="t.csv",
        )

    assert not OutsideImport.objects.exists()
