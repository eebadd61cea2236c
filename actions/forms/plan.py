from django import forms

from actions.forms.fields import DayField, helper
from actions.models import Axis, Call, Objective, Programme


class PlanForm(forms.ModelForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper()


class ProgrammeForm(PlanForm):
    class Meta:
        model = Programme
        fields = ("label", "starts_on", "ends_on")
        field_classes = {"starts_on": DayField, "ends_on": DayField}
        help_texts = {"label": "Par exemple «\u00a0Programme 2024-2027\u00a0»."}


class AxisForm(PlanForm):
    class Meta:
        model = Axis
        fields = ("national_objective", "label", "short_label", "contract_theme", "order")
        help_texts = {
            "short_label": "Un ou deux mots, pour les tableaux.",
            "contract_theme": "Le thème du contrat de ville auquel l’axe répond.",
            "order": "La place de l’axe dans le programme.",
        }


class ObjectiveForm(PlanForm):
    class Meta:
        model = Objective
        fields = ("label", "order")
        help_texts = {"order": "La place de l’objectif dans son axe."}


class CallForm(PlanForm):
    class Meta:
        model = Call
        fields = ("label", "budget_year", "school_year", "opens_on", "closes_on", "born_in")
        field_classes = {"opens_on": DayField, "closes_on": DayField}
        help_texts = {
            "label": "Par exemple «\u00a0Appel à projets 2026\u00a0».",
            "school_year": "Par exemple 2025-2026, si l’appel suit l’année scolaire.",
            "born_in": "Où les porteurs déposent d’abord leur demande.",
        }
