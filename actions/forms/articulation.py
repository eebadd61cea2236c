from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from actions.enums import MainstreamKind
from actions.forms.fields import DayField, helper
from actions.forms.imports import UploadForm
from actions.models import DoubleDismissal, MainstreamAbsence, MainstreamContribution, Objective, OutsideGrant, Scheme
from actions.permissions import can_write_articulation
from actions.public_money import followed_actions
from cite_educative.common.dates import BudgetYearFormField
from partners.models import Commune, Neighbourhood, Organisation


class ArticulationForm(forms.ModelForm):
    """A form with its lock; `row_fields` is what the services take."""

    LINKS = ()

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, request, cite, **kwargs):
        super().__init__(*args, **kwargs)
        self.user, self.cite = request.user, cite
        self.fields["version"].initial = self.instance.version

    @property
    def row_fields(self):
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    @property
    def asked_version(self):
        return self.cleaned_data["version"] or 0

    def _get_validation_exclusions(self):
        """The service checks the whole row; here only what was typed."""
        return {field.name for field in self._meta.model._meta.fields} - set(self.fields)

    def validate_constraints(self):
        """Done by the service."""


class MainstreamForm(ArticulationForm):
    """What an institution brings. A pilot or a referent enters what its own institution brings."""

    class Meta:
        model = MainstreamContribution
        fields = (
            *("institution", "label", "kind", "amount", "valuation", "quantity", "unit", "scheme"),
            *("action", "objective", "budget_year", "source", "informed_on", "note"),
        )
        field_classes = {"informed_on": DayField}
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "institution": "S’il manque, ajoutez-le d’abord aux partenaires.",
            "label": "Par exemple «\u00a0Un professeur coordonnateur à mi-temps\u00a0» ou «\u00a0Prêt du gymnase\u00a0».",
            "amount": "Laissez vide s’il n’est pas connu\u00a0: ce n’est pas zéro.",
            "valuation": "Un montant valorisé dit ce que vaudrait l’apport\u00a0; il n’est jamais additionné au reste.",
            "quantity": "Pour ce qui ne se compte pas en euros\u00a0: 36 heures, 0,5 ETP, 12 séances, 2 salles.",
            "unit": "Par exemple heures, ETP, séances, salles.",
            "source": "Par exemple «\u00a0courriel de l’inspection du 3 mars\u00a0».",
        }

    def __init__(self, *args, action=None, **kwargs):
        super().__init__(*args, **kwargs)
        fields = self.fields
        fields["institution"].queryset = self._institutions()
        fields["institution"].empty_label = "À choisir"
        fields["scheme"].queryset = Scheme.objects.filter(
            Q(is_active=True) | Q(pk=self.instance.scheme_id), cite=self.cite
        )
        fields["scheme"].empty_label = "Aucun"
        fields["action"].queryset = followed_actions(self.user, self.cite).filter(
            Q(budget_year__gte=int(self.instance.budget_year) - 1) | Q(pk=self.instance.action_id)
        )
        fields["action"].empty_label = "Aucune en particulier"
        fields["objective"].queryset = Objective.objects.filter(axis__programme__cite=self.cite)
        fields["objective"].empty_label = "Aucun en particulier"
        fields["objective"].help_text = "Quand l’apport sert un objectif entier plutôt qu’une action."
        if not can_write_articulation(self.user, self.cite):
            fields["action"].required = True
            del fields["objective"]
        self.helper = helper(Layout(*self._groups()))

    def _groups(self):
        linked = [name for name in ("action", "objective", "budget_year") if name in self.fields]
        return (
            Fieldset("L’apport", "institution", "label", "scheme"),
            Fieldset("Sa mesure", "kind", "amount", "valuation", "quantity", "unit"),
            Fieldset("Pour quoi", *linked),
            Fieldset("Source", "source", "informed_on", "note"),
            "version",
        )

    def _institutions(self):
        found = Organisation.objects.in_cite(self.cite)
        if not can_write_articulation(self.user, self.cite):
            own = self.user.access.organisations.get(self.cite.pk, ())
            found = Organisation.objects.filter(pk__in=own)
        return found | Organisation.objects.filter(pk=self.instance.institution_id)

    def clean_informed_on(self):
        day = self.cleaned_data["informed_on"]
        if day and day > timezone.localdate():
            raise ValidationError("Cette date n’est pas encore arrivée\u00a0: dites quand vous l’avez su.")
        return day

    def clean(self):
        cleaned = super().clean()
        kind = cleaned.get("kind")
        if kind == MainstreamKind.EUROS and cleaned.get("quantity") is not None:
            self.add_error(
                "quantity", "Un apport en euros n’a pas de quantité\u00a0: videz-la, ou choisissez heures ou autre."
            )
        if cleaned.get("action") and cleaned.get("objective"):
            self.add_error("objective", "Choisissez une action ou un objectif, pas les deux.")
        return cleaned


