"""Published figures of schools: a file as it was downloaded, its columns told, previewed, then written at once."""

from evaluation.open_data.fields import fields_of
from evaluation.open_data.planning import Outcome
from evaluation.open_data.runs import (
    OpenDataRefused,
    abandon_open_data,
    confirm_open_data,
    earlier_import,
    plan_of,
    reading_of,
    save_columns,
    start_open_data,
)

__all__ = [
    "OpenDataRefused",
    "Outcome",
    "abandon_open_data",
    "confirm_open_data",
    "earlier_import",
    "fields_of",
    "plan_of",
    "reading_of",
    "save_columns",
    "start_open_data",
]
