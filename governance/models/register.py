from django.db import models

from cite_educative.documents.models import GeneratedFile
from governance.models.body import Body
from governance.models.note import IssuedVersion


class RegisterEditionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Who reads every decision and every amount."""
        return self.filter(body__cite__in=user.access.money_readers)


class RegisterEdition(IssuedVersion):
    """The printed register of one body and one civil year, as it stood one day."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="register_editions")
    year = models.PositiveSmallIntegerField("année")

    objects = RegisterEditionQuerySet.as_manager()

    class Meta:
        verbose_name = "registre imprimé"
        verbose_name_plural = "registres imprimés"
        ordering = ["-year", "body__order", "-number"]
        constraints = [models.UniqueConstraint(fields=["body", "year", "number"], name="register_edition_once")]

    def __str__(self):
        return f"Registre des décisions {self.year}, {self.body}"


class RegisterFile(models.Model):
    file = models.OneToOneField(GeneratedFile, on_delete=models.PROTECT, related_name="register_file")
    edition = models.ForeignKey(RegisterEdition, on_delete=models.PROTECT, related_name="files")

    class Meta:
        verbose_name = "fichier de registre"

    def __str__(self):
        return str(self.file)
