from django.conf import settings
from django.db import models
from django.utils import timezone

from cite_educative.documents.models import GeneratedFile
from partners.enums import Role
from partners.models import Cite, Commune


class CommunePointQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those who read the commune's actions in full: team, pilots, finance officers, its own referents."""
        access = user.access
        own = models.Q(pk__in=[])
        for cite, communes in access.communes.items():
            own |= models.Q(cite=cite, commune__in=communes)
        readers = access.with_role(Role.LEAD, Role.CO_LEAD, Role.PILOT, Role.FINANCE)
        return self.filter(models.Q(cite__in=readers) | own)


class CommunePoint(models.Model):
    """A "point commune": what the Cité does in one commune on one day, frozen for the commune's management."""

    cite = models.ForeignKey(Cite, on_delete=models.PROTECT, related_name="commune_points")
    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, related_name="+")
    budget_year = models.PositiveSmallIntegerField("exercice")
    content = models.JSONField("contenu", editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    made_at = models.DateTimeField("établi le", default=timezone.now, editable=False)

    objects = CommunePointQuerySet.as_manager()

    class Meta:
        verbose_name = "point commune"
        ordering = ["-made_at", "-pk"]

    def __str__(self):
        return f"Point commune, {self.commune}"


class CommunePointFile(models.Model):
    file = models.OneToOneField(GeneratedFile, on_delete=models.PROTECT, related_name="commune_point_file")
    point = models.ForeignKey(CommunePoint, on_delete=models.PROTECT, related_name="files")

    class Meta:
        verbose_name = "fichier de point commune"

    def __str__(self):
        return str(self.file)
