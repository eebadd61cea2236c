from django.conf import settings
from django.db import models
from django.utils import timezone

from actions.models.action import Action
from cite_educative.documents.models import GeneratedFile


class SheetEditionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The team, and its author as long as she or he reads as much: it holds what its author could read then."""
        access = user.access
        in_full = models.Q(action__cite__in=access.full_readers) | models.Q(action__in=Action.objects.local_to(access))
        as_holder = models.Q(pk__in=[])
        for cite, organisations in access.held.items():
            as_holder |= models.Q(action__cite=cite, action__holder__in=organisations)
        own = models.Q(made_by=user.pk) if not access.is_borrowed else models.Q(pk__in=[])
        still = in_full | as_holder & models.Q(content__is_full=False)
        readable = Action.objects.visible_to(user)
        return self.filter(models.Q(action__cite__in=access.steered) | own & still, action__in=readable)

    def with_files(self):
        """Their files, in one query."""
        return self.prefetch_related(models.Prefetch("files", SheetEditionFile.objects.select_related("file")))


class SheetEdition(models.Model):
    """A sheet as one reader could read it on one day, frozen to be printed."""

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="editions")
    content = models.JSONField("contenu", editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    made_at = models.DateTimeField("établie le", default=timezone.now, editable=False)

    objects = SheetEditionQuerySet.as_manager()

    class Meta:
        verbose_name = "fiche imprimée"
        verbose_name_plural = "fiches imprimées"
        ordering = ["-made_at", "-pk"]

    def __str__(self):
        return f"Fiche {self.action}"


class SheetEditionFile(models.Model):
    file = models.OneToOneField(GeneratedFile, on_delete=models.PROTECT, related_name="sheet_edition_file")
    edition = models.ForeignKey(SheetEdition, on_delete=models.PROTECT, related_name="files")

    class Meta:
        verbose_name = "fichier de fiche"
        verbose_name_plural = "fichiers de fiches"

    def __str__(self):
        return str(self.file)
