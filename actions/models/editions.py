from django.conf import settings
from django.db import models
from django.utils import timezone

from actions.enums import PlanDocument
from actions.models.action import Action
from cite_educative.common.dates import BudgetYearField
from cite_educative.documents.models import GeneratedFile
from partners.models import Cite


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


class PlanEditionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A leaflet is for families, so for every member; the others hold every amount."""
        access = user.access
        leaflets = models.Q(kind=PlanDocument.LEAFLET, cite__in=access.cites)
        return self.filter(leaflets | models.Q(cite__in=access.money_readers))


class PlanEdition(models.Model):
    """A document of one year's plan, or of a part of it, as it was on one day."""

    cite = models.ForeignKey(Cite, on_delete=models.PROTECT, related_name="plan_editions")
    budget_year = BudgetYearField("exercice")
    kind = models.CharField("nature", max_length=9, choices=PlanDocument)
    selection = models.CharField("actions retenues", max_length=300, blank=True)
    content = models.JSONField("contenu", editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    made_at = models.DateTimeField("établi le", default=timezone.now, editable=False)

    objects = PlanEditionQuerySet.as_manager()

    class Meta:
        verbose_name = "document du plan"
        verbose_name_plural = "documents du plan"
        ordering = ["-made_at", "-pk"]

    def __str__(self):
        return f"{self.get_kind_display()} {int(self.budget_year)}"


class PlanEditionFile(models.Model):
    file = models.OneToOneField(GeneratedFile, on_delete=models.PROTECT, related_name="plan_edition_file")
    edition = models.ForeignKey(PlanEdition, on_delete=models.PROTECT, related_name="files")

    class Meta:
        verbose_name = "fichier de document du plan"
        verbose_name_plural = "fichiers de documents du plan"

    def __str__(self):
        return str(self.file)
