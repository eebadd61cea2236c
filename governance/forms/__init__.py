from governance.forms.action_point import ActionPointForm, DropForm, FinishForm, PointReminderForm
from governance.forms.annex import AnnexForm
from governance.forms.body import BodyForm, MembersForm, SettingsForm, StepFormSet
from governance.forms.communication import (
    CommunicationItemForm,
    PressAgreementForm,
    PressAnswerForm,
    ReservePeriodForm,
    StrategyForm,
)
from governance.forms.consultation import (
    AnswerForm,
    AskAnswersForm,
    ConsultationEffectsForm,
    ConsultationForm,
    PieceForm,
    ReceivedAnswerForm,
)
from governance.forms.convocation import ConvocationForm, ReceivedReplyForm, ReplyForm
from governance.forms.decision import DecisionForm
from governance.forms.discussion import DiscussionForm
from governance.forms.follow_up import FollowUpForm
from governance.forms.kit import KitFileForm, MentionForm
from governance.forms.letter import LetterForm
from governance.forms.meeting import ItemForm, MeetingForm
from governance.forms.minutes import (
    MeetingFileForm,
    MinutesHeadingForm,
    ParagraphForm,
    RemarkForm,
    ReopenForm,
    ReviewForm,
    SendForm,
    SettleForm,
)
from governance.forms.network import NetworkMessageForm
from governance.forms.note import NoteAnswerForm, NoteForm, NoteSendForm, NoteTemplateForm, OptionFormSet
from governance.forms.position import PositionForm
from governance.forms.preparation import AcceptForm, CalendarForm, ProposalForm, RefusalForm, SeriesForm
from governance.forms.register import RegisterPrintForm

__all__ = [
    "AcceptForm",
    "ActionPointForm",
    "AnnexForm",
    "AnswerForm",
    "AskAnswersForm",
    "BodyForm",
    "CalendarForm",
    "CommunicationItemForm",
    "ConsultationEffectsForm",
    "ConsultationForm",
    "ConvocationForm",
    "DecisionForm",
    "DiscussionForm",
    "DropForm",
    "FinishForm",
    "FollowUpForm",
    "ItemForm",
    "KitFileForm",
    "LetterForm",
    "MeetingFileForm",
    "MeetingForm",
    "MembersForm",
    "MentionForm",
    "MinutesHeadingForm",
    "NetworkMessageForm",
    "NoteAnswerForm",
    "NoteForm",
    "NoteSendForm",
    "NoteTemplateForm",
    "OptionFormSet",
    "ParagraphForm",
    "PieceForm",
    "PointReminderForm",
    "PositionForm",
    "PressAgreementForm",
    "PressAnswerForm",
    "ProposalForm",
    "ReceivedAnswerForm",
    "ReceivedReplyForm",
    "RefusalForm",
    "RegisterPrintForm",
    "RemarkForm",
    "ReopenForm",
    "ReplyForm",
    "ReservePeriodForm",
    "ReviewForm",
    "SendForm",
    "SeriesForm",
    "SettingsForm",
    "SettleForm",
    "StepFormSet",
    "StrategyForm",
]
