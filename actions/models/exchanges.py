from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from actions.enums import Audience, ExchangeKind
from actions.models.action import Action
from cite_educative.common.search import SearchableModel, SearchableQuerySet
from partners.models import Cite, Organisation, Person


class ExchangeQuerySet(SearchableQuerySet):
    def visible_to(self, user):
        """Its author, who owes its next step, and the circles that its audience opens.

        A referent is concerned by what quotes an action followed or the own organisation; a holder, by the
        own organisation or one of its actions.
        """
        access = user.access
        own = Q(author=user.pk)
        if user.person_id:
            own |= Q(next_step_owner=user.person_id, cite__in=access.cites)
        piloted = Q(cite__in=access.piloted, audience__in=(Audience.PILOTS, Audience.NETWORK, Audience.HOLDER))
        followed = Exchange.actions.through.objects.filter(
            exchange=OuterRef("pk"), action__in=Action.objects.local_to(access)
        )
        local = Exists(followed) | self._of_organisations(access, self._follower_cites(access))
        return self.filter(
            own & Q(cite__in=access.cites)
            | Q(cite__in=access.steered)
            | piloted
            | Q(cite__in=self._follower_cites(access), audience__in=(Audience.NETWORK, Audience.HOLDER)) & local
            | Q(cite__in=access.held, audience=Audience.HOLDER) & self._of_holder(access)
            | Q(cite__in=access.cites, audience=Audience.MEMBERS)
        )

    @staticmethod
    def _follower_cites(access):
        return {*access.communes, *access.institutions}

    @staticmethod
    def _of_organisations(access, cites):
        quoted = Q(pk__in=[])
        for cite in cites:
            links = Exchange.organisations.through.objects.filter(
                exchange=OuterRef("pk"), organisation__in=access.organisations.get(cite, ())
            )
            quoted |= Q(cite=cite) & Exists(links)
        return quoted

    @staticmethod
    def _of_holder(access):
        quoted = Q(pk__in=[])
        for cite, organisations in access.held.items():
            links = Exchange.organisations.through.objects.filter(
                exchange=OuterRef("pk"), organisation__in=organisations
            )
            held = Exchange.actions.through.objects.filter(exchange=OuterRef("pk"), action__holder__in=organisations)
            quoted |= Q(cite=cite) & (Exists(links) | Exists(held))
        return quoted

    def to_do(self):
        return self.exclude(next_step="").filter(next_step_done_on__isnull=True)


class Exchange(SearchableModel):
    """A line of the journal of support and partnership: who was met, what was said, what comes next."""

    SEARCH_FIELDS = ("title", "summary", "next_step", "lesson")

    cite = models.ForeignKey(Cite, on_delete=models.PROTECT, related_name="exchanges")
    kind = models.CharField("nature", max_length=10, choices=ExchangeKind, default=ExchangeKind.CALL)
    held_on = models.DateField("date", default=timezone.localdate)
    title = models.CharField("objet", max_length=160)
    summary = models.TextField(
        "ce qui s’est dit", blank=True, help_text="Ni nom ni détail qui désigne un enfant ou une famille."
    )
    lesson = models.TextField("ce que l’on en retient", blank=True)
    audience = models.CharField("qui peut le lire", max_length=8, choices=Audience, default=Audience.TEAM)
    persons = models.ManyToManyField(Person, verbose_name="personnes", related_name="exchanges", blank=True)
    organisations = models.ManyToManyField(
        Organisation, verbose_name="organismes", related_name="exchanges", blank=True
    )
    actions = models.ManyToManyField(Action, verbose_name="actions", related_name="exchanges", blank=True)
    next_step = models.CharField("suite à donner", max_length=240, blank=True)
    next_step_due = models.DateField("pour le", null=True, blank=True)
    next_step_owner = models.ForeignKey(
        Person, verbose_name="par", on_delete=models.PROTECT, null=True, blank=True, related_name="next_steps"
    )
    next_step_done_on = models.DateField("fait le", null=True, blank=True, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="auteur", on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField("saisi le", default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ExchangeQuerySet.as_manager()

    class Meta:
        verbose_name = "échange"
        ordering = ["-held_on", "-pk"]
        indexes = [models.Index(fields=["cite", "-held_on"], name="exchange_by_date")]
        constraints = [
            models.CheckConstraint(
                name="exchange_next_step_has_owner",
                condition=Q(next_step="", next_step_owner__isnull=True, next_step_due__isnull=True)
                | (~Q(next_step="") & Q(next_step_owner__isnull=False)),
                violation_error_message="Une suite à donner revient à quelqu’un\u00a0: choisissez qui s’en charge.",
            ),
        ]

    def __str__(self):
        return self.title
