from django import forms

from actions.forms.versions import VersionedForm
from cite_educative.common.forms import DayField
from evaluation.forms.fields import decisions_of, people_of
from evaluation.models import EvaluationProject, EvaluationQuestion, EvaluationStep, ImprovementPoint
from governance.models import Body
from partners.models import Organisation


class ProjectForm(VersionedForm):
    class Meta:
        model = EvaluationProject
        fields = (
            "purpose",
            "method",
            "evaluator_kind",
            "evaluator",
            "contract_reference",
            "cost",
            "cost_source",
            "committee",
            "protocol_on",
        )
        field_classes = {"protocol_on": DayField}
        widgets = {
            "purpose": forms.Textarea(attrs={"rows": 5}),
            "method": forms.Textarea(attrs={"rows": 5}),
        }
        help_texts = {
            "purpose": "À qui l’évaluation sert, pour décider de quoi.",
            "evaluator": "Laissez vide si elle est menée en interne.",
            "cost": "En euros, toutes taxes comprises. Laissez vide s’il n’est pas connu\u00a0; 0 s’il n’y en a pas.",
            "protocol_on": "Laissez vide tant que les pilotes ne l’ont pas arrêté.",
        }

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        cite = self.instance.cite
        partners = Organisation.objects.in_cite(cite) | Organisation.objects.filter(pk=self.instance.evaluator_id)
        self.fields["evaluator"].queryset = partners.distinct().order_by("name", "pk")
        self.fields["evaluator"].empty_label = "aucun organisme extérieur"
        self.fields["committee"].queryset = Body.objects.visible_to(user).filter(cite=cite)
        self.fields["committee"].empty_label = "aucune pour l’instant"


class StepForm(VersionedForm):
    class Meta:
        model = EvaluationStep
        fields = ("label", "planned_on", "done_on", "who")
        field_classes = {"planned_on": DayField, "done_on": DayField}
        help_texts = {
            "label": "Par exemple «\u00a0entretiens avec les porteurs\u00a0».",
            "done_on": "Laissez vide tant qu’elle n’est pas faite.",
        }


class ImprovementForm(VersionedForm):
    class Meta:
        model = ImprovementPoint
        fields = ("label", "question", "owner", "due_on", "decision", "done_on")
        field_classes = {"due_on": DayField, "done_on": DayField}
        help_texts = {
            "label": "Ce qui sera fait autrement, en une phrase.",
            "decision": "Celle d’une instance, si elle en a décidé.",
            "done_on": "Laissez vide tant qu’elle n’est pas faite.",
        }

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        row, fields = self.instance, self.fields
        cite = row.project.cite
        questions = EvaluationQuestion.objects.visible_to(user).filter(cite=cite)
        fields["question"].queryset = questions.filter(is_active=True) | questions.filter(pk=row.question_id)
        fields["question"].empty_label = "aucune en particulier"
        fields["owner"].queryset = people_of(cite, row.owner_id)
        fields["owner"].empty_label = "personne pour l’instant"
        fields["decision"].queryset = decisions_of(user, cite, [row.decision_id])
        fields["decision"].empty_label = "aucune"
