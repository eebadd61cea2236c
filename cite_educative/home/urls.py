from django.contrib.auth import views as auth_views
from django.urls import path

from cite_educative.home.health import health, web_health
from cite_educative.home.views import handover, pages, privacy, settings
from partners.views import access, account

urlpatterns = [
    path("", pages.home, name="home"),
    path("ce-qui-m-attend/", pages.awaiting_count, name="awaiting_count"),
    path("recherche/", pages.search, name="search"),
    path("parametres/", settings.settings_home, name="settings"),
    path("parametres/droits/", settings.rights, name="rights"),
    path("parametres/journal/", settings.journal, name="journal"),
    path("parametres/service/", settings.service, name="service"),
    path("parametres/rgpd/", privacy.register, name="gdpr"),
    path("parametres/rgpd/reprendre/", privacy.register_adopt, name="gdpr_adopt"),
    path("parametres/rgpd/traitements/<int:pk>/", privacy.activity_update, name="gdpr_activity"),
    path("parametres/rgpd/revue/", privacy.review, name="gdpr_review"),
    path("parametres/rgpd/images/", privacy.consents, name="gdpr_consents"),
    path("parametres/rgpd/images/nouveau/", privacy.consent_create, name="gdpr_consent_create"),
    path("parametres/rgpd/images/<int:pk>/retirer/", privacy.consent_withdraw, name="gdpr_consent_withdraw"),
    path("partenaires/personnes/<int:pk>/donnees/", privacy.person_data, name="person_data"),
    path("partenaires/personnes/<int:pk>/anonymiser/", privacy.person_anonymise, name="person_anonymise"),
    path("partenaires/donnees/<int:pk>/", privacy.person_export, name="person_export"),
    path("partenaires/passation/", handover.handover_list, name="handovers"),
    path("partenaires/passation/<int:pk>/", handover.handover_create, name="handover_create"),
    path("partenaires/passations/<int:pk>/", handover.handover, name="handover"),
    path("parametres/contexte/", pages.set_context, name="context"),
    path("theme/<slug:slug>.css", pages.theme, name="theme"),
    path("sante/", health, name="health"),
    path("sante/web/", web_health, name="health_web"),
    path("connexion/", auth_views.LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("deconnexion/", auth_views.LogoutView.as_view(), name="logout"),
    path("mot-de-passe/", account.password, name="password_change"),
    path("mot-de-passe/oublie/", access.forgotten, name="password_reset"),
    path("mot-de-passe/oublie/envoye/", access.forgotten_done, name="password_reset_done"),
]
