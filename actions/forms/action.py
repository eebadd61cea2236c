from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError

from actions.forms.fields import DayField, helper
from actions.models import Action, Axis, Call, Objective
from actions.permissions import can_choose_holder
from cite_educative.common.forms import ManyChoiceField
from partners.models import Commune, Neighbourhood, Organisation

UNKNOWN = "–"


class ActionForm(forms.ModelForm):
    """A new sheet, on one page. `sheet_fields` is what the services take."""

    class Meta:
        model = Action
        fields = (
            *("title", "holder", "call", "budget_year", "school_year"),
            *("axis", "objective", "theme", "scope", "communes", "neighbourhoods"),
            *("audience", "starts_on", "ends_on", "period_text", "summary", "external_ref", "total_cost"),
        )
        field_classes = {
            "starts_on": DayField,
            "ends_on": DayField,
            "communes": ManyChoiceField,
            "neighbourhoods": ManyChoiceField,
        }
        widgets = {
            "communes": forms.CheckboxSelectMultiple,
            "neighbourhoods": forms.CheckboxSelectMultiple,
            "summary": forms.Textarea(attrs={"rows": 7}),
        }
        help_texts = {
            "holder": "L’organisme qui demande la subvention. S’il manque, ajoutez-le d’abord aux partenaires.",
            "call": "Laissez vide pour l’ingénierie ou un projet mené par la Cité elle-même.",
            "school_year": "Par exemple 2025-2026. À remplir si l’action suit l’année scolaire.",
            "axis": "Il se déduit de l’objectif quand vous en choisissez un.",
            "scope": "Une action intercommunale concerne toutes les communes de la Cité.",
            "audience": "Qui, quel âge, combien\u00a0: par exemple «\u00a060 collégiens de 4e et 3e\u00a0».",
            "period_text": "Ce que disait le document d’origine, s’il n’y avait pas de dates précises.",
            "external_ref": "Le numéro de la demande dans Dauphin, dès qu’il est connu.",
        }

    def __init__(self, *args, cite, user, **kwargs):
        super().__init__(*args, **kwargs)
        fields = self.fields
        fields["holder"].queryset = Organisation.objects.in_cite(cite)
        if not can_choose_holder(user, cite):
            own = user.access.held.get(cite.pk, ())
            fields["holder"].queryset = Organisation.objects.filter(pk__in=own)
        fields["call"].queryset = Call.objects.visible_to(user).filter(cite=cite)
        fields["axis"].queryset = Axis.objects.of_cite(cite).visible_to(user)
        fields["objective"].queryset = Objective.objects.filter(axis__programme__cite=cite).visible_to(user)
        fields["communes"].queryset = Commune.objects.filter(cites=cite)
        fields["neighbourhoods"].queryset = Neighbourhood.objects.filter(cites=cite)
        for name in ("holder", "call", "axis", "objective"):
            fields[name].empty_label = "À choisir" if name == "holder" else "Aucun"
        self.helper = helper(
            Layout(
                Fieldset("L’action", "title", "holder", "audience", "summary"),
                Fieldset("Le plan", "call", "budget_year", "school_year", "objective", "axis", "theme"),
                Fieldset("Le territoire", "scope", "communes", "neighbourhoods"),
                Fieldset("Le calendrier", "starts_on", "ends_on", "period_text"),
                Fieldset("Le dossier", "external_ref", "total_cost"),
            )
        )

    def clean(self):
        cleaned = super().clean()
        objective, axis = cleaned.get("objective"), cleaned.get("axis")
        if objective and axis is None:
            cleaned["axis"] = objective.axis
        elif objective and axis != objective.axis:
            self.add_error(
                "objective", ValidationError(f"Cet objectif relève de l’axe «\u00a0{objective.axis}\u00a0».")
            )
        return cleaned

    @property
    def sheet_fields(self):
        return dict(self.cleaned_data)


def compared(form, current):
    """What the user wrote beside what is stored now, field by field, for the conflict page."""
    rows = []
    for name, mine in form.sheet_fields.items():
        theirs = getattr(current, name)
        theirs = theirs.all() if name in ("communes", "neighbourhoods") else theirs
        mine, theirs = _shown(current, name, mine), _shown(current, name, theirs)
        rows.append({"label": form.fields[name].label, "mine": mine, "theirs": theirs, "different": mine != theirs})
    return rows


def _shown(action, name, value):
    if value is None or value == "":
        return UNKNOWN
    if name in ("communes", "neighbourhoods"):
        return ", ".join(sorted(str(one) for one in value)) or UNKNOWN
    choices = dict(action._meta.get_field(name).flatchoices)
    return str(choices.get(value, value))
