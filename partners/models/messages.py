"""What the application sends: letters kept with their recipients, and the links that open one form without a password."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from partners.enums import LASTING_GESTURES, TEAM_KINDS, DeliveryState, Gesture, MessageKind
from partners.models.cite import Cite
from partners.models.network import Person


class AccessLink(models.Model):
    """One person, one gesture, one object, once, before a date. Its address is signed, never stored.

    `subject_type` and `subject_pk` point softly at the object (`actions.action`, 12); `payload` holds what the
    gesture needs besides (the new e-mail of a change). `services.links` is its only door.
    """

    gesture = models.CharField("geste", max_length=20, choices=Gesture)
    cite = models.ForeignKey(Cite, on_delete=models.CASCADE, null=True, blank=True, related_name="access_links")
    person = models.ForeignKey(
        Person, verbose_name="personne", on_delete=models.CASCADE, null=True, blank=True, related_name="access_links"
    )
    name = models.CharField("destinataire", max_length=200)
    email = models.EmailField("adresse")
    subject_type = models.CharField("type d’objet", max_length=60, blank=True)
    subject_pk = models.PositiveBigIntegerField("numéro de l’objet", null=True, blank=True)
    payload = models.JSONField("précisions", default=dict, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="envoyé par", on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField("créé le", default=timezone.now, editable=False)
    expires_at = models.DateTimeField("valable jusqu’au")
    used_at = models.DateTimeField("utilisé le", null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField("annulé le", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "lien d’accès"
        verbose_name_plural = "liens d’accès"
        indexes = [models.Index(fields=["subject_type", "subject_pk"], name="access_link_subject")]
        constraints = [
            models.CheckConstraint(
                name="access_link_expires_after_creation", condition=Q(expires_at__gt=F("created_at"))
            )
        ]

    def __str__(self):
        return f"{self.get_gesture_display()} – {self.name}"

    @property
    def is_live(self):
        may_serve = self.used_at is None or self.gesture in LASTING_GESTURES
        return may_serve and self.revoked_at is None and self.expires_at > timezone.now()


class OutgoingMessageQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The team of the Cité, and who sent it. Letters about an account concern nobody else."""
        access = user.access
        sent = Q(pk__in=[]) if access.is_borrowed else Q(sent_by=user.pk)
        here = Q(cite__in=access.cites) | Q(cite__isnull=True)
        return self.filter(Q(cite__in=access.steered, kind__in=TEAM_KINDS) | sent & here)


class OutgoingMessage(models.Model):
    """A letter and its recipients, written before anything leaves. Its text never changes.

    `{lien}` in `body` becomes the recipient's own link when the letter leaves; the text kept here has no secret.
    """

    cite = models.ForeignKey(Cite, on_delete=models.CASCADE, null=True, blank=True, related_name="messages")
    kind = models.CharField("nature", max_length=20, choices=MessageKind)
    subject = models.CharField("objet", max_length=200)
    body = models.TextField("texte")
    reply_to = models.EmailField("réponse à", blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="envoyé par", on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField("envoyé le", default=timezone.now, editable=False)

    objects = OutgoingMessageQuerySet.as_manager()

    class Meta:
        verbose_name = "message envoyé"
        verbose_name_plural = "messages envoyés"
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return self.subject


class Delivery(models.Model):
    """One recipient of one message. Claimed by conditional UPDATE: a letter never leaves twice for one attempt."""

    message = models.ForeignKey(OutgoingMessage, on_delete=models.CASCADE, related_name="deliveries")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="deliveries")
    name = models.CharField("nom", max_length=200)
    email = models.EmailField("adresse")
    copy_to = models.EmailField("copie à", blank=True)
    link = models.ForeignKey(AccessLink, on_delete=models.PROTECT, null=True, blank=True, related_name="deliveries")
    state = models.CharField("état", max_length=10, choices=DeliveryState, default=DeliveryState.QUEUED)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    next_try_at = models.DateTimeField("prochain essai", default=timezone.now)
    sent_at = models.DateTimeField("parti le", null=True)
    error = models.CharField("motif de l’échec", max_length=300, blank=True)

    class Meta:
        verbose_name = "destinataire"
        ordering = ["pk"]
        indexes = [models.Index(fields=["state", "next_try_at"], name="delivery_to_send")]
        constraints = [
            models.UniqueConstraint(fields=["message", "email"], name="delivery_once"),
            models.CheckConstraint(
                name="delivery_sent_has_date",
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
            ),
        ]

    def __str__(self):
        return f"{self.name} <{self.email}>"
