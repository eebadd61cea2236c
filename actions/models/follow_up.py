"""What becomes of an action between its decision and its report."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from actions.enums import Weather
from actions.models.action import Action
from cite_educative.common.dates import date_fr
from cite_educative.common.models import Attachment
from partners.models import Commune, PhotoConsent

FIGURES = ("children", "young", "parents", "professionals")


class FollowUpQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Who reads the action in full, its holder and its own referents; never who reads the published part only."""
        access = user.access
        allowed = Q(action__cite__in=access.full_readers) | Q(action__in=Action.objects.local_to(access))
        for cite, organisations in access.held.items():
            allowed |= Q(action__cite=cite, action__holder__in=organisations)
        visible = Action.objects.visible_to(user).filter(pk=models.OuterRef("action"))
        return self.filter(allowed, models.Exists(visible))

    def latest_lines(self):
        """The last report of each line of each action: the whole (`commune` empty) and the communes."""
        newer = self.model.objects.filter(
            action=models.OuterRef("action"),
            line=models.OuterRef("line"),
            reported_on__gte=models.OuterRef("reported_on"),
        ).filter(Q(reported_on__gt=models.OuterRef("reported_on")) | Q(pk__gt=models.OuterRef("pk")))
        return self.filter(~models.Exists(newer))


class ProgressReport(models.Model):
    """A "point d’étape", on the whole action or on what one commune sees of it. Corrected on its own day only.

    Figures are distinct persons since 1 January; None is not known, never zero. `line` is the commune's key, 0 for
    the whole: what tells one line of reports from another.
    """

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="reports")
    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    line = models.PositiveBigIntegerField(default=0, editable=False)
    weather = models.CharField("où en est l’action", max_length=11, choices=Weather)
    progress = models.PositiveSmallIntegerField(
        "avancement, en %", null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    children = models.PositiveIntegerField("enfants", null=True, blank=True)
    young = models.PositiveIntegerField("jeunes", null=True, blank=True)
    parents = models.PositiveIntegerField("parents", null=True, blank=True)
    professionals = models.PositiveIntegerField("professionnels", null=True, blank=True)
    highlights = models.TextField("en une phrase, ce qui compte", max_length=1500, blank=True)
    difficulty = models.TextField("difficulté rencontrée", max_length=1500, blank=True)
    help_needed = models.TextField("aide attendue", max_length=1500, blank=True)
    reported_on = models.DateField("point fait le", default=timezone.localdate)
    said_by = models.CharField("reçu de", max_length=200, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="saisi par", on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField("saisi le", default=timezone.now, editable=False)
    corrected_at = models.DateTimeField("corrigé le", null=True, editable=False)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = "point d’étape"
        verbose_name_plural = "points d’étape"
        ordering = ["-reported_on", "-pk"]
        indexes = [models.Index(fields=["action", "line", "-reported_on"], name="report_line")]

    def __str__(self):
        return f"Point d’étape du {self.reported_on:%d/%m/%Y}"

    def save(self, *args, **kwargs):
        self.line = self.commune_id or 0
        super().save(*args, **kwargs)


class FormDraft(models.Model):
    """What somebody is typing in a form of the sheet, kept until it is saved: one per form and author, read by no other."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="+")
    form = models.CharField("formulaire", max_length=40)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    content = models.JSONField("saisie", default=dict)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "saisie en cours"
        verbose_name_plural = "saisies en cours"
        constraints = [models.UniqueConstraint(fields=["action", "form", "author"], name="form_draft_once")]

    def __str__(self):
        return f"{self.action} ({self.author})"


class Milestone(models.Model):
    """A "jalon": something that the action must have done by a day."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="milestones")
    label = models.CharField("jalon", max_length=200)
    due_on = models.DateField("prévu le")
    done_on = models.DateField("fait le", null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = "jalon"
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["action", "label", "due_on"],
                name="milestone_once",
                violation_error_message="Ce jalon est déjà noté à cette date.",
            )
        ]

    def __str__(self):
        return self.label

    def is_late(self, today):
        return self.done_on is None and self.due_on < today


class ActionPhotoQuerySet(FollowUpQuerySet):
    def visible_to(self, user):
        """Once the leave is taken back, the team alone, who removes it."""
        stands = Q(consent__isnull=True) | Q(consent__withdrawn_on__isnull=True)
        return super().visible_to(user).filter(stands | Q(action__cite__in=user.access.steered))


class ActionPhoto(Attachment):
    """A picture that may be shown: nobody can be recognised on it, or an authorisation is registered.

    The file is written again by the application: what a telephone adds to it (place, hour, device) is gone.
    """

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="photos")
    taken_on = models.DateField("prise le", null=True, blank=True)
    consent = models.ForeignKey(
        PhotoConsent,
        verbose_name="accord pour l’image",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="photos",
    )
    shows_nobody = models.BooleanField("personne n’y est reconnaissable", default=False)

    objects = ActionPhotoQuerySet.as_manager()

    class Meta(Attachment.Meta):
        verbose_name = "photo"
        ordering = ["-taken_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="photo_is_authorised",
                condition=Q(shows_nobody=True) | Q(consent__isnull=False),
                violation_error_message="Une photo montre des lieux, ou des personnes qui l’ont autorisée.",
            )
        ]

    @property
    def leave(self):
        """Why it may be shown, or no longer."""
        if self.consent is None:
            return "Personne n’y est reconnaissable."
        if self.consent.withdrawn_on:
            return f"Accord pour l’image retiré le {date_fr(self.consent.withdrawn_on)}\u00a0: retirez cette photo."
        return "Accord pour l’image enregistré."


class ActionVisit(models.Model):
    """When a user last read a sheet: what is newer is marked. Read by this user only, never shown to others."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = "dernière lecture d’une fiche"
        verbose_name_plural = "dernières lectures des fiches"
        constraints = [models.UniqueConstraint(fields=["action", "user"], name="visit_once")]

    def __str__(self):
        return f"{self.user} {self.action}"
