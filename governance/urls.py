from django.urls import include, path

from governance.views import (
    actions,
    bodies,
    carrying,
    closing,
    decisions,
    home,
    items,
    live,
    meetings,
    network,
    notes,
    people,
    register,
)

app_name = "governance"
pages = [
    path("", home.home, name="home"),
    path("instances/nouvelle/", home.body_create, name="body_create"),
    path("instances/<int:pk>/membres/", bodies.body_members, name="body_members"),
    path("reunions/nouvelle/", meetings.meeting_create, name="meeting_create"),
    path("reunions/<int:pk>/", meetings.meeting, name="meeting"),
    path("reunions/<int:pk>/modifier/", meetings.meeting_update, name="meeting_update"),
    path("reunions/<int:pk>/convoquer/", meetings.meeting_convene, name="meeting_convene"),
    path("reunions/<int:pk>/annuler/", meetings.meeting_cancel, name="meeting_cancel"),
    path("reunions/<int:pk>/ouvrir/", meetings.meeting_open, name="meeting_open"),
    path("reunions/<int:pk>/publier/", meetings.meeting_publish, name="meeting_publish"),
    path("reunions/<int:pk>/seance/", live.live, name="live"),
    path("reunions/<int:pk>/presences/", live.attendance, name="attendance"),
    path("reunions/<int:pk>/cloture/", closing.closing, name="closing"),
    path("reunions/<int:pk>/points/nouveau/", items.item_create, name="item_create"),
    path("arbitrage/<int:pk>/porter/", carrying.carry, name="carry"),
    path("points/<int:pk>/", items.item_update, name="item_update"),
    path("points/<int:pk>/deplacer/", items.item_move, name="item_move"),
    path("points/<int:pk>/retirer/", items.item_remove, name="item_remove"),
    path("points/<int:pk>/note/", notes.note, name="note"),
    path("points/<int:pk>/note/apercu/", notes.note_preview, name="note_preview"),
    path("points/<int:pk>/note/emettre/", notes.note_issue, name="note_issue"),
    path("points/<int:pk>/echanges/", live.discussion, name="discussion"),
    path("points/<int:pk>/chiffres/", decisions.decision_figures, name="decision_figures"),
    path("points/<int:pk>/decisions/nouvelle/", decisions.decision_create, name="decision_create"),
    path("decisions/", register.decisions, name="decisions"),
    path("decisions/<int:pk>/", register.decision, name="decision"),
    path("decisions/<int:pk>/modifier/", decisions.decision_update, name="decision_update"),
    path("decisions/<int:pk>/retirer/", decisions.decision_remove, name="decision_remove"),
    path("decisions/<int:pk>/position/", decisions.position, name="position"),
]

# Mounted at the root: the last page is a tab of an action's sheet, whose address it shares.
urlpatterns = [
    path("gouvernance/", include(pages)),
    path("partenaires/personnes/", people.people, name="people"),
    path("partenaires/personnes/<int:pk>/instances/", people.person_bodies, name="person_bodies"),
    path("partenaires/reseau/", network.network, name="network"),
    path("partenaires/reseau/message/", network.network_message, name="network_message"),
    path("partenaires/communes/<int:pk>/", network.commune, name="commune"),
    path("partenaires/communes/<int:pk>/point/", network.commune_point, name="commune_point"),
    path("actions/<int:pk>/gouvernance/", actions.action_decisions, name="action_decisions"),
]
