"""What is kept of an export of the State's tools: the rows of the columns that are read, never the file."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from actions.enums import ImportState
from actions.models import StateExport
from actions.state_exports import abandon_export, confirm_export, fingerprint, plan_of, save_answers, start_export
from actions.state_exports.keeping import kept_columns, sweep
from tests.actions.exports import columns_of, dauphin, osiris, workbook
from tests.actions.factories import make_action, make_source
from tests.factories import make_organisation

pytestmark = pytest.mark.django_db
SIRET = "13000637200019"
PRIVATE = ("Représentant légal", "Coordonnées correspondance (publipostage)", "Commentaires")
IBAN = "FR7630001007941234567890185"


@pytest.fixture
def action(cite):
    make_source(cite, "État – P147")
    holder = make_organisation("Les Mots Passeurs", cite=cite, siret=SIRET)
    return make_action(cite, title="Lire ensemble", holder=holder, external_ref="DA00000001")


@pytest.fixture
def give(cite, lead, django_capture_on_commit_callbacks):
    def given(content, filename="export.xlsx", **fields):
        with django_capture_on_commit_callbacks(execute=True):
            return start_export(
                cite=cite, actor=lead, content=content, filename=filename, **{"budget_year": 2026, **fields}
            )

    return given


def by_file():
    """An export by file, each of its columns filled."""
    columns = columns_of("SuiviDossiers")
    known = {"N° Dossier Osiris": "DA00000001", "N° Siret": SIRET, "IBAN": IBAN, "Courriel": "m.martin@exemple.fr"}
    cells = [known.get(title, "Secret" if group in PRIVATE else None) for group, title in columns]
    return workbook([[group for group, _ in columns], [title for _, title in columns], cells])


def stored(run):
    with run.file.open("rb") as stream:
        return stream.read().decode()


def test_the_bank_and_the_persons_of_an_export_are_thrown_away_at_once(action, give):
    run = give(by_file())

    text = stored(run)
    assert SIRET in text
    assert not [word for word in (IBAN, "m.martin", "Secret") if word in text]
    kept, thrown = kept_columns(run)
    assert "Association – N° Siret" in kept
    assert {"Association – IBAN", "Représentant légal – Nom"} <= set(thrown)


def test_the_original_is_not_in_storage_under_another_name(action, give):
    run = give(osiris({"ref": "DA00000001", "holder": "Les Mots Passeurs", "title": "Lire", "in_charge": "M. Martin"}))

    _, files = run.file.storage.listdir("imports")
    assert [f"imports/{name}" for name in files] == [run.file.name]
    assert "Martin" not in stored(run)


def test_a_table_of_unknown_columns_keeps_no_personal_one_and_only_what_was_told_once_confirmed(
    action, give, lead, django_capture_on_commit_callbacks
):
    content = dauphin(f"DA00000001;Lire ensemble;Les Mots Passeurs;{SIRET};;;4000;1500;Recevable").decode()
    titles, row = content.split("\n")
    run = give(
        f"{titles};Adresse mail;Compte;Remarque\n{row};a.b@exemple.fr;{IBAN};Dossier papier".encode(), "dauphin.csv"
    )
    assert "Dossier papier" in stored(run)
    assert not [word for word in (IBAN, "a.b@") if word in stored(run)]

    required = plan_of(run).required
    answers = {one.id: {"source": "État – P147"} for one in required if "funder" in one.id}
    columns = {"G": {"field": "ignore"}, "L": {"field": "ignore"}}
    plan = save_answers(run=run, mapping={"tables": [{"use": True, "columns": columns}], "answers": answers})
    with django_capture_on_commit_callbacks(execute=True):
        run = confirm_export(run=run, actor=lead, seen=fingerprint(plan))

    assert not [word for word in ("Dossier papier", "4000") if word in stored(run)]
    assert SIRET in stored(run)
    assert len(run.file.storage.listdir("imports")[1]) == 1


def test_an_abandoned_export_keeps_nothing(action, give, django_capture_on_commit_callbacks):
    run = give(by_file())

    with django_capture_on_commit_callbacks(execute=True):
        abandon_export(run=run)

    run.refresh_from_db()
    assert not run.file
    assert run.file.storage.listdir("imports")[1] == []


@pytest.fixture
def whole(give):
    """As exports were kept before: the very file."""

    def kept(content, **fields):
        run = give(by_file())
        run.file.delete(save=False)
        run.file.save("0000.table", ContentFile(content))
        StateExport.objects.filter(pk=run.pk).update(**fields)
        return run

    return kept


def test_the_files_kept_whole_before_are_rewritten(action, whole, django_capture_on_commit_callbacks):
    run = whole(by_file())

    with django_capture_on_commit_callbacks(execute=True):
        sweep()
        sweep()

    run.refresh_from_db()
    assert SIRET in stored(run)
    assert IBAN not in stored(run)
    assert len(run.file.storage.listdir("imports")[1]) == 1

    assert plan_of(run).lines[0].get("external_ref") == "DA00000001"


def test_a_file_that_cannot_be_read_any_more_is_thrown_away(action, whole, django_capture_on_commit_callbacks):
    run = whole(b"%PDF", state=ImportState.DONE, confirmed_at=timezone.now())

    with django_capture_on_commit_callbacks(execute=True):
        sweep()

    run.refresh_from_db()
    assert not run.file


def test_an_export_that_nobody_told_for_a_month_is_given_up(action, give):
    run = give(by_file())
    StateExport.objects.filter(pk=run.pk).update(created_at=timezone.now() - timedelta(days=31))

    sweep()

    run.refresh_from_db()
    assert (run.state, run.file.name) == (ImportState.ABANDONED, "")


def test_the_page_says_what_is_kept_and_proposes_nothing_of_the_rest(action, give, lead, sign_in, text_of):
    run = give(by_file())

    page = text_of(sign_in(lead).get(reverse("actions:state_export", args=[run.pk]), {"reglages": "1"}))

    assert "Le fichier lui-même n’est pas gardé" in page
    assert "Association – IBAN" in page
    assert "colonne Y" not in page  # that of the IBAN
