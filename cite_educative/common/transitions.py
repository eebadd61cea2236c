"""State changes: a table of moves per model, and the row each move leaves behind."""

from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.utils import timezone

NBSP = "\u00a0"


class TransitionError(Exception):
    """A move that the current state does not allow; the message is a French sentence fit for the user."""


@dataclass(frozen=True)
class Transition:
    """`sources` and `target` are members of one `TextChoices`."""

    sources: tuple
    target: models.TextChoices

    def __post_init__(self):
        object.__setattr__(self, "sources", tuple(self.sources))

    def allows(self, source):
        return source in self.sources

    def check(self, source):
        if self.allows(source):
            return
        expected = " ou ".join(_quoted(state) for state in self.sources)
        raise TransitionError(
            f"Impossible de passer à l’état {_quoted(self.target)} depuis l’état {_quoted(source)}{NBSP}: "
            f"il faut d’abord l’état {expected}. Rechargez la page, quelqu’un a peut-être agi entre-temps."
        )


def _quoted(state):
    label = str(getattr(state, "label", state))
    return f"«{NBSP}{label[:1].lower()}{label[1:]}{NBSP}»"


class TransitionLog(models.Model):
    """One move of one row; the concrete class adds the key to its subject, `related_name="log"`."""

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="auteur", on_delete=models.PROTECT, null=True, related_name="+"
    )
    transition = models.CharField("transition", max_length=40)
    from_status = models.CharField("état de départ", max_length=30)
    to_status = models.CharField("état d’arrivée", max_length=30)
    comment = models.TextField("commentaire", blank=True)
    created_at = models.DateTimeField("date", default=timezone.now, editable=False)

    class Meta:
        abstract = True
        ordering = ["created_at", "pk"]

    def __str__(self):
        return f"{self.from_status} → {self.to_status}"
