"""The application's addresses, and one more: what the pages are compared with. Only the bench serves it."""

from django.urls import include, path

from cite_educative.home.bench.bare import bare

urlpatterns = [path("banc/<int:count>/", bare, name="bare"), path("", include("cite_educative.urls"))]
