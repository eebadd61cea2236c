"""Reference data, loaded by `load_reference` and shared by every Cité."""

from django.db import models

from cite_educative.common.search import SearchableModel, SearchableQuerySet
from partners.enums import PriorityNetwork


class ReferenceQuerySet(SearchableQuerySet):
    """Public facts: whoever acts in a Cité reads them all. Which ones make up a Cité is the Cité's own affair."""

    def visible_to(self, user):
        return self if user.access.cites else self.none()


class Commune(SearchableModel):
    """A commune, or an associated commune with its `parent`; the INSEE code alone is not a key.

    Coordinates are the middle of the commune's public collèges, NULL where there is none.
    """

    SEARCH_FIELDS = ("name",)

    name = models.CharField("nom", max_length=120)
    insee_code = models.CharField("code INSEE", max_length=5, db_index=True)
    parent = models.ForeignKey(
        "self",
        verbose_name="commune de rattachement",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    population = models.PositiveIntegerField("population municipale", null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = "commune"
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["insee_code", "name"], name="commune_once")]

    def __str__(self):
        return self.name


class Neighbourhood(SearchableModel):
    """A priority neighbourhood (QPV). The codes of 2024 are unknown for Dunkerque: `code` may stay empty.

    Two towns may have a neighbourhood of the same name: the code, once known, tells them apart.

    `outline` is a GeoJSON geometry (Polygon or MultiPolygon, longitude then latitude), NULL until one is loaded.
    """

    SEARCH_FIELDS = ("name", "code")

    name = models.CharField("nom", max_length=160)
    code = models.CharField("code QPV", max_length=12, blank=True)
    communes = models.ManyToManyField(Commune, verbose_name="communes", related_name="neighbourhoods")
    generation = models.PositiveSmallIntegerField("géographie prioritaire de", default=2024)
    outline = models.JSONField("contour", null=True, blank=True, editable=False)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = "quartier prioritaire"
        verbose_name_plural = "quartiers prioritaires"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "generation"],
                condition=models.Q(code=""),
                name="neighbourhood_once",
                violation_error_message="Un quartier sans code porte déjà ce nom dans cette géographie prioritaire.",
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=~models.Q(code=""),
                name="neighbourhood_code_once",
                violation_error_message="Un quartier porte déjà ce code.",
            ),
        ]

    def __str__(self):
        return self.name


class School(SearchableModel):
    """A school, by its UAI. Coordinates are those of the file it was loaded from, NULL when it gives none."""

    SEARCH_FIELDS = ("name", "uai")

    uai = models.CharField("UAI", max_length=8, unique=True)
    name = models.CharField("nom", max_length=160)
    kind = models.CharField("nature", max_length=60)
    sector = models.CharField("secteur", max_length=20, blank=True)
    commune = models.ForeignKey(Commune, verbose_name="commune", on_delete=models.PROTECT, related_name="schools")
    network = models.CharField(
        "éducation prioritaire", max_length=10, choices=PriorityNetwork, default=PriorityNetwork.NONE, blank=True
    )

    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = "établissement scolaire"
        verbose_name_plural = "établissements scolaires"
        ordering = ["name", "pk"]

    def __str__(self):
        return self.name
