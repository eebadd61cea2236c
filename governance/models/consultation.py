"""Written consultations: a decision put to the pilots between two meetings, their answers, its printed outcome."""

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q

from actions.models import Action
from cite_educative.common.models import Attachment
from cite_educative.common.richtext import RichTextField
from cite_educative.common.transitions import Transition, TransitionLog
from cite_educative.documents.models import GeneratedFile
from governance.enums import AnswerHow, ConsultationStatus, Verdict
from governance.models.body import Body
from governance.models.decision import Decision
from governance.models.meeting import AgendaItem
from governance.models.note import IssuedVersion
from partners.models import Organisation, Seat, Side


class ConsultationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The team: all. Pilots and finance officers: once opened. Members of the body: once published and told."""
        access = user.access
        told = Q(published_at__isnull=False, decision__in=Decision.objects.visible_to(user))
        return self.filter(
            Q(body__cite__in=access.steered) | Q(body__cite__in=access.money_readers, opened_on__isnull=False) | told
        )

    def with_answers(self):
        """Adds `nb_voices` and `nb_answers`."""
        answered = Q(answers__answered_on__isnull=False)
        return self.annotate(nb_voices=models.Count("answers"), nb_answers=models.Count("answers", filter=answered))


class Consultation(models.Model):
    """Its decision is a draft without meeting until it is closed; a refused one stays without number."""

    body = models.ForeignKey(Body, verbose_name="instance", on_delete=models.PROTECT, related_name="consultations")
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="consultation")
    presentation = RichTextField("ce qui est soumis aux pilotes")
    actions = models.ManyToManyField(
        Action, verbose_name="actions concernées", related_name="consultations", blank=True
    )
    deadline = models.DateField("réponse attendue jusqu’au")
    status = models.CharField(
        "état", max_length=10, choices=ConsultationStatus, default=ConsultationStatus.DRAFT, editable=False
    )
    silence_agrees = models.BooleanField("le silence vaut accord", default=False, editable=False)
    opened_on = models.DateField("ouverte le", null=True, blank=True, editable=False)
    closed_at = models.DateTimeField("close à", null=True, blank=True, editable=False)
    published_at = models.DateTimeField("publiée à", null=True, blank=True, editable=False)
    ratification = models.OneToOneField(
        AgendaItem, on_delete=models.SET_NULL, null=True, blank=True, related_name="ratifies", editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ConsultationQuerySet.as_manager()

    TRANSITIONS = {
        "open": Transition([ConsultationStatus.DRAFT], ConsultationStatus.OPEN),
        "adopt": Transition([ConsultationStatus.OPEN], ConsultationStatus.ADOPTED),
        "refuse": Transition([ConsultationStatus.OPEN], ConsultationStatus.REFUSED),
        "cancel": Transition([ConsultationStatus.DRAFT, ConsultationStatus.OPEN], ConsultationStatus.CANCELLED),
    }

    class Meta:
        verbose_name = "consultation écrite"
        verbose_name_plural = "consultations écrites"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="consultation_closed_has_time",
                condition=Q(status__in=[ConsultationStatus.ADOPTED, ConsultationStatus.REFUSED])
                & Q(closed_at__isnull=False, opened_on__isnull=False)
                | ~Q(status__in=[ConsultationStatus.ADOPTED, ConsultationStatus.REFUSED])
                & Q(closed_at__isnull=True, published_at__isnull=True),
            ),
            models.CheckConstraint(
                name="consultation_deadline_after_opening",
                condition=Q(opened_on__isnull=True) | Q(deadline__gte=F("opened_on")),
                violation_error_message="L’échéance précède l’ouverture de la consultation.",
            ),
        ]

    def __str__(self):
        return f"Consultation écrite «\u00a0{self.decision.title}\u00a0»"

    @property
    def is_draft(self):
        return self.status == ConsultationStatus.DRAFT

    @property
    def is_open(self):
        return self.status == ConsultationStatus.OPEN

    @property
    def is_closed(self):
        return self.status in (ConsultationStatus.ADOPTED, ConsultationStatus.REFUSED)

    @property
    def is_adopted(self):
        return self.status == ConsultationStatus.ADOPTED

    def move(self, name, *, actor, **changes):
        """The only writer of `status`; raises `TransitionError`. Call it on a row read again under lock."""
        transition = self.TRANSITIONS[name]
        source = ConsultationStatus(self.status)
        transition.check(source)
        for field, value in changes.items():
            setattr(self, field, value)
        self.status = transition.target
        self.version += 1
        self.save(update_fields=["status", "version", *changes])
        self.log.create(actor=actor, transition=name, from_status=source, to_status=self.status)


class ConsultationLog(TransitionLog):
    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="log")

    class Meta(TransitionLog.Meta):
        verbose_name = "changement d’état de consultation"


class ConsultationAnswerQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The team and the pilots, and only them, once the consultation is open to them."""
        access = user.access
        cites = [*access.steered, *access.sides]
        return self.filter(consultation__in=Consultation.objects.visible_to(user), consultation__body__cite__in=cites)

    def in_protocol_order(self):
        """By side; the communes of one side in the order of their seats."""
        seats = Seat.objects.filter(side=OuterRef("side"), organisation=OuterRef("organisation"))
        place = models.Subquery(seats.order_by("order", "pk").values("order")[:1])
        return self.select_related("side", "organisation").order_by("side__order", place.asc(nulls_last=True), "pk")

    def given(self):
        return self.filter(answered_on__isnull=False)

    def awaited(self):
        return self.filter(answered_on__isnull=True)


