"""Files of reference data: any table or GeoJSON read, its columns told, previewed, then written at once."""

from partners.imports.fields import FIELDS, ImportField, double_faults, guess_fields, missing_faults
from partners.imports.planning import Outcome
from partners.imports.reading import read_table
from partners.imports.runs import (
    ImportRefused,
    abandon_import,
    confirm_import,
    earlier_import,
    plan_of,
    reading_of,
    save_mapping,
    start_import,
)

__all__ = [
    "FIELDS",
    "ImportField",
    "ImportRefused",
    "Outcome",
    "abandon_import",
    "confirm_import",
    "double_faults",
    "earlier_import",
    "guess_fields",
    "missing_faults",
    "plan_of",
    "read_table",
    "reading_of",
    "save_mapping",
    "start_import",
]
