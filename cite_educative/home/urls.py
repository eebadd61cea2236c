from django.contrib.auth import views as auth_views
from django.urls import path

from cite_educative.home.health import health, web_health
from cite_educative.home.views import pages, settings

urlpatterns = [
    path("", pages.home, name="home"),
    path("ce-qui-m-attend/", pages.awaiting_count, name="awaiting_count"),
    path("recherche/", pages.search, name="search"),
    path("parametres/", settings.settings_home, name="settings"),
    path("parametres/contexte/", pages.set_context, name="context"),
    path("theme/<slug:slug>.css", pages.theme, name="theme"),
    path("sante/", health, name="health"),
    path("sante/web/", web_health, name="health_web"),
    path("connexion/", auth_views.LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("deconnexion/", auth_views.LogoutView.as_view(), name="logout"),
    path("mot-de-passe/", auth_views.PasswordChangeView.as_view(), name="password_change"),
    path("mot-de-passe/change/", auth_views.PasswordChangeDoneView.as_view(), name="password_change_done"),
    path("mot-de-passe/oublie/", auth_views.PasswordResetView.as_view(), name="password_reset"),
    path("mot-de-passe/oublie/envoye/", auth_views.PasswordResetDoneView.as_view(), name="password_reset_done"),
    path(
        "mot-de-passe/nouveau/<uidb64>/<token>/",
        auth_views.PasswordResetConfirmView.as_view(),
        name="password_reset_confirm",
    ),
    path("mot-de-passe/nouveau/", auth_views.PasswordResetCompleteView.as_view(), name="password_reset_complete"),
]
