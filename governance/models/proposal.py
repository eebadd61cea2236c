"""Points that members, pilots and referents propose, until the team puts them on an agenda or says why not."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from actions.models import Action
from governance.enums import ProposalStatus
from governance.models.body import Body
from governance.models.meeting import AgendaItem


class AgendaProposalQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The team reads all of them; the others what they proposed themselves."""
        return self.filter(Q(body__cite__in=user.access.steered) | Q(author=user, body__cite__in=user.access.cites))

    def to_answer(self):
        return self.filter(status=ProposalStatus.WAITING)


class AgendaProposal(models.Model):
    body = models.ForeignKey(Body, verbose_name="instance", on_delete=models.PROTECT, related_name="proposals")
    title = models.CharField("intitulé du point", max_length=200)
    why = models.TextField("pourquoi", max_length=2000)
    received_from = models.CharField("proposé par", max_length=160, blank=True)
    action = models.ForeignKey(
        Action,
        verbose_name="action concernée",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="proposals",
    )
    wanted_before = models.DateField("souhaité avant le", null=True, blank=True)
    status = models.CharField(
        "état", max_length=9, choices=ProposalStatus, default=ProposalStatus.WAITING, editable=False
    )
    answer = models.CharField("réponse", max_length=500, blank=True, editable=False)
    item = models.ForeignKey(
        AgendaItem, on_delete=models.SET_NULL, null=True, blank=True, related_name="proposals", editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    answered_at = models.DateTimeField("répondue à", null=True, blank=True, editable=False)

    objects = AgendaProposalQuerySet.as_manager()

    class Meta:
        verbose_name = "proposition de point"
        verbose_name_plural = "propositions de points"
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return self.title

    @property
    def proposed_by(self):
        """Who wants it, and who noted it for her or him."""
        return f"{self.received_from} (noté par {self.author})" if self.received_from else str(self.author)

    @property
    def is_settled(self):
        """Nothing more is expected of the team."""
        return self.status in (ProposalStatus.ACCEPTED, ProposalStatus.DECLINED)
