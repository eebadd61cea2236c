from governance.models.action_point import ActionPoint, ActionPointFile
from governance.models.body import Body, BodyMember, RetroStep
from governance.models.communication import (
    CommunicationItem,
    CommunicationStrategy,
    FunderMention,
    KitFile,
    PressAgreement,
    ReservePeriod,
)
from governance.models.consultation import (
    Consultation,
    ConsultationAnswer,
    ConsultationFile,
    ConsultationPiece,
    ConsultationRecord,
)
from governance.models.convocation import Convocation, ConvocationCopy, ConvocationMessage, Invitee
from governance.models.decision import Decision, DecisionEffect, Position
from governance.models.meeting import (
    AgendaItem,
    Attendance,
    Meeting,
    MeetingGuest,
    MeetingLog,
    MeetingMessage,
    StepDone,
)
from governance.models.minutes import (
    MeetingFile,
    Minutes,
    MinutesFile,
    MinutesMessage,
    MinutesParagraph,
    MinutesRemark,
    MinutesReview,
    MinutesVersion,
)
from governance.models.network import CommunePoint, CommunePointFile
from governance.models.note import DecisionRecord, DecisionRecordFile, Note, NoteFile, NoteOption, NoteVersion
from governance.models.note_review import NoteRemark, NoteReview
from governance.models.note_template import NoteTemplate
from governance.models.papers import MeetingAnnex, MeetingPaper, MeetingPaperFile, PaperMessage
from governance.models.proposal import AgendaProposal
from governance.models.register import RegisterEdition, RegisterFile

__all__ = [
    "ActionPoint",
    "ActionPointFile",
    "AgendaItem",
    "AgendaProposal",
    "Attendance",
    "Body",
    "BodyMember",
    "CommunePoint",
    "CommunePointFile",
    "CommunicationItem",
    "CommunicationStrategy",
    "Consultation",
    "ConsultationAnswer",
    "ConsultationFile",
    "ConsultationPiece",
    "ConsultationRecord",
    "Convocation",
    "ConvocationCopy",
    "ConvocationMessage",
    "Decision",
    "DecisionEffect",
    "DecisionRecord",
    "DecisionRecordFile",
    "FunderMention",
    "Invitee",
    "KitFile",
    "Meeting",
    "MeetingAnnex",
    "MeetingFile",
    "MeetingGuest",
    "MeetingLog",
    "MeetingMessage",
    "MeetingPaper",
    "MeetingPaperFile",
    "Minutes",
    "MinutesFile",
    "MinutesMessage",
    "MinutesParagraph",
    "MinutesRemark",
    "MinutesReview",
    "MinutesVersion",
    "Note",
    "NoteFile",
    "NoteOption",
    "NoteRemark",
    "NoteReview",
    "NoteTemplate",
    "NoteVersion",
    "PaperMessage",
    "Position",
    "PressAgreement",
    "RegisterEdition",
    "RegisterFile",
    "ReservePeriod",
    "RetroStep",
    "StepDone",
]
