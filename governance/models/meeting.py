from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils import timezone

from actions.models import Action, Agreement, Call, Scenario
from cite_educative.common.dates import date_fr
from cite_educative.common.richtext import RichTextField
from cite_educative.common.search import SearchableModel, SearchableQuerySet
from cite_educative.common.transitions import Transition, TransitionLog
from governance.enums import ItemKind, MeetingStatus, NoticeKind, Presence
from governance.models.body import Body, BodyMember, RetroStep
from partners.models import Mandate, OutgoingMessage, Person
from partners.models.network import protocol_order


class MeetingQuerySet(SearchableQuerySet):
    def visible_to(self, user):
        """The team, pilots and finance officers: all. Members of the body: once convened or published."""
        access = user.access
        sits = BodyMember.objects.seats_of(user).filter(body=OuterRef("body"))
        return self.filter(
            Q(body__cite__in=access.money_readers)
            | Q(
                Exists(sits),
                body__cite__in=access.cites,
                status__in=[MeetingStatus.CONVENED, MeetingStatus.PUBLISHED],
            )
        )

    def preparable(self):
        """Whose agenda may still change."""
        return self.filter(status__in=[MeetingStatus.PLANNED, MeetingStatus.CONVENED, MeetingStatus.IN_PROGRESS])

    def held(self):
        """What was said and decided is set."""
        return self.filter(status__in=[MeetingStatus.HELD, MeetingStatus.CLOSED, MeetingStatus.PUBLISHED])

    def upcoming(self, now):
        return self.filter(
            starts_at__gte=now, status__in=[MeetingStatus.PLANNED, MeetingStatus.CONVENED, MeetingStatus.IN_PROGRESS]
        ).order_by("starts_at", "pk")


class Meeting(SearchableModel):
    """Found by its body, its day, its place and the titles of its points: who writes a point saves `search_text`."""

    SEARCH_FIELDS = ("starts_at", "place")

    body = models.ForeignKey(Body, verbose_name="instance", on_delete=models.PROTECT, related_name="meetings")
    starts_at = models.DateTimeField("date et heure")
    place = models.CharField("lieu", max_length=200, blank=True)
    minutes_planned = models.PositiveSmallIntegerField("durée prévue (minutes)", null=True, blank=True)
    status = models.CharField(
        "état", max_length=12, choices=MeetingStatus, default=MeetingStatus.PLANNED, editable=False
    )
    opened_at = models.DateTimeField("ouverte à", null=True, blank=True, editable=False)
    closed_at = models.DateTimeField("close à", null=True, blank=True, editable=False)
    # The point being discussed; only while the meeting is open.
    current_item = models.ForeignKey(
        "AgendaItem",
        verbose_name="point en discussion",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    quorum_seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="absence de quorum actée par",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    quorum_seen_at = models.DateTimeField("absence de quorum actée à", null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MeetingQuerySet.as_manager()

    TRANSITIONS = {
        "convene": Transition([MeetingStatus.PLANNED], MeetingStatus.CONVENED),
        "open": Transition([MeetingStatus.PLANNED, MeetingStatus.CONVENED], MeetingStatus.IN_PROGRESS),
        "close": Transition([MeetingStatus.IN_PROGRESS], MeetingStatus.CLOSED),
        "publish": Transition([MeetingStatus.CLOSED], MeetingStatus.PUBLISHED),
        "cancel": Transition([MeetingStatus.PLANNED, MeetingStatus.CONVENED], MeetingStatus.CANCELLED),
        "postpone": Transition([MeetingStatus.PLANNED, MeetingStatus.CONVENED], MeetingStatus.POSTPONED),
    }

    class Meta:
        verbose_name = "réunion"
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="meeting_closed_has_time",
                condition=Q(status__in=[MeetingStatus.CLOSED, MeetingStatus.PUBLISHED], closed_at__isnull=False)
                | (~Q(status__in=[MeetingStatus.CLOSED, MeetingStatus.PUBLISHED]) & Q(closed_at__isnull=True)),
            )
        ]

    def __str__(self):
        return f"{self.body} du {date_fr(timezone.localdate(self.starts_at))}"

    def search_source(self):
        titles = [item.title for item in self.items.all()] if self.pk else []
        return " ".join([str(self), self.place, *titles])

    @property
    def is_open(self):
        return self.status == MeetingStatus.IN_PROGRESS

    @property
    def is_over(self):
        return self.status in (MeetingStatus.CLOSED, MeetingStatus.PUBLISHED)

    @property
    def is_preparable(self):
        return self.status in (MeetingStatus.PLANNED, MeetingStatus.CONVENED)

    def move(self, name, *, actor, **changes):
        """The only writer of `status`; raises `TransitionError`. Call it on a row read again under lock."""
        transition = self.TRANSITIONS[name]
        source = MeetingStatus(self.status)
        transition.check(source)
        for field, value in changes.items():
            setattr(self, field, value)
        self.status = transition.target
        self.version += 1
        self.save(update_fields=["status", "version", *changes])
        self.log.create(actor=actor, transition=name, from_status=source, to_status=self.status)


