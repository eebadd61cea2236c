"""Public money beside the Cité's: ordinary policies ("droit commun") and grants of other programmes.

None of it is ever counted in the Cité's own totals.
"""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from actions.enums import ActionStatus, ImportState, MainstreamKind, Step, Valuation
from actions.models.action import Action
from actions.models.plan import Objective, Programme
from actions.models.themes import Scheme
from cite_educative.common.dates import BudgetYearField
from cite_educative.common.money import MoneyField
from cite_educative.common.search import SearchableModel, SearchableQuerySet
from cite_educative.documents.models import GeneratedFile
from partners.enums import Role
from partners.models import Cite, Commune, Neighbourhood, Organisation

OUTSIDE_STEPS = (Step.GRANTED, Step.PAID, Step.COMMITTED, Step.PROPOSED, Step.REQUESTED)  # the most telling first


# --- Ordinary policies ----------------------------------------------------------------------------


class MainstreamQuerySet(SearchableQuerySet):
    def visible_to(self, user):
        """Who reads the action in full; without action, who reads the whole plan in full; an institution, its own.

        What belongs to a draft is told to those who read the draft.
        """
        access = user.access
        readable = Q(action__isnull=True) | Q(action__in=Action.objects.visible_to(user).order_by().values("pk"))
        condition = Q(cite__in=access.full_readers) & readable
        if access.communes or access.institutions:
            condition |= Q(action__in=Action.objects.local_to(access).order_by().values("pk"))
        for cite, organisations in access.institutions.items():
            filed = Q(action__isnull=True) | ~Q(action__status=ActionStatus.DRAFT)
            condition |= Q(cite=cite, institution__in=organisations) & filed
        return self.filter(condition)


