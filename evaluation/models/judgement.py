"""What the Cité answers to one of its questions, one year, and how sure it is."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from evaluation.enums import EvidenceLevel, JudgementState
from evaluation.models.protocol import EvaluationQuestion
from governance.models import Decision
from partners.enums import Role


class JudgementQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Validated answers for whoever follows the plan; drafts for the team and the evaluators."""
        access = user.access
        drafts = Q(question__cite__in=access.with_role(Role.LEAD, Role.CO_LEAD, Role.EVALUATOR))
        return self.filter(
            drafts | Q(question__cite__in=access.figure_readers, state=JudgementState.VALIDATED),
        )

    def validated(self):
        return self.filter(state=JudgementState.VALIDATED)


class Judgement(models.Model):
    """The written answer to a question for one civil year; `decisions` are what bodies decided from it.

    `verbatims` are words of people, one paragraph each, without any name; `contributors` says who helped, in groups.
    """

    question = models.ForeignKey(EvaluationQuestion, on_delete=models.PROTECT, related_name="judgements")
    year = models.PositiveSmallIntegerField("année")
    text = models.TextField("réponse", max_length=10000)
    evidence = models.CharField("solidité des preuves", max_length=12, choices=EvidenceLevel)
    verbatims = models.TextField("paroles recueillies", max_length=5000, blank=True)
    contributors = models.CharField("qui a contribué", max_length=500, blank=True)
    decisions = models.ManyToManyField(
        Decision, verbose_name="décisions qui en découlent", related_name="judgements", blank=True
    )
    state = models.CharField(
        "état", max_length=9, choices=JudgementState, default=JudgementState.DRAFT, editable=False
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField("écrite le", default=timezone.now, editable=False)
    validated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    validated_at = models.DateTimeField("validée le", null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = JudgementQuerySet.as_manager()

    class Meta:
        verbose_name = "réponse à une question évaluative"
        verbose_name_plural = "réponses aux questions évaluatives"
        ordering = ["-year", "question"]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "year"],
                name="judgement_once",
                violation_error_message="Cette question a déjà une réponse pour cette année.",
            ),
            models.CheckConstraint(
                name="judgement_validated_is_signed",
                condition=Q(state=JudgementState.DRAFT, validated_by__isnull=True, validated_at__isnull=True)
                | Q(state=JudgementState.VALIDATED, validated_by__isnull=False, validated_at__isnull=False),
                violation_error_message="Une réponse validée dit par qui et quand\u00a0; un projet ne le dit pas.",
            ),
        ]

    def __str__(self):
        return f"{self.question.code}, {self.year}"

    @property
    def is_validated(self):
        return self.state == JudgementState.VALIDATED