class MeetingLog(TransitionLog):
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="log")

    class Meta(TransitionLog.Meta):
        verbose_name = "changement d’état"


class StepDone(models.Model):
    """Somebody ticked this step of the preparation of this meeting."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="steps_done")
    step = models.ForeignKey(RetroStep, on_delete=models.CASCADE, related_name="+")
    done_on = models.DateField("faite le", default=timezone.localdate)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "étape faite"
        verbose_name_plural = "étapes faites"
        constraints = [models.UniqueConstraint(fields=["meeting", "step"], name="step_done_once")]

    def __str__(self):
        return str(self.step)


class AgendaItemQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Follows the meeting."""
        return self.filter(meeting__in=Meeting.objects.visible_to(user))


class AgendaItem(models.Model):
    """One point of the agenda, on any number of actions: their fundings are what a decision programmes."""

    SUBJECTS = ("call", "scenario", "agreement", "action_point")  # columns of what else it may be about

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="items")
    order = models.PositiveSmallIntegerField("rang")
    kind = models.CharField("nature", max_length=12, choices=ItemKind, default=ItemKind.DECISION)
    title = models.CharField("intitulé", max_length=200)
    presenter = models.ForeignKey(
        Person,
        verbose_name="rapporteur ou rapporteure",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    minutes_planned = models.PositiveSmallIntegerField("durée prévue (minutes)", default=10)
    actions = models.ManyToManyField(Action, verbose_name="actions examinées", related_name="agenda_items", blank=True)
    call = models.ForeignKey(
        Call,
        verbose_name="appel arbitré",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    # What the point is about, besides actions: one at most, and the point outlives it.
    scenario = models.ForeignKey(
        Scenario,
        verbose_name="scénario examiné",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    agreement = models.ForeignKey(
        Agreement,
        verbose_name="convention examinée",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    action_point = models.ForeignKey(
        "governance.ActionPoint",
        verbose_name="suite examinée",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="carried_items",
        editable=False,
    )
    carried_from = models.ForeignKey(
        "self",
        verbose_name="repris de",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="carried_to",
        editable=False,
    )
    discussion = RichTextField("ce qui a été dit", blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        verbose_name = "point de l’ordre du jour"
        verbose_name_plural = "points de l’ordre du jour"
        ordering = ["order", "pk"]

    def __str__(self):
        return self.title


class AttendanceQuerySet(models.QuerySet):
    def in_protocol_order(self):
        """With the persons and what they sit for."""
        people = ("person", "organisation", "side", "seat")
        return self.select_related(*(f"mandate__{name}" for name in people)).order_by(*protocol_order("mandate__"))

    def with_substitutes(self, on):
        """Adds `mandate.stand_ins`: who may represent each that day."""
        stand_ins = Mandate.objects.active(on).in_protocol_order()
        return self.prefetch_related(Prefetch("mandate__substitutes", stand_ins, to_attr="stand_ins"))


class Attendance(models.Model):
    """Who was there. Expected members come from the body; a guest has a mandate of the Cité too."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendances")
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="attendances")
    presence = models.CharField("présence", max_length=12, choices=Presence)
    represented_by = models.CharField("représenté par", max_length=160, blank=True)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = "présence"
        constraints = [
            models.UniqueConstraint(fields=["meeting", "mandate"], name="attendance_once"),
            models.CheckConstraint(
                name="attendance_represented_by_someone",
                condition=~Q(presence=Presence.REPRESENTED) | ~Q(represented_by=""),
                violation_error_message="Indiquez par qui la personne est représentée.",
            ),
        ]

    def __str__(self):
        return f"{self.mandate}\u00a0: {self.get_presence_display()}"


class MeetingGuestQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Who reads the live meeting."""
        return self.filter(meeting__body__cite__in=user.access.money_readers)


class MeetingGuest(models.Model):
    """Somebody who came without a mandate of the Cité: a name, not a person of the directory."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="guests")
    name = models.CharField("nom", max_length=160)
    quality = models.CharField("qualité", max_length=160, blank=True)

    objects = MeetingGuestQuerySet.as_manager()

    class Meta:
        verbose_name = "personne invitée"
        verbose_name_plural = "personnes invitées"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "name"], name="guest_once")]

    def __str__(self):
        return ", ".join(filter(None, [self.name, self.quality]))


class MeetingMessage(models.Model):
    """A letter sent about what a closed meeting decided."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField("destinataires", max_length=8, choices=NoticeKind)
    message = models.OneToOneField(OutgoingMessage, on_delete=models.PROTECT, related_name="meeting_message")

    class Meta:
        verbose_name = "message sur une réunion"
        verbose_name_plural = "messages sur une réunion"
        ordering = ["-pk"]

    def __str__(self):
        return str(self.message)
