"""Lists of each Cité by which actions are sorted: themes, contrat de ville, linked schemes."""

from django.db import models

from partners.models import Cite


class CiteListQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(cite__in=user.access.cites)

    def in_use(self):
        return self.filter(is_active=True)


class CiteListItem(models.Model):
    """A word of a list that one Cité keeps; retired rather than deleted, once used."""

    cite = models.ForeignKey(Cite, on_delete=models.CASCADE, related_name="+")
    label = models.CharField("intitulé", max_length=160)
    order = models.PositiveSmallIntegerField("rang", default=1)
    is_active = models.BooleanField("proposé dans les fiches", default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = CiteListQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["order", "label", "pk"]

    def __str__(self):
        return self.label


class Theme(CiteListItem):
    """A theme by which the plan is covered (equality, health, sport, culture, mobility…); an action has several."""

    class Meta(CiteListItem.Meta):
        verbose_name = "thématique"
        constraints = [
            models.UniqueConstraint(
                fields=["cite", "label"],
                name="theme_once",
                violation_error_message="Une thématique de cette Cité porte déjà ce nom.",
            )
        ]


class ContractTheme(CiteListItem):
    """A theme of the contrat de ville "Engagements Quartiers 2030" that the objectives answer."""

    class Meta(CiteListItem.Meta):
        verbose_name = "thème du contrat de ville"
        verbose_name_plural = "thèmes du contrat de ville"
        constraints = [
            models.UniqueConstraint(
                fields=["cite", "label"],
                name="contract_theme_once",
                violation_error_message="Un thème du contrat de ville porte déjà ce nom.",
            )
        ]


class Scheme(CiteListItem):
    """A scheme beside the Cité with which actions are linked: PRE, CLAS, CTG, PEdT, CLS, NPNRU…"""

    full_label = models.CharField("nom complet", max_length=200, blank=True)
    institution = models.CharField("institution", max_length=160, blank=True)

    class Meta(CiteListItem.Meta):
        verbose_name = "dispositif lié"
        verbose_name_plural = "dispositifs liés"
        constraints = [
            models.UniqueConstraint(
                fields=["cite", "label"],
                name="scheme_once",
                violation_error_message="Un dispositif de cette Cité porte déjà ce nom.",
            )
        ]
