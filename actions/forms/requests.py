"""A request filed elsewhere, entered at once; and the filing of a sheet, received another day."""

from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.utils import timezone
from django.utils.functional import cached_property

from actions.enums import BornIn, Scope, Step
from actions.forms.fields import DayField, helper
from actions.forms.support import checked_past
from actions.models import Action, FundingSource, Objective
from cite_educative.common.forms import ManyChoiceField
from cite_educative.common.money import MoneyFormField
from cite_educative.common.uploads import PDF, UploadField
from partners.models import Organisation

LATE_HELP = "Seulement si la demande est arrivée après la clôture et que vous l’acceptez\u00a0: pourquoi."


def side_by_side(*names):
    return Div(*names, css_class="champs-cote")


class RequestForm(forms.ModelForm):
    """The eight fields and the filed PDF. Sent with the name `brouillon`, a title and a holder are enough."""

    upload = UploadField(label="Le PDF de la demande", required=False, allowed=PDF)
    received_on = DayField(label="Déposée le", initial=timezone.localdate)
    late_reason = forms.CharField(label="Motif du dépôt tardif", required=False, max_length=240, help_text=LATE_HELP)

    class Meta:
        model = Action
        fields = (
            *("title", "holder", "objective", "scope", "communes"),
            *("audience", "starts_on", "ends_on", "external_ref"),
        )
        field_classes = {"starts_on": DayField, "ends_on": DayField, "communes": ManyChoiceField}
        widgets = {"communes": forms.CheckboxSelectMultiple}
        help_texts = {
            "holder": "S’il manque, ajoutez-le d’abord aux partenaires.",
            "scope": "Une action intercommunale concerne toutes les communes de la Cité.",
            "audience": "Qui, quel âge, combien\u00a0: par exemple «\u00a060 collégiens de 4e et 3e\u00a0». Aucun nom d’enfant.",
            "external_ref": "Le numéro de la demande, en haut du PDF.",
        }

    def __init__(self, *args, user, call, **kwargs):
        super().__init__(*args, **kwargs)
        self.call, fields = call, self.fields
        fields["holder"].queryset = Organisation.objects.in_cite(call.cite)
        objectives = Objective.objects.visible_to(user).filter(axis__programme__cite=call.cite_id)
        fields["objective"].queryset = objectives.select_related("axis")
        fields["communes"].queryset = call.cite.communes.all()
        for name in ("holder", "objective"):
            fields[name].empty_label = "À choisir"
        for source in self._sources:
            fields[f"requested-{source.pk}"] = MoneyFormField(label=source.label, required=False)
        if call.naming_rule:
            fields["title"].help_text = f"Tel qu’il est écrit dans Dauphin\u00a0: {call.naming_rule}."
        if not call.is_late(user.access.today):
            del fields["late_reason"]
        late = ["late_reason"] if "late_reason" in fields else []
        amounts = [f"requested-{source.pk}" for source in self._sources]
        self.helper = helper(
            Layout(
                Fieldset("Le dossier", side_by_side("external_ref", "received_on"), *late, "upload"),
                Fieldset("L’action", "title", side_by_side("holder", "objective"), "audience"),
                Fieldset("Le calendrier", side_by_side("starts_on", "ends_on")),
                Fieldset("Le territoire", "scope", "communes"),
                Fieldset("Ce qui est demandé, en euros, à chaque financeur", side_by_side(*amounts)),
            )
        )

    @cached_property
    def _sources(self):
        sources = FundingSource.objects.filter(cite=self.call.cite_id).active()
        return [source for source in sources if Step.REQUESTED in source.steps]

    @property
    def is_draft(self):
        return "brouillon" in self.data

    def clean_received_on(self):
        return checked_past(self.cleaned_data["received_on"])

    def clean(self):
        cleaned = super().clean()
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", "L’action ne peut pas finir avant d’avoir commencé.")
        for source in self._sources:
            amount = cleaned.get(f"requested-{source.pk}")
            if amount is not None and amount < 0:
                self.add_error(f"requested-{source.pk}", "Un montant ne peut pas être négatif.")
        if not self.is_draft:
            for name, words in self._missing():
                if name not in self.errors:
                    self.add_error(name, words)
        return cleaned

    def _missing(self):
        """(field, sentence) of each mandatory one left empty, at the filing only."""
        cleaned, by_keeping = self.cleaned_data, "Ou gardez la demande en brouillon."
        needs_reference = self.call.born_in == BornIn.DAUPHIN
        wanted = [
            ("objective", "Choisissez l’objectif du plan.", cleaned.get("objective")),
            ("audience", "Dites à qui l’action s’adresse.", cleaned.get("audience")),
            ("starts_on", "Donnez le début de l’action.", cleaned.get("starts_on")),
            ("ends_on", "Donnez la fin de l’action.", cleaned.get("ends_on")),
            ("communes", "Cochez une commune.", cleaned.get("communes") or cleaned.get("scope") != Scope.COMMUNAL),
            ("external_ref", "Donnez la référence Dauphin.", cleaned.get("external_ref") or not needs_reference),
        ]
        missing = [(name, f"{words} {by_keeping}") for name, words, value in wanted if not value]
        if self._sources and not self.requested and not any(name.startswith("requested-") for name in self.errors):
            missing.append((f"requested-{self._sources[0].pk}", f"Donnez un montant au moins. {by_keeping}"))
        return missing

    @property
    def sheet_fields(self):
        fields = {name: self.cleaned_data[name] for name in self._meta.fields}
        return fields | ({"axis": fields["objective"].axis} if fields["objective"] else {})

    @property
    def requested(self):
        """`{source: amount}` of those that were filled in."""
        amounts = {source: self.cleaned_data.get(f"requested-{source.pk}") for source in self._sources}
        return {source: amount for source, amount in amounts.items() if amount is not None}

    @property
    def filing(self):
        return {
            "on": self.cleaned_data["received_on"],
            "upload": self.cleaned_data["upload"],
            "late_reason": self.cleaned_data.get("late_reason", ""),
        }

    def _get_validation_exclusions(self):
        """The service checks the whole row; here only what was typed."""
        return {field.name for field in self._meta.model._meta.fields} - set(self.fields)

    def validate_constraints(self):
        """Done by the service, and said above in the user's words."""


class FilingForm(forms.Form):
    """When the sheet was really filed, by whom, and why it is accepted when it was late."""

    received_on = DayField(
        label="Reçue le",
        initial=timezone.localdate,
        help_text="Le jour où la demande est arrivée\u00a0: c’est lui qui compte, pas celui de la saisie.",
    )
    said_by = forms.CharField(
        label="Déposée par",
        required=False,
        max_length=200,
        help_text="Par exemple «\u00a0Mme Prévost, directrice, par courriel\u00a0».",
    )
    late_reason = forms.CharField(
        label="Motif du dépôt tardif",
        required=False,
        max_length=240,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=f"{LATE_HELP} Votre nom et ce motif resteront sur la fiche.",
    )

    def __init__(self, *args, may_be_late, **kwargs):
        super().__init__(*args, **kwargs)
        if not may_be_late:
            del self.fields["late_reason"]
        self.helper = helper()

    def clean_received_on(self):
        return checked_past(self.cleaned_data["received_on"])

    @property
    def filing(self):
        answers = self.cleaned_data
        return {
            "on": answers["received_on"],
            "said_by": answers["said_by"],
            "late_reason": answers.get("late_reason", ""),
        }
