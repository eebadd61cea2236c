from actions.models.action import Action, ActionLog
from actions.models.exchanges import Exchange
from actions.models.funding import Funding, FundingChange, FundingEntry
from actions.models.imports import ImportMapping, ImportRun
from actions.models.library import LibraryItem, LibraryVersion
from actions.models.plan import Axis, Call, Objective, Programme
from actions.models.sources import Envelope, FunderAct, FundingSource, NotificationRelease
from actions.models.support import ActionPiece, ExpectedPiece, Opinion, PieceFile

__all__ = [
    "Action",
    "ActionLog",
    "ActionPiece",
    "Axis",
    "Call",
    "Envelope",
    "Exchange",
    "ExpectedPiece",
    "FunderAct",
    "Funding",
    "FundingChange",
    "FundingEntry",
    "FundingSource",
    "ImportMapping",
    "ImportRun",
    "LibraryItem",
    "LibraryVersion",
    "NotificationRelease",
    "Objective",
    "Opinion",
    "PieceFile",
    "Programme",
]
