from django.db import models

from actions.enums import BornIn, NationalObjective
from cite_educative.common.dates import BudgetYearField, SchoolYearField
from partners.models import Cite


class ProgrammeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The team and the pilots see a programme being written; everybody else, once it is published."""
        access = user.access
        return self.filter(
            models.Q(cite__in=access.steered | access.piloted)
            | models.Q(cite__in=access.cites, published_at__isnull=False)
        )


class Programme(models.Model):
    """The strategy of one label: three years of axes and objectives."""

    cite = models.ForeignKey(Cite, on_delete=models.PROTECT, related_name="programmes")
    label = models.CharField("intitulé", max_length=160)
    starts_on = models.DateField("du")
    ends_on = models.DateField("au")
    published_at = models.DateTimeField("publié le", null=True, blank=True)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = "programme"
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["cite", "label"], name="programme_once"),
            models.CheckConstraint(
                name="programme_dates_in_order",
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                violation_error_message="Le programme ne peut pas finir avant d’avoir commencé.",
            ),
        ]

    def __str__(self):
        return self.label


class AxisQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(programme__in=Programme.objects.visible_to(user))

    def of_cite(self, cite):
        return self.filter(programme__cite=cite)


class Axis(models.Model):
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="axes")
    national_objective = models.CharField("objectif national", max_length=12, choices=NationalObjective)
    label = models.CharField("intitulé", max_length=200)
    short_label = models.CharField("intitulé court", max_length=40)
    contract_theme = models.CharField("thème du contrat de ville", max_length=160, blank=True)
    order = models.PositiveSmallIntegerField("rang")

    objects = AxisQuerySet.as_manager()

    class Meta:
        verbose_name = "axe"
        verbose_name_plural = "axes"
        ordering = ["programme", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["programme", "label"], name="axis_once")]

    def __str__(self):
        return self.label


class ObjectiveQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(axis__in=Axis.objects.visible_to(user))


class Objective(models.Model):
    axis = models.ForeignKey(Axis, on_delete=models.CASCADE, related_name="objectives")
    label = models.CharField("intitulé", max_length=240)
    order = models.PositiveSmallIntegerField("rang")

    objects = ObjectiveQuerySet.as_manager()

    class Meta:
        verbose_name = "objectif"
        ordering = ["axis__order", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["axis", "label"], name="objective_once")]

    def __str__(self):
        return self.label


class CallQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(cite__in=user.access.cites)


class Call(models.Model):
    """A call for projects, or one of its waves."""

    cite = models.ForeignKey(Cite, on_delete=models.PROTECT, related_name="calls")
    label = models.CharField("intitulé", max_length=120)
    budget_year = BudgetYearField("exercice")
    school_year = SchoolYearField("année scolaire", null=True, blank=True)
    opens_on = models.DateField("ouverture", null=True, blank=True)
    closes_on = models.DateField("clôture", null=True, blank=True)
    born_in = models.CharField("dépôt des demandes", max_length=8, choices=BornIn, default=BornIn.DAUPHIN)

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = "appel à projets"
        verbose_name_plural = "appels à projets"
        ordering = ["-budget_year", "label", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cite", "label"],
                name="call_once",
                violation_error_message="Un appel de cette Cité porte déjà ce nom.",
            ),
            models.CheckConstraint(
                name="call_dates_in_order",
                condition=models.Q(opens_on__isnull=True)
                | models.Q(closes_on__isnull=True)
                | models.Q(closes_on__gte=models.F("opens_on")),
                violation_error_message="La clôture ne peut pas précéder l’ouverture.",
            ),
        ]

    def __str__(self):
        return self.label
