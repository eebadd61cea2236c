from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from actions.enums import PublicKind, Weather
from actions.forms.fields import DayField, helper
from actions.forms.versions import VersionedForm
from actions.models import Milestone, ProgressReport
from actions.models.follow_up import FIGURES
from cite_educative.common.dates import date_fr
from cite_educative.common.uploads import IMAGES, MEGABYTE, UploadField
from partners.models import PhotoConsent

TENFOLD = 10
OLDEST = timedelta(days=730)
CHILDREN = {PublicKind.AGE_0_3, PublicKind.AGE_3_6, PublicKind.AGE_6_11, PublicKind.AGE_11_15}
YOUNG = {PublicKind.AGE_15_18, PublicKind.AGE_18_25}
# What the eye looks for first: one shape a weather, from the status badges.
SHAPES = {
    Weather.NOT_STARTED: "preparation",
    Weather.ON_TRACK: "encours",
    Weather.DIFFICULTY: "retard",
    Weather.DONE: "close",
}


def expected_figures(action):
    """The figures that this action counts, from its publics; children and parents when it says nothing."""
    kinds = {public.kind for public in action.publics.all()}
    wanted = [
        ("children", kinds & CHILDREN),
        ("young", kinds & YOUNG),
        ("parents", PublicKind.PARENTS in kinds),
        ("professionals", PublicKind.PROFESSIONALS in kinds),
    ]
    return [name for name, is_wanted in wanted if is_wanted] or ["children", "parents"]


class ReportForm(forms.ModelForm):
    """The point d’étape. `expected` is the number of persons that the sheet announces, None when it says nothing.

    A number tenfold what was announced, or what was last reported, is asked again, never refused.
    """

    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = ProgressReport
        fields = (
            *("weather", "progress", *FIGURES),
            *("highlights", "difficulty", "help_needed", "reported_on", "said_by"),
        )
        field_classes = {"reported_on": DayField}
        widgets = {
            "weather": forms.RadioSelect,
            **{name: forms.NumberInput(attrs={"inputmode": "numeric", "min": 0}) for name in (*FIGURES, "progress")},
            "highlights": forms.Textarea(attrs={"rows": 3}),
            "difficulty": forms.Textarea(attrs={"rows": 3}),
            "help_needed": forms.Textarea(attrs={"rows": 2}),
        }
        error_messages = {"weather": {"required": "Dites où en est l’action\u00a0: un seul choix suffit."}}

    def __init__(self, *args, action, latest=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.action, self.latest = action, latest
        self.asks_again = False
        self.fields["weather"].choices = Weather.choices
        self.fields["reported_on"].required = False
        self.shown = expected_figures(action)

    @property
    def choices(self):
        """Each weather with its shape, for the big buttons."""
        chosen = self["weather"].value()
        return [
            {"value": value, "label": label.capitalize(), "shape": SHAPES[value], "checked": value == chosen}
            for value, label in Weather.choices
        ]

    @property
    def figures(self):
        return [self._figure(name) for name in self.shown]

    @property
    def other_figures(self):
        return [self._figure(name) for name in FIGURES if name not in self.shown]

    def _figure(self, name):
        last = getattr(self.latest, name, None)
        note = f"Dernier point\u00a0: {last}, le {date_fr(self.latest.reported_on)}." if last is not None else ""
        return {"field": self[name], "note": note}

    def clean_reported_on(self):
        day = self.cleaned_data["reported_on"] or timezone.localdate()
        if day > timezone.localdate():
            raise ValidationError(
                "Cette date n’est pas encore arrivée\u00a0: indiquez le jour où le point a été fait."
            )
        if day < timezone.localdate() - OLDEST:
            raise ValidationError("Ce jour est trop ancien pour un point d’étape\u00a0: vérifiez l’année.")
        return day

    def clean(self):
        cleaned = super().clean()
        sentence = self._tenfold(cleaned)
        if sentence and not cleaned.get("confirmed"):
            self.asks_again = True
            self.add_error(None, ValidationError(sentence, code="tenfold"))
        return cleaned

    def _tenfold(self, cleaned):
        known = [cleaned.get(name) for name in FIGURES if cleaned.get(name) is not None]
        expected = self.action.expected_reach
        if expected and sum(known) > TENFOLD * expected:
            return (
                f"Vous comptez {sum(known)} personnes, la fiche en attendait {expected}. "
                "Si c’est bien le nombre, enregistrez une seconde fois."
            )
        for name in FIGURES:
            last, now = getattr(self.latest, name, None), cleaned.get(name)
            if last and now and now > TENFOLD * last:
                return (
                    f"{self.fields[name].label.capitalize()}\u00a0: {now}, contre {last} au dernier point. "
                    "Si c’est bien le nombre, enregistrez une seconde fois."
                )
        return ""

    @property
    def report_fields(self):
        return {name: value for name, value in self.cleaned_data.items() if name != "confirmed"}


class MilestoneForm(VersionedForm):
    class Meta:
        model = Milestone
        fields = ("label", "due_on")
        field_classes = {"due_on": DayField}
        help_texts = {
            "label": "Par exemple «\u00a0Première séance au collège\u00a0» ou «\u00a0Convention signée\u00a0»."
        }


class PhotoForm(forms.Form):
    upload = UploadField(label="Photo", allowed=IMAGES, max_size=10 * MEGABYTE)
    title = forms.CharField(
        label="Légende", max_length=200, help_text="Ce qu’on voit, où\u00a0: aucun nom d’enfant ni de famille."
    )
    taken_on = DayField(label="Prise le", required=False)
    shows_nobody = forms.BooleanField(label="Personne n’y est reconnaissable", required=False)
    consent = forms.ModelChoiceField(
        PhotoConsent.objects.none(),
        label="Ou l’accord qui l’autorise",
        required=False,
        empty_label="Aucun",
        help_text="Les accords pour les images s’enregistrent dans les paramètres de la Cité.",
    )

    def __init__(self, *args, consents, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["consent"].queryset = consents
        self.helper = helper()

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("shows_nobody") and not cleaned.get("consent"):
            raise ValidationError(
                "Une photo se garde si personne n’y est reconnaissable, ou si un accord l’autorise\u00a0: dites lequel."
            )
        return cleaned
