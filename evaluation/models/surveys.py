"""Short questionnaires that anybody answers without an account, and answers that say nothing of who gave them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import get_random_string

from cite_educative.documents.models import GeneratedFile
from evaluation.models.protocol import EvaluationQuestion
from evaluation.survey_enums import Audience, ItemKind, SurveyState
from partners.enums import Role
from partners.models import Cite

TEAM = (Role.LEAD, Role.CO_LEAD)
LONGEST_TEXT = 500


def new_token():
    """Near 50 bits: nobody guesses it, and a parent types it from a poster, where no letter looks like another."""
    return get_random_string(10, "abcdefghjkmnpqrstuvwxyz23456789")


class SurveyQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The team sees them all; whoever follows the plan, those that were published."""
        access = user.access
        team = Q(cite__in=access.with_role(*TEAM))
        return self.filter(team | Q(cite__in=access.figure_readers, published_on__isnull=False))


class TeamRowQuerySet(models.QuerySet):
    """Rows of a survey that only the team handles."""

    def visible_to(self, user):
        return self.filter(survey__cite__in=user.access.with_role(*TEAM))


class Survey(models.Model):
    """`opens_on` and `closes_on` are both days when one may answer. `ended_on` is the day the team closed it early."""

    cite = models.ForeignKey(Cite, on_delete=models.PROTECT, related_name="surveys")
    question = models.ForeignKey(
        EvaluationQuestion,
        verbose_name="question évaluative éclairée",
        on_delete=models.PROTECT,
        related_name="surveys",
    )
    title = models.CharField("titre", max_length=160)
    audience = models.CharField("public", max_length=13, choices=Audience)
    introduction = models.TextField("présentation", max_length=1500, blank=True)
    opens_on = models.DateField("ouvre le")
    closes_on = models.DateField("dernier jour pour répondre")
    token = models.CharField("adresse publique", max_length=16, unique=True, default=new_token, editable=False)
    published_on = models.DateField("publié le", null=True, blank=True, editable=False)
    ended_on = models.DateField("clos le", null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField("ajouté le", default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = "questionnaire"
        ordering = ["-opens_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="survey_closes_after_opening",
                condition=Q(closes_on__gte=F("opens_on")),
                violation_error_message="Le dernier jour pour répondre ne peut pas précéder l’ouverture.",
            )
        ]

    def __str__(self):
        return self.title

    def state(self, today):
        if self.published_on is None:
            return SurveyState.DRAFT
        if self.ended_on is not None or today > self.closes_on:
            return SurveyState.CLOSED
        return SurveyState.UPCOMING if today < self.opens_on else SurveyState.OPEN

    @property
    def last_day(self):
        """The day it closed or will close."""
        return min(self.ended_on, self.closes_on) if self.ended_on else self.closes_on


class SurveyItem(models.Model):
    """One question. `choices` holds one choice a line; answers name them by rank, from 1."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField("réponse attendue", max_length=8, choices=ItemKind)
    label = models.CharField("question posée", max_length=300)
    choices = models.TextField("choix proposés", max_length=3000, blank=True)
    is_required = models.BooleanField("réponse obligatoire", default=False)
    order = models.PositiveSmallIntegerField("rang", default=1)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = TeamRowQuerySet.as_manager()

    class Meta:
        verbose_name = "question de questionnaire"
        verbose_name_plural = "questions de questionnaires"
        ordering = ["order", "pk"]

    def __str__(self):
        return self.label

    @property
    def choice_list(self):
        written = [line.strip() for line in self.choices.splitlines() if line.strip()]
        return written or list(ItemKind(self.kind).scale)

    @property
    def is_text(self):
        return self.kind == ItemKind.TEXT

    @property
    def is_scale(self):
        return bool(ItemKind(self.kind).scale)

    @property
    def takes_several(self):
        return self.kind == ItemKind.SEVERAL


class SurveyResponse(models.Model):
    """What one person answered, and the day: neither who, nor where from, nor at what time, by design.

    `answers`: key of an item as text → rank of the choice, list of ranks, or text; an item left out was not answered.
    `withdrawn`: keys of the items whose text the team erased because it named somebody.
    """

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="responses")
    answers = models.JSONField("réponses")
    withdrawn = models.JSONField("textes retirés", default=list, blank=True)
    received_on = models.DateField("reçue le", default=timezone.localdate, editable=False)

    objects = TeamRowQuerySet.as_manager()

    class Meta:
        verbose_name = "réponse à un questionnaire"
        verbose_name_plural = "réponses aux questionnaires"
        ordering = ["pk"]

    def __str__(self):
        return f"Réponse à «\u00a0{self.survey}\u00a0»"


class SurveyGate(models.Model):
    """How many responses a survey took in the minute that began at `minute`: all that is needed to slow a robot down."""

    survey = models.OneToOneField(Survey, on_delete=models.CASCADE, primary_key=True, related_name="gate")
    minute = models.DateTimeField("minute en cours", null=True)
    number = models.PositiveIntegerField("réponses dans cette minute", default=0)

    class Meta:
        verbose_name = "débit d’un questionnaire"
        verbose_name_plural = "débits des questionnaires"

    def __str__(self):
        return f"{self.survey}, {self.number}"


class UsedForm(models.Model):
    """A form already sent, for a day or two: it cannot be sent again. Nothing ties it to the response it brought."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="used_forms")
    key = models.CharField("formulaire", max_length=32)
    used_on = models.DateField("envoyé le", default=timezone.localdate)

    class Meta:
        verbose_name = "formulaire envoyé"
        verbose_name_plural = "formulaires envoyés"
        constraints = [models.UniqueConstraint(fields=["survey", "key"], name="survey_form_sent_once")]

    def __str__(self):
        return self.key


class SurveyPoster(models.Model):
    """The poster of a survey as it was asked for one day."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="posters")
    content = models.JSONField("contenu", editable=False)
    file = models.OneToOneField(GeneratedFile, on_delete=models.PROTECT, related_name="survey_poster")

    objects = TeamRowQuerySet.as_manager()

    class Meta:
        verbose_name = "affiche de questionnaire"
        verbose_name_plural = "affiches de questionnaires"
        ordering = ["-pk"]

    def __str__(self):
        return f"Affiche de «\u00a0{self.survey}\u00a0»"
