"""Figures: the grid, what waits for validation, the page of an indicator, the import of open data."""

from evaluation.enums import ImportState
from evaluation.models import Indicator, OpenDataImport
from tests.browser.page import Page


def indicator(code):
    return lambda demo: [demo.of_cite(Indicator, cite=demo.cite, code=code).pk]


def open_data(state):
    return lambda demo: [demo.of_cite(OpenDataImport, cite=demo.cite, state=state).pk]


def by_commune(demo):
    return f"?annee=2026&par=commune&indicateur={indicator('R6')(demo)[0]}"


EVALUATION_FIGURES_PAGES = [
    Page("evaluation:grid", query="?annee=2026"),
    Page("evaluation:grid", query=by_commune, which="communes"),
    Page("evaluation:grid", query="?annee=2021", which="hors-label"),
    Page("evaluation:grid", login="referent"),
    Page("evaluation:grid", query="?annee=2025", login="prefecture"),
    Page("evaluation:to_validate"),
    Page("evaluation:indicator", indicator("R8F"), which="cible"),
    Page("evaluation:indicator", indicator("R6"), query="?periode=2025-01-01", which="communes"),
    Page("evaluation:indicator", indicator("C3"), which="etablissements"),
    Page("evaluation:indicator", indicator("C3"), which="moyenne", login="prefecture"),
    Page("evaluation:indicator", indicator("F5"), which="argent", login="referent"),
    Page("evaluation:open_data"),
    Page("evaluation:open_data_run", open_data(ImportState.READY), which="apercu"),
    Page("evaluation:open_data_run", open_data(ImportState.READY), query="?reglages", which="colonnes"),
    Page("evaluation:open_data_run", open_data(ImportState.DONE), which="compte-rendu"),
]
