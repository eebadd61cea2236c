"""Who is called to a meeting, by which letter, and what each one answers."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from governance.enums import AnswerHow, ConvocationLetter, Reply
from governance.models.meeting import Meeting
from governance.models.papers import MeetingPaper
from partners.models import Mandate, OutgoingMessage
from partners.models.network import protocol_order


class Convocation(models.Model):
    """One sending. The next one has its own letter, and replaces it; the last one is in force."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="convocations")
    paper = models.OneToOneField(MeetingPaper, on_delete=models.PROTECT, related_name="convocation")
    reply_by = models.DateField("réponse attendue pour le")
    sent_at = models.DateTimeField("envoyée le")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "convocation"
        ordering = ["-pk"]

    def __str__(self):
        return f"Convocation, {self.meeting}, version {self.paper.number}"


class InviteeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Who comes and who does not is the team's business until the meeting opens."""
        return self.filter(meeting__body__cite__in=user.access.steered)

    def in_force(self, meeting):
        """Those of its last convocation."""
        return self.called_by(Convocation.objects.filter(meeting=meeting).first())

    def called_by(self, convocation):
        """With the address that it used (`sent_to`, blank on paper), in protocol order."""
        people = ("person", "organisation", "side", "seat")
        rows = self.filter(copies__convocation=convocation).annotate(sent_to=models.F("copies__email"))
        return rows.select_related(*(f"mandate__{name}" for name in people)).order_by(*protocol_order("mandate__"))


class Invitee(models.Model):
    """Somebody called to a meeting, whatever the number of letters, and the last answer.

    A reply holds for the day on which it was given: it is asked again when the meeting moves.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="invitees")
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="invitations")
    is_guest = models.BooleanField("invité", default=False)
    reply = models.CharField("réponse", max_length=12, choices=Reply, blank=True)
    represented_by = models.CharField("représenté par", max_length=160, blank=True)
    how = models.CharField("voie", max_length=8, choices=AnswerHow, blank=True)
    received = models.CharField("reçue", max_length=160, blank=True)
    replied_at = models.DateTimeField("répondu le", null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = InviteeQuerySet.as_manager()

    class Meta:
        verbose_name = "personne convoquée"
        verbose_name_plural = "personnes convoquées"
        constraints = [
            models.UniqueConstraint(fields=["meeting", "mandate"], name="invitee_once"),
            models.CheckConstraint(
                name="invitee_represented_by_someone",
                condition=~Q(reply=Reply.REPRESENTED) | ~Q(represented_by=""),
                violation_error_message="Dites par qui la personne sera représentée.",
            ),
            models.CheckConstraint(
                name="invitee_reply_is_dated",
                condition=Q(reply="", replied_at__isnull=True, how="")
                | ~Q(reply="") & Q(replied_at__isnull=False) & ~Q(how=""),
            ),
            models.CheckConstraint(
                name="invitee_entered_says_how",
                condition=~Q(how=AnswerHow.ENTERED) | ~Q(received=""),
                violation_error_message="Dites comment cette réponse a été reçue.",
            ),
        ]

    def __str__(self):
        return f"{self.mandate.person}, {self.meeting}"


class ConvocationCopy(models.Model):
    """One convocation for one person: sent to an address, or printed when there is none."""

    convocation = models.ForeignKey(Convocation, on_delete=models.PROTECT, related_name="copies")
    invitee = models.ForeignKey(Invitee, on_delete=models.PROTECT, related_name="copies")
    email = models.EmailField("adresse", blank=True)

    class Meta:
        verbose_name = "exemplaire de convocation"
        verbose_name_plural = "exemplaires de convocation"
        constraints = [models.UniqueConstraint(fields=["convocation", "invitee"], name="convocation_copy_once")]

    def __str__(self):
        return f"{self.invitee}, {self.email or 'sur papier'}"


class ConvocationMessage(models.Model):
    """A message that carries a convocation, reminds of it or calls the meeting off."""

    convocation = models.ForeignKey(Convocation, on_delete=models.PROTECT, related_name="messages")
    message = models.OneToOneField(OutgoingMessage, on_delete=models.PROTECT, related_name="convocation")
    letter = models.CharField("nature", max_length=8, choices=ConvocationLetter)

    class Meta:
        verbose_name = "message de convocation"
        verbose_name_plural = "messages de convocation"
        ordering = ["pk"]

    def __str__(self):
        return str(self.message)
