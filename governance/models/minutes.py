"""Minutes of a meeting: a working text in paragraphs, what each side says of it, and the versions that were issued."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from actions.models import Funding
from cite_educative.common.models import Attachment
from cite_educative.common.richtext import RichTextField
from cite_educative.common.transitions import Transition
from cite_educative.documents.models import GeneratedFile
from governance.enums import MeetingStatus, MinutesState, ReviewState, SignedKind
from governance.models.meeting import AgendaItem, Meeting
from governance.models.note import IssuedVersion
from governance.models.received import Received, Remark, RemarkQuerySet, settled_constraints
from partners.enums import Role
from partners.models import OutgoingMessage, Side


def kept_back():
    """A condition on rows that have a `meeting`: a funder has not released its answer on an action examined there.

    Minutes tell what was said of every action, decided on or not: one of them is enough.
    """
    examined = Q(action__agenda_items__meeting=OuterRef("meeting")) | Q(
        action__decision_effects__decision__meeting=OuterRef("meeting")
    )
    return Exists(Funding.objects.with_release().filter(examined, is_released=False))


class MinutesQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The working text: the team, and the pilots from the moment it was sent to be read again."""
        access = user.access
        sent = Q(state__in=[MinutesState.REVIEW, MinutesState.VALIDATED, MinutesState.PUBLISHED])
        asked = Exists(MinutesReview.objects.filter(minutes=OuterRef("pk")))
        mine = Q(meeting__body__cite__in=access.steered)
        return self.filter(mine | (Q(sent, meeting__body__cite__in=access.with_role(Role.PILOT)) & asked))

    def with_secrecy(self):
        """Adds `is_kept_back`: whether holders and partners have to wait before they read it."""
        return self.annotate(is_kept_back=kept_back())


class Minutes(models.Model):
    """The "procès-verbal" of one closed meeting, as it is being written. What was issued is in its versions."""

    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="minutes")
    state = models.CharField("état", max_length=10, choices=MinutesState, default=MinutesState.DRAFT, editable=False)
    chair = models.CharField("présidence de la séance", max_length=200, blank=True)
    secretary = models.CharField("secrétariat de séance", max_length=200, blank=True)
    correction = models.CharField("objet de la correction", max_length=300, blank=True, editable=False)
    review_due_on = models.DateField("relecture attendue pour le", null=True, blank=True, editable=False)
    validated_at = models.DateTimeField("validé le", null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MinutesQuerySet.as_manager()

    TRANSITIONS = {
        "send": Transition([MinutesState.DRAFT, MinutesState.REVIEW], MinutesState.REVIEW),
        "validate": Transition([MinutesState.DRAFT, MinutesState.REVIEW], MinutesState.VALIDATED),
        "publish": Transition([MinutesState.VALIDATED], MinutesState.PUBLISHED),
        "reopen": Transition([MinutesState.VALIDATED, MinutesState.PUBLISHED], MinutesState.DRAFT),
    }

    class Meta:
        verbose_name = "procès-verbal"
        verbose_name_plural = "procès-verbaux"
        constraints = [
            models.CheckConstraint(
                name="minutes_validated_has_time",
                condition=Q(state__in=[MinutesState.VALIDATED, MinutesState.PUBLISHED], validated_at__isnull=False)
                | Q(state__in=[MinutesState.DRAFT, MinutesState.REVIEW], validated_at__isnull=True),
            ),
        ]

    def __str__(self):
        return f"Procès-verbal, {self.meeting}"

    @property
    def is_editable(self):
        return self.state in (MinutesState.DRAFT, MinutesState.REVIEW)


class MinutesParagraphQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(minutes__in=Minutes.objects.visible_to(user))


class MinutesParagraph(models.Model):
    """One numbered paragraph; without an `item`, it opens or ends the minutes. Emptied, it is not printed."""

    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="paragraphs")
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    order = models.PositiveSmallIntegerField("rang")
    text = RichTextField("texte", blank=True)
    edited_at = models.DateTimeField("modifié le", null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = MinutesParagraphQuerySet.as_manager()

    class Meta:
        verbose_name = "paragraphe de procès-verbal"
        verbose_name_plural = "paragraphes de procès-verbal"
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["minutes", "order"], name="minutes_paragraph_order_once")]

    def __str__(self):
        return f"Paragraphe {self.order}"


class MinutesReviewQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(minutes__in=Minutes.objects.visible_to(user))


