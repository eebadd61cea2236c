from django.conf import settings
from django.db import models
from django.db.models import Q

from actions.enums import ImportState
from partners.models import Cite


class AccountingImportQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(cite__in=user.access.money_readers)


class AccountingImport(models.Model):
    """One export of an accounting tool: its lines as text, how its columns are read, what was paid from it.

    Nothing is paid before it is `DONE`; `result` (`{"paid", "already", "left", "refused"}`) then never changes.
    `rows` are `[line number, [text of each column]]`.
    """

    cite = models.ForeignKey(Cite, on_delete=models.PROTECT, related_name="accounting_imports")
    filename = models.CharField("fichier", max_length=255)
    signature = models.CharField("signature des en-têtes", max_length=64, editable=False)
    columns = models.JSONField("colonnes", default=list, editable=False)
    rows = models.JSONField("lignes", default=list, editable=False)
    mapping = models.JSONField("correspondance", default=dict)
    result = models.JSONField("résultat", default=dict)
    state = models.CharField("état", max_length=10, choices=ImportState, default=ImportState.UPLOADED)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("donné le", auto_now_add=True)
    confirmed_at = models.DateTimeField("confirmé le", null=True, blank=True, editable=False)

    objects = AccountingImportQuerySet.as_manager()

    class Meta:
        verbose_name = "export comptable"
        verbose_name_plural = "exports comptables"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="accounting_done_has_date",
                condition=Q(state=ImportState.DONE, confirmed_at__isnull=False)
                | (~Q(state=ImportState.DONE) & Q(confirmed_at__isnull=True)),
            )
        ]

    def __str__(self):
        return self.filename
