"""From an export of Dauphin, OSIRIS or GISPRO to the differences with the sheets: read, match, show, then keep."""

from actions.state_exports.planning import fingerprint
from actions.state_exports.runs import (
    ExportRefused,
    PreviewChanged,
    abandon_export,
    confirm_export,
    create_sheets,
    earlier_export,
    import_export,
    plan_of,
    save_answers,
    save_matches,
    start_export,
)

__all__ = [
    "ExportRefused",
    "PreviewChanged",
    "abandon_export",
    "confirm_export",
    "create_sheets",
    "earlier_export",
    "fingerprint",
    "import_export",
    "plan_of",
    "save_answers",
    "save_matches",
    "start_export",
]
