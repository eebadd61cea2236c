import datetime

from crispy_forms.helper import FormHelper
from django import forms
from django.db.models import Exists, OuterRef
from django.utils import timezone

from actions.enums import ActionStatus
from actions.models import Action, Call
from cite_educative.common.dates import parse_date_fr
from cite_educative.common.forms import read_key
from governance.enums import ItemKind
from governance.models import AgendaItem, Body
from governance.subjects import Subjects
from partners.models import Mandate, Person

# Those refused too: a decision may reopen them.
EXAMINED = (ActionStatus.SUBMITTED, ActionStatus.DEFERRED, ActionStatus.RETAINED, ActionStatus.REJECTED)
TIME_INPUT = ["%H:%M", "%H h %M", "%Hh%M", "%H h", "%Hh"]
PICKER_LIMIT = 300
READ_BY_ALL = "Ce titre est lu par tous les membres."


def helper():
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    return helper


class FrenchDateField(forms.DateField):
    """A date picker where there is one; 23/06/2026 and 23 juin 2026 where there is none."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def to_python(self, value):
        if isinstance(value, str) and value.strip():
            parsed = parse_date_fr(value)
            if parsed is None:
                raise forms.ValidationError("Cette date n’est pas lisible. Écrivez par exemple 23/06/2026.")
            return parsed
        return super().to_python(value)


class MeetingForm(forms.Form):
    body = forms.ModelChoiceField(Body.objects.none(), label="Instance", empty_label=None)
    day = FrenchDateField(label="Date")
    time = forms.TimeField(
        label="Heure",
        input_formats=TIME_INPUT,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        initial="14:00",
        error_messages={"invalid": "Cette heure n’est pas lisible. Écrivez par exemple 14:30."},
    )
    place = forms.CharField(label="Lieu", max_length=200, required=False)
    minutes_planned = forms.IntegerField(
        label="Durée prévue, en minutes",
        min_value=5,
        max_value=960,
        required=False,
        help_text="La convocation l’annonce et l’ordre du jour s’y compare. Vide\u00a0: la somme des points.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, bodies=None, meeting=None, **kwargs):
        if meeting:
            starts = timezone.localtime(meeting.starts_at)
            first = {name: getattr(meeting, name) for name in ("place", "minutes_planned", "version")}
            first |= {"day": starts.date(), "time": starts.time()}
            kwargs["initial"] = first | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        if meeting:
            del self.fields["body"]
        else:
            self.fields["body"].queryset = bodies
        self.helper = helper()

    def clean_day(self):
        day = self.cleaned_data["day"]
        if not 2019 <= day.year <= timezone.localdate().year + 5:
            raise forms.ValidationError("Cette année n’est pas possible pour une réunion de la Cité éducative.")
        return day

    @property
    def written(self):
        """The keywords of `plan_meeting` and `update_meeting` that it holds."""
        return {"starts_at": self.starts_at} | {name: self.cleaned_data[name] for name in ("place", "minutes_planned")}

    @property
    def starts_at(self):
        naive = datetime.datetime.combine(self.cleaned_data["day"], self.cleaned_data["time"])
        return timezone.make_aware(naive)


class ItemForm(forms.Form):
    title = forms.CharField(label="Intitulé", max_length=200, help_text=READ_BY_ALL)
    kind = forms.ChoiceField(label="Nature", choices=ItemKind, initial=ItemKind.DECISION)
    presenter = forms.ModelChoiceField(
        Person.objects.none(), label="Présenté par", required=False, empty_label="personne pour l’instant"
    )
    minutes_planned = forms.IntegerField(label="Durée prévue, en minutes", min_value=0, max_value=480, initial=10)
    subject = forms.ChoiceField(
        label="Autre sujet que des actions",
        required=False,
        help_text="Un appel, un scénario, une convention ou une suite à donner : le point y renvoie.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, meeting, user, item=None, **kwargs):
        self._subjects = Subjects(user, meeting.body.cite, item)
        if item:
            names = ("title", "kind", "presenter", "minutes_planned", "version")
            kwargs["initial"] = {name: getattr(item, name) for name in names} | {"subject": self._subjects.chosen}
        super().__init__(*args, **kwargs)
        cite = meeting.body.cite_id
        acting = Mandate.objects.filter(cite=cite, person=OuterRef("pk"))
        self.fields["presenter"].queryset = Person.objects.filter(Exists(acting)).in_protocol_order(cite)
        self.fields["subject"].choices = self._subjects.choices
        self.helper = helper()

    @property
    def subject_label(self):
        return self._subjects.label(self.cleaned_data["subject"])

    @property
    def written(self):
        """The keywords of `add_item` and `update_item` that it holds."""
        names = ("title", "kind", "presenter", "minutes_planned")
        about = self._subjects.columns(self.cleaned_data["subject"])
        return {name: self.cleaned_data[name] for name in names} | {"about": about}


class Picker:
    """The actions that may be examined: ticked ones first and always, the others filtered by text or call.

    Reads `actions`, `q` and `call` from what was sent; `add_call` ticks every request of the chosen call.
    """

    def __init__(self, cite, user, data=None, ticked=()):
        data = data or {}
        self.query = data.get("q", "").strip()
        self.call = data.get("call", "")
        self.calls = list(Call.objects.filter(cite=cite))
        self._actions = Action.objects.visible_to(user).filter(cite=cite, status__in=EXAMINED)
        sent = data.getlist("actions") if hasattr(data, "getlist") else []
        self.ticked = {read_key(pk) for pk in sent if read_key(pk)} or set(ticked)
        if data.get("gesture") and not sent:
            self.ticked = set()

    def add_call(self):
        """The call chosen, or None when none was."""
        call = next((call for call in self.calls if str(call.pk) == self.call), None)
        if call:
            self.ticked |= set(self._actions.filter(call=call).values_list("pk", flat=True))
        return call

    @property
    def selected(self):
        return list(self._actions.filter(pk__in=self.ticked).select_related("holder").order_by("code"))

    @property
    def rows(self):
        found = self._actions
        if self.query:
            found = found.search(self.query)
        if read_key(self.call):
            found = found.filter(call=read_key(self.call))
        others = found.exclude(pk__in=self.ticked).select_related("holder").order_by("-budget_year", "code")
        return [(action, True) for action in self.selected] + [(action, False) for action in others[:PICKER_LIMIT]]


def item_values(item: AgendaItem):
    return list(item.actions.values_list("pk", flat=True))
