"""Exports of the State's tools (Dauphin, OSIRIS, GISPRO) and where they disagree with the sheets."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from actions.enums import DifferenceState, ExportKind, ImportState
from actions.models.action import Action
from actions.models.sources import FundingSource
from cite_educative.common.dates import BudgetYearField
from partners.enums import Role
from partners.models import Cite


def _readers(access):
    """The team, the pilots and the finance officers; evaluators and referents do not read what is being settled."""
    return access.with_role(Role.LEAD, Role.CO_LEAD, Role.PILOT, Role.FINANCE)


class StateExportQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(cite__in=_readers(user.access))


class StateExport(models.Model):
    """One table given to be compared with the sheets. Before it is `DONE`, none of its differences is known to anybody.

    `file` is what `state_exports.keeping` keeps of it, never the table that was given.
    `result` then holds its figures, `keys` (row of the file → action) and `remembered` (how its columns were read).
    """

    cite = models.ForeignKey(Cite, on_delete=models.PROTECT, related_name="state_exports")
    kind = models.CharField("outil", max_length=8, choices=ExportKind)
    budget_year = BudgetYearField("exercice")
    filename = models.CharField("fichier", max_length=255)
    file = models.FileField(upload_to="imports/", blank=True)
    sha256 = models.CharField(max_length=64)
    signature = models.CharField("signature des en-têtes", max_length=64, blank=True)
    mapping = models.JSONField("correspondance", default=dict)
    result = models.JSONField("résultat", default=dict)
    state = models.CharField("état", max_length=10, choices=ImportState, default=ImportState.UPLOADED)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    objects = StateExportQuerySet.as_manager()

    class Meta:
        verbose_name = "export d’un outil de l’État"
        verbose_name_plural = "exports des outils de l’État"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="state_export_done_has_date",
                condition=Q(state=ImportState.DONE, confirmed_at__isnull=False)
                | (~Q(state=ImportState.DONE) & Q(confirmed_at__isnull=True)),
            )
        ]

    def __str__(self):
        return self.filename


class DifferenceQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(
            action__cite__in=_readers(user.access), action__in=Action.objects.visible_to(user).order_by().values("pk")
        )

    def open(self):
        return self.filter(state=DifferenceState.OPEN)


class Difference(models.Model):
    """What an export says of one action and the sheet says otherwise.

    `key` is "title", "dates"… or "requested:<source>:<year>". `theirs_value` is what accepting writes, `theirs` the
    same in words; `ours` is what the sheet said when the export was read, or when the difference was settled.
    """

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="differences")
    key = models.CharField(max_length=60)
    kind = models.CharField("outil", max_length=8, choices=ExportKind)
    source = models.ForeignKey(
        FundingSource, on_delete=models.PROTECT, null=True, blank=True, related_name="differences"
    )
    budget_year = BudgetYearField("exercice", null=True, blank=True)
    ours = models.CharField("dans la fiche", max_length=700, blank=True)
    theirs = models.CharField("dans l’export", max_length=700)
    theirs_value = models.JSONField()
    export = models.ForeignKey(StateExport, on_delete=models.PROTECT, related_name="differences")
    line = models.PositiveIntegerField("ligne du fichier")
    seen_at = models.DateTimeField("vu le")
    state = models.CharField("état", max_length=8, choices=DifferenceState, default=DifferenceState.OPEN)
    reason = models.CharField("motif", max_length=240, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = DifferenceQuerySet.as_manager()

    class Meta:
        verbose_name = "écart avec un outil de l’État"
        verbose_name_plural = "écarts avec les outils de l’État"
        ordering = ["action__code", "action", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["action", "key", "kind"],
                condition=Q(state=DifferenceState.OPEN),
                name="difference_open_once",
            ),
            models.CheckConstraint(
                name="difference_settled_has_author_and_date",
                condition=Q(state=DifferenceState.OPEN, settled_at__isnull=True)
                | (~Q(state=DifferenceState.OPEN) & Q(settled_at__isnull=False, settled_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="difference_kept_has_reason",
                condition=~Q(state=DifferenceState.KEPT) | ~Q(reason=""),
                violation_error_message="Dites pourquoi la valeur de la fiche est gardée.",
            ),
        ]

    def __str__(self):
        return f"{self.action} – {self.key}"

    @property
    def field(self):
        """ "requested" of "requested:3:2026"."""
        return self.key.split(":", 1)[0]
