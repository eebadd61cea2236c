from crispy_forms.layout import Fieldset, Layout
from django import forms

from actions.forms.fields import helper
from actions.models import MoneyThresholds, Theme
from partners.models import Organisation

TO_CREATE = "creer"


class ThresholdsForm(forms.ModelForm):
    """With its lock; `row_fields` is what the service takes."""

    LINKS = ()

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = MoneyThresholds
        fields = (
            *("cofinancing_target", "counts_in_kind", "public_ceiling", "agreement_above"),
            *("statement_gap", "engineering_share", "engineering_theme"),
        )
        help_texts = {
            "cofinancing_target": "Ce que d’autres que l’État apportent, sur le total programmé ou accordé de l’année. "
            "Vide\u00a0: pas suivi.",
            "counts_in_kind": "Les apports de droit commun mis en euros comptent alors avec les cofinanceurs.",
            "engineering_share": "Vide\u00a0: pas suivi.",
            "engineering_theme": "Les actions de cette thématique comptent comme de l’ingénierie.",
            "public_ceiling": "Regardé pour les actions dont on connaît aussi les autres ressources.",
            "agreement_above": "Cumulé par financeur, porteur de droit privé et année. La loi dit 23 000 €.",
            "statement_gap": "Entre le prévu et le réalisé, par compte.",
        }

    def __init__(self, *args, request, cite, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version
        self.fields["engineering_theme"].queryset = Theme.objects.filter(cite=cite)
        self.fields["engineering_theme"].empty_label = "Aucune"
        shares = ("cofinancing_target", "counts_in_kind", "public_ceiling")
        engineering = ("engineering_share", "engineering_theme")
        self.helper = helper(
            Layout(
                Fieldset("Qui finance", *shares),
                Fieldset("L’ingénierie", *engineering),
                Fieldset("Conventions et comptes rendus", "agreement_above", "statement_gap"),
                "version",
            )
        )

    @property
    def row_fields(self):
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    @property
    def asked_version(self):
        return self.cleaned_data["version"] or 0

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("engineering_share") is not None and not cleaned.get("engineering_theme"):
            self.add_error("engineering_theme", "Choisissez la thématique qui désigne l’ingénierie.")
        return cleaned

    def _get_validation_exclusions(self):
        """The service checks the whole row; here only what was typed."""
        return {field.name for field in self._meta.model._meta.fields} - set(self.fields)

    def validate_constraints(self):
        """Done by the service."""


class AcknowledgeForm(forms.Form):
    reason = forms.CharField(
        label="Pourquoi l’alerte peut rester",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        help_text="Votre nom et ce motif resteront affichés. L’alerte reviendra si le chiffre empire.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper()


class UsualSourcesForm(forms.Form):
    """For each usual line: whether to add it, and who funds it (`creer` for a partner the Cité does not have yet)."""

    def __init__(self, *args, usual, cite, **kwargs):
        super().__init__(*args, **kwargs)
        self.usual = list(usual)
        self.organisations = {str(one.pk): one for one in Organisation.objects.in_cite(cite).order_by("name", "pk")}
        for line in self.usual:
            first = next((key for key, one in self.organisations.items() if self._is_likely(one, line)), TO_CREATE)
            choices = [(TO_CREATE, f"Créer «\u00a0{line.organisation}\u00a0»")]
            choices += [(key, one.name) for key, one in self.organisations.items()]
            self.fields[f"take-{line.key}"] = forms.BooleanField(
                label=line.label, required=False, widget=forms.CheckboxInput(attrs={"class": "form-check-input"})
            )
            self.fields[f"organisation-{line.key}"] = forms.ChoiceField(
                label=f"Organisme de «\u00a0{line.label}\u00a0»",
                choices=choices,
                initial=first,
                required=False,
                widget=forms.Select(attrs={"class": "form-select"}),
            )

    @staticmethod
    def _is_likely(organisation, line):
        if line.circuit in ("commune", "school_fund"):
            return organisation.name.casefold() == line.organisation.casefold()
        return organisation.kind == line.kind and line.circuit != "own" and line.key != "autres"

    @property
    def rows(self):
        return [(line, self[f"take-{line.key}"], self[f"organisation-{line.key}"]) for line in self.usual]

    @property
    def chosen(self):
        """`{key: organisation, or None to create it}` of the lines ticked."""
        answers = self.cleaned_data
        taken = [line.key for line in self.usual if answers.get(f"take-{line.key}")]
        return {key: self.organisations.get(answers.get(f"organisation-{key}")) for key in taken}

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not self.chosen:
            raise forms.ValidationError("Cochez au moins une ligne à ajouter.")
        return cleaned
