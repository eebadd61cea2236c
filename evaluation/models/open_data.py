from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from evaluation.enums import ImportState
from evaluation.models.indicators import Indicator
from partners.models import Cite


class OpenDataImportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """For the team: the file holds the figures of each school."""
        return self.filter(cite__in=user.access.steered)


class OpenDataImport(models.Model):
    """One published file, read for one indicator: how it was read, what it wrote.

    `mapping`: {number of the column: field or ""}. `year` is the first civil year of the school year of rows that do
    not tell theirs, NULL when none is given. `report` is that of `evaluation.open_data.planning`.
    """

    cite = models.ForeignKey(Cite, on_delete=models.CASCADE, related_name="open_data_imports")
    indicator = models.ForeignKey(
        Indicator, verbose_name="indicateur", on_delete=models.PROTECT, related_name="open_data_imports"
    )
    filename = models.CharField("fichier", max_length=200)
    file = models.FileField(upload_to="open_data/")
    sha256 = models.CharField(max_length=64, editable=False)
    signature = models.CharField("signature des en-têtes", max_length=64, blank=True, editable=False)
    year = models.PositiveSmallIntegerField("rentrée", null=True, blank=True)
    mapping = models.JSONField("correspondance", default=dict)
    report = models.JSONField("compte rendu", default=dict)
    state = models.CharField("état", max_length=10, choices=ImportState, default=ImportState.UPLOADED)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="auteur", on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField("donné le", default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField("importé le", null=True, blank=True, editable=False)

    objects = OpenDataImportQuerySet.as_manager()

    class Meta:
        verbose_name = "import de données ouvertes"
        verbose_name_plural = "imports de données ouvertes"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="open_data_import_done_has_date",
                condition=Q(state=ImportState.DONE, confirmed_at__isnull=False)
                | (~Q(state=ImportState.DONE) & Q(confirmed_at__isnull=True)),
            )
        ]

    def __str__(self):
        return self.filename