class AbsenceForm(ArticulationForm):
    class Meta:
        model = MainstreamAbsence
        fields = ("reason",)
        widgets = {"reason": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.fields["version"].initial = 0
        self.helper = helper()


class OutsideGrantForm(ArticulationForm):
    """One grant of another programme, "pour mémoire"."""

    class Meta:
        model = OutsideGrant
        fields = (
            *("programme", "budget_year", "funder", "holder", "holder_name", "holder_siret", "title"),
            *("amount", "step", "neighbourhood", "commune", "place", "reference", "note"),
        )
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "programme": "Par exemple «\u00a0Contrat de ville\u00a0» ou «\u00a0Programme de réussite éducative\u00a0».",
            "holder": "S’il est partenaire de la Cité\u00a0: sa page montrera tout l’argent public qu’il reçoit.",
            "holder_name": "Tel que l’autre programme l’écrit\u00a0; sans rien, le nom de l’annuaire.",
            "amount": "Laissez vide s’il n’est pas connu\u00a0: ce n’est pas zéro.",
            "reference": "Le numéro de dossier\u00a0: il révèle une action financée deux fois.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        fields = self.fields
        own = Organisation.objects.in_cite(self.cite) | Organisation.objects.filter(pk=self.instance.holder_id)
        fields["holder"].queryset = own
        fields["holder"].empty_label = "Aucun partenaire de la Cité"
        fields["holder_name"].required = False
        fields["neighbourhood"].queryset = Neighbourhood.objects.filter(
            Q(cites=self.cite) | Q(pk=self.instance.neighbourhood_id)
        ).distinct()
        fields["neighbourhood"].empty_label = "Non précisé"
        fields["commune"].queryset = Commune.objects.filter(
            Q(cites=self.cite) | Q(pk=self.instance.commune_id)
        ).distinct()
        fields["commune"].empty_label = "Non précisée"
        self.helper = helper(
            Layout(
                Fieldset("Le programme", "programme", "budget_year", "funder", "reference"),
                Fieldset("Le porteur", "holder", "holder_name", "holder_siret"),
                Fieldset("La subvention", "title", "amount", "step"),
                Fieldset("Le territoire", "neighbourhood", "commune", "place"),
                "note",
                "version",
            )
        )

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("holder_name"):
            if cleaned.get("holder"):
                cleaned["holder_name"] = cleaned["holder"].name
            elif not {"holder", "holder_name"} & set(self.errors):
                self.add_error("holder_name", "Choisissez un porteur de l’annuaire, ou écrivez son nom.")
        return cleaned


class OutsideUploadForm(forms.Form):
    """A table of another programme."""

    file = forms.FileField(
        label="Tableau",
        help_text=UploadForm.base_fields["file"].help_text,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xlsm,.ods,.csv,.tsv,.txt", "data-file-name": ""}),
        error_messages=UploadForm.base_fields["file"].error_messages,
    )
    programme = forms.CharField(
        label="Programme",
        max_length=120,
        help_text="Par exemple «\u00a0Contrat de ville\u00a0» ou «\u00a0Programme de réussite éducative\u00a0».",
    )
    budget_year = BudgetYearFormField(label="Exercice", help_text="Celui des lignes qui ne le disent pas elles-mêmes.")
    funder = forms.CharField(
        label="Financeur", max_length=160, required=False, help_text="Celui des lignes qui n’en nomment pas."
    )

    clean_file = UploadForm.clean_file

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper()


class DismissForm(forms.ModelForm):
    class Meta:
        model = DoubleDismissal
        fields = ("reason", "said_by")
        help_texts = {
            "reason": "Par exemple «\u00a0deux groupes d’élèves, deux périodes\u00a0».",
            "said_by": "Qui l’a vérifié, si ce n’est pas vous.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper()
