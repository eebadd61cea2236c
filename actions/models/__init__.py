from actions.models.accounting import AccountingImport
from actions.models.action import Action, ActionLog, ActionPublic, ActionText
from actions.models.agreements import (
    Agreement,
    AgreementDocument,
    AgreementFile,
    AgreementLine,
    AgreementSignature,
    AgreementTemplate,
)
from actions.models.articulation import (
    OUTSIDE_STEPS,
    ArticulationNote,
    ArticulationNoteFile,
    DoubleDismissal,
    MainstreamAbsence,
    MainstreamContribution,
    OutsideGrant,
    OutsideImport,
)
from actions.models.assemblies import ActFile, AssemblySession
from actions.models.budget import BudgetLine
from actions.models.comments import ActionComment, SeenMention
from actions.models.editions import PlanEdition, PlanEditionFile, SheetEdition, SheetEditionFile
from actions.models.exchanges import Exchange
from actions.models.follow_up import ActionPhoto, ActionVisit, FormDraft, Milestone, ProgressReport
from actions.models.funding import Funding, FundingChange, FundingEntry
from actions.models.grid import Criterion, OpinionScore
from actions.models.imports import ImportMapping, ImportRun
from actions.models.letters import Letter, LetterBatch
from actions.models.library import LibraryItem, LibraryVersion
from actions.models.payments import Payment
from actions.models.plan import Axis, Call, Objective, Programme
from actions.models.reviews import FinancialReview, FinancialReviewFile
from actions.models.scenarios import Scenario, ScenarioLine
from actions.models.sources import Envelope, FunderAct, FundingSource, NotificationRelease
from actions.models.spending import Expense, Receipt
from actions.models.state_exports import Difference, StateExport
from actions.models.statements import (
    FinancialStatement,
    StatementDocument,
    StatementFile,
    StatementLine,
    StatementShare,
    usual_due_day,
)
from actions.models.strategy import ProgrammeSection, ProgrammeVersion, ProgrammeVersionFile
from actions.models.support import ActionPiece, ExpectedPiece, Opinion, PieceFile
from actions.models.themes import ContractTheme, Scheme, Theme
from actions.models.thresholds import MoneyThresholds, ThresholdAcknowledgement
from actions.models.views import BulkRun, HolidayPeriod, SavedView

__all__ = [
    "OUTSIDE_STEPS",
    "AccountingImport",
    "ActFile",
    "Action",
    "ActionComment",
    "ActionLog",
    "ActionPhoto",
    "ActionPiece",
    "ActionPublic",
    "ActionText",
    "ActionVisit",
    "Agreement",
    "AgreementDocument",
    "AgreementFile",
    "AgreementLine",
    "AgreementSignature",
    "AgreementTemplate",
    "ArticulationNote",
    "ArticulationNoteFile",
    "AssemblySession",
    "Axis",
    "BudgetLine",
    "BulkRun",
    "Call",
    "ContractTheme",
    "Criterion",
    "Difference",
    "DoubleDismissal",
    "Envelope",
    "Exchange",
    "ExpectedPiece",
    "Expense",
    "FinancialReview",
    "FinancialReviewFile",
    "FinancialStatement",
    "FormDraft",
    "FunderAct",
    "Funding",
    "FundingChange",
    "FundingEntry",
    "FundingSource",
    "HolidayPeriod",
    "ImportMapping",
    "ImportRun",
    "Letter",
    "LetterBatch",
    "LibraryItem",
    "LibraryVersion",
    "MainstreamAbsence",
    "MainstreamContribution",
    "Milestone",
    "MoneyThresholds",
    "NotificationRelease",
    "Objective",
    "Opinion",
    "OpinionScore",
    "OutsideGrant",
    "OutsideImport",
    "Payment",
    "PieceFile",
    "PlanEdition",
    "PlanEditionFile",
    "Programme",
    "ProgrammeSection",
    "ProgrammeVersion",
    "ProgrammeVersionFile",
    "ProgressReport",
    "Receipt",
    "SavedView",
    "Scenario",
    "ScenarioLine",
    "Scheme",
    "SeenMention",
    "SheetEdition",
    "SheetEditionFile",
    "StateExport",
    "StatementDocument",
    "StatementFile",
    "StatementLine",
    "StatementShare",
    "Theme",
    "ThresholdAcknowledgement",
    "usual_due_day",
]