class MainstreamContribution(SearchableModel):
    """What an institution brings from its ordinary means: to an action, to an objective, or to the whole Cité.

    `amount` and `quantity` may be unknown (NULL), which is never zero.
    """

    SEARCH_FIELDS = ("label", "institution", "note")

    cite = models.ForeignKey(Cite, on_delete=models.PROTECT, related_name="mainstream")
    action = models.ForeignKey(
        Action, verbose_name="action", on_delete=models.PROTECT, null=True, blank=True, related_name="mainstream"
    )
    objective = models.ForeignKey(
        Objective, verbose_name="objectif", on_delete=models.PROTECT, null=True, blank=True, related_name="mainstream"
    )
    institution = models.ForeignKey(
        Organisation, verbose_name="institution", on_delete=models.PROTECT, related_name="mainstream"
    )
    scheme = models.ForeignKey(
        Scheme, verbose_name="dispositif", on_delete=models.PROTECT, null=True, blank=True, related_name="mainstream"
    )
    label = models.CharField("ce qui est mobilisé", max_length=200)
    kind = models.CharField("en quoi", max_length=10, choices=MainstreamKind, default=MainstreamKind.EUROS)
    amount = MoneyField("montant en euros", null=True, blank=True)
    valuation = models.CharField("ces euros sont", max_length=6, choices=Valuation, default=Valuation.VALUED)
    quantity = models.DecimalField("quantité", max_digits=10, decimal_places=2, null=True, blank=True)
    unit = models.CharField("unité", max_length=40, blank=True)
    budget_year = BudgetYearField("exercice")
    source = models.CharField("d’où vient l’information", max_length=200, blank=True)
    informed_on = models.DateField("connu le", default=timezone.localdate)
    note = models.TextField("précisions", blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField("saisi le", default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = MainstreamQuerySet.as_manager()

    class Meta:
        verbose_name = "apport de droit commun"
        verbose_name_plural = "apports de droit commun"
        ordering = ["-budget_year", "institution__name", "pk"]
        indexes = [models.Index(fields=["cite", "budget_year"], name="mainstream_by_year")]
        constraints = [
            models.CheckConstraint(
                name="mainstream_not_negative",
                condition=(Q(amount__isnull=True) | Q(amount__gte=0))
                & (Q(quantity__isnull=True) | Q(quantity__gte=0)),
                violation_error_message="Un apport ne peut pas être négatif.",
            )
        ]

    def __str__(self):
        return self.label


class MainstreamAbsenceQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Who reads the action in full."""
        access = user.access
        visible = Action.objects.visible_to(user).filter(cite__in=access.full_readers)
        condition = Q(action__in=visible.order_by().values("pk"))
        if access.communes or access.institutions:
            condition |= Q(action__in=Action.objects.local_to(access).order_by().values("pk"))
        return self.filter(condition)


class MainstreamAbsence(models.Model):
    """Why an action mobilises no ordinary policy. An action has a reason, or contributions, never both."""

    action = models.OneToOneField(Action, on_delete=models.CASCADE, related_name="mainstream_absence")
    reason = models.TextField(
        "pourquoi le droit commun n’est pas mobilisé",
        help_text="Par exemple ce qui a été demandé, à qui, et la réponse.",
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    said_on = models.DateField("dit le", default=timezone.localdate)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = MainstreamAbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = "absence de droit commun"
        verbose_name_plural = "absences de droit commun"

    def __str__(self):
        return self.reason


# --- Other programmes -----------------------------------------------------------------------------


class OutsideImportQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(cite__in=user.access.steered)


class OutsideImport(models.Model):
    """A table of another programme, given "pour mémoire": how it was read, what it wrote.

    `result` never changes once the import is `DONE`. A withdrawn one keeps its line and its figures; its grants are
    gone.
    """

    cite = models.ForeignKey(Cite, on_delete=models.PROTECT, related_name="outside_imports")
    programme = models.CharField("programme", max_length=120)
    budget_year = BudgetYearField("exercice")
    filename = models.CharField("fichier", max_length=255)
    file = models.FileField(upload_to="outside/", blank=True)
    sha256 = models.CharField(max_length=64, editable=False)
    signature = models.CharField("signature des en-têtes", max_length=64, blank=True, editable=False)
    mapping = models.JSONField("correspondance", default=dict)
    result = models.JSONField("résultat", default=dict)
    state = models.CharField("état", max_length=10, choices=ImportState, default=ImportState.UPLOADED)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("donné le", default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField("importé le", null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField("retiré le", null=True, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    objects = OutsideImportQuerySet.as_manager()

    class Meta:
        verbose_name = "import pour mémoire"
        verbose_name_plural = "imports pour mémoire"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="outside_import_done_has_date",
                condition=Q(state=ImportState.DONE, confirmed_at__isnull=False)
                | (~Q(state=ImportState.DONE) & Q(confirmed_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="outside_import_withdrawn_by_somebody",
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, confirmed_at__isnull=False),
            ),
        ]

    def __str__(self):
        return self.filename


class OutsideGrantQuerySet(SearchableQuerySet):
    def visible_to(self, user):
        """Who reads every action in full; a communal referent, those of the own communes; an institution, its own."""
        access = user.access
        condition = Q(cite__in=access.full_readers)
        for cite, communes in access.communes.items():
            inside = Neighbourhood.communes.through.objects.filter(
                neighbourhood=OuterRef("neighbourhood"), commune__in=communes
            )
            condition |= Q(cite=cite) & (Q(commune__in=communes) | Q(Exists(inside)))
        for cite, organisations in access.institutions.items():
            condition |= Q(cite=cite, holder__in=organisations)
        return self.filter(condition)


class OutsideGrant(SearchableModel):
    """A grant of another programme (contrat de ville, PRE…), kept "pour mémoire", outside every total of the Cité.

    `amount` is what `step` says it is; NULL is unknown. `import_key` tells the row of a table again at the next import
    of it, and never changes; `corrected_at` says that somebody changed the row by hand: imports then leave it alone.
    """

    SEARCH_FIELDS = ("title", "holder_name", "funder", "reference", "programme")

    cite = models.ForeignKey(Cite, on_delete=models.PROTECT, related_name="outside_grants")
    programme = models.CharField("programme", max_length=120)
    budget_year = BudgetYearField("exercice")
    holder = models.ForeignKey(
        Organisation,
        verbose_name="porteur dans l’annuaire",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="outside_grants",
    )
    holder_name = models.CharField("porteur tel qu’écrit", max_length=255)
    holder_siret = models.CharField("SIRET tel qu’écrit", max_length=14, blank=True)
    title = models.CharField("intitulé", max_length=300, blank=True)
    funder = models.CharField("financeur", max_length=160, blank=True)
    amount = MoneyField("montant", null=True, blank=True)
    step = models.CharField(
        "ce montant est",
        max_length=10,
        choices=[(step.value, step.label) for step in OUTSIDE_STEPS],
        default=Step.GRANTED,
    )
    neighbourhood = models.ForeignKey(
        Neighbourhood,
        verbose_name="quartier prioritaire",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="outside_grants",
    )
    commune = models.ForeignKey(
        Commune, verbose_name="commune", on_delete=models.PROTECT, null=True, blank=True, related_name="outside_grants"
    )
    place = models.CharField("territoire tel qu’écrit", max_length=200, blank=True)
    reference = models.CharField("référence", max_length=80, blank=True)
    note = models.TextField("précisions", blank=True)
    run = models.ForeignKey(
        OutsideImport, on_delete=models.PROTECT, null=True, blank=True, related_name="grants", editable=False
    )
    sheet = models.CharField(max_length=120, blank=True, editable=False)
    row_number = models.PositiveIntegerField("ligne du fichier", null=True, blank=True, editable=False)
    import_key = models.CharField(max_length=64, blank=True, editable=False)
    corrected_at = models.DateTimeField(null=True, blank=True, editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField("saisi le", default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = OutsideGrantQuerySet.as_manager()

    class Meta:
        verbose_name = "subvention d’un autre programme"
        verbose_name_plural = "subventions d’autres programmes"
        ordering = ["-budget_year", "programme", "holder_name", "pk"]
        indexes = [models.Index(fields=["cite", "budget_year"], name="outside_grant_by_year")]
        constraints = [
            models.UniqueConstraint(
                fields=["cite", "import_key"], condition=~Q(import_key=""), name="outside_grant_once"
            ),
            models.CheckConstraint(
                name="outside_grant_not_negative",
                condition=Q(amount__isnull=True) | Q(amount__gte=0),
                violation_error_message="Un montant ne peut pas être négatif.",
            ),
            models.CheckConstraint(
                name="outside_grant_of_run_has_key",
                condition=Q(run__isnull=True) | ~Q(import_key=""),
            ),
        ]

    def __str__(self):
        return f"{self.title or 'subvention'} ({self.holder_name})"

    @property
    def identity(self):
        """The same when the table is withdrawn and imported again."""
        return self.import_key or f"#{self.pk}"


class DoubleDismissalQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(cite__in=user.access.full_readers)


class DoubleDismissal(models.Model):
    """A possible double funding that somebody looked at and set aside, with the reason; soft keys outlive the rows."""

    cite = models.ForeignKey(Cite, on_delete=models.CASCADE, related_name="double_dismissals")
    key = models.CharField(max_length=160, editable=False)
    label = models.CharField("rapprochement", max_length=700, editable=False)
    reason = models.CharField("pourquoi ce n’est pas un double financement", max_length=300)
    said_by = models.CharField("dit par", max_length=160, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField("écarté le", default=timezone.now, editable=False)

    objects = DoubleDismissalQuerySet.as_manager()

    class Meta:
        verbose_name = "rapprochement écarté"
        verbose_name_plural = "rapprochements écartés"
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["cite", "key"], name="double_dismissal_once")]

    def __str__(self):
        return self.label


# --- The note -------------------------------------------------------------------------------------


class ArticulationNoteQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Team, pilots and finance officers: it names holders and amounts of every programme."""
        readers = user.access.with_role(Role.LEAD, Role.CO_LEAD, Role.PILOT, Role.FINANCE)
        return self.filter(cite__in=readers)


class ArticulationNote(models.Model):
    """The "note d’articulation" of one programme and year, frozen on one day."""

    cite = models.ForeignKey(Cite, on_delete=models.PROTECT, related_name="articulation_notes")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="articulation_notes")
    budget_year = BudgetYearField("exercice")
    content = models.JSONField("contenu", editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    made_at = models.DateTimeField("établie le", default=timezone.now, editable=False)

    objects = ArticulationNoteQuerySet.as_manager()

    class Meta:
        verbose_name = "note d’articulation"
        verbose_name_plural = "notes d’articulation"
        ordering = ["-made_at", "-pk"]

    def __str__(self):
        return f"Note d’articulation {self.budget_year}, {self.programme}"


class ArticulationNoteFile(models.Model):
    file = models.OneToOneField(GeneratedFile, on_delete=models.PROTECT, related_name="articulation_note_file")
    note = models.ForeignKey(ArticulationNote, on_delete=models.PROTECT, related_name="files")

    class Meta:
        verbose_name = "fichier de note d’articulation"

    def __str__(self):
        return str(self.file)
