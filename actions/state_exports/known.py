"""The exports whose columns are known: OSIRIS by its two rows of titles, GISPRO by the words its titles always hold."""

import csv
import re
from collections import defaultdict
from functools import cache

from django.conf import settings

from actions.enums import ExportKind
from actions.imports.mapping import column_key
from cite_educative.common.spreadsheets import Field
from cite_educative.common.spreadsheets.aliases import CONTACT_GROUP
from cite_educative.common.spreadsheets.text import header_key, without_years

COLUMNS = "formes_exports_etat_colonnes.csv"
BY_FILE = "SuiviDossiers"  # one line per file, which may hold several actions
ENOUGH_TITLES, ENOUGH_SHARE = 5, 0.6
STRUCTURE = ("beneficiaire", "association")

# (groups, or None for any; title; field), after `header_key`.
OSIRIS = (
    (None, "numero action osiris", Field.EXTERNAL_REF),
    (None, "numero dossier osiris", Field.EXTERNAL_REF),
    (None, "numero dossier compte association", Field.FUNDING_REF),
    (None, "numero programme type financement", Field.FUNDER),
    (None, "etat dossier", Field.STATUS_TEXT),
    (None, "exercice debut", Field.BUDGET_YEAR),
    (None, "date commission", Field.ACT_DATE),
    (None, "numero ej", Field.COMMITMENT_REF),
    (None, "numero rna", Field.HOLDER_RNA),
    (None, "numero siret", Field.HOLDER_SIRET),
    (STRUCTURE, "nom", Field.HOLDER_NAME),
    (None, "intitule", Field.TITLE),
    (("publics beneficiaires",), "tranche d age", Field.PUBLIC),
    (("territoires",), "commentaire", Field.COMMUNE),
    (None, "cout total charges", Field.TOTAL_COST),
    (None, "demande", Field.REQUESTED),
    (None, "accorde", Field.GRANTED),
    (None, "realise", Field.PAID),
    (("cofinanceurs",), "noms", Field.COFUNDER),
    (("cofinanceurs",), "montant demandes", Field.COFUNDER_AMOUNT),
    (None, "nombre actions", Field.ACTIONS_COUNT),
)
# The titles of GISPRO change every year; these words stay. The first that is found wins.
GISPRO = (
    (re.compile(r"\bej\b|engagement juridique"), Field.COMMITMENT_REF),
    (re.compile(r"siret"), Field.HOLDER_SIRET),
    (re.compile(r"montant.*engage|engage.*montant|^engage$|\bengagement\b"), Field.COMMITTED),
    (re.compile(r"numero (de )?l? ?action|action de demande|code action"), Field.EXTERNAL_REF),
    (re.compile(r"(projet|demande).*code dossier|code dossier.*(projet|demande)"), Field.FUNDING_REF),
    (re.compile(r"(intitule|libelle) (de |du )?(l )?(action|projet)"), Field.TITLE),
    (re.compile(r"(nom|raison sociale|libelle) (de |du )?(l )?(tiers|beneficiaire|association|demandeur)"),
     Field.HOLDER_NAME),
    (re.compile(r"^(annee|exercice)"), Field.BUDGET_YEAR),
)  # fmt: skip
GISPRO_SIGNS = tuple(re.compile(sign) for sign in (
    r"\bej\b", r"action de demande|numero (de )?l action", r"gestionnaire", r"siret", r"code dossier",
    r"famille de procedure", r"engage", r"type de tiers",
))  # fmt: skip
ENOUGH_SIGNS = 4


def _key(title):
    return without_years(header_key(title))


@cache
def known_titles():
    """{export: {title with its group, as a key}} of the exports that were seen."""
    titles = defaultdict(set)
    path = settings.BASE_DIR / "cite_educative" / "data" / COLUMNS
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            titles[row["export"]].add(_key(f"{row['groupe_entete_ligne1']} {row['colonne_entete_ligne2']}"))
    return dict(titles)


def recognise(reading):
    """(kind, name of the known export or ""): Dauphin when its columns are none of those known."""
    table = reading.tables[0]
    keys = {_key(f"{column.group} {column.name}") for column in table.columns if not column.virtual}
    best, shared = "", 0
    for name, titles in known_titles().items():
        found = len(keys & titles)
        if not name.startswith("GISPRO") and found > shared:
            best, shared = name, found
    if shared >= ENOUGH_TITLES and shared >= ENOUGH_SHARE * len(keys):
        return ExportKind.OSIRIS, best
    if sum(any(sign.search(key) for key in keys) for sign in GISPRO_SIGNS) >= ENOUGH_SIGNS:
        return ExportKind.GISPRO, "GISPRO"
    return ExportKind.DAUPHIN, ""


def known_mapping(reading, kind, name):
    """The mapping of a recognised export, {} for the others: then their columns are asked for."""
    if kind == ExportKind.DAUPHIN or not name:
        return {}
    field_of = _osiris_field if kind == ExportKind.OSIRIS else _gispro_field
    tables = []
    for position, table in enumerate(reading.tables):
        taken, columns = set(), {}
        for column in table.columns:
            field = field_of(column)
            if field in taken:
                field = Field.IGNORE
            if field not in (Field.IGNORE, Field.CONTACT):
                taken.add(field)
            columns[column_key(column)] = {"field": str(field)}
        tables.append({"use": position == 0, "columns": columns})
    return {"tables": tables, "answers": {}}


def _osiris_field(column):
    group, name = header_key(column.group), header_key(column.name)
    if CONTACT_GROUP.search(group):
        return Field.CONTACT
    for groups, title, field in OSIRIS:
        if name.replace(" des charges", " charges") == title and (groups is None or group in groups):
            return field
    return Field.IGNORE


def _gispro_field(column):
    key = _key(column.label)
    return next((field for pattern, field in GISPRO if pattern.search(key)), Field.IGNORE)