class ConsultationAnswer(models.Model):
    """One voice, from the opening on: awaited, then given, then corrected until the deadline."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="answers")
    side = models.ForeignKey(Side, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    verdict = models.CharField("position", max_length=12, choices=Verdict, blank=True)
    comment = models.CharField("précision", max_length=300, blank=True)
    answered_on = models.DateField("donnée le", null=True, blank=True)
    name = models.CharField("donnée par", max_length=200, blank=True)
    how = models.CharField("voie", max_length=8, choices=AnswerHow, blank=True)
    received = models.CharField("reçue", max_length=160, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    entered_at = models.DateTimeField("enregistrée à", null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ConsultationAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = "réponse à une consultation"
        verbose_name_plural = "réponses à une consultation"
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "side", "organisation"],
                condition=Q(organisation__isnull=False),
                name="answer_once_organisation",
            ),
            models.UniqueConstraint(
                fields=["consultation", "side"], condition=Q(organisation__isnull=True), name="answer_once_side"
            ),
            models.CheckConstraint(
                name="answer_given_is_dated",
                condition=Q(verdict="", answered_on__isnull=True, how="")
                | ~Q(verdict="") & Q(answered_on__isnull=False) & ~Q(how=""),
            ),
            models.CheckConstraint(
                name="answer_entered_says_how",
                condition=~Q(how=AnswerHow.ENTERED) | ~Q(received=""),
                violation_error_message="Dites comment cette réponse a été reçue.",
            ),
        ]

    def __str__(self):
        return self.label

    @property
    def label(self):
        return self.organisation.name if self.organisation_id else self.side.label


class ConsultationPieceQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(consultation__in=Consultation.objects.visible_to(user))


class ConsultationPiece(Attachment):
    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="pieces")

    objects = ConsultationPieceQuerySet.as_manager()

    class Meta(Attachment.Meta):
        verbose_name = "pièce de consultation"
        verbose_name_plural = "pièces de consultation"


class ConsultationRecord(IssuedVersion):
    """The relevé of a closed consultation."""

    consultation = models.OneToOneField(Consultation, on_delete=models.PROTECT, related_name="record")

    class Meta:
        verbose_name = "relevé de consultation"
        verbose_name_plural = "relevés de consultation"

    def __str__(self):
        return f"Relevé, {self.consultation}"


class ConsultationFile(models.Model):
    file = models.OneToOneField(GeneratedFile, on_delete=models.PROTECT, related_name="consultation_file")
    record = models.ForeignKey(ConsultationRecord, on_delete=models.PROTECT, related_name="files")

    class Meta:
        verbose_name = "fichier de relevé de consultation"

    def __str__(self):
        return str(self.file)
