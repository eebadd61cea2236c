from governance.forms.body import BodyForm, MembersForm
from governance.forms.decision import DecisionForm
from governance.forms.discussion import DiscussionForm
from governance.forms.meeting import ItemForm, MeetingForm
from governance.forms.network import NetworkMessageForm
from governance.forms.note import NoteForm, OptionFormSet
from governance.forms.position import PositionForm, voices

__all__ = [
    "BodyForm",
    "DecisionForm",
    "DiscussionForm",
    "ItemForm",
    "MeetingForm",
    "MembersForm",
    "NetworkMessageForm",
    "NoteForm",
    "OptionFormSet",
    "PositionForm",
    "voices",
]
