"""The import of a table as large as a big city's: uploaded, previewed, confirmed, as a lead does it."""

import time
from decimal import Decimal
from io import BytesIO

import xlsxwriter

from actions.imports import confirm_import, plan_of, start_import
from actions.models import Action, Call
from cite_educative.home.bench import texts
from cite_educative.home.bench.data import lead, slug_of
from cite_educative.home.bench.pages import FEW
from partners.models import Cite

LABEL = "Reprise d’un tableau"
TITLES = (
    "Porteur",
    "Intitulé de l’action",
    "Axe",
    "Commune",
    "Public",
    "Montant demandé État",
    "Montant demandé CUD",
    "Montant demandé Dunkerque",
)


class Unanswered(Exception):
    """The table, which should be plain, raises questions: the bench no longer measures the import."""


def import_table(count):
    """Seconds until the preview and seconds to confirm, for a table of `count` actions in the smallest Cité.

    Raises `Unanswered` when the preview asks, refuses lines or forgets some.
    """
    cite, actor = Cite.objects.get(slug=slug_of(FEW)), lead(slug_of(FEW))
    call = Call.objects.create(cite=cite, label=LABEL, budget_year=Call.objects.filter(cite=cite).first().budget_year)
    content = table(count)
    started = time.perf_counter()
    run = start_import(call=call, actor=actor, content=content, filename="demandes.xlsx")
    plan = plan_of(run)
    previewed = time.perf_counter()
    if not plan.can_be_written or plan.refused or len(plan.actions) != count:
        asked = "; ".join(question.text for question in plan.required)
        raise Unanswered(f"{len(plan.actions)} actions, {len(plan.refused)} lines refused. {asked}")
    confirm_import(run=run, actor=actor, fingerprint=plan.fingerprint)
    confirmed = time.perf_counter()
    if Action.objects.filter(call=call).count() != count:
        raise Unanswered("some actions were not written")
    return previewed - started, confirmed - previewed


def table(count):
    """The bytes of an XLSX of `count` requests: 300 holders, three funders, a title row above the headings."""
    file = BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("Demandes")
        sheet.write(0, 0, "Appel à projets – demandes reçues")
        for rank, title in enumerate(TITLES):
            sheet.write(2, rank, title)
        for number in range(count):
            for rank, value in enumerate(_line(number)):
                sheet.write(number + 3, rank, value)
    return file.getvalue()


def _line(number):
    holder = number % 300
    return (
        f"{texts.HOLDERS[holder % len(texts.HOLDERS)]} {holder + 1}",
        f"{texts.ACTIONS[number % len(texts.ACTIONS)]} – {texts.PLACES[number % len(texts.PLACES)]} {number + 1}",
        texts.AXES[number % len(texts.AXES)][1],
        texts.COMMUNES[number % len(texts.COMMUNES)][0],
        texts.AUDIENCES[number % len(texts.AUDIENCES)],
        Decimal(1500 + number * 37 % 80 * 50),
        Decimal(900 + number * 17 % 60 * 50),
        Decimal(600) if number % 3 == 0 else None,
    )
