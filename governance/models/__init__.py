from governance.models.body import Body, BodyMember
from governance.models.decision import Decision, DecisionEffect, Position
from governance.models.meeting import AgendaItem, Attendance, Meeting, MeetingLog
from governance.models.network import CommunePoint, CommunePointFile
from governance.models.note import DecisionRecord, DecisionRecordFile, Note, NoteFile, NoteOption, NoteVersion

__all__ = [
    "AgendaItem",
    "Attendance",
    "Body",
    "BodyMember",
    "CommunePoint",
    "CommunePointFile",
    "Decision",
    "DecisionEffect",
    "DecisionRecord",
    "DecisionRecordFile",
    "Meeting",
    "MeetingLog",
    "Note",
    "NoteFile",
    "NoteOption",
    "NoteVersion",
    "Position",
]
