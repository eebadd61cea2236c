from crispy_forms.helper import FormHelper
from django import forms
from django.utils import timezone

from cite_educative.common.dates import date_fr
from governance.enums import ItemKind
from governance.forms.meeting import READ_BY_ALL
from governance.models import Meeting


class MeetingField(forms.ModelChoiceField):
    def label_from_instance(self, meeting):
        return f"{meeting.body.label} du {date_fr(timezone.localdate(meeting.starts_at), weekday=True)}"


class CarryForm(forms.Form):
    """To which meeting a subject goes, and under which title; `with_kind`: and as a point of which kind."""

    meeting = MeetingField(Meeting.objects.none(), label="Séance", empty_label="À choisir")
    title = forms.CharField(label="Intitulé du point", max_length=200, help_text=READ_BY_ALL)
    kind = forms.ChoiceField(label="Nature", choices=ItemKind, initial=ItemKind.DISCUSSION)

    def __init__(self, *args, meetings, with_kind=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["meeting"].queryset = meetings.select_related("body").order_by("starts_at", "pk")
        if not with_kind:
            del self.fields["kind"]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
