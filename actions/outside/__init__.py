"""Tables of other programmes, taken "pour mémoire": read as the tables of the plan are, written outside its totals."""

from actions.outside.planning import OutsidePlan, build_plan
from actions.outside.runs import (
    ImportRefused,
    PreviewChanged,
    abandon_import,
    confirm_import,
    earlier_import,
    import_outside,
    plan_of,
    reading_of,
    save_answers,
    start_import,
    withdraw_import,
    withdrawal,
)

__all__ = [
    "ImportRefused",
    "OutsidePlan",
    "PreviewChanged",
    "abandon_import",
    "build_plan",
    "confirm_import",
    "earlier_import",
    "import_outside",
    "plan_of",
    "reading_of",
    "save_answers",
    "start_import",
    "withdraw_import",
    "withdrawal",
]
