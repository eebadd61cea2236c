"""What an action became: its "bilan", in the shape of the first two sheets of CERFA 15059."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from actions.models import Action
from cite_educative.common.dates import BudgetYearField
from cite_educative.common.models import Attachment, attachment_path
from cite_educative.documents.models import GeneratedFile
from evaluation.enums import (
    Category,
    Certainty,
    EvidenceKind,
    GoalReached,
    Measure,
    Public,
    ReportKind,
    ReportState,
)
from evaluation.models.indicators import Figure, Indicator
from partners.enums import Role
from partners.models import PhotoConsent

WRITTEN = (ReportState.DRAFT, ReportState.RETURNED)
PARTS = [*Category.choices, *Public.choices]


def writable_condition(access, prefix="action__"):
    """On whose rows the user writes a report: the team, the holder, the referents of a commune of the action."""
    condition = Q(**{f"{prefix}cite__in": access.with_role(Role.LEAD, Role.CO_LEAD)})
    for cite, organisations in access.held.items():
        condition |= Q(**{f"{prefix}cite": cite, f"{prefix}holder__in": organisations})
    for cite, communes in access.communes.items():
        condition |= Q(**{f"{prefix}cite": cite, f"{prefix}communes__in": communes})
    return condition


class ActionReportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Once filed, who reads the action in full, its holder, and who follows it locally; before, who writes it."""
        access = user.access
        filed = Q(action__cite__in=access.full_readers) | Q(action__in=Action.objects.local_to(access))
        for cite, organisations in access.held.items():
            filed |= Q(action__cite=cite, action__holder__in=organisations)
        written = self.model.objects.filter(writable_condition(access)).values("pk")
        seen = Action.objects.visible_to(user).values("pk")
        return self.filter(filed & ~Q(state__in=WRITTEN) | Q(pk__in=written), action__in=seen)

    def validated(self):
        return self.filter(state=ReportState.VALIDATED)


class ReportRowQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(report__in=ActionReport.objects.visible_to(user))


class ActionReport(models.Model):
    """The "bilan" of one action and one civil year: one interim and one final at most; corrections keep the row.

    `said_by` names who told it when somebody enters it for the holder. `validated_at` is NULL again once reopened.
    """

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="evaluation_reports")
    budget_year = BudgetYearField("exercice")
    kind = models.CharField("bilan", max_length=7, choices=ReportKind, default=ReportKind.FINAL)
    state = models.CharField("état", max_length=9, choices=ReportState, default=ReportState.DRAFT, editable=False)
    implementation = models.TextField("ce qui a été fait", max_length=5000, blank=True)
    publics = models.TextField("les publics touchés", max_length=5000, blank=True)
    places = models.TextField("les dates et les lieux", max_length=5000, blank=True)
    results = models.TextField("les résultats au regard des objectifs", max_length=5000, blank=True)
    difficulties = models.TextField("les difficultés rencontrées", max_length=5000, blank=True)
    lessons = models.TextField("ce que l’action apprend", max_length=5000, blank=True)
    said_by = models.CharField("reçu de", max_length=200, blank=True)
    remarks = models.TextField("ce qui est à reprendre", max_length=2000, blank=True, editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField("commencé le", default=timezone.now, editable=False)
    filed_at = models.DateTimeField("déposé le", null=True, blank=True, editable=False)
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    validated_at = models.DateTimeField("validé le", null=True, blank=True, editable=False)
    validated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ActionReportQuerySet.as_manager()

    class Meta:
        verbose_name = "bilan d’action"
        verbose_name_plural = "bilans d’action"
        ordering = ["-budget_year", "kind", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["action", "budget_year", "kind"],
                name="report_once",
                violation_error_message="Ce bilan est déjà commencé pour cette action et cet exercice.",
            )
        ]

    def __str__(self):
        return f"Bilan {self.get_kind_display()} {int(self.budget_year)} de {self.action}"

    @property
    def is_written(self):
        """Whether it may still be changed by who writes it."""
        return self.state in WRITTEN

    @property
    def is_final(self):
        return self.kind == ReportKind.FINAL


class ReportReach(models.Model):
    """How many were reached, of one part of the public. Persons and participations are two counts, never added up.

    `reached` is NULL when it is not known (`certainty` "unknown") or not told yet (`certainty` ""), never 0 for either.
    """

    report = models.ForeignKey(ActionReport, on_delete=models.CASCADE, related_name="reach")
    measure = models.CharField("ce qui est compté", max_length=14, choices=Measure, default=Measure.PERSONS)
    category = models.CharField("public", max_length=13, choices=PARTS, default=Category.ALL)
    planned = models.PositiveIntegerField("prévu", null=True, blank=True)
    reached = models.PositiveIntegerField("touché", null=True, blank=True)
    certainty = models.CharField("connaissance", max_length=9, choices=Certainty, blank=True)

    objects = ReportRowQuerySet.as_manager()

    class Meta:
        verbose_name = "public d’un bilan"
        verbose_name_plural = "publics d’un bilan"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["report", "measure", "category"], name="reach_once"),
            models.CheckConstraint(
                name="reach_known_has_number",
                condition=Q(certainty__in=["", Certainty.UNKNOWN], reached__isnull=True)
                | ~Q(certainty__in=["", Certainty.UNKNOWN]) & Q(reached__isnull=False),
                violation_error_message="Un nombre compté ou estimé s’écrit\u00a0; un nombre non connu reste vide.",
            ),
        ]

    def __str__(self):
        return f"{self.get_category_display()} {self.reached}"


