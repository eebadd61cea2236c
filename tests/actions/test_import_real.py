"""The repository's tables go through the command as they are, with the totals that were published."""

import csv
import io
import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db.models import Sum

from actions.models import Action, FunderAct, Funding, FundingEntry, ImportRun
from tests.actions.factories import make_call

pytestmark = pytest.mark.django_db
DATA = Path(settings.BASE_DIR) / "cite_educative" / "data"
CITY = {"new": "commune", "name": "Ville", "organisation": "Ville"}
ENVELOPE2 = "paris_pdv_2025_enveloppe2_10e_11e_13e"


def command(name, cite, call, mapping=None, tmp_path=None, **options):
    """(exit code, the JSON figures)."""
    out, err = io.StringIO(), io.StringIO()
    if mapping is not None:
        path = tmp_path / "mapping.json"
        path.write_text(json.dumps(mapping), encoding="utf-8")
        options["mapping"] = str(path)
    code = 0
    try:
        call_command("import_table", str(DATA / name), cite=cite.slug, call=call.label, as_json=True, stdout=out, stderr=err,
                     **options)  # fmt: skip
    except SystemExit as stop:
        code = stop.code
    return code, json.loads(out.getvalue())


def completed(figures):
    """The mapping the command proposes, its blanks filled as a lead would."""
    mapping = figures["mapping"]
    for name, answer in mapping["answers"].items():
        mapping["answers"][name] = CITY if answer is None else answer
    for table in mapping["tables"]:
        for column in table["columns"].values():
            column["field"] = column["field"] or "granted"
    return mapping


@pytest.fixture
def take(cite, lead, tmp_path):
    def taken(name, year, **more):
        call = make_call(cite, f"Appel {name}", budget_year=year)
        code, asked = command(name, cite, call, dry_run=True)
        assert code == 2
        assert Action.objects.count() == 0 or more
        mapping = completed(asked)
        mapping["answers"].update(more.get("answers", {}))
        code, figures = command(name, cite, call, mapping, tmp_path)
        assert code == 0
        again = command(name, cite, call, None, tmp_path)[1]
        assert (again["rows"]["created"], again["rows"]["updated"]) == (0, 0)
        assert again["rows"]["unchanged"] == figures["rows"]["created"] + figures["rows"]["unchanged"]
        return figures

    return taken


def granted():
    return Funding.objects.aggregate(total=Sum("granted"))["total"]


@pytest.mark.parametrize(
    ("name", "year", "rows", "actions", "total"),
    [
        ("paris_pdv_2025_enveloppe1_lignes.csv", 2025, 70, 70, "173480"),
        ("paris_pdv_2025_enveloppe1_articles.csv", 2025, 61, 61, "173480"),
        (f"{ENVELOPE2}_lignes.csv", 2025, 161, 124, "372450"),
        (f"{ENVELOPE2}_articles.csv", 2025, 96, 96, "396850"),
        ("scdl_maine-et-loire_conventions_2017.csv", 2017, 75, 75, "8327364.88"),
        ("paris_subventions_votees_ddct_dasco_2018-2024.csv", 2024, 234, 234, "39944272"),
        ("jaune_plf2012_associations_dunkerquois_2010.csv", 2010, 24, 11, "274270"),
        ("jaune_plf2012_p147_associations_2010.csv", 2010, 81, 81, "10984481"),
    ],
)
def test_granted_tables_are_taken_to_the_cent_and_only_once(take, name, year, rows, actions, total):
    figures = take(name, year)

    assert figures["rows"]["read"] == rows
    assert figures["rows"]["refused"] == 0
    assert Action.objects.count() == actions
    assert granted() == Decimal(total)
    assert Decimal(figures["steps"]["granted"]) == Decimal(total)
    ledger = {entry.funding_id: entry.after for entry in FundingEntry.objects.filter(step="granted")}
    assert sum(ledger.values()) == Decimal(total)
    assert not Funding.objects.filter(programmed__isnull=False).exists()


@pytest.mark.parametrize("envelope", ["1", "2_10e_11e_13e"])
def test_articles_equal_the_control_file_act_by_act(take, envelope):
    with open(DATA / f"paris_pdv_2025_enveloppe{envelope}_controle.csv", encoding="utf-8", newline="") as stream:
        controls = list(csv.DictReader(stream))
    answers = {f"announced:{control['deliberation']}": control["total_annonce_eur"] for control in controls}
    figures = take(f"paris_pdv_2025_enveloppe{envelope}_articles.csv", 2025, answers=answers)
    acts = {act["number"]: act for act in figures["acts"]}

    for control in controls:
        act = acts[control["deliberation"]]
        assert Decimal(act["granted"]) == Decimal(control["somme_articles_eur"])
        gap = Decimal(control["total_annonce_eur"]) - Decimal(control["somme_articles_eur"])
        assert Decimal(act["difference"]) == gap


def test_what_no_line_carries_is_kept_apart_article_by_article(take):
    figures = take(f"{ENVELOPE2}_lignes.csv", 2025)
    kept = ImportRun.objects.order_by("pk").first().result["groups"]

    assert figures["groups"]["total"] == "396850.00"
    assert figures["groups"]["on_lines"] == "372450.00"
    assert figures["groups"]["unallocated"] == "24400.00"
    assert kept == figures["groups"]
    assert len(kept["unallocated_groups"]) == 8


def test_an_action_of_several_directions_is_one_with_as_many_fundings(take):
    take(f"{ENVELOPE2}_lignes.csv", 2025)
    action = Action.objects.get(title__startswith="2025 - LES MERCREDIS")

    assert {funding.external_ref: funding.granted for funding in action.fundings.all()} == {
        "2025_02008": Decimal(2000), "2025_10227": Decimal(2500)
    }  # fmt: skip
    assert {funding.act.number for funding in action.fundings.all()} == {"2025 DDCT 107"}
    assert FunderAct.objects.filter(kind="takeover", number="2025 DDCT 107", organisation__name="DAC").count() == 1


@pytest.mark.parametrize(
    ("name", "rows", "proposed", "requested"),
    [
        ("montpellier_2014_reussite_educative.xlsx", 50, "106200", "225701"),
        ("montpellier_2014_reussite_educative_et_cohesion_sociale.csv", 68, "153400", "304511"),
    ],
)
def test_montpellier_is_taken_with_its_total_row_beside_the_sum(take, name, rows, proposed, requested):
    figures = take(name, 2014)

    assert figures["rows"]["created"] == rows
    sums = Funding.objects.aggregate(proposed=Sum("proposed"), requested=Sum("requested"))
    assert sums == {"proposed": Decimal(proposed), "requested": Decimal(requested)}
    schooling = Funding.objects.filter(action__theme__iexact="reussite educative")
    assert schooling.aggregate(total=Sum("proposed"))["total"] == Decimal(106200)
    if name.endswith("xlsx"):
        (column,) = [column for column in figures["columns"] if column["step"] == "proposed"]
        assert (column["file_total"], column["difference"], column["total_line"]) == ("106200.00", "0.00", 52)
    else:
        others = Funding.objects.exclude(action__theme__iexact="reussite educative")
        assert others.aggregate(total=Sum("proposed"))["total"] == Decimal(47200)
    assert Action.objects.filter(title="Fonctionnement").exists()
    assert Action.objects.exclude(period_text="").exists()
