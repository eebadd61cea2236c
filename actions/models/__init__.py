from actions.models.action import Action, ActionLog
from actions.models.funding import Funding, FundingChange, FundingEntry
from actions.models.imports import ImportMapping, ImportRun
from actions.models.plan import Axis, Call, Objective, Programme
from actions.models.sources import Envelope, FunderAct, FundingSource, NotificationRelease

__all__ = [
    "Action",
    "ActionLog",
    "Axis",
    "Call",
    "Envelope",
    "FunderAct",
    "Funding",
    "FundingChange",
    "FundingEntry",
    "FundingSource",
    "ImportMapping",
    "ImportRun",
    "NotificationRelease",
    "Objective",
    "Programme",
]
