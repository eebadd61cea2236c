from crispy_forms.layout import Div, Fieldset, Layout
from django import forms

from actions.blocks import BLOCKS, BY_KEY
from actions.forms.fields import DayField, helper
from actions.forms.versions import VersionedForm
from actions.models import Action, Call, Criterion
from actions.permissions import can_choose_holder
from partners.models import Organisation

UNKNOWN = "–"
DATES = ("opens_on", "closes_on", "answers_on")
DAYS = dict.fromkeys(DATES, DayField)
ALWAYS = frozenset(block.key for block in BLOCKS if block.always)


class BlockBoxes(forms.CheckboxSelectMultiple):
    """Those that every sheet has are ticked, and cannot be unticked."""

    def create_option(self, name, value, label, selected, index, **kwargs):
        is_always = value in ALWAYS
        option = super().create_option(name, value, label, selected or is_always, index, **kwargs)
        if is_always:
            option["attrs"]["disabled"] = True
        return option


def check_order(form):
    """Says each fault beside its field, in the words of the calendar."""
    opens_on, closes_on, answers_on = (form.cleaned_data.get(name) for name in DATES)
    if opens_on and closes_on and closes_on < opens_on:
        form.add_error("closes_on", "La clôture ne peut pas précéder l’ouverture.")
    elif closes_on and answers_on and answers_on < closes_on:
        form.add_error("answers_on", "La réponse aux porteurs ne peut pas précéder la clôture.")


class CallForm(forms.ModelForm):
    """A call by sections; `version` is the optimistic lock."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    blocks = forms.MultipleChoiceField(
        label="Rubriques demandées",
        required=False,
        choices=[
            (block.key, f"{block.label} (toujours demandée)" if block.always else block.label) for block in BLOCKS
        ],
        widget=BlockBoxes,
        help_text="Les rubriques cochées s’affichent sur les fiches de cet appel. Huit informations seulement sont "
        "obligatoires, au dépôt\u00a0: elles sont dans les rubriques toujours demandées.",
    )

    class Meta:
        model = Call
        fields = (
            *("label", "budget_year", "school_year", *DATES, "presentation", "eligibility", "contact"),
            *("born_in", "naming_rule", "blocks"),
        )
        field_classes = DAYS
        widgets = {
            "presentation": forms.Textarea(attrs={"rows": 8}),
            "eligibility": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {
            "label": "Avec sa vague s’il y en a plusieurs\u00a0: «\u00a0Appel à projets 2026, deuxième vague\u00a0».",
            "school_year": "Par exemple 2025-2026, si l’appel suit l’année scolaire.",
            "closes_on": "Le dernier jour compris. Après lui, l’équipe seule accepte un dépôt tardif.",
            "presentation": "Ce que l’appel soutient, pour qui, avec quelles priorités. La page publique commence par là.",
            "eligibility": "Par exemple «\u00a0Les associations, communes et établissements qui agissent dans les "
            "quartiers prioritaires\u00a0».",
            "contact": "Un service ou une adresse, que la page publique donnera à tout le monde.",
            "born_in": "Où les porteurs déposent d’abord leur demande.",
            "naming_rule": "Si l’État en impose un\u00a0: par exemple «\u00a0CE-DK – association – projet\u00a0».",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version
        self.helper = helper(
            Layout(
                "version",
                Fieldset("L’appel", "label", Div("budget_year", "school_year", css_class="champs-cote")),
                Fieldset("Le calendrier", Div(*DATES, css_class="champs-cote")),
                Fieldset("Ce que lira le public", "presentation", "eligibility", "contact"),
                Fieldset("Le dépôt", "born_in", "naming_rule"),
                Fieldset("La fiche", "blocks"),
            )
        )

    def clean_blocks(self):
        """In the order of the sheet; those always there are not kept."""
        return [block.key for block in BLOCKS if block.key in self.cleaned_data["blocks"] and not block.always]

    def clean(self):
        cleaned = super().clean()
        check_order(self)
        return cleaned

    def _get_validation_exclusions(self):
        """The service checks the whole row; here only what was typed."""
        return super()._get_validation_exclusions() | {"blocks"}

    def validate_constraints(self):
        """Done by the service; the order of the dates is said above, beside the fields."""


def compared_calls(form, current):
    """What the user wrote beside what is stored now, field by field, for the conflict page."""
    rows = []
    for name in form._meta.fields:
        mine, theirs = _shown(name, form.cleaned_data[name]), _shown(name, getattr(current, name))
        rows.append({"label": form.fields[name].label, "mine": mine, "theirs": theirs, "different": mine != theirs})
    return rows


def _shown(name, value):
    if name == "blocks":
        return ", ".join(BY_KEY[key].label for key in value if key in BY_KEY) or UNKNOWN
    if value in (None, ""):
        return UNKNOWN
    return str(dict(Call._meta.get_field(name).flatchoices).get(value, value))


class NextCallForm(forms.ModelForm):
    """The name and the dates of a call that otherwise asks what another one asked."""

    class Meta:
        model = Call
        fields = ("label", "budget_year", "school_year", *DATES)
        field_classes = DAYS
        help_texts = {"label": "Avec sa vague s’il y en a plusieurs."}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper()

    def clean(self):
        cleaned = super().clean()
        check_order(self)
        return cleaned

    def validate_constraints(self):
        """Done by the service; the order of the dates is said above, beside the fields."""


class CriterionForm(VersionedForm):
    class Meta:
        model = Criterion
        fields = ("label", "help_text", "weight", "order")
        help_texts = {
            "label": "Par exemple «\u00a0Lien avec le projet de l’école\u00a0».",
            "help_text": "Ce que lira qui donne son avis, sous l’intitulé.",
            "weight": "De 1 à 10, dans la moyenne. Vide\u00a0: le critère compte une fois.",
            "order": "Sa place dans la grille.",
        }

    def validate_constraints(self):
        """Done by the service."""


class AnswerCallForm(forms.ModelForm):
    """How a holder begins its request: two fields, the call gives the rest."""

    class Meta:
        model = Action
        fields = ("title", "holder")
        help_texts = {"holder": "La structure qui demande la subvention."}

    def __init__(self, *args, user, call, **kwargs):
        super().__init__(*args, **kwargs)
        holders = Organisation.objects.in_cite(call.cite)
        if not can_choose_holder(user, call.cite):
            holders = Organisation.objects.filter(pk__in=user.access.held.get(call.cite_id, ()))
        self.fields["holder"].queryset = holders
        self.fields["holder"].empty_label = "À choisir"
        if len(holders) == 1:
            self.fields["holder"].initial = holders[0]
        if call.naming_rule:
            self.fields["title"].help_text = f"Dans Dauphin, il s’écrira\u00a0: {call.naming_rule}."
        self.helper = helper()

    def _get_validation_exclusions(self):
        """The service checks the whole row; here only what was typed."""
        return {field.name for field in self._meta.model._meta.fields} - set(self.fields)

    def validate_constraints(self):
        """Done by the service."""
