from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.utils import timezone

from actions.enums import ActionStatus, IntercommunalRole, PublicKind, RequestKind, Scope, Stage, TextKey
from actions.models.plan import Axis, Call, Objective
from actions.models.themes import Scheme, Theme
from cite_educative.common.dates import BudgetYearField, SchoolYearField
from cite_educative.common.money import MoneyField
from cite_educative.common.search import SearchableModel, SearchableQuerySet
from cite_educative.common.transitions import Transition, TransitionLog
from partners.models import Cite, Commune, Neighbourhood, Organisation, Person, School


class ActionQuerySet(SearchableQuerySet):
    def visible_to(self, user):
        """Architecture §4; what may be read of each is `actions.permissions.reading_level`."""
        access = user.access
        filed = ~Q(status=ActionStatus.DRAFT)
        allowed = self.local_condition(access) & filed if access.communes or access.institutions else Q(pk__in=[])
        for cite, organisations in access.held.items():
            mine = Q(cite=cite, holder__in=organisations)
            allowed |= mine & (filed | Q(shared_at__isnull=False)) if access.is_borrowed else mine
        # Each circle holds the next one: who steers a Cité needs no other door to it.
        full = access.full_readers - access.steered
        published = access.plan_readers - access.full_readers
        if access.steered:
            allowed |= Q(cite__in=access.steered) & (filed | Q(shared_at__isnull=False))
        if full:
            allowed |= Q(cite__in=full) & filed
        if published:
            allowed |= Q(cite__in=published, published_at__isnull=False)
        return self.filter(allowed)

    @staticmethod
    def local_condition(access):
        """What a communal or institutional referent follows: own communes, intercommunal actions, own funding."""
        condition = Q(pk__in=[])
        for cite, communes in access.communes.items():
            in_commune = Action.communes.through.objects.filter(action=OuterRef("pk"), commune__in=communes)
            condition |= Q(cite=cite) & (Q(scope=Scope.INTERCOMMUNAL) | Exists(in_commune))
        for cite, organisations in access.institutions.items():
            funded = Organisation.objects.filter(
                pk__in=organisations, funding_sources__fundings__action=OuterRef("pk")
            )
            condition |= Q(cite=cite) & Exists(funded)
        return condition

    def local_to(self, access):
        return self.filter(self.local_condition(access) & ~Q(status=ActionStatus.DRAFT))

    def with_stage(self, today=None, *, name="stage"):
        """Adds `stage`, or under another `name`, the step people see, from the status, the dates and the money known.

        A retained action is under way once it has begun and a funder has granted something; a refusal grants 0.
        """
        today = today or timezone.localdate()
        granted = Action.objects.filter(pk=OuterRef("pk"), fundings__granted__gt=0)
        return self.annotate(**{name: self._stage(today, Exists(granted))})

    @staticmethod
    def _stage(today, is_granted):
        return Case(
            When(status__in=[ActionStatus.DRAFT, ActionStatus.SENT_BACK], then=Value(Stage.PREPARATION.value)),
            When(status__in=[ActionStatus.SUBMITTED, ActionStatus.DEFERRED], then=Value(Stage.APPRAISAL.value)),
            When(status=ActionStatus.REJECTED, then=Value(Stage.REJECTED.value)),
            When(status=ActionStatus.SUSPENDED, then=Value(Stage.SUSPENDED.value)),
            When(status=ActionStatus.ABANDONED, then=Value(Stage.ABANDONED.value)),
            When(status=ActionStatus.CLOSED, then=Value(Stage.CLOSED.value)),
            When(ends_on__lt=today, then=Value(Stage.REPORT.value)),
            When(is_granted, starts_on__lte=today, then=Value(Stage.UNDER_WAY.value)),
            default=Value(Stage.PROGRAMMED.value),
            output_field=models.CharField(),
        )


