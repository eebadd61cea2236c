"""Figures of the evaluation: what waits for the team, what is given back, what should be known by now."""

from django.db.models import Count, Min
from django.urls import reverse

from cite_educative.home.awaiting.task import EXPECTED, UPDATE, VALIDATE, Task, plural
from evaluation.enums import MeasurementState
from evaluation.late import late_figures
from evaluation.models import Measurement


def waiting(user, cite):
    """For the team what is to be validated, for who entered it what is given back; one query."""
    rows = Measurement.objects.visible_to(user).filter(indicator__cite=cite).exclude(state=MeasurementState.VALIDATED)
    groups = rows.order_by().values_list("state", "entered_by").annotate(number=Count("pk"), first=Min("starts_on"))
    drafts, own, first = 0, 0, None
    for state, author, number, day in groups:
        drafts += number if state == MeasurementState.DRAFT else 0
        if state == MeasurementState.RETURNED and author == user.pk:
            own, first = number, day
    if drafts and cite.pk in user.access.steered:
        yield _draft_task(drafts)
    if own:
        yield _returned_task(own, first)


def _draft_task(number):
    return Task(
        VALIDATE,
        plural(number, "chiffre à valider", "chiffres à valider"),
        "Saisis pour l’évaluation\u00a0: ils ne comptent qu’une fois validés.",
        reverse("evaluation:to_validate"),
        "Valider",
        "attendu",
        "à valider",
    )


def _returned_task(number, first):
    return Task(
        UPDATE,
        plural(number, "chiffre à reprendre", "chiffres à reprendre"),
        "L’équipe a renvoyé ce que vous aviez saisi\u00a0: son motif est dans la grille.",
        f"{reverse('evaluation:grid')}?annee={first.year}",
        "Reprendre",
        "retard",
        "à reprendre",
    )


def late(user, cite):
    """For the team those of the Cité, for anybody else those she follows; one query, two when some are followed."""
    is_team = cite.pk in user.access.steered
    if not is_team and user.person_id is None:
        return
    found = late_figures(cite, user.access.today, owner=None if is_team else user.person_id)
    if found:
        oldest = found[0]
        yield Task(
            EXPECTED if is_team else UPDATE,
            plural(len(found), "chiffre en retard", "chiffres en retard"),
            f"Depuis plus de 60 jours, dont «\u00a0{oldest.indicator.name}\u00a0», {oldest.period}.",
            oldest.url,
            "Saisir",
            "retard",
            "en retard",
        )
