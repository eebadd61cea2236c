"""Forms around funders' acts: their correction, their file, what explains a gap, when assemblies vote."""

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from actions.enums import ActKind
from actions.forms.fields import DayField, helper
from actions.forms.versions import VersionedForm
from actions.models import AssemblySession, FunderAct
from cite_educative.common.money import MoneyFormField
from cite_educative.common.uploads import IMAGES, PDF, UploadField
from partners.models import Organisation


class ActCorrectionForm(forms.ModelForm):
    """What an act says, as it should have been entered: `grant-<funding pk>` per funding, empty when it says nothing."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Pourquoi cette correction",
        max_length=300,
        help_text="Par exemple «\u00a0montant mal recopié\u00a0». Il reste dans l’historique.",
    )

    class Meta:
        model = FunderAct
        fields = ("kind", "number", "decided_on", "label")
        field_classes = {"decided_on": DayField}

    def __init__(self, *args, fundings, **kwargs):
        super().__init__(*args, **kwargs)
        self.fundings = fundings
        self.fields["version"].initial = self.instance.version
        taken_over = self.instance.kind == ActKind.TAKEOVER
        self.fields["decided_on"].required = not taken_over
        if not taken_over:
            self.fields["kind"].choices = [choice for choice in ActKind.choices if choice[0] != ActKind.TAKEOVER]
        for funding in fundings:
            self.fields[f"grant-{funding.pk}"] = MoneyFormField(
                label=f"Accordé à {funding.action} ({funding.source})",
                required=False,
                initial=funding.granted,
                widget=forms.TextInput(attrs={"class": "form-control"}),
            )
        self.helper = helper(Layout("version", "kind", "number", "decided_on", "label", "reason"))

    def clean_decided_on(self):
        day = self.cleaned_data["decided_on"]
        if day and day > timezone.localdate():
            raise ValidationError("Cet acte n’est pas encore pris\u00a0: indiquez le jour de la signature ou du vote.")
        return day

    @property
    def grants(self):
        """`{funding pk: amount or None}`."""
        return {funding.pk: self.cleaned_data.get(f"grant-{funding.pk}") for funding in self.fundings}


class ActFileForm(forms.Form):
    upload = UploadField(label="L’acte signé", allowed=(*PDF, *IMAGES))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper()

    @property
    def is_multipart(self):
        return True


class GapForm(forms.Form):
    reason = forms.CharField(
        label="Pourquoi cet écart",
        max_length=300,
        help_text="Par exemple «\u00a0crédits délégués inférieurs à la programmation\u00a0».",
        error_messages={"required": "Dites pourquoi les deux montants diffèrent."},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper()


class SessionForm(VersionedForm):
    """When an assembly votes. Only organisations that finance the Cité are proposed."""

    class Meta:
        model = AssemblySession
        fields = ("organisation", "label", "filing_on", "committee_on", "bureau_on", "held_on")
        field_classes = dict.fromkeys(fields[2:], DayField)
        help_texts = {
            "label": "Par exemple «\u00a0Conseil communautaire\u00a0» ou «\u00a0Conseil d’administration\u00a0».",
            "filing_on": "Le dernier jour pour remettre les dossiers à inscrire.",
            "committee_on": "Pour un conseil, s’il y a lieu.",
            "bureau_on": "Pour un conseil, s’il y a lieu.",
        }

    def __init__(self, *args, cite, **kwargs):
        super().__init__(*args, **kwargs)
        financing = cite.funding_sources.order_by().values("organisation")
        self.fields["organisation"].queryset = Organisation.objects.filter(pk__in=financing)
        self.fields["organisation"].empty_label = "À choisir"
