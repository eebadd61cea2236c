"""Indicators, what is aimed at, and what was measured."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from actions.models import Action, Theme
from evaluation.enums import (
    Breakdown,
    Category,
    Certainty,
    Frequency,
    Level,
    MeasurementState,
    Nature,
    Origin,
    Trend,
    Unit,
)
from evaluation.models.protocol import EvaluationQuestion, ProtocolQuerySet
from evaluation.periods import Period, period_label
from partners.enums import Role, SideKind
from partners.models import Cite, Commune, Neighbourhood, Person, School, Side


class Figure(models.DecimalField):
    """Any figure but an amount: four decimals, so that a share keeps its own."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"max_digits": 16, "decimal_places": 4, "null": True, "blank": True} | kwargs)


class Indicator(models.Model):
    """One figure that a Cité follows. `computed_key` names its computation, blank when it is entered or imported.

    A share is kept with what it divides: territories add up by their numerators and denominators, never by their
    shares. `breakdowns` is a list of `Breakdown` values.
    """

    cite = models.ForeignKey(Cite, on_delete=models.PROTECT, related_name="indicators")
    code = models.CharField("code", max_length=8)
    name = models.CharField("intitulé", max_length=200)
    definition = models.TextField("définition", max_length=2000, blank=True)
    level = models.CharField("niveau", max_length=8, choices=Level)
    nature = models.CharField("origine", max_length=8, choices=Nature, default=Nature.MEASURED)
    computed_key = models.CharField("calcul", max_length=40, blank=True, editable=False)
    unit = models.CharField("unité", max_length=14, choices=Unit)
    numerator_label = models.CharField("numérateur", max_length=200, blank=True)
    denominator_label = models.CharField("dénominateur", max_length=200, blank=True)
    source = models.CharField("source", max_length=300, blank=True)
    open_data_id = models.CharField("jeu de données ouvertes", max_length=80, blank=True)
    frequency = models.CharField("fréquence", max_length=11, choices=Frequency, default=Frequency.CIVIL_YEAR)
    breakdowns = models.JSONField("ventilations", default=list, blank=True)
    trend = models.CharField("lecture", max_length=4, choices=Trend, default=Trend.NONE, blank=True)
    baseline = Figure("valeur de départ")
    baseline_told = models.CharField("date et source de la valeur de départ", max_length=160, blank=True)
    owner = models.ForeignKey(
        Person, verbose_name="suivi par", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    questions = models.ManyToManyField(
        EvaluationQuestion, verbose_name="questions éclairées", related_name="indicators", blank=True
    )
    themes = models.ManyToManyField(Theme, verbose_name="thématiques", related_name="indicators", blank=True)
    actions = models.ManyToManyField(Action, verbose_name="actions mesurées", related_name="indicators", blank=True)
    order = models.PositiveSmallIntegerField("rang", default=1)
    is_active = models.BooleanField("suivi aujourd’hui", default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ProtocolQuerySet.as_manager()

    class Meta:
        verbose_name = "indicateur"
        ordering = ["order", "code", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cite", "code"],
                name="indicator_once",
                violation_error_message="Un indicateur de cette Cité porte déjà ce code.",
            ),
            models.CheckConstraint(
                name="indicator_computed_has_key",
                condition=Q(nature=Nature.COMPUTED) & ~Q(computed_key="")
                | ~Q(nature=Nature.COMPUTED) & Q(computed_key=""),
                violation_error_message="Seul un indicateur livré avec l’application peut être calculé par elle.",
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.name}"

    @property
    def is_share(self):
        """Whether its value is its numerator over its denominator."""
        return self.unit == Unit.PERCENT and bool(self.denominator_label)

    @property
    def counts_persons(self):
        return self.unit in (Unit.PERSONS, Unit.PARTICIPATIONS)

    @property
    def categories(self):
        """The parts of the public that are asked for, after everybody."""
        return [part for breakdown in Breakdown if breakdown in self.breakdowns for part in Category.of(breakdown)]


class Target(models.Model):
    """What is aimed at for the periods that start in one civil year."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="targets")
    year = models.PositiveSmallIntegerField("année")
    value = models.DecimalField("cible", max_digits=16, decimal_places=4)

    class Meta:
        verbose_name = "cible"
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "year"],
                name="target_once",
                violation_error_message="Une cible est déjà donnée pour cette année.",
            )
        ]

    def __str__(self):
        return f"{self.indicator.code} {self.year}"


class MeasurementQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Validated figures for whoever follows the plan; those still to validate for the team, the evaluators, the
        referents of the commune they tell of and whoever follows the indicator. Those of one school: the team and the
        Éducation nationale's side.
        """
        access = user.access
        makers = access.with_role(Role.LEAD, Role.CO_LEAD, Role.EVALUATOR)
        allowed = Q(indicator__cite__in=makers)
        allowed |= Q(indicator__cite__in=access.figure_readers, state=MeasurementState.VALIDATED)
        for cite, communes in access.communes.items():
            allowed |= Q(indicator__cite=cite, commune__in=communes)
        if user.person_id is not None:
            allowed |= Q(indicator__cite__in=access.figure_readers, indicator__owner=user.person_id)
        sides = {side for ids in access.sides.values() for side in ids}
        teaching = Side.objects.filter(pk__in=sides, kind=SideKind.EDUCATION, cite=OuterRef("indicator__cite"))
        of_school = Q(indicator__cite__in=access.steered) | Exists(teaching)
        return self.filter(allowed).filter(Q(school__isnull=True) | of_school)

    def validated(self):
        return self.filter(state=MeasurementState.VALIDATED)


class Measurement(models.Model):
    """One figure: a period, a territory (none is the whole Cité), a part of the public. NULL is not known, never 0.

    `place` is the territory's key ("", "c12", "q5", "e9"), which tells one cell of the grid from another. A share has its
    numerator and denominator, and `value` is their quotient in percent.
    """

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="measurements")
    starts_on = models.DateField("du")
    ends_on = models.DateField("au")
    commune = models.ForeignKey(
        Commune, verbose_name="commune", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    neighbourhood = models.ForeignKey(
        Neighbourhood, verbose_name="quartier", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    school = models.ForeignKey(
        School, verbose_name="établissement", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    place = models.CharField(max_length=12, blank=True, editable=False)
    category = models.CharField("public", max_length=8, choices=Category, default=Category.ALL)
    value = Figure("valeur")
    numerator = Figure("numérateur")
    denominator = Figure("dénominateur")
    certainty = models.CharField("connaissance", max_length=9, choices=Certainty, default=Certainty.COUNTED)
    state = models.CharField("état", max_length=9, choices=MeasurementState, default=MeasurementState.DRAFT)
    remarks = models.CharField("à reprendre parce que", max_length=300, blank=True)
    comment = models.CharField("précision", max_length=300, blank=True)
    origin = models.CharField("provenance", max_length=6, choices=Origin, default=Origin.ENTRY)
    reference = models.CharField("fichier ou bilan", max_length=200, blank=True)
    said_by = models.CharField("reçu de", max_length=200, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField("saisi le", default=timezone.now)
    validated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    validated_at = models.DateTimeField("validé le", null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = MeasurementQuerySet.as_manager()

    class Meta:
        verbose_name = "mesure"
        ordering = ["-starts_on", "place", "category", "pk"]
        indexes = [models.Index(fields=["indicator", "state", "-starts_on"], name="measurement_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "starts_on", "ends_on", "place", "category"], name="measurement_once"
            ),
            models.CheckConstraint(
                name="measurement_period_in_order",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message="La période finit avant d’avoir commencé.",
            ),
            models.CheckConstraint(
                name="measurement_unknown_has_no_value",
                condition=Q(certainty=Certainty.UNKNOWN, value__isnull=True)
                | ~Q(certainty=Certainty.UNKNOWN) & Q(value__isnull=False),
                violation_error_message="Un chiffre non connu n’a pas de valeur\u00a0; un chiffre compté ou estimé en a une.",
            ),
        ]

    def __str__(self):
        return f"{self.indicator.code} {self.period_label}"

    def save(self, *args, **kwargs):
        self.place = place_key(self.commune_id, self.neighbourhood_id, self.school_id)
        super().save(*args, **kwargs)

    def clean(self):
        if sum(key is not None for key in (self.commune_id, self.neighbourhood_id, self.school_id)) > 1:
            raise ValidationError("Une mesure porte sur un seul territoire.")

    @property
    def period(self):
        return Period(self.starts_on, self.ends_on)

    @property
    def period_label(self):
        return period_label(self.starts_on, self.ends_on)


def place_key(commune=None, neighbourhood=None, school=None):
    """ "c12" for the commune of key 12, "q…" a neighbourhood, "e…" a school, "" for the whole Cité."""
    for letter, key in (("c", commune), ("q", neighbourhood), ("e", school)):
        if key is not None:
            return f"{letter}{key}"
    return ""
