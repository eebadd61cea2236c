from django.conf import settings
from django.db import models
from django.db.models import Q

from cite_educative.documents.enums import PENDING, Format, State
from cite_educative.documents.registry import visibilities

MAX_ATTEMPTS = 3


class GeneratedFileQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those whose subject the app that knows it lets this user see; of other kinds, one's own where one still acts."""
        own = Q(pk__in=[]) if user.access.is_borrowed else Q(author_id=user.pk)
        here = Q(cite_id__in=user.access.cites) | Q(cite_id__isnull=True)
        seen = own & here & ~Q(kind__in=list(visibilities))
        for kind, visible in visibilities.items():
            seen |= Q(kind=kind, pk__in=visible(user))
        return self.filter(seen)

    def pending(self):
        return self.filter(state__in=PENDING)

    def for_list(self):
        return self.select_related("author__person").order_by("-created_at", "-pk")


class GeneratedFile(models.Model):
    """One file to render, being rendered or rendered. The row is the truth; a message in the queue is only a hint.

    The subject (a note, a meeting) points here, one-to-one; who may see it is the subject's affair.
    """

    kind = models.CharField("nature", max_length=60)
    format = models.CharField("format", max_length=8, choices=Format)
    title = models.CharField("intitulé", max_length=200)
    filename = models.CharField("nom du fichier", max_length=160)
    cite_id = models.BigIntegerField("Cité", null=True, blank=True, db_index=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="demandé par", on_delete=models.PROTECT, related_name="generated_files"
    )
    state = models.CharField("état", max_length=12, choices=State, default=State.QUEUED, editable=False)
    attempts = models.PositiveSmallIntegerField("essais", default=0, editable=False)
    attempt_limit = models.PositiveSmallIntegerField("essais permis", default=MAX_ATTEMPTS, editable=False)
    lease_until = models.DateTimeField("réservé jusqu’à", null=True, editable=False)
    error = models.TextField("motif de l’échec", blank=True, editable=False)
    file = models.FileField("fichier", max_length=200, blank=True, editable=False)
    sha256 = models.CharField("empreinte", max_length=64, blank=True, editable=False)
    size = models.PositiveBigIntegerField("taille (octets)", null=True, editable=False)
    pages = models.PositiveIntegerField("pages", null=True, editable=False)
    created_at = models.DateTimeField("demandé le", auto_now_add=True)
    queued_at = models.DateTimeField("mis en file le", editable=False)
    started_at = models.DateTimeField("commencé le", null=True, editable=False)
    finished_at = models.DateTimeField("terminé le", null=True, editable=False)

    objects = GeneratedFileQuerySet.as_manager()

    class Meta:
        verbose_name = "document produit"
        verbose_name_plural = "documents produits"
        indexes = [
            models.Index(fields=["state", "queued_at"], name="document_by_state"),
            models.Index(fields=["author", "-created_at"], name="document_by_author"),
        ]
        constraints = [
            models.CheckConstraint(
                name="document_ready_has_its_file",
                condition=(
                    Q(state=State.READY, size__isnull=False, finished_at__isnull=False) & ~Q(file="") & ~Q(sha256="")
                )
                | (~Q(state=State.READY) & Q(file="", sha256="", size__isnull=True, pages__isnull=True)),
                violation_error_message="Un document prêt a un fichier et son empreinte ; les autres n’en ont pas.",
            ),
            models.CheckConstraint(
                name="document_failed_has_a_reason",
                condition=(Q(state=State.FAILED) & ~Q(error="")) | (~Q(state=State.FAILED) & Q(error="")),
                violation_error_message="Un document en échec dit pourquoi ; les autres n’ont pas de motif d’échec.",
            ),
            models.CheckConstraint(
                name="document_rendering_has_a_lease",
                condition=Q(state=State.RENDERING, lease_until__isnull=False)
                | (~Q(state=State.RENDERING) & Q(lease_until__isnull=True)),
                violation_error_message="Seul un document en préparation est réservé par un essai.",
            ),
            models.CheckConstraint(
                name="document_attempts_within_limit",
                condition=Q(attempts__lte=models.F("attempt_limit")),
                violation_error_message="Le nombre d’essais permis est dépassé.",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def is_pending(self):
        return self.state in PENDING

    @property
    def is_ready(self):
        return self.state == State.READY

    @property
    def has_failed(self):
        return self.state == State.FAILED
