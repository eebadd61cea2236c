"""The list of Dunkerque: what the intercommunality leads or supports, the school holidays, views that were named."""

from django.db.models import Exists, OuterRef

from actions.enums import IntercommunalRole, Scope
from actions.models import Action, Funding, SavedView
from actions.services import save_view, take_calendar, update_action

VIEWS = (  # name, presentation, query, shared
    ("Actions en cours à Grande-Synthe", "cartes", "etape=encours&q=&territoire={gs}", True),
    ("Frise par commune", "frise", "par=commune", True),
    ("Sans objectif ou sans thématique", "tableau", "thematique=sans&exercice=tous", False),
)


def dress_list(dunkerque):
    cite, actor = dunkerque.cite, dunkerque.actor
    take_calendar(cite=cite, zone="B", actor=actor)
    for action in Action.objects.filter(cite=cite, scope=Scope.INTERCOMMUNAL, intercommunal_role=""):
        led = action.holder_id == cite.lead_organisation_id
        role = IntercommunalRole.LED if led else IntercommunalRole.SUPPORTED
        update_action(action, actor=actor, version=action.version, intercommunal_role=role)
    for action in _helped_beside_a_town(cite)[:4]:
        update_action(action, actor=actor, version=action.version, intercommunal_role=IntercommunalRole.SUPPORTED)
    for name, presentation, query, is_shared in VIEWS:
        query = query.format(gs=dunkerque.communes["Grande-Synthe"].pk)
        view = SavedView(cite=cite, name=name, presentation=presentation, query=query, is_shared=is_shared)
        save_view(view, actor=actor)


def _helped_beside_a_town(cite):
    """Actions of one commune that both the town and the intercommunality granted money to, this year."""
    grants = Funding.objects.filter(action=OuterRef("pk"), granted__isnull=False)
    towns, together = (Exists(grants.filter(source__circuit=one)) for one in ("commune", "intercommunality"))
    return Action.objects.filter(towns, together, cite=cite, budget_year=2026, intercommunal_role="").order_by("code")
