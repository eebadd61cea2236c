from django.conf import settings
from django.db import models
from django.db.models import Q

from actions.enums import ImportState
from actions.models.plan import Call
from partners.models import Cite


class ImportRunQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(cite__in=user.access.led)


class ImportRun(models.Model):
    """One table given by a user: what it holds, how its columns were read, what it wrote.

    Nothing of the plan is written before the run is `DONE`; its figures then never change.
    """

    cite = models.ForeignKey(Cite, on_delete=models.PROTECT, related_name="import_runs")
    call = models.ForeignKey(Call, verbose_name="appel", on_delete=models.PROTECT, related_name="import_runs")
    filename = models.CharField("fichier", max_length=255)
    file = models.FileField(upload_to="imports/", blank=True)
    sha256 = models.CharField(max_length=64)
    signature = models.CharField("signature des en-têtes", max_length=64, blank=True)
    mapping = models.JSONField("correspondance", default=dict)
    result = models.JSONField("résultat", default=dict)
    state = models.CharField("état", max_length=10, choices=ImportState, default=ImportState.UPLOADED)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = "import"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="import_done_has_date",
                condition=Q(state=ImportState.DONE, confirmed_at__isnull=False)
                | (~Q(state=ImportState.DONE) & Q(confirmed_at__isnull=True)),
            )
        ]

    def __str__(self):
        return self.filename


class ImportMapping(models.Model):
    """How this Cité reads tables with these column titles (years and case left aside)."""

    cite = models.ForeignKey(Cite, on_delete=models.CASCADE, related_name="import_mappings")
    signature = models.CharField(max_length=64)
    mapping = models.JSONField()
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "correspondance de colonnes"
        constraints = [models.UniqueConstraint(fields=["cite", "signature"], name="mapping_once")]

    def __str__(self):
        return self.signature
