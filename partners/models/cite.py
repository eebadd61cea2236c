from django.core.validators import RegexValidator
from django.db import models

from partners.enums import SideKind
from partners.models.territory import Commune, Neighbourhood, School


class CiteQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(pk__in=user.access.cites)


class Cite(models.Model):
    """A Cité éducative: the tenant. Everything else belongs to one, except reference data and identities."""

    name = models.CharField("nom", max_length=160)
    slug = models.SlugField("identifiant", unique=True)
    subtitle = models.CharField("précision affichée", max_length=160, blank=True)
    lead_organisation = models.ForeignKey(
        "partners.Organisation",
        verbose_name="structure pilote",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="led_cites",
    )
    label_starts_on = models.DateField("début du label", null=True, blank=True)
    label_ends_on = models.DateField("fin du label", null=True, blank=True)
    accent_colour = models.CharField(
        "couleur d’accent",
        max_length=7,
        default="#0E4A5A",
        validators=[RegexValidator(r"^#[0-9A-Fa-f]{6}$", "Écrivez la couleur sous la forme #0E4A5A.")],
    )
    note_prefix = models.CharField("préfixe des numéros", max_length=6, default="CE")
    requires_second_factor = models.BooleanField(
        "second facteur exigé",
        default=False,
        help_text="Pour les chefs et cheffes de projet, le co-pilotage et les responsables financiers.",
    )
    idle_days = models.PositiveSmallIntegerField(
        "jours sans connexion avant fermeture d’un compte", null=True, blank=True, default=365
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    communes = models.ManyToManyField(Commune, verbose_name="communes", related_name="cites", blank=True)
    neighbourhoods = models.ManyToManyField(Neighbourhood, verbose_name="quartiers", related_name="cites", blank=True)
    schools = models.ManyToManyField(School, verbose_name="établissements", related_name="cites", blank=True)
    lead_schools = models.ManyToManyField(School, verbose_name="collèges chefs de file", related_name="+", blank=True)

    objects = CiteQuerySet.as_manager()

    class Meta:
        verbose_name = "Cité éducative"
        verbose_name_plural = "Cités éducatives"
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="cite_label_dates_in_order",
                condition=models.Q(label_starts_on__isnull=True)
                | models.Q(label_ends_on__isnull=True)
                | models.Q(label_ends_on__gte=models.F("label_starts_on")),
                violation_error_message="Le label ne peut pas finir avant d’avoir commencé.",
            )
        ]

    def __str__(self):
        return self.name


class Side(models.Model):
    """One pilot of one Cité, in protocol order. The communes' side has one voice per commune."""

    cite = models.ForeignKey(Cite, on_delete=models.CASCADE, related_name="sides")
    kind = models.CharField("nature", max_length=20, choices=SideKind)
    label = models.CharField("libellé", max_length=80)
    order = models.PositiveSmallIntegerField("rang protocolaire")

    class Meta:
        verbose_name = "pilote"
        ordering = ["cite", "order"]
        constraints = [
            models.UniqueConstraint(fields=["cite", "order"], name="side_order_once"),
            models.UniqueConstraint(fields=["cite", "label"], name="side_label_once"),
        ]

    def __str__(self):
        return self.label
