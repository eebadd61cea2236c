from django.urls import path

from actions.views import actions, finances, imports, money, plan, sheet

app_name = "actions"
urlpatterns = [
    path("actions/", actions.action_list, name="list"),
    path("actions/nouvelle/", actions.action_create, name="create"),
    path("actions/importer/", imports.import_table, name="import"),
    path("actions/importer/<int:pk>/", imports.import_run, name="import_run"),
    path("actions/importer/<int:pk>/confirmer/", imports.import_confirm, name="import_confirm"),
    path("actions/importer/<int:pk>/abandonner/", imports.import_abandon, name="import_abandon"),
    path("actions/<int:pk>/", sheet.detail, name="detail"),
    path("actions/<int:pk>/modifier/", actions.action_update, name="update"),
    path("actions/<int:pk>/deposer/", actions.action_submit, name="submit"),
    path("actions/<int:pk>/publier/", actions.action_publish, name="publish"),
    path("actions/<int:pk>/financement/", sheet.money, name="money"),
    path("actions/<int:pk>/financement/saisir/", money.amount, name="amount"),
    path("actions/<int:pk>/historique/", sheet.history, name="history"),
    path("finances/", finances.overview, name="finances"),
    path("finances/actes/nouveau/", money.act_create, name="act_create"),
    path("finances/enveloppes/<int:pk>/", finances.envelope_update, name="envelope"),
    path("finances/sources/nouvelle/", finances.source_create, name="source_create"),
    path("finances/sources/<int:pk>/modifier/", finances.source_update, name="source_update"),
    path("plan/", plan.plan, name="plan"),
    path("plan/programmes/nouveau/", plan.programme_create, name="programme_create"),
    path("plan/programmes/<int:pk>/modifier/", plan.programme_update, name="programme_update"),
    path("plan/programmes/<int:pk>/publier/", plan.programme_publish, name="programme_publish"),
    path("plan/programmes/<int:pk>/axes/nouveau/", plan.axis_create, name="axis_create"),
    path("plan/axes/<int:pk>/modifier/", plan.axis_update, name="axis_update"),
    path("plan/axes/<int:pk>/objectifs/nouveau/", plan.objective_create, name="objective_create"),
    path("plan/objectifs/<int:pk>/modifier/", plan.objective_update, name="objective_update"),
    path("plan/appels/", plan.call_list, name="call_list"),
    path("plan/appels/nouveau/", plan.call_create, name="call_create"),
    path("plan/appels/<int:pk>/modifier/", plan.call_update, name="call_update"),
]
