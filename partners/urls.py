from django.urls import include, path

from partners.views import mandates, organisations, people, territory

app_name = "partners"
pages = [
    path("", organisations.organisation_list, name="list"),
    path("nouveau/", organisations.organisation_create, name="organisation_create"),
    path("<int:pk>/", organisations.organisation_detail, name="organisation"),
    path("<int:pk>/modifier/", organisations.organisation_edit, name="organisation_edit"),
    path("<int:pk>/roles/nouveau/", organisations.partnership_create, name="partnership_create"),
    path("troika/", mandates.troika, name="troika"),
    path("troika/sieges/nouveau/", mandates.seat_create, name="seat_create"),
    path("personnes/<int:pk>/", people.person_detail, name="person"),
    path("personnes/<int:pk>/modifier/", people.person_edit, name="person_edit"),
    path("mandats/", mandates.mandate_list, name="mandates"),
    path("mandats/nouveau/", mandates.mandate_create, name="mandate_create"),
    path("mandats/<int:pk>/terminer/", mandates.mandate_end, name="mandate_end"),
    path("territoire/", territory.territory, name="territory"),
]

# Mounted at the root: settings and accounts have addresses of their own.
urlpatterns = [path("partenaires/", include(pages))]
