from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("cite_educative.home.urls")),
    path("", include("partners.urls")),
    path("", include("actions.urls")),
    path("", include("governance.urls")),
    path("", include("evaluation.urls")),
    path("documents/", include("cite_educative.documents.urls")),
    path("administration/", admin.site.urls),
]
