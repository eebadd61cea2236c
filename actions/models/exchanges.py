from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from actions.enums import JOURNAL_ROLES, Audience, ExchangeKind
from actions.models.action import Action
from cite_educative.common.search import SearchableModel, SearchableQuerySet
from partners.enums import Role
from partners.models import Cite, Organisation, Person


class ExchangeQuerySet(SearchableQuerySet):
    def visible_to(self, user):
        """The circles that its audience opens, and, among those who keep the journal, its author and who owes the
        next step.

        What quotes actions concerns who follows, or holds, one of them. What quotes none concerns the organisations
        quoted: for a referent, the own one and those of the own communes, and the national network besides.
        """
        access = user.access
        mine = Q(author=user.pk)
        if user.person_id:
            mine |= Q(next_step_owner=user.person_id)
        shared = Q(audience__in=(Audience.NETWORK, Audience.HOLDER))
        concerned = Q(kind=ExchangeKind.NATIONAL) | self._of_follower(access)
        return self.filter(
            mine & Q(cite__in=access.with_role(*JOURNAL_ROLES))
            | Q(cite__in=access.steered)
            | Q(cite__in=access.piloted) & ~Q(audience=Audience.TEAM)
            | Q(cite__in=access.with_role(Role.FINANCE)) & shared
            | Q(cite__in=access.with_role(Role.REFERENT, Role.INSTITUTION)) & shared & concerned
            | Q(audience=Audience.HOLDER) & self._of_holder(access)
            | Q(cite__in=access.cites, audience=Audience.MEMBERS)
        )

    @staticmethod
    def _of_follower(access):
        actions = Exchange.actions.through.objects.filter(exchange=OuterRef("pk"))
        quoting = Exchange.organisations.through.objects.filter(exchange=OuterRef("pk"))
        concerned = Q(Exists(actions.filter(action__in=Action.objects.local_to(access))))
        for cite in {*access.communes, *access.institutions}:
            own = quoting.filter(organisation__in=access.organisations[cite])
            near = quoting.filter(organisation__communes__in=access.communes.get(cite, ()))
            concerned |= Q(~Exists(actions), cite=cite) & (Exists(own) | Exists(near))
        return concerned

    @staticmethod
    def _of_holder(access):
        actions = Exchange.actions.through.objects.filter(exchange=OuterRef("pk"))
        quoted = Q(pk__in=[])
        for cite, organisations in access.held.items():
            links = Exchange.organisations.through.objects.filter(
                exchange=OuterRef("pk"), organisation__in=organisations
            )
            held = actions.filter(action__holder__in=organisations)
            quoted |= Q(cite=cite) & (Exists(held) | Exists(links) & ~Exists(actions))
        return quoted

    def about_organisation(self, organisation):
        """Those that quote it or one of the actions that it holds."""
        links = Exchange.organisations.through.objects.filter(exchange=OuterRef("pk"), organisation=organisation)
        held = Exchange.actions.through.objects.filter(exchange=OuterRef("pk"), action__holder=organisation)
        return self.filter(Exists(links) | Exists(held))

    def about_action(self, action):
        return self.filter(Exists(Exchange.actions.through.objects.filter(exchange=OuterRef("pk"), action=action)))

    def about_person(self, person):
        """Those that quote the person, and the next steps that are hers or his."""
        links = Exchange.persons.through.objects.filter(exchange=OuterRef("pk"), person=person)
        return self.filter(Exists(links) | Q(next_step_owner=person))

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
    next_step = models.CharField("prochaine étape", max_length=240, blank=True)
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
                violation_error_message="Une prochaine étape revient à quelqu’un\u00a0: choisissez qui s’en charge.",
            ),
        ]

    def __str__(self):
        return self.title
