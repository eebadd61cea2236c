from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from actions.enums import Audience, LibraryKind
from actions.models.action import Action
from actions.models.exchanges import Exchange
from cite_educative.common.models import Attachment
from cite_educative.common.search import SearchableModel, SearchableQuerySet
from partners.enums import Role
from partners.models import Cite, Organisation


class LibraryItemQuerySet(SearchableQuerySet):
    def visible_to(self, user):
        """By audience. A referent is not concerned by what quotes only actions that she or he does not follow; a
        holder also reads what was shared with its own organisation or one of its actions."""
        access = user.access
        shared = Q(audience__in=(Audience.NETWORK, Audience.HOLDER))
        quoted = LibraryItem.actions.through.objects.filter(libraryitem=OuterRef("pk"))
        followed = quoted.filter(action__in=Action.objects.local_to(access))
        return self.filter(
            Q(cite__in=access.steered)
            | Q(cite__in=access.piloted) & ~Q(audience=Audience.TEAM)
            | Q(cite__in=access.with_role(Role.FINANCE)) & shared
            | Q(cite__in=access.with_role(Role.REFERENT, Role.INSTITUTION))
            & shared
            & (~Exists(quoted) | Exists(followed))
            | Q(audience=Audience.HOLDER) & self._of_holder(access)
            | Q(cite__in=access.cites, audience=Audience.MEMBERS)
        )

    @staticmethod
    def _of_holder(access):
        concerned = Q(pk__in=[])
        for cite, organisations in access.held.items():
            links = LibraryItem.organisations.through.objects.filter(
                libraryitem=OuterRef("pk"), organisation__in=organisations
            )
            actions = LibraryItem.actions.through.objects.filter(
                libraryitem=OuterRef("pk"), action__holder__in=organisations
            )
            concerned |= Q(cite=cite) & (Exists(links) | Exists(actions))
        return concerned

    def about_action(self, action):
        return self.filter(
            Exists(LibraryItem.actions.through.objects.filter(libraryitem=OuterRef("pk"), action=action))
        )

    def about_organisation(self, organisation):
        links = LibraryItem.organisations.through.objects.filter(libraryitem=OuterRef("pk"), organisation=organisation)
        return self.filter(Exists(links))


class LibraryItem(SearchableModel):
    """A document received or shared: framework agreement, circular, letter, tool. Its files are its versions."""

    SEARCH_FIELDS = ("title", "source", "summary")

    cite = models.ForeignKey(Cite, on_delete=models.PROTECT, related_name="library_items")
    kind = models.CharField("nature", max_length=10, choices=LibraryKind)
    title = models.CharField("intitulé", max_length=200)
    source = models.CharField("émetteur", max_length=160, blank=True)
    dated_on = models.DateField("date du document", null=True, blank=True)
    summary = models.TextField("ce qu’il faut en retenir", blank=True)
    audience = models.CharField("qui peut le lire", max_length=8, choices=Audience, default=Audience.TEAM)
    actions = models.ManyToManyField(Action, verbose_name="actions", related_name="library_items", blank=True)
    organisations = models.ManyToManyField(
        Organisation, verbose_name="organismes", related_name="library_items", blank=True
    )
    exchange = models.ForeignKey(
        Exchange, verbose_name="échange", on_delete=models.SET_NULL, null=True, blank=True, related_name="documents"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="ajouté par", on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField("ajouté le", default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = LibraryItemQuerySet.as_manager()

    class Meta:
        verbose_name = "document de la bibliothèque"
        verbose_name_plural = "bibliothèque"
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return self.title


class LibraryVersionQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(item__in=LibraryItem.objects.visible_to(user))


class LibraryVersion(Attachment):
    """One file of a document; the highest number is the current one and none is ever replaced."""

    item = models.ForeignKey(LibraryItem, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField("version", editable=False)
    comment = models.CharField("ce qui change", max_length=200, blank=True)

    objects = LibraryVersionQuerySet.as_manager()

    class Meta(Attachment.Meta):
        verbose_name = "version"
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["item", "number"], name="library_version_once")]
