"""Before a meeting: a series to fix, a point proposed and its answer."""

from django import forms
from django.utils import timezone

from actions.models import Action
from cite_educative.common.forms import DayField
from governance.enums import ItemKind, Rhythm
from governance.forms.carrying import MeetingField
from governance.forms.meeting import helper
from governance.models import AgendaProposal, Body, Meeting
from governance.rhythm import MOST


class SeriesForm(forms.Form):
    """How many, how often: the days are then shown to be ticked."""

    number = forms.IntegerField(label="Réunions à fixer", min_value=1, max_value=MOST, initial=4)
    every = forms.IntegerField(label="Tous les", min_value=1, max_value=52)
    unit = forms.ChoiceField(label="Unité", choices=Rhythm)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper()


class ProposalForm(forms.ModelForm):
    wanted_before = DayField(label="Souhaité avant le", required=False)

    class Meta:
        model = AgendaProposal
        fields = ["body", "title", "why", "received_from", "action", "wanted_before"]
        widgets = {"why": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "why": "Ce qu’il faut décider ou savoir, en quelques phrases.",
            "received_from": "Civilité, nom et qualité, si vous notez ce qu’une autre personne demande.",
        }

    def __init__(self, *args, bodies, user, for_others, **kwargs):
        """`for_others`: the team notes what somebody asked for otherwise."""
        super().__init__(*args, **kwargs)
        if not for_others:
            del self.fields["received_from"]
        self.fields["body"].queryset = bodies
        self.fields["body"].empty_label = None
        actions = Action.objects.visible_to(user).filter(cite__in=bodies.order_by().values("cite"), code__gt="")
        self.fields["action"].queryset = actions.order_by("-budget_year", "code")
        self.fields["action"].empty_label = "aucune"
        self.helper = helper()

    def clean_wanted_before(self):
        day = self.cleaned_data["wanted_before"]
        if day and day < timezone.localdate():
            raise forms.ValidationError("Cette date est passée\u00a0: choisissez un jour à venir, ou laissez vide.")
        return day


class AcceptForm(forms.Form):
    meeting = MeetingField(Meeting.objects.none(), label="Séance", empty_label="À choisir")
    kind = forms.ChoiceField(label="Nature", choices=ItemKind, initial=ItemKind.DISCUSSION)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, meetings, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["meeting"].queryset = meetings.select_related("body").order_by("starts_at", "pk")
        self.helper = helper()


class RefusalForm(forms.Form):
    answer = forms.CharField(
        label="Réponse", max_length=500, widget=forms.Textarea(attrs={"rows": 2}), help_text="Une phrase."
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper()


class CalendarForm(forms.Form):
    instance = forms.ModelChoiceField(Body.objects.none(), label="Instance", required=False, empty_label="Toutes")

    def __init__(self, *args, bodies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["instance"].queryset = bodies
