from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from partners.enums import TerritoryKind, TerritoryState
from partners.models.cite import Cite


class TerritoryImportQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(cite__in=user.access.led)


class TerritoryImport(models.Model):
    """One file of reference data given by a lead: how it was read, what it wrote.

    `mapping`: {"columns": {number of the column: field or ""}, "everywhere": bool, "attach": bool, "skip": bool}.
    `report` is that of `partners.imports.planning`; once the import is `DONE` it never changes.
    """

    cite = models.ForeignKey(Cite, on_delete=models.CASCADE, related_name="territory_imports")
    kind = models.CharField("nature", max_length=20, choices=TerritoryKind)
    filename = models.CharField("fichier", max_length=255)
    file = models.FileField(upload_to="territory/", blank=True)
    sha256 = models.CharField(max_length=64, editable=False)
    signature = models.CharField("signature des en-têtes", max_length=64, blank=True, editable=False)
    mapping = models.JSONField("correspondance", default=dict)
    report = models.JSONField("compte rendu", default=dict)
    state = models.CharField("état", max_length=10, choices=TerritoryState, default=TerritoryState.UPLOADED)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="auteur", on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField("donné le", default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField("importé le", null=True, blank=True, editable=False)

    objects = TerritoryImportQuerySet.as_manager()

    class Meta:
        verbose_name = "import de territoire"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="territory_import_done_has_date",
                condition=Q(state=TerritoryState.DONE, confirmed_at__isnull=False)
                | (~Q(state=TerritoryState.DONE) & Q(confirmed_at__isnull=True)),
            )
        ]

    def __str__(self):
        return self.filename
