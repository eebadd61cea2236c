from django.urls import path

from partners import views

app_name = "partners"
urlpatterns = [
    path("", views.organisation_list, name="list"),
    path("nouveau/", views.organisation_create, name="organisation_create"),
    path("<int:pk>/", views.organisation_detail, name="organisation"),
    path("<int:pk>/modifier/", views.organisation_edit, name="organisation_edit"),
    path("<int:pk>/roles/nouveau/", views.partnership_create, name="partnership_create"),
    path("troika/", views.troika, name="troika"),
    path("troika/sieges/nouveau/", views.seat_create, name="seat_create"),
    path("personnes/<int:pk>/modifier/", views.person_edit, name="person_edit"),
    path("mandats/nouveau/", views.mandate_create, name="mandate_create"),
    path("mandats/<int:pk>/terminer/", views.mandate_end, name="mandate_end"),
]
