"""What the checks of the money find, as one line for who keeps it."""

from django.urls import reverse

from actions.finances.checks import count_findings
from cite_educative.home.awaiting.task import UPDATE, Task, plural


def checks(cite, year):
    number = count_findings(cite, year)
    if number:
        yield Task(
            UPDATE,
            plural(number, "point à regarder dans les finances", "points à regarder dans les finances"),
            f"Les contrôles de cohérence de {year} disent lesquels, et ce qui les règle.",
            reverse("actions:checks"),
            "Regarder",
            "attendu",
            "à regarder",
        )
