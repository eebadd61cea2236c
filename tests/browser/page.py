"""One page of the demonstration, as the browser opens it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.urls import reverse


@dataclass(frozen=True)
class Page:
    name: str
    args: Callable = lambda demo: []
    query: str | Callable = ""
    login: str | None = "pilote"
    status: int = 200
    # Says which, when a name has several pages.
    which: str = field(default="", compare=False)

    @property
    def label(self):
        return "-".join(filter(None, [self.name.replace(":", "-"), self.which, self.login or "anonyme"]))

    def path(self, demo):
        query = self.query(demo) if callable(self.query) else self.query
        return reverse(self.name, args=self.args(demo)) + query


def action_of(demo):
    return [demo.action.pk]


def first_of(model, **lookup):
    return lambda demo: [demo.of_cite(model, **{key: getattr(demo, value) for key, value in lookup.items()}).pk]
