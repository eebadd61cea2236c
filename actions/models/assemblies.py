from itertools import combinations

from django.conf import settings
from django.db import models
from django.utils import timezone

from actions.models.sources import FunderAct
from cite_educative.common.models import Attachment
from partners.models import Cite, Organisation


class AssemblySessionQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(cite__in=user.access.money_readers)

    def coming(self, today=None):
        return self.filter(held_on__gte=today or timezone.localdate()).order_by("held_on", "pk")


def _in_order(*days):
    """Each day that is known is not before those that it follows."""
    condition = models.Q()
    for before, after in combinations(days, 2):
        unknown = models.Q(**{f"{before}__isnull": True}) | models.Q(**{f"{after}__isnull": True})
        condition &= unknown | models.Q(**{f"{before}__lte": models.F(after)})
    return condition


class AssemblySession(models.Model):
    """One day on which a funder's assembly votes: a council, a school's board, the CAF's committee.

    Before it, a council's report passes through a "commission" and the "bureau".
    """

    PASSAGES = {
        "filing_on": "Dépôt des dossiers",
        "committee_on": "Passage en commission",
        "bureau_on": "Passage en bureau",
    }

    cite = models.ForeignKey(Cite, on_delete=models.PROTECT, related_name="assembly_sessions")
    organisation = models.ForeignKey(
        Organisation, verbose_name="financeur", on_delete=models.PROTECT, related_name="assembly_sessions"
    )
    label = models.CharField("assemblée", max_length=120)
    held_on = models.DateField("se réunit le")
    filing_on = models.DateField("dossiers attendus pour le", null=True, blank=True)
    committee_on = models.DateField("passe en commission le", null=True, blank=True)
    bureau_on = models.DateField("passe en bureau le", null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = AssemblySessionQuerySet.as_manager()

    class Meta:
        verbose_name = "séance d’assemblée"
        verbose_name_plural = "séances d’assemblées"
        ordering = ["held_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cite", "organisation", "label", "held_on"],
                name="assembly_session_once",
                violation_error_message="Cette séance est déjà notée.",
            ),
            models.CheckConstraint(
                name="assembly_passages_in_order",
                condition=_in_order("filing_on", "committee_on", "bureau_on", "held_on"),
                violation_error_message="Les dossiers, la commission et le bureau viennent avant la séance, dans cet "
                "ordre\u00a0: vérifiez les jours.",
            ),
        ]

    def __str__(self):
        return self.label

    @property
    def passages(self):
        """[(label, day)] of those that are known, in order."""
        return [(label, getattr(self, name)) for name, label in self.PASSAGES.items() if getattr(self, name)]


class ActFileQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(act__in=FunderAct.objects.visible_to(user))


class ActFile(Attachment):
    """The act itself, as it was received; a corrected scan is a file more."""

    act = models.ForeignKey(FunderAct, on_delete=models.PROTECT, related_name="files")

    objects = ActFileQuerySet.as_manager()

    class Meta(Attachment.Meta):
        verbose_name = "fichier d’acte"
        verbose_name_plural = "fichiers d’actes"
