from django.db import models

from actions.blocks import default_blocks
from actions.enums import BornIn, NationalObjective
from actions.models.themes import ContractTheme
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
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = "programme"
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cite", "label"],
                name="programme_once",
                violation_error_message="Un programme de cette Cité porte déjà ce nom.",
            ),
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
    summary = models.TextField("présentation", blank=True)
    order = models.PositiveSmallIntegerField("rang")
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = AxisQuerySet.as_manager()

    class Meta:
        verbose_name = "axe"
        verbose_name_plural = "axes"
        ordering = ["programme", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "label"],
                name="axis_once",
                violation_error_message="Un axe de ce programme porte déjà ce nom.",
            )
        ]

    def __str__(self):
        return self.label


class ObjectiveQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(axis__in=Axis.objects.visible_to(user))


class Objective(models.Model):
    axis = models.ForeignKey(Axis, on_delete=models.CASCADE, related_name="objectives")
    label = models.CharField("intitulé", max_length=240)
    summary = models.TextField("présentation", blank=True)
    contract_themes = models.ManyToManyField(
        ContractTheme, verbose_name="thèmes du contrat de ville", related_name="objectives", blank=True
    )
    order = models.PositiveSmallIntegerField("rang")
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ObjectiveQuerySet.as_manager()

    class Meta:
        verbose_name = "objectif"
        ordering = ["axis__order", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["axis", "label"],
                name="objective_once",
                violation_error_message="Un objectif de cet axe porte déjà ce nom.",
            )
        ]

    def __str__(self):
        return self.label


class CallQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Who reads all requests sees every call; the other members, once it is published or when they answered it."""
        access = user.access
        answered = models.Q(pk__in=[])
        for cite, organisations in access.held.items():
            own = Call.objects.filter(pk=models.OuterRef("pk"), actions__holder__in=organisations)
            answered |= models.Q(models.Exists(own), cite=cite)
        published = models.Q(cite__in=access.cites, published_at__isnull=False)
        return self.filter(models.Q(cite__in=access.full_readers) | published | answered)

    def published(self):
        """Those whose page anybody may read."""
        return self.filter(published_at__isnull=False)

    def open_on(self, day):
        """Neither to come nor over; a call without dates is open."""
        begun = models.Q(opens_on__isnull=True) | models.Q(opens_on__lte=day)
        return self.filter(begun, models.Q(closes_on__isnull=True) | models.Q(closes_on__gte=day))


class Call(models.Model):
    """A call for projects, or one of its waves."""

    cite = models.ForeignKey(Cite, on_delete=models.PROTECT, related_name="calls")
    label = models.CharField("intitulé", max_length=120)
    budget_year = BudgetYearField("exercice")
    school_year = SchoolYearField("année scolaire", null=True, blank=True)
    opens_on = models.DateField("ouverture", null=True, blank=True)
    closes_on = models.DateField("clôture", null=True, blank=True)
    born_in = models.CharField("dépôt des demandes", max_length=8, choices=BornIn, default=BornIn.DAUPHIN)
    answers_on = models.DateField("réponse aux porteurs", null=True, blank=True)
    presentation = models.TextField("à quoi sert cet appel", blank=True)
    eligibility = models.TextField("qui peut répondre", blank=True)
    # How the State wants the title written in Dauphin, to find the requests of this call ("75-CE-P19 + …").
    naming_rule = models.CharField("intitulé à donner dans Dauphin", max_length=200, blank=True)
    contact = models.CharField("à qui écrire", max_length=200, blank=True)
    # Keys of `actions.blocks.BLOCKS`: what the sheets of this call show besides what is always asked.
    blocks = models.JSONField("rubriques de la fiche", default=default_blocks, blank=True)
    published_at = models.DateTimeField("page publique ouverte le", null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

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
            models.CheckConstraint(
                name="call_answers_after_closing",
                condition=models.Q(closes_on__isnull=True)
                | models.Q(answers_on__isnull=True)
                | models.Q(answers_on__gte=models.F("closes_on")),
                violation_error_message="La réponse aux porteurs ne peut pas précéder la clôture.",
            ),
        ]

    def __str__(self):
        return self.label

    def is_early(self, day):
        return self.opens_on is not None and day < self.opens_on

    def is_late(self, day):
        return self.closes_on is not None and day > self.closes_on

    def is_open(self, day):
        return not self.is_early(day) and not self.is_late(day)
