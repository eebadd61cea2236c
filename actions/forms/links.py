from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.html import format_html

from actions.block_fields import about_words
from actions.enums import Step
from actions.forms.fields import DayField, helper
from actions.models import Action, ActionComment, FundingSource, Objective
from cite_educative.common.forms import ManyChoiceField
from cite_educative.common.money import MoneyFormField


class SheetByLinkForm(forms.ModelForm):
    """What a request cannot be filed without, for who has no account; the holder itself does not change."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Action
        fields = ("title", "audience", "objective", "scope", "communes", "starts_on", "ends_on", "external_ref")
        field_classes = {"starts_on": DayField, "ends_on": DayField, "communes": ManyChoiceField}
        widgets = {"communes": forms.CheckboxSelectMultiple}
        help_texts = {
            "scope": "Une action intercommunale concerne toutes les communes de la Cité.",
            "audience": "Qui, quel âge, combien\u00a0: par exemple «\u00a060 collégiens de 4e et 3e\u00a0». Aucun nom d’enfant.",
            "external_ref": "Le numéro de la demande dans Dauphin, dès qu’il est connu.",
        }

    def __init__(self, *args, remarks, **kwargs):
        super().__init__(*args, **kwargs)
        action, fields = self.instance, self.fields
        self._tell(remarks)
        fields["version"].initial = action.version
        published = Q(axis__programme__cite=action.cite_id, axis__programme__published_at__isnull=False)
        fields["objective"].queryset = Objective.objects.filter(published | Q(pk=action.objective_id))
        fields["objective"].empty_label = "À choisir"
        fields["communes"].queryset = action.cite.communes.all()
        known = {
            funding.source_id: funding.requested for funding in action.fundings.filter(budget_year=action.budget_year)
        }
        for source in self._sources:
            fields[f"requested-{source.pk}"] = MoneyFormField(
                label=source.label,
                required=False,
                initial=known.get(source.pk),
                help_text="Laissez vide si rien n’est demandé.",
            )
        self.helper = helper(
            Layout(
                "version",
                *([Fieldset("Ce qui est à corriger", "corrected")] if remarks else []),
                Fieldset("L’action", "title", "audience", "objective", "external_ref"),
                Fieldset("Le territoire", "scope", "communes"),
                Fieldset("Le calendrier", "starts_on", "ends_on"),
                Fieldset("Ce que vous demandez, en euros", *[f"requested-{source.pk}" for source in self._sources]),
            )
        )

    def _tell(self, remarks):
        """All of them to be ticked once corrected, and each under its field when the form has it."""
        if not remarks:
            return
        self.fields["corrected"] = ManyChoiceField(
            ActionComment.objects.filter(pk__in=[remark.pk for remark in remarks]).order_by("pk"),
            label="Cochez ce que vous avez corrigé",
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["corrected"].label_from_instance = _words
        for remark in remarks:
            if remark.field in self.fields:
                field = self.fields[remark.field]
                field.help_text = format_html("{} <b>À corriger\u00a0:</b> {}", field.help_text, remark.body)

    @cached_property
    def _sources(self):
        sources = FundingSource.objects.filter(cite=self.instance.cite_id).active()
        return [source for source in sources if Step.REQUESTED in source.steps]

    def clean(self):
        cleaned = super().clean()
        for source in self._sources:
            amount = cleaned.get(f"requested-{source.pk}")
            if amount is not None and amount < 0:
                self.add_error(f"requested-{source.pk}", "Un montant ne peut pas être négatif.")
        return cleaned

    @property
    def corrected(self):
        return list(self.cleaned_data.get("corrected", ()))

    @property
    def sheet_fields(self):
        fields = {name: self.cleaned_data[name] for name in self._meta.fields}
        return fields | ({"axis": fields["objective"].axis} if fields["objective"] else {})

    @property
    def requested(self):
        return {source: self.cleaned_data[f"requested-{source.pk}"] for source in self._sources}


def _words(comment):
    return f"{about_words(comment.block, comment.field)}\u00a0: {comment.body}"
