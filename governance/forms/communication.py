from django import forms
from django.db.models import Exists, OuterRef

from actions.forms.quoting import QuotingForm
from cite_educative.common.forms import DayField
from governance.communication import strategy_of
from governance.models import CommunicationItem, CommunicationStrategy, PressAgreement, ReservePeriod
from partners.models import Mandate, Person

ONE_A_LINE = "Un par ligne. Ils sont proposés dans chaque ligne du plan."
NOT_ROW = ("reserve_checked",)


class VersionedForm(forms.ModelForm):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version if self.instance.pk else 0

    def _get_validation_exclusions(self):
        """Constraints are for the service, under lock."""
        return {field.name for field in self._meta.model._meta.fields}

    @property
    def row_fields(self):
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    @property
    def read_version(self):
        return self.cleaned_data["version"] or 0


class StrategyForm(VersionedForm):
    class Meta:
        model = CommunicationStrategy
        fields = ("objectives", "audiences", "messages")
        widgets = {
            "objectives": forms.Textarea(attrs={"rows": 6}),
            "audiences": forms.Textarea(attrs={"rows": 6}),
            "messages": forms.Textarea(attrs={"rows": 6}),
        }
        help_texts = {
            "objectives": "Ce que la Cité veut faire connaître pendant ce label, et pourquoi.",
            "audiences": ONE_A_LINE,
            "messages": ONE_A_LINE,
        }


class CommunicationItemForm(QuotingForm):
    LINKS = ("actions",)

    reserve_checked = forms.BooleanField(
        label="J’ai vérifié que cette communication respecte la réserve électorale", required=False
    )

    class Meta:
        model = CommunicationItem
        fields = (
            "title",
            "support",
            "audience",
            "message",
            "channel",
            "state",
            "planned_on",
            "done_on",
            "cost",
            "cost_source",
            "reached",
            "owner",
            "actions",
        )
        field_classes = {"planned_on": DayField, "done_on": DayField}
        widgets = {
            "audience": forms.TextInput(attrs={"list": "publics"}),
            "message": forms.TextInput(attrs={"list": "messages"}),
        }
        help_texts = {
            "audience": "Choisissez parmi les publics de la stratégie, ou écrivez-en un autre.",
            "channel": "Par exemple «\u00a0page de la Ville\u00a0», «\u00a0cahiers de liaison\u00a0», «\u00a0Le Phare\u00a0».",
            "cost": "En euros, toutes taxes comprises. Laissez vide si le coût n’est pas connu.",
            "cost_source": "Par exemple «\u00a0ingénierie, part de la CUD\u00a0».",
            "reached": "Une fois diffusé, et seulement si vous le savez.",
        }

    def __init__(self, *args, request, cite, **kwargs):
        super().__init__(*args, request=request, cite=cite, **kwargs)
        acting = Mandate.objects.filter(cite=cite, person=OuterRef("pk")).active()
        people = Person.objects.filter(Exists(acting)) | Person.objects.filter(pk=self.instance.owner_id)
        self.fields["owner"].queryset = people.in_protocol_order(cite)
        self.fields["owner"].empty_label = "personne pour l’instant"
        self.strategy = strategy_of(cite)

    def _get_validation_exclusions(self):
        """Constraints are for the service, under lock."""
        return {field.name for field in self._meta.model._meta.fields}

    @property
    def asks_reserve(self):
        return "reserve_checked" in self.errors or bool(self["reserve_checked"].value())

    @property
    def row_fields(self):
        return {name: value for name, value in super().row_fields.items() if name not in NOT_ROW}

    def with_added(self):
        data = self.data
        initial = {name: data.get(name) for name in self.fields if name not in ("actions", "add_action")}
        return initial | {"actions": [*data.getlist("actions"), data.get("add_action", "")]}


class PressAgreementForm(VersionedForm):
    """What the team enters for any side."""

    class Meta:
        model = PressAgreement
        fields = ("asked_on", "answer", "answered_on", "answered_by", "said_by", "comment")
        field_classes = {"asked_on": DayField, "answered_on": DayField}
        help_texts = {
            "answered_by": "Le nom ou le service qui a répondu.",
            "said_by": "Par exemple «\u00a0reçu par courriel le 4 novembre\u00a0».",
        }


class PressAnswerForm(VersionedForm):
    """What a pilot answers for the own side: the day of the request is the team's."""

    class Meta:
        model = PressAgreement
        fields = ("answer", "answered_on", "answered_by", "comment")
        field_classes = {"answered_on": DayField}


class ReservePeriodForm(VersionedForm):
    class Meta:
        model = ReservePeriod
        fields = ("label", "starts_on", "ends_on")
        field_classes = {"starts_on": DayField, "ends_on": DayField}
        help_texts = {"label": "Par exemple «\u00a0élections municipales de mars 2026\u00a0»."}
