"""What the GDPR asks to keep: the register of processing, consents, and identities that were merged."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from partners.enums import LawfulBasis
from partners.models.cite import Cite
from partners.models.network import Organisation, Person


class CiteRowQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The team of the Cité."""
        return self.filter(cite__in=user.access.steered)


class ProcessingActivity(models.Model):
    """One line of a Cité's register of processing (GDPR, article 30)."""

    cite = models.ForeignKey(Cite, on_delete=models.CASCADE, related_name="processing_activities")
    code = models.SlugField("code", max_length=30)
    label = models.CharField("traitement", max_length=160)
    purpose = models.TextField("finalité")
    lawful_basis = models.CharField("base légale", max_length=20, choices=LawfulBasis, default=LawfulBasis.PUBLIC_TASK)
    people = models.CharField("personnes concernées", max_length=300)
    data = models.TextField("données")
    recipients = models.TextField("destinataires")
    retention_months = models.PositiveSmallIntegerField("conservation (mois)", help_text="Après le dernier mandat.")
    retention_text = models.CharField("précision sur la conservation", max_length=300, blank=True)
    order = models.PositiveSmallIntegerField("rang", default=1)

    objects = CiteRowQuerySet.as_manager()

    class Meta:
        verbose_name = "traitement de données"
        verbose_name_plural = "traitements de données"
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["cite", "code"], name="processing_activity_once")]

    def __str__(self):
        return self.label


class PhotoConsent(models.Model):
    """Leave to take and show pictures: of an adult by name, of a group of children by its name and its keeper only."""

    cite = models.ForeignKey(Cite, on_delete=models.CASCADE, related_name="photo_consents")
    person = models.ForeignKey(
        Person, verbose_name="personne", on_delete=models.CASCADE, null=True, blank=True, related_name="photo_consents"
    )
    group = models.CharField(
        "groupe ou manifestation",
        max_length=200,
        blank=True,
        help_text="Par exemple «\u00a0classe de CM2, école du Lac, sortie du 12 mai\u00a0». Aucun nom d’enfant.",
    )
    keeper = models.CharField(
        "qui garde les autorisations signées", max_length=200, blank=True, help_text="Une fonction, pas un enfant."
    )
    scope = models.CharField("usages autorisés", max_length=300)
    given_on = models.DateField("donné le")
    expires_on = models.DateField("valable jusqu’au", null=True, blank=True)
    withdrawn_on = models.DateField("retiré le", null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="saisi par", on_delete=models.PROTECT, related_name="+", editable=False
    )

    objects = CiteRowQuerySet.as_manager()

    class Meta:
        verbose_name = "accord pour les images"
        verbose_name_plural = "accords pour les images"
        ordering = ["-given_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="photo_consent_of_one_or_group",
                condition=Q(person__isnull=False, group="") | (Q(person__isnull=True) & ~Q(group="")),
                violation_error_message="L’accord est celui d’une personne adulte ou celui d’un groupe.",
            ),
            models.CheckConstraint(
                name="photo_consent_dates_in_order",
                condition=(Q(expires_on__isnull=True) | Q(expires_on__gte=F("given_on")))
                & (Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("given_on"))),
                violation_error_message="L’accord ne peut pas finir avant d’avoir été donné.",
            ),
        ]

    def __str__(self):
        return str(self.person or self.group)


class MergedIdentity(models.Model):
    """The old address of a row merged into another: `/partenaires/<old_pk>/` still leads somewhere."""

    old_pk = models.PositiveBigIntegerField()
    old_label = models.CharField("ancien nom", max_length=255)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, null=True, blank=True, related_name="merged_from"
    )
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, blank=True, related_name="merged_from")
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    merged_at = models.DateTimeField("fusionné le", default=timezone.now, editable=False)

    class Meta:
        verbose_name = "fiche fusionnée"
        verbose_name_plural = "fiches fusionnées"
        constraints = [
            models.CheckConstraint(
                name="merged_identity_of_one_kind",
                condition=Q(organisation__isnull=False, person__isnull=True)
                | Q(organisation__isnull=True, person__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["old_pk"], condition=Q(organisation__isnull=False), name="merged_organisation_once"
            ),
            models.UniqueConstraint(fields=["old_pk"], condition=Q(person__isnull=False), name="merged_person_once"),
        ]

    def __str__(self):
        return self.old_label
