"""What the articulation with other programmes asks of the team."""

from django.urls import reverse

from actions.double_funding import pairs_of
from cite_educative.home.awaiting.task import DECIDE, Task, plural


def doubles_to_check(user, cite, year):
    number = sum(double.is_open for double in pairs_of(user, cite, year=year))
    if number:
        title = plural(number, "double financement possible", "doubles financements possibles")
        detail = "À vérifier avec le porteur, puis à écarter en disant pourquoi."
        yield Task(DECIDE, title, detail, reverse("actions:articulation_doubles"), "Vérifier", "attendu", "à vérifier")
