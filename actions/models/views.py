"""How people look at the list of actions: views that they name, school holidays behind the timeline, bulk gestures."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from actions.enums import SchoolZone
from cite_educative.common.dates import SchoolYearField
from partners.models import Cite

PRESENTATIONS = [("tableau", "tableau"), ("cartes", "cartes"), ("frise", "frise"), ("territoire", "territoire")]


class SavedViewQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(Q(owner=user) | Q(is_shared=True), cite__in=user.access.cites)


class SavedView(models.Model):
    """Filters, order and columns under a name. A shared one shows each reader what she or he may read, no more."""

    cite = models.ForeignKey(Cite, on_delete=models.CASCADE, related_name="saved_views")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField("nom de la vue", max_length=80)
    presentation = models.CharField("présentation", max_length=10, choices=PRESENTATIONS, default="tableau")
    query = models.CharField("filtres", max_length=1500, blank=True)
    is_shared = models.BooleanField("partagée dans la Cité", default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = "vue enregistrée"
        verbose_name_plural = "vues enregistrées"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cite", "owner", "name"],
                name="saved_view_once",
                violation_error_message="Vous avez déjà une vue de ce nom.",
            )
        ]

    def __str__(self):
        return self.name


class HolidayPeriodQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(cite__in=user.access.cites)

    def between(self, start, end):
        return self.filter(starts_on__lte=end, ends_on__gte=start)


class HolidayPeriod(models.Model):
    """School holidays as one Cité shows them, first and last day included; `source` says where the dates come from."""

    cite = models.ForeignKey(Cite, on_delete=models.CASCADE, related_name="holidays")
    school_year = SchoolYearField("année scolaire")
    zone = models.CharField("zone", max_length=1, choices=SchoolZone, blank=True)
    label = models.CharField("vacances", max_length=80)
    starts_on = models.DateField("premier jour")
    ends_on = models.DateField("dernier jour")
    source = models.CharField("source", max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = HolidayPeriodQuerySet.as_manager()

    class Meta:
        verbose_name = "période de vacances scolaires"
        verbose_name_plural = "vacances scolaires"
        ordering = ["starts_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cite", "school_year", "label"],
                name="holiday_once",
                violation_error_message="Ces vacances sont déjà notées pour cette année scolaire.",
            ),
            models.CheckConstraint(
                name="holiday_dates_in_order",
                condition=Q(ends_on__gte=models.F("starts_on")),
                violation_error_message="Les vacances ne peuvent pas finir avant d’avoir commencé.",
            ),
        ]

    def __str__(self):
        return self.label


class BulkRunQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Whoever made it, as long as she or he leads or co-leads the Cité."""
        return self.filter(cite__in=user.access.steered, actor=user)

    def unfinished(self):
        return self.exclude(waiting=[])


class BulkRun(models.Model):
    """One gesture on many actions, and what became of each. `token` comes from the pre-flight page: sent twice, done once.

    `waiting` are the keys of the actions still to be tried, in order; `worked_until` is the lease of who tries them.
    """

    cite = models.ForeignKey(Cite, on_delete=models.CASCADE, related_name="+")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    token = models.UUIDField(default=uuid.uuid4)
    gesture = models.CharField("geste", max_length=20)
    label = models.CharField("libellé", max_length=300)
    total = models.PositiveIntegerField("actions choisies")
    # [{"action", "code", "title", "holder", "done", "said"}], in the order of the pre-flight.
    results = models.JSONField("résultats", default=list)
    waiting = models.JSONField("à faire", default=list)
    choice = models.JSONField("ce que le geste demande", null=True, blank=True)
    worked_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = BulkRunQuerySet.as_manager()

    class Meta:
        verbose_name = "geste groupé"
        verbose_name_plural = "gestes groupés"
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["actor", "token"], name="bulk_run_once")]

    def __str__(self):
        return self.label

    @property
    def is_over(self):
        return not self.waiting

    @property
    def tried(self):
        return self.total - len(self.waiting)
