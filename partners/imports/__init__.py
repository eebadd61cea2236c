"""Files of reference data: any table or GeoJSON read, its columns told, previewed, then written at once."""

from partners.imports.fields import FIELDS
from partners.imports.planning import Outcome
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
    "ImportRefused",
    "Outcome",
    "abandon_import",
    "confirm_import",
    "earlier_import",
    "plan_of",
    "reading_of",
    "save_mapping",
    "start_import",
]
