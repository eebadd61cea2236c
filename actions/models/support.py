"""What holders are asked for, and what others are asked to think of a request."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from actions.enums import NOT_APPRAISED, Audience, Verdict
from actions.models.action import Action
from actions.models.plan import Call
from actions.models.sources import FundingSource
from cite_educative.common.models import Attachment
from cite_educative.common.money import MoneyField
from partners.enums import OrganisationKind, SideKind
from partners.models import AccessLink, Person, Side


class ExpectedPieceQuerySet(models.QuerySet):
    def visible_to(self, user):
        """As its call: everybody of the Cité may read what a call asks."""
        return self.filter(call__in=Call.objects.visible_to(user))


class ExpectedPiece(models.Model):
    """A document that a call asks of each action."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="expected_pieces")
    label = models.CharField("pièce", max_length=160)
    help_text = models.CharField("précision pour le porteur", max_length=240, blank=True)
    is_required = models.BooleanField("indispensable", default=True)
    associations_only = models.BooleanField("demandée aux seules associations", default=False)
    order = models.PositiveSmallIntegerField("rang", default=1)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ExpectedPieceQuerySet.as_manager()

    class Meta:
        verbose_name = "pièce attendue"
        verbose_name_plural = "pièces attendues"
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "label"],
                name="expected_piece_once",
                violation_error_message="Cet appel demande déjà cette pièce.",
            )
        ]

    def __str__(self):
        return self.label

    def concerns(self, holder):
        return not self.associations_only or holder.kind == OrganisationKind.ASSOCIATION


class ActionPieceQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The holder and those who read the action in full under their own name; internal pieces, the team alone.

        Not evaluators, who read under pseudonym: statutes and bank details name persons. Nobody who reads the
        published part only.
        """
        access = user.access
        shared = Q(action__cite__in=access.money_readers) | Q(action__in=Action.objects.local_to(access))
        for cite, organisations in access.held.items():
            shared |= Q(action__cite=cite, action__holder__in=organisations)
        allowed = Q(action__cite__in=access.steered) | Q(audience=Audience.HOLDER) & shared
        return self.filter(allowed, action__in=Action.objects.visible_to(user))

    def valid(self):
        """Those that were not refused."""
        return self.filter(refused_on__isnull=True)


class ActionPiece(models.Model):
    """A document received for an action: a file, or the note that it came another way ("reçu par courrier")."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="pieces")
    expected = models.ForeignKey(
        ExpectedPiece, verbose_name="répond à", on_delete=models.PROTECT, null=True, blank=True, related_name="pieces"
    )
    title = models.CharField("intitulé", max_length=200)
    audience = models.CharField("qui peut le lire", max_length=8, choices=Audience, default=Audience.HOLDER)
    received_on = models.DateField("reçue le", default=timezone.localdate)
    received_from = models.CharField("reçue de", max_length=200, blank=True)
    received_how = models.CharField("par", max_length=120, blank=True)
    refused_on = models.DateField("refusée le", null=True, blank=True, editable=False)
    refused_reason = models.CharField("motif du refus", max_length=240, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="saisie par",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    link = models.ForeignKey(AccessLink, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField("saisie le", default=timezone.now, editable=False)

    objects = ActionPieceQuerySet.as_manager()

    class Meta:
        verbose_name = "pièce"
        ordering = ["-received_on", "-pk"]

    def __str__(self):
        return self.title


class PieceFile(Attachment):
    """The file of a piece. Sent by link, it has no account as author but the one that sent the link."""

    piece = models.OneToOneField(ActionPiece, on_delete=models.CASCADE, related_name="attachment")

    class Meta(Attachment.Meta):
        verbose_name = "fichier de pièce"


class OpinionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The team and the pilots read all; a referent, an institution or an officer, their own only."""
        access = user.access
        own = Q(pk__in=[])
        if user.person_id:
            own = Q(person=user.person_id, action__cite__in=access.cites)
        return self.filter(Q(action__cite__in=access.steered | access.piloted) | own)

    def given(self):
        return self.filter(given_on__isnull=False)

    def current(self):
        """Of those given, the last of each voice: a side, a funder, each commune, each expert corrects its own."""
        later = Q(given_on__gt=OuterRef("given_on")) | Q(given_on=OuterRef("given_on"), pk__gt=OuterRef("pk"))
        newer = Opinion.objects.filter(later, action=OuterRef("action"))
        in_its_own_name = {"side__isnull": True, "source__isnull": True}
        of_side = newer.filter(side=OuterRef("side")).exclude(side__kind=SideKind.COMMUNES)
        of_commune = newer.filter(side=OuterRef("side"), side__kind=SideKind.COMMUNES, name=OuterRef("name"))
        of_source = newer.filter(source=OuterRef("source"))
        of_expert = newer.filter(name=OuterRef("name"), **in_its_own_name)
        corrected = Exists(of_side) | Exists(of_commune) | Exists(of_source)
        return self.given().exclude(corrected | Q(Exists(of_expert), **in_its_own_name))

    def awaited(self):
        """Not those on a request sent back, closed or abandoned: nobody can give them."""
        return self.filter(given_on__isnull=True).exclude(action__status__in=NOT_APPRAISED)

    def to_answer_by(self, user):
        """Awaited from this person, or from the side for which this person sits; each commune has its own voice."""
        mine = Q(pk__in=[])
        if user.person_id:
            mine = Q(person=user.person_id)
        for cite, sides in user.access.sides.items():
            mine |= Q(action__cite=cite, side__in=sides) & ~Q(side__kind=SideKind.COMMUNES)
        return self.visible_to(user).awaited().filter(mine)


class Opinion(models.Model):
    """What a side, a funder or an expert thinks of one request; asked first, given once, then corrected by a new one.

    `person` or `name` says who answers; `side` or `source` for whom, both empty for an expert.
    """

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="opinions")
    side = models.ForeignKey(
        Side, verbose_name="pilote", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    source = models.ForeignKey(
        FundingSource, verbose_name="financeur", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    person = models.ForeignKey(
        Person, verbose_name="personne", on_delete=models.PROTECT, null=True, blank=True, related_name="opinions"
    )
    name = models.CharField("qui répond", max_length=200)
    email = models.EmailField("adresse", blank=True)
    question = models.TextField("ce qui est demandé", blank=True)
    due_on = models.DateField("attendu pour le", null=True, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="demandé par",
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    asked_at = models.DateTimeField("demandé le", default=timezone.now, editable=False)
    verdict = models.CharField("avis", max_length=12, choices=Verdict, blank=True)
    comment = models.TextField("motifs", blank=True)
    advised = MoneyField("montant conseillé", null=True, blank=True)
    given_on = models.DateField("rendu le", null=True, blank=True)
    given_how = models.CharField("reçu", max_length=160, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="saisi par",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    link = models.ForeignKey(AccessLink, on_delete=models.PROTECT, null=True, related_name="+", editable=False)

    objects = OpinionQuerySet.as_manager()

    class Meta:
        verbose_name = "avis"
        verbose_name_plural = "avis"
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="opinion_given_has_verdict",
                condition=Q(given_on__isnull=True, verdict="") | (Q(given_on__isnull=False) & ~Q(verdict="")),
            ),
            models.CheckConstraint(
                name="opinion_advised_not_negative", condition=Q(advised__isnull=True) | Q(advised__gte=0)
            ),
        ]

    def __str__(self):
        return f"{self.name} – {self.get_verdict_display() or 'attendu'}"
