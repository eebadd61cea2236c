"""Any uploaded table (XLSX, ODS, CSV, HTML) as typed, line-numbered rows with a guess of what its columns mean."""

from cite_educative.common.spreadsheets.errors import SpreadsheetError
from cite_educative.common.spreadsheets.fields import AMOUNT_FIELDS, NEVER_IMPORTED, STEP_FIELDS, Field
from cite_educative.common.spreadsheets.headers import Column
from cite_educative.common.spreadsheets.mapping import Guess, propose_mapping
from cite_educative.common.spreadsheets.opening import open_workbook
from cite_educative.common.spreadsheets.periods import Period, read_period
from cite_educative.common.spreadsheets.signature import signature
from cite_educative.common.spreadsheets.tables import (
    Table,
    TableRow,
    carry_down,
    find_tables,
    looks_merged,
    read_tables,
)
from cite_educative.common.spreadsheets.totals import TotalCheck, TotalRow
from cite_educative.common.spreadsheets.totals import compare as compare_totals
from cite_educative.common.spreadsheets.values import (
    CellError,
    read_amount,
    read_date,
    read_school_year,
    read_siren,
    read_siret,
    read_text,
    read_year,
)

__all__ = [
    "AMOUNT_FIELDS",
    "NEVER_IMPORTED",
    "STEP_FIELDS",
    "CellError",
    "Column",
    "Field",
    "Guess",
    "Period",
    "SpreadsheetError",
    "Table",
    "TableRow",
    "TotalCheck",
    "TotalRow",
    "carry_down",
    "compare_totals",
    "find_tables",
    "looks_merged",
    "open_workbook",
    "propose_mapping",
    "read_amount",
    "read_date",
    "read_period",
    "read_school_year",
    "read_siren",
    "read_siret",
    "read_tables",
    "read_text",
    "read_year",
    "signature",
]
