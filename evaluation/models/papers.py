"""What the Cité gives to be read of its years: the page of elected members, annual reports, the balance of a label."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from actions.models import Action
from cite_educative.documents.models import GeneratedFile
from evaluation.paper_enums import PaperKind
from partners.models import Cite


def working_readers(access):
    """Ids of the Cités whose papers the user reads while they are written: the team and the pilots."""
    return access.steered | access.piloted


class EvaluationPaperQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The team and the pilots: all. Whoever follows the plan: what was issued once, the balance of a label aside."""
        access = user.access
        issued = Q(Exists(PaperVersion.objects.filter(paper=OuterRef("pk"))), cite__in=access.figure_readers)
        return self.filter(Q(cite__in=working_readers(access)) | issued & ~Q(kind=PaperKind.BALANCE))


class EvaluationPaper(models.Model):
    """One paper of one civil year; for the balance of a label, `year` is that in which the label began."""

    cite = models.ForeignKey(Cite, on_delete=models.PROTECT, related_name="evaluation_papers")
    kind = models.CharField("nature", max_length=8, choices=PaperKind)
    year = models.PositiveSmallIntegerField("année")
    title = models.CharField("titre", max_length=160)
    flagships = models.ManyToManyField(Action, verbose_name="actions phares", related_name="+", blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField("commencé le", default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = EvaluationPaperQuerySet.as_manager()

    class Meta:
        verbose_name = "restitution"
        ordering = ["-year", "kind", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cite", "kind", "year"],
                name="evaluation_paper_once",
                violation_error_message="Cette restitution existe déjà pour cette année.",
            )
        ]

    def __str__(self):
        return self.title


class PaperTextQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Working texts: the team writes them, the pilots read them. Everybody else reads versions."""
        return self.filter(paper__cite__in=working_readers(user.access))


class PaperText(models.Model):
    """One text of a paper: a chapter of the report, a criterion of the label. Its `version` is its own lock."""

    paper = models.ForeignKey(EvaluationPaper, on_delete=models.CASCADE, related_name="texts")
    key = models.CharField("partie", max_length=14)
    body = models.TextField("texte", max_length=20000, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    objects = PaperTextQuerySet.as_manager()

    class Meta:
        verbose_name = "texte de restitution"
        verbose_name_plural = "textes de restitution"
        constraints = [models.UniqueConstraint(fields=["paper", "key"], name="paper_text_once")]

    def __str__(self):
        return f"{self.paper}, {self.key}"


class PaperVersionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Issued reports are public papers; the balance of a label holds every amount, and is for those who write it."""
        access = user.access
        public = Q(paper__cite__in=access.figure_readers) & ~Q(paper__kind=PaperKind.BALANCE)
        return self.filter(public | Q(paper__cite__in=working_readers(access)))


class PaperVersion(models.Model):
    """A paper as it was issued: `content` holds strings only and is never rewritten. A correction is the next one.

    The content of the page of elected members has two sides, `full` with every amount and `public`.
    """

    paper = models.ForeignKey(EvaluationPaper, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField("version")
    label = models.CharField("ce qui change", max_length=160, blank=True)
    content = models.JSONField("contenu", editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    made_at = models.DateTimeField("émise le", default=timezone.now, editable=False)

    objects = PaperVersionQuerySet.as_manager()

    class Meta:
        verbose_name = "version de restitution"
        verbose_name_plural = "versions de restitution"
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["paper", "number"], name="paper_version_once")]

    def __str__(self):
        return f"{self.paper}, version {self.number}"


class PaperFileQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What holds every amount is for those who read them."""
        versions = PaperVersion.objects.visible_to(user)
        readable = Q(is_full=False) | Q(version__paper__cite__in=user.access.money_readers)
        return self.filter(readable, version__in=versions)


class PaperFile(models.Model):
    """`is_full`: it holds envelopes and amounts that only some funders have made known."""

    file = models.OneToOneField(GeneratedFile, on_delete=models.PROTECT, related_name="evaluation_paper_file")
    version = models.ForeignKey(PaperVersion, on_delete=models.PROTECT, related_name="files")
    is_full = models.BooleanField(default=False)

    objects = PaperFileQuerySet.as_manager()

    class Meta:
        verbose_name = "fichier de restitution"
        verbose_name_plural = "fichiers de restitution"

    def __str__(self):
        return str(self.file)
