"""Exports of the State's tools that wait for their confirmation, and the differences to settle."""

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from actions.enums import DifferenceState, ImportState
from actions.models import StateExport
from cite_educative.common.dates import date_fr
from cite_educative.home.awaiting.task import UPDATE, Task, plural, quoted

WAITING = (ImportState.UPLOADED, ImportState.READY)


def exports(user, cite):
    """One query for both: the home page pays for each."""
    opened = Q(differences__state=DifferenceState.OPEN)
    runs = StateExport.objects.visible_to(user).filter(cite=cite).annotate(opened=Count("differences", filter=opened))
    runs = list(runs.filter(Q(state__in=WAITING) | Q(opened__gt=0)).defer("mapping", "result"))
    for run in runs:
        if run.state in WAITING:
            yield Task(
                UPDATE,
                f"Export {run.get_kind_display()} {quoted(run.filename)}",
                f"Donné le {date_fr(timezone.localdate(run.created_at))}, pas encore comparé aux fiches.",
                reverse("actions:state_export", args=[run.pk]),
                "Reprendre",
                "attendu",
                run.get_state_display(),
            )
    number = sum(run.opened for run in runs)
    if number:
        yield Task(
            UPDATE,
            plural(number, "écart avec les outils de l’État", "écarts avec les outils de l’État"),
            "La fiche suit l’export, ou garde sa valeur avec un motif.",
            reverse("actions:differences"),
            "Traiter",
            "attendu",
            "à traiter",
        )
