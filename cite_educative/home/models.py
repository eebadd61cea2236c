from django.conf import settings
from django.db import models
from django.utils import timezone

from cite_educative.documents.models import GeneratedFile
from partners.models import Cite, Person


class Heartbeat(models.Model):
    """Last proof that a queue is consumed, written by the worker itself: one row per queue."""

    name = models.CharField("file d’attente", max_length=20, unique=True)
    beat_at = models.DateTimeField("dernier signe de vie")

    class Meta:
        verbose_name = "signe de vie"
        verbose_name_plural = "signes de vie"

    def __str__(self):
        return self.name


class HandoverQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The team of the Cité, the one who leaves and the one who takes over."""
        own = models.Q(leaver=user.person_id) | models.Q(successor=user.person_id)
        return self.filter(models.Q(cite__in=user.access.steered) | own & models.Q(cite__in=user.access.cites))


class Handover(models.Model):
    """A "passation": what somebody who leaves owned or owed, frozen, and who takes it over (nobody: only listed)."""

    cite = models.ForeignKey(Cite, on_delete=models.PROTECT, related_name="handovers")
    leaver = models.ForeignKey(Person, verbose_name="qui part", on_delete=models.PROTECT, related_name="+")
    successor = models.ForeignKey(
        Person, verbose_name="qui prend la suite", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    leaves_on = models.DateField("dernier jour")
    content = models.JSONField("contenu", editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    made_at = models.DateTimeField("établie le", default=timezone.now, editable=False)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        verbose_name = "passation"
        verbose_name_plural = "passations"
        ordering = ["-made_at", "-pk"]

    def __str__(self):
        return f"Passation de {self.leaver}"


class HandoverFile(models.Model):
    file = models.OneToOneField(GeneratedFile, on_delete=models.PROTECT, related_name="handover_file")
    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="files")

    class Meta:
        verbose_name = "fichier de passation"

    def __str__(self):
        return str(self.file)


class PersonExportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The person concerned, whatever her mandates, and the lead who made it, while he leads the Cité."""
        own = models.Q(pk__in=[]) if user.access.is_borrowed else models.Q(person=user.person_id)
        return self.filter(models.Q(cite__in=user.access.led, made_by=user.pk) | own)


class PersonExport(models.Model):
    """Everything kept about one person, as given to her on one day (GDPR, article 15). Erased with her identity."""

    cite = models.ForeignKey(Cite, on_delete=models.CASCADE, related_name="person_exports")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="exports")
    content = models.JSONField("contenu", editable=False)
    file = models.OneToOneField(
        GeneratedFile, on_delete=models.PROTECT, null=True, related_name="person_export", editable=False
    )
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    made_at = models.DateTimeField("établi le", default=timezone.now, editable=False)

    objects = PersonExportQuerySet.as_manager()

    class Meta:
        verbose_name = "export des données d’une personne"
        verbose_name_plural = "exports des données d’une personne"
        ordering = ["-made_at", "-pk"]

    def __str__(self):
        return f"Données de {self.person}"
