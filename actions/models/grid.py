"""The optional grid of a call: criteria, and how each opinion scores a request on them."""

from django.db import models

from actions.enums import Score
from actions.models.plan import Call
from actions.models.support import Opinion


class CriterionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """As its call: a holder may know on what requests are compared."""
        return self.filter(call__in=Call.objects.visible_to(user))


class Criterion(models.Model):
    """What a call compares its requests on. Without `weight`, it counts once."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="criteria")
    label = models.CharField("critère", max_length=160)
    help_text = models.CharField("précision", max_length=240, blank=True)
    weight = models.PositiveSmallIntegerField("poids", null=True, blank=True)
    order = models.PositiveSmallIntegerField("rang", default=1)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = CriterionQuerySet.as_manager()

    class Meta:
        verbose_name = "critère"
        verbose_name_plural = "critères"
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "label"],
                name="criterion_once",
                violation_error_message="Cet appel a déjà ce critère.",
            ),
            models.CheckConstraint(
                name="criterion_weight_counts",
                condition=models.Q(weight__isnull=True) | models.Q(weight__gte=1, weight__lte=10),
                violation_error_message="Un poids va de 1 à 10.",
            ),
        ]

    def __str__(self):
        return self.label


class OpinionScore(models.Model):
    """Read through its opinion only (`Opinion.visible_to`)."""

    opinion = models.ForeignKey(Opinion, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, verbose_name="critère", on_delete=models.PROTECT, related_name="scores")
    score = models.PositiveSmallIntegerField("note", choices=Score)

    class Meta:
        verbose_name = "note"
        constraints = [models.UniqueConstraint(fields=["opinion", "criterion"], name="opinion_score_once")]

    def __str__(self):
        return f"{self.score} {self.get_score_display()}"