class MinutesReview(Received):
    """What one side says of the text sent to it."""

    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="reviews")
    side = models.ForeignKey(Side, on_delete=models.PROTECT, related_name="+")
    state = models.CharField("relecture", max_length=10, choices=ReviewState, default=ReviewState.AWAITED)
    sent_at = models.DateTimeField("envoyé le", editable=False)
    answered_at = models.DateTimeField("répondu le", null=True, blank=True, editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )

    objects = MinutesReviewQuerySet.as_manager()

    class Meta:
        verbose_name = "relecture de procès-verbal"
        verbose_name_plural = "relectures de procès-verbal"
        ordering = ["side__order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["minutes", "side"], name="minutes_review_once"),
            models.CheckConstraint(
                name="minutes_review_answered_by_someone",
                condition=Q(state=ReviewState.AWAITED, answered_at__isnull=True)
                | (~Q(state=ReviewState.AWAITED) & Q(answered_at__isnull=False, entered_by__isnull=False)),
            ),
        ]

    def __str__(self):
        return f"{self.side}\u00a0: {self.get_state_display()}"

    @property
    def is_awaited(self):
        return self.state == ReviewState.AWAITED


class MinutesRemarkQuerySet(RemarkQuerySet):
    def visible_to(self, user):
        return self.filter(paragraph__minutes__in=Minutes.objects.visible_to(user))


class MinutesRemark(Remark):
    """What a side asks to change in one paragraph, and what came of it."""

    paragraph = models.ForeignKey(MinutesParagraph, on_delete=models.CASCADE, related_name="remarks")
    side = models.ForeignKey(Side, on_delete=models.PROTECT, related_name="+")

    objects = MinutesRemarkQuerySet.as_manager()

    class Meta(Remark.Meta):
        verbose_name = "remarque sur un procès-verbal"
        verbose_name_plural = "remarques sur un procès-verbal"
        constraints = settled_constraints("minutes_remark")


class MinutesVersionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Who reads the money; the members of the body once the meeting is published and every funder has told."""
        published = Q(meeting__in=Meeting.objects.visible_to(user), meeting__status=MeetingStatus.PUBLISHED)
        return self.filter(Q(meeting__body__cite__in=user.access.money_readers) | (published & ~kept_back()))


class MinutesVersion(IssuedVersion):
    """What was published. `sha256` is that of `content`, written as sorted JSON."""

    minutes = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="versions")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="minutes_versions")
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by", editable=False
    )
    reason = models.CharField("objet de la correction", max_length=300, blank=True)
    sha256 = models.CharField("empreinte", max_length=64)

    objects = MinutesVersionQuerySet.as_manager()

    class Meta:
        verbose_name = "version de procès-verbal"
        verbose_name_plural = "versions de procès-verbal"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["minutes", "number"], name="minutes_version_once"),
            models.CheckConstraint(
                name="minutes_version_cites_the_one_before",
                condition=Q(number=1, replaces__isnull=True)
                | (Q(number__gt=1, replaces__isnull=False) & ~Q(reason="")),
            ),
        ]

    def __str__(self):
        return f"{self.minutes}, version {self.number}"


class MinutesFile(models.Model):
    file = models.OneToOneField(GeneratedFile, on_delete=models.PROTECT, related_name="minutes_file")
    version = models.ForeignKey(MinutesVersion, on_delete=models.PROTECT, related_name="files")

    class Meta:
        verbose_name = "fichier de procès-verbal"
        verbose_name_plural = "fichiers de procès-verbal"

    def __str__(self):
        return str(self.file)


class MinutesMessage(models.Model):
    """A letter sent about the minutes: to the sides that read them again, or, with a `version`, to the members."""

    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="messages")
    version = models.ForeignKey(
        MinutesVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )
    message = models.OneToOneField(OutgoingMessage, on_delete=models.PROTECT, related_name="minutes_message")

    class Meta:
        verbose_name = "message sur un procès-verbal"
        verbose_name_plural = "messages sur un procès-verbal"
        ordering = ["-pk"]

    def __str__(self):
        return str(self.message)


class MeetingFileQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The signed minutes follow the version that they sign; the attendance sheet stays with who reads the money."""
        told = MinutesVersion.objects.visible_to(user)
        return self.filter(Q(meeting__body__cite__in=user.access.money_readers) | Q(version__in=told))


class MeetingFile(Attachment):
    """A signed scan. `version` is the one that signed minutes sign; a better scan is a file more."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="files")
    version = models.ForeignKey(
        MinutesVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="signed_files"
    )
    kind = models.CharField("nature", max_length=10, choices=SignedKind)
    signed_by = models.CharField("signé par", max_length=300)
    signed_on = models.DateField("signé le")

    objects = MeetingFileQuerySet.as_manager()

    class Meta(Attachment.Meta):
        verbose_name = "document signé de réunion"
        verbose_name_plural = "documents signés de réunion"
        constraints = [
            models.CheckConstraint(
                name="meeting_file_minutes_sign_a_version",
                condition=Q(kind=SignedKind.MINUTES, version__isnull=False)
                | (~Q(kind=SignedKind.MINUTES) & Q(version__isnull=True)),
            )
        ]
