from django.urls import path

from evaluation.views import review_answers, review_gestures, review_templates, reviews

review_pages = [
    path("revue/", reviews.reviews, name="reviews"),
    path("revue/nouvelle/", reviews.review_create, name="review_create"),
    path("revue/formulaires/", review_templates.review_templates, name="review_templates"),
    path("revue/reponses/<int:pk>/", review_answers.review_answer, name="review_answer"),
    path("revue/reponses/<int:pk>/etat/", review_answers.review_settle, name="review_settle"),
    path("revue/reponses/<int:pk>/remarque/", review_answers.review_comment, name="review_comment"),
    path("revue/<int:pk>/", reviews.review, name="review"),
    path("revue/<int:pk>/calcules/", reviews.review_section, name="review_section"),
    path("revue/<int:pk>/copie/", reviews.review_copy, name="review_copy"),
    path("revue/<int:pk>/ecarts/", reviews.review_drift, name="review_drift"),
    path("revue/<int:pk>/validation/<int:side>/", review_gestures.review_validate, name="review_validate"),
    path("revue/<int:pk>/figer/", review_gestures.review_freeze, name="review_freeze"),
    path("revue/<int:pk>/corriger/", review_gestures.review_correct, name="review_correct"),
    path("revue/<int:pk>/documents/", review_gestures.review_print, name="review_print"),
]
