"""What a meeting is prepared with: convocation, dossier, slides, attendance sheet; and the pieces annexed to it."""

from django.db import models
from django.db.models import Exists, OuterRef, Q

from cite_educative.common.models import Attachment
from cite_educative.documents.models import GeneratedFile
from governance.enums import PaperKind
from governance.models.body import BodyMember
from governance.models.meeting import AgendaItem, Meeting
from governance.models.note import IssuedVersion
from partners.models import OutgoingMessage

MONEY_KINDS = (PaperKind.DOSSIER, PaperKind.MEMBERS, PaperKind.SLIDES)


class MeetingPaperQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Dossier and slides tell amounts: readers of the money. Convocation: who sees the meeting. Sheet: the team.

        The dossier without amounts: whoever sits in the body too, once it is sent.
        """
        access = user.access
        meetings = Meeting.objects.visible_to(user)
        sits = BodyMember.objects.seats_of(user).filter(body=OuterRef("meeting__body"))
        sent = PaperMessage.objects.filter(paper=OuterRef("pk"))
        return self.filter(
            Q(meeting__body__cite__in=access.steered)
            | Q(meeting__body__cite__in=access.money_readers, kind__in=MONEY_KINDS)
            | Q(Exists(sits), Exists(sent), meeting__body__cite__in=access.cites, kind=PaperKind.MEMBERS)
            | Q(meeting__in=meetings, kind=PaperKind.CONVOCATION)
        )


class MeetingPaper(IssuedVersion):
    """One version of one paper of a meeting; the next one replaces it and rewrites nothing."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="papers")
    kind = models.CharField("document", max_length=12, choices=PaperKind)

    objects = MeetingPaperQuerySet.as_manager()

    class Meta:
        verbose_name = "document de séance"
        verbose_name_plural = "documents de séance"
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["meeting", "kind", "number"], name="meeting_paper_once")]

    def __str__(self):
        return f"{self.get_kind_display()}, {self.meeting}"


class MeetingPaperFile(models.Model):
    file = models.OneToOneField(GeneratedFile, on_delete=models.PROTECT, related_name="paper_file")
    paper = models.ForeignKey(MeetingPaper, on_delete=models.PROTECT, related_name="files")

    class Meta:
        verbose_name = "fichier de séance"

    def __str__(self):
        return str(self.file)


class PaperMessage(models.Model):
    """A message that carried one version of the dossier: its deliveries say who got it and when."""

    paper = models.ForeignKey(MeetingPaper, on_delete=models.PROTECT, related_name="messages")
    message = models.OneToOneField(OutgoingMessage, on_delete=models.PROTECT, related_name="paper_message")

    class Meta:
        verbose_name = "envoi du dossier"
        verbose_name_plural = "envois du dossier"
        ordering = ["-pk"]

    def __str__(self):
        return str(self.message)


class MeetingAnnexQuerySet(models.QuerySet):
    def visible_to(self, user):
        """As the dossier that holds them."""
        return self.filter(meeting__body__cite__in=user.access.money_readers)


class MeetingAnnex(Attachment):
    """A PDF bound at the end of the dossier, in the order of the points. A paper that holds it keeps it."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="annexes")
    item = models.ForeignKey(
        AgendaItem, verbose_name="point", on_delete=models.PROTECT, null=True, blank=True, related_name="annexes"
    )
    removed_at = models.DateTimeField("retirée le", null=True, blank=True, editable=False)

    objects = MeetingAnnexQuerySet.as_manager()

    class Meta(Attachment.Meta):
        verbose_name = "annexe"
