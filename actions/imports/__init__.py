"""From a partner's table to the plan: read, ask, show, and only then write, in one transaction."""

from actions.imports.mapping import MappingError
from actions.imports.planning import build_plan
from actions.imports.reading import read_file
from actions.imports.runs import (
    ImportRefused,
    PreviewChanged,
    abandon_import,
    confirm_import,
    import_table,
    plan_of,
    save_answers,
    start_import,
)

__all__ = [
    "ImportRefused",
    "MappingError",
    "PreviewChanged",
    "abandon_import",
    "build_plan",
    "confirm_import",
    "import_table",
    "plan_of",
    "read_file",
    "save_answers",
    "start_import",
]