class ReportGoal(models.Model):
    """One objective of the action, and whether it was reached; with the value of an indicator when it measures one.

    A share has its numerator and denominator, and `value` is their quotient in percent; NULL is not known.
    """

    report = models.ForeignKey(ActionReport, on_delete=models.CASCADE, related_name="goals")
    order = models.PositiveSmallIntegerField("rang")
    label = models.CharField("objectif", max_length=300)
    target = models.CharField("cible", max_length=200, blank=True)
    reached = models.CharField("atteint", max_length=7, choices=GoalReached, blank=True)
    comment = models.CharField("précision", max_length=500, blank=True)
    indicator = models.ForeignKey(
        Indicator, verbose_name="indicateur", on_delete=models.PROTECT, null=True, blank=True, related_name="goals"
    )
    value = Figure("valeur")
    numerator = Figure("numérateur")
    denominator = Figure("dénominateur")
    certainty = models.CharField("connaissance", max_length=9, choices=Certainty, default=Certainty.COUNTED)

    objects = ReportRowQuerySet.as_manager()

    class Meta:
        verbose_name = "objectif d’un bilan"
        verbose_name_plural = "objectifs d’un bilan"
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["report", "order"], name="goal_rank_once"),
            models.UniqueConstraint(fields=["report", "indicator"], name="goal_indicator_once"),
        ]

    def __str__(self):
        return self.label


class ReportEvidence(Attachment):
    """What shows it: a picture, a document, or words said, which have no file (`quote`, and who says it in `title`).

    A picture or words of somebody who can be recognised need an authorisation, as those of the sheet do.
    """

    report = models.ForeignKey(ActionReport, on_delete=models.CASCADE, related_name="evidence")
    kind = models.CharField("nature", max_length=8, choices=EvidenceKind, default=EvidenceKind.DOCUMENT)
    file = models.FileField("fichier", upload_to=attachment_path, max_length=200, blank=True)
    filename = models.CharField("nom du fichier", max_length=200, blank=True, editable=False)
    size = models.PositiveBigIntegerField("taille en octets", default=0, editable=False)
    quote = models.TextField("paroles", max_length=1000, blank=True)
    consent = models.ForeignKey(
        PhotoConsent,
        verbose_name="accord de la personne",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="evidence",
    )
    shows_nobody = models.BooleanField("personne n’y est reconnaissable", default=False)

    objects = ReportRowQuerySet.as_manager()

    class Meta(Attachment.Meta):
        verbose_name = "pièce d’un bilan"
        verbose_name_plural = "pièces d’un bilan"
        constraints = [
            models.CheckConstraint(
                name="evidence_is_authorised",
                condition=Q(kind=EvidenceKind.DOCUMENT) | Q(shows_nobody=True) | Q(consent__isnull=False),
                violation_error_message="Dites que personne n’y est reconnaissable, ou choisissez l’accord qui l’autorise.",
            ),
            models.CheckConstraint(
                name="evidence_has_words_or_file",
                condition=Q(kind=EvidenceKind.VERBATIM) & ~Q(quote="") & Q(file="")
                | ~Q(kind=EvidenceKind.VERBATIM) & ~Q(file="") & Q(quote=""),
                violation_error_message="Une parole s’écrit\u00a0; une photo ou un document a son fichier.",
            ),
        ]


class ReportDocument(models.Model):
    """A validated report as it was printed: `content` is frozen at that moment."""

    file = models.OneToOneField(GeneratedFile, on_delete=models.PROTECT, related_name="report_document")
    report = models.ForeignKey(ActionReport, on_delete=models.CASCADE, related_name="documents")
    content = models.JSONField("contenu")

    class Meta:
        verbose_name = "document de bilan"
        verbose_name_plural = "documents de bilans"

    def __str__(self):
        return str(self.file)


class ReportReminder(models.Model):
    """A holder was reminded of the report that it owes. `sent_to` counts the addresses; 0: there was none."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="report_reminders")
    budget_year = BudgetYearField("exercice")
    stage = models.CharField("échéance", max_length=4)
    due_on = models.DateField("dû le")
    sent_on = models.DateField("relancé le")
    sent_to = models.PositiveSmallIntegerField("destinataires", default=0)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "relance de bilan"
        verbose_name_plural = "relances de bilans"
        ordering = ["sent_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["action", "budget_year", "stage", "due_on", "sent_on"], name="report_reminder_once"
            )
        ]

    def __str__(self):
        return f"{self.action} {self.sent_on}"
