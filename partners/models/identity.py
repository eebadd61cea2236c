from django.conf import settings
from django.db import models
from django.utils import timezone

from partners.enums import IdentityKind
from partners.models.cite import Cite


class NotDuplicateQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The leads of the Cité."""
        return self.filter(cite__in=user.access.led)


class NotDuplicate(models.Model):
    """Two rows that look alike and that somebody said are two: they are not proposed again in this Cité.

    `first_pk` is the smaller key. The references are soft: a merge or an erasure takes the line away with the row.
    """

    cite = models.ForeignKey(Cite, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField("nature", max_length=12, choices=IdentityKind)
    first_pk = models.PositiveBigIntegerField("première fiche")
    second_pk = models.PositiveBigIntegerField("seconde fiche")
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="écarté par", on_delete=models.PROTECT, related_name="+"
    )
    said_at = models.DateTimeField("écarté le", default=timezone.now, editable=False)

    objects = NotDuplicateQuerySet.as_manager()

    class Meta:
        verbose_name = "faux doublon"
        verbose_name_plural = "faux doublons"
        constraints = [
            models.UniqueConstraint(fields=["cite", "kind", "first_pk", "second_pk"], name="not_duplicate_once"),
            models.CheckConstraint(
                name="not_duplicate_smaller_first", condition=models.Q(first_pk__lt=models.F("second_pk"))
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.first_pk} – {self.second_pk}"
