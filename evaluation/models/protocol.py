"""The evaluation protocol: what is asked, how it is answered, and the project that evaluation itself is."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from actions.models import Programme, Theme
from cite_educative.common.money import ZERO, MoneyField
from evaluation.enums import EvaluatorKind, QuestionLevel
from governance.models import Body, Decision
from partners.enums import Role
from partners.models import Cite, Organisation, Person

MAKERS = (Role.LEAD, Role.CO_LEAD, Role.PILOT, Role.EVALUATOR)


class ProtocolQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(cite__in=user.access.figure_readers)


class ProjectQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Who evaluates, what it costs, what is to improve: the team, the pilots and the evaluators."""
        return self.filter(cite__in=user.access.with_role(*MAKERS))


class ProjectRowQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(project__cite__in=user.access.with_role(*MAKERS))


class EvaluationProject(models.Model):
    """How the evaluation of one label is run. `protocol_on` is the day its protocol was agreed, NULL until then."""

    cite = models.ForeignKey(Cite, on_delete=models.PROTECT, related_name="evaluation_projects")
    programme = models.OneToOneField(Programme, on_delete=models.PROTECT, related_name="evaluation_project")
    purpose = models.TextField("ce que l’évaluation doit éclairer", max_length=5000, blank=True)
    method = models.TextField("méthode", max_length=5000, blank=True)
    evaluator_kind = models.CharField(
        "évaluation menée", max_length=15, choices=EvaluatorKind, default=EvaluatorKind.INTERNAL
    )
    evaluator = models.ForeignKey(
        Organisation, verbose_name="évaluateur", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    contract_reference = models.CharField("marché ou convention", max_length=160, blank=True)
    cost = MoneyField("coût", null=True, blank=True)
    cost_source = models.CharField("payé sur", max_length=160, blank=True)
    committee = models.ForeignKey(
        Body,
        verbose_name="instance qui suit l’évaluation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    protocol_on = models.DateField("protocole arrêté le", null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = "projet d’évaluation"
        verbose_name_plural = "projets d’évaluation"
        constraints = [
            models.CheckConstraint(
                name="evaluation_cost_not_negative",
                condition=Q(cost__isnull=True) | Q(cost__gte=ZERO),
                violation_error_message="Un coût ne peut pas être négatif.",
            )
        ]

    def __str__(self):
        return f"Évaluation, {self.programme}"


class EvaluationStep(models.Model):
    """One step of its calendar."""

    project = models.ForeignKey(EvaluationProject, on_delete=models.CASCADE, related_name="steps")
    label = models.CharField("étape", max_length=200)
    planned_on = models.DateField("prévue le")
    done_on = models.DateField("faite le", null=True, blank=True)
    who = models.CharField("par qui", max_length=160, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ProjectRowQuerySet.as_manager()

    class Meta:
        verbose_name = "étape de l’évaluation"
        verbose_name_plural = "étapes de l’évaluation"
        ordering = ["planned_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "label", "planned_on"],
                name="evaluation_step_once",
                violation_error_message="Cette étape est déjà notée à cette date.",
            )
        ]

    def __str__(self):
        return self.label

    def is_late(self, today):
        return self.done_on is None and self.planned_on < today


class ImprovementPoint(models.Model):
    """What will be done otherwise because of the evaluation; `decision` is the one that says so, when a body did."""

    project = models.ForeignKey(EvaluationProject, on_delete=models.CASCADE, related_name="improvements")
    question = models.ForeignKey(
        "EvaluationQuestion",
        verbose_name="question",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="improvements",
    )
    label = models.CharField("amélioration", max_length=300)
    owner = models.ForeignKey(
        Person, verbose_name="suivie par", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    due_on = models.DateField("pour le", null=True, blank=True)
    done_on = models.DateField("faite le", null=True, blank=True)
    decision = models.ForeignKey(
        Decision, verbose_name="décision", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ProjectRowQuerySet.as_manager()

    class Meta:
        verbose_name = "amélioration"
        ordering = [F("due_on").asc(nulls_last=True), "pk"]

    def __str__(self):
        return self.label

    def is_late(self, today):
        return self.done_on is None and self.due_on is not None and self.due_on < today


class EvaluationQuestion(models.Model):
    """One "question évaluative"; retired rather than deleted, once indicators or judgements answer it."""

    cite = models.ForeignKey(Cite, on_delete=models.PROTECT, related_name="evaluation_questions")
    code = models.CharField("code", max_length=8)
    text = models.CharField("question", max_length=300)
    level = models.CharField("niveau", max_length=8, choices=QuestionLevel)
    criteria = models.TextField("critères", max_length=3000, blank=True)
    method = models.TextField("méthode", max_length=3000, blank=True)
    respondents = models.CharField("qui répond", max_length=300, blank=True)
    calendar = models.CharField("quand", max_length=200, blank=True)
    themes = models.ManyToManyField(Theme, verbose_name="thématiques", related_name="evaluation_questions", blank=True)
    order = models.PositiveSmallIntegerField("rang", default=1, validators=[MinValueValidator(1)])
    is_active = models.BooleanField("posée aujourd’hui", default=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField("ajoutée le", default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ProtocolQuerySet.as_manager()

    class Meta:
        verbose_name = "question évaluative"
        verbose_name_plural = "questions évaluatives"
        ordering = ["order", "code", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cite", "code"],
                name="evaluation_question_once",
                violation_error_message="Une question de cette Cité porte déjà ce code.",
            )
        ]

    def __str__(self):
        return f"{self.code} {self.text}"
