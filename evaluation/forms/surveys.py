"""What the team writes of a survey."""

from django import forms

from actions.forms.versions import VersionedForm
from cite_educative.common.forms import DayField
from evaluation.models import EvaluationQuestion, Survey, SurveyItem


class SurveyForm(VersionedForm):
    class Meta:
        model = Survey
        fields = ("title", "question", "audience", "introduction", "opens_on", "closes_on")
        field_classes = {"opens_on": DayField, "closes_on": DayField}
        widgets = {"introduction": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "title": "Celui que lisent les personnes interrogées. Par exemple «\u00a0Votre avis sur l’aide aux devoirs\u00a0».",
            "question": "Les résultats serviront à y répondre.",
            "introduction": "Deux ou trois phrases simples\u00a0: à quoi servent les réponses, combien de temps cela prend.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        questions = EvaluationQuestion.objects.filter(cite=self.instance.cite, is_active=True)
        self.fields["question"].queryset = questions | EvaluationQuestion.objects.filter(pk=self.instance.question_id)

    def _get_validation_exclusions(self):
        """Constraints are for the service, under lock."""
        return {field.name for field in Survey._meta.fields}


class SurveyItemForm(VersionedForm):
    class Meta:
        model = SurveyItem
        fields = ("label", "kind", "choices", "is_required")
        widgets = {"choices": forms.Textarea(attrs={"rows": 6})}
        help_texts = {
            "label": "Une seule idée, des mots de tous les jours.",
            "choices": (
                "Un choix par ligne. Pour une échelle, laissez vide pour les mots habituels (de «\u00a0Pas du tout\u00a0» à "
                "«\u00a0Tout à fait\u00a0»), ou écrivez un mot par note, du plus bas au plus haut. Rien pour une réponse libre."
            ),
        }
