"""The application's addresses, and two more: what the pages are compared with. Only the bench serves it."""

from django.urls import include, path

from cite_educative.home.bench.bare import bare, plain

urlpatterns = [
    path("banc/<int:count>/", bare, name="bare"),
    path("banc/<int:count>/ordinaire/", plain, name="plain"),
    path("", include("cite_educative.urls")),
]