class Action(SearchableModel):
    """The action sheet ("fiche action"). A draft or imported one needs a title and a holder only."""

    SEARCH_FIELDS = ("title", "code", "external_ref", "holder")

    cite = models.ForeignKey(Cite, on_delete=models.PROTECT, related_name="actions")
    call = models.ForeignKey(
        Call, verbose_name="appel à projets", on_delete=models.PROTECT, null=True, blank=True, related_name="actions"
    )
    budget_year = BudgetYearField("exercice")
    school_year = SchoolYearField("année scolaire", null=True, blank=True)
    code = models.CharField("code", max_length=20, blank=True, editable=False)
    title = models.CharField("intitulé", max_length=300)
    holder = models.ForeignKey(
        Organisation, verbose_name="porteur", on_delete=models.PROTECT, related_name="held_actions"
    )
    axis = models.ForeignKey(
        Axis, verbose_name="axe", on_delete=models.PROTECT, null=True, blank=True, related_name="actions"
    )
    objective = models.ForeignKey(
        Objective, verbose_name="objectif", on_delete=models.PROTECT, null=True, blank=True, related_name="actions"
    )
    theme = models.CharField("thématique telle qu’écrite", max_length=160, blank=True)
    themes = models.ManyToManyField(Theme, verbose_name="thématiques", related_name="actions", blank=True)
    schemes = models.ManyToManyField(Scheme, verbose_name="dispositifs liés", related_name="actions", blank=True)
    request_kind = models.CharField("nature de la demande", max_length=10, choices=RequestKind, blank=True)
    contact = models.ForeignKey(
        Person,
        verbose_name="personne chargée de l’action",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    scope = models.CharField("portée", max_length=14, choices=Scope, default=Scope.COMMUNAL)
    communes = models.ManyToManyField(Commune, verbose_name="communes", related_name="actions", blank=True)
    neighbourhoods = models.ManyToManyField(
        Neighbourhood, verbose_name="quartiers", related_name="actions", blank=True
    )
    schools = models.ManyToManyField(School, verbose_name="établissements", related_name="actions", blank=True)
    places = models.CharField("lieux de réalisation", max_length=300, blank=True)
    intercommunal_role = models.CharField(
        "rôle de l’intercommunalité", max_length=10, choices=IntercommunalRole, blank=True
    )
    audience = models.CharField("public", max_length=300, blank=True)
    expected_reach = models.PositiveIntegerField("personnes attendues", null=True, blank=True)
    expected_female_share = models.PositiveSmallIntegerField(
        "part de filles et de femmes attendue, en %", null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    expected_qpv_share = models.PositiveSmallIntegerField(
        "part d’habitants des quartiers prioritaires attendue, en %",
        null=True,
        blank=True,
        validators=[MaxValueValidator(100)],
    )
    summary = models.TextField("description", blank=True)
    during_school = models.BooleanField("sur le temps scolaire", default=False)
    around_school = models.BooleanField("sur le temps périscolaire", default=False)
    outside_school = models.BooleanField("sur le temps extrascolaire", default=False)
    during_holidays = models.BooleanField("pendant les vacances", default=False)
    starts_on = models.DateField("début", null=True, blank=True)
    ends_on = models.DateField("fin", null=True, blank=True)
    period_text = models.CharField("dates telles qu’écrites", max_length=200, blank=True)
    external_ref = models.CharField("référence Dauphin", max_length=60, blank=True)
    total_cost = MoneyField("coût total", null=True, blank=True)
    renews = models.ForeignKey(
        "self", verbose_name="reconduit", on_delete=models.PROTECT, null=True, blank=True, related_name="renewals"
    )
    status = models.CharField(
        "statut", max_length=12, choices=ActionStatus, default=ActionStatus.DRAFT, editable=False
    )
    submitted_on = models.DateField("déposée le", null=True, blank=True, editable=False)
    late_accepted_on = models.DateField("dépôt tardif accepté le", null=True, blank=True, editable=False)
    late_accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="dépôt tardif accepté par",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    late_reason = models.CharField("motif du dépôt tardif", max_length=240, blank=True, editable=False)
    shared_at = models.DateTimeField("brouillon partagé le", null=True, blank=True, editable=False)
    published_at = models.DateTimeField("publiée le", null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ActionQuerySet.as_manager()

    TRANSITIONS = {
        "submit": Transition([ActionStatus.DRAFT, ActionStatus.SENT_BACK], ActionStatus.SUBMITTED),
        "send_back": Transition([ActionStatus.SUBMITTED], ActionStatus.SENT_BACK),
        "retain": Transition([ActionStatus.SUBMITTED, ActionStatus.DEFERRED], ActionStatus.RETAINED),
        "defer": Transition([ActionStatus.SUBMITTED], ActionStatus.DEFERRED),
        "reject": Transition([ActionStatus.SUBMITTED, ActionStatus.DEFERRED], ActionStatus.REJECTED),
        "reopen": Transition(
            [ActionStatus.RETAINED, ActionStatus.DEFERRED, ActionStatus.REJECTED, ActionStatus.ABANDONED],
            ActionStatus.SUBMITTED,
        ),
        "suspend": Transition([ActionStatus.RETAINED], ActionStatus.SUSPENDED),
        "resume": Transition([ActionStatus.SUSPENDED], ActionStatus.RETAINED),
        "abandon": Transition(
            [
                ActionStatus.DRAFT,
                ActionStatus.SUBMITTED,
                ActionStatus.SENT_BACK,
                ActionStatus.RETAINED,
                ActionStatus.DEFERRED,
                ActionStatus.SUSPENDED,
            ],
            ActionStatus.ABANDONED,
        ),
        "close": Transition([ActionStatus.RETAINED], ActionStatus.CLOSED),
    }

    class Meta:
        verbose_name = "action"
        ordering = ["-budget_year", "code", "pk"]
        indexes = [models.Index(fields=["cite", "budget_year", "status"])]
        constraints = [
            models.UniqueConstraint(fields=["cite", "code"], condition=~Q(code=""), name="action_code_once"),
            models.CheckConstraint(
                name="action_code_once_submitted",
                condition=Q(status__in=[ActionStatus.DRAFT, ActionStatus.ABANDONED])
                | (~Q(code="") & Q(submitted_on__isnull=False)),
                violation_error_message="Une action déposée porte un code et une date de dépôt.",
            ),
            models.CheckConstraint(
                name="action_dates_in_order",
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                violation_error_message="L’action ne peut pas finir avant d’avoir commencé.",
            ),
            models.CheckConstraint(
                name="action_total_cost_not_negative",
                condition=Q(total_cost__isnull=True) | Q(total_cost__gte=0),
                violation_error_message="Un coût ne peut pas être négatif.",
            ),
            models.CheckConstraint(
                name="action_late_filing_has_reason",
                condition=Q(late_accepted_on__isnull=True, late_reason="")
                | (Q(late_accepted_on__isnull=False, late_accepted_by__isnull=False) & ~Q(late_reason="")),
                violation_error_message="Un dépôt tardif accepté a une date, un nom et un motif.",
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.title}".strip()

    def reading_level(self, access):
        """ "full", "own" (the holder's view), "published" or "" for this `Access`. Reads `communes` for referents."""
        if self.cite_id in access.full_readers or self._is_local(access):
            return "full"
        if self.holder_id in access.held.get(self.cite_id, ()):
            return "own"
        return "published" if self.published_at and self.cite_id in access.plan_readers else ""

    def _is_local(self, access):
        communes = access.communes.get(self.cite_id)
        if communes and (self.scope == Scope.INTERCOMMUNAL or any(c.pk in communes for c in self.communes.all())):
            return True
        return self.is_funded_by(access.institutions.get(self.cite_id))

    def is_funded_by(self, organisations):
        """Whether one of these brings money. Reads the prefetched fundings and their sources when there are."""
        if not organisations:
            return False
        if "fundings" in getattr(self, "_prefetched_objects_cache", ()):
            return any(funding.source.organisation_id in organisations for funding in self.fundings.all())
        return self.fundings.filter(source__organisation__in=organisations).exists()

    def move(self, name, *, actor, comment="", happened_on=None, said_by="", reference="", **changes):
        """With `undo`, the only writer of `status`. Call it on a row read again under lock.

        Raises `TransitionError` with a sentence fit for the user. `changes` are saved with the status.
        `happened_on` (today by default) is the day of the fact, `said_by` who did it when it is entered for another,
        `reference` the decision or the act that does it.
        """
        transition = self.TRANSITIONS[name]
        source = ActionStatus(self.status)
        transition.check(source)
        for field, value in changes.items():
            setattr(self, field, value)
        self.status = transition.target
        self.version += 1
        self.save(update_fields=["status", "version", "updated_at", *changes])
        self.log.create(
            actor=actor,
            transition=name,
            from_status=source,
            to_status=self.status,
            comment=comment,
            happened_on=happened_on or timezone.localdate(),
            said_by=said_by,
            reference=reference,
        )

    def undo(self, move, *, actor, reason):
        """Come back to where `move`, the last one, started from. Both lines of the log stay."""
        source, self.status = self.status, move.from_status
        self.version += 1
        self.save(update_fields=["status", "version", "updated_at"])
        self.log.create(actor=actor, transition="undo", from_status=source, to_status=self.status, comment=reason)


class ActionLogQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The moves of an action tell what was decided: for who reads all filed actions of the Cité."""
        return self.filter(action__cite__in=user.access.full_readers, action__in=Action.objects.visible_to(user))


class ActionLog(TransitionLog):
    """`happened_on` is the day of the fact, `created_at` that of its entry: late entry is normal."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="log")
    happened_on = models.DateField("le", default=timezone.localdate)
    said_by = models.CharField("saisi pour", max_length=200, blank=True)
    reference = models.CharField("décision ou acte", max_length=160, blank=True)

    objects = ActionLogQuerySet.as_manager()

    class Meta(TransitionLog.Meta):
        verbose_name = "changement de statut"


class ActionPublic(models.Model):
    """One public that the action aims at, with the number of persons expected, when it is known."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="publics")
    kind = models.CharField("public", max_length=13, choices=PublicKind)
    expected = models.PositiveIntegerField("personnes attendues", null=True, blank=True)

    class Meta:
        verbose_name = "public visé"
        verbose_name_plural = "publics visés"
        constraints = [models.UniqueConstraint(fields=["action", "kind"], name="action_public_once")]

    def __str__(self):
        return self.get_kind_display()


class ActionText(models.Model):
    """One free text of the sheet."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="texts")
    key = models.CharField("rubrique", max_length=13, choices=TextKey)
    body = models.TextField("texte", max_length=20000, blank=True)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "texte de la fiche"
        verbose_name_plural = "textes de la fiche"
        constraints = [models.UniqueConstraint(fields=["action", "key"], name="action_text_once")]

    def __str__(self):
        return self.get_key_display()
