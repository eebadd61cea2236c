from crispy_forms.helper import FormHelper
from django import forms
from django.utils import timezone

from cite_educative.common.dates import date_fr
from governance.models import Meeting


class MeetingField(forms.ModelChoiceField):
    def label_from_instance(self, meeting):
        return f"{meeting.body.label} du {date_fr(timezone.localdate(meeting.starts_at), weekday=True)}"


class CarryForm(forms.Form):
    """To which meeting an arbitration goes, and under which title."""

    meeting = MeetingField(Meeting.objects.none(), label="Séance", empty_label="À choisir")
    title = forms.CharField(label="Intitulé du point", max_length=200)

    def __init__(self, *args, meetings, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["meeting"].queryset = meetings.select_related("body").order_by("starts_at", "pk")
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
