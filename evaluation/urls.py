from django.urls import include, path

from evaluation.views import home

app_name = "evaluation"
pages = [
    path("", home.home, name="home"),
    path("modele/", home.usual_protocol, name="usual_protocol"),
]
urlpatterns = [path("evaluation/", include(pages))]
