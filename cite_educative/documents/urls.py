from django.urls import path

from cite_educative.documents import views

app_name = "documents"
urlpatterns = [
    path("", views.file_list, name="list"),
    path("<int:pk>/etat/", views.status, name="status"),
    path("<int:pk>/telecharger/", views.download, name="download"),
    path("<int:pk>/relancer/", views.retry, name="retry"),
]
