"""What is entered for somebody else says from whom it came; a remark is answered before the text is settled."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from governance.enums import RemarkState


class Received(models.Model):
    """`received_from` is filled when the team entered it for somebody."""

    received_from = models.CharField("reçu de", max_length=160, blank=True)
    received_by = models.CharField("par", max_length=60, blank=True)
    received_on = models.DateField("reçu le", null=True, blank=True)

    class Meta:
        abstract = True


def settled_constraints(name):
    """Those of a kind of remark, `name` first in their names."""
    return [
        models.CheckConstraint(
            name=f"{name}_declined_says_why", condition=~Q(state=RemarkState.DECLINED) | ~Q(answer="")
        ),
        models.CheckConstraint(
            name=f"{name}_settled_by_someone",
            condition=Q(state=RemarkState.OPEN, settled_at__isnull=True)
            | (~Q(state=RemarkState.OPEN) & Q(settled_at__isnull=False, settled_by__isnull=False)),
        ),
    ]


class RemarkQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state=RemarkState.OPEN)


class Remark(Received):
    """What somebody asks to change in a text, and what came of it."""

    text = models.TextField("remarque", max_length=3000)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("faite le", auto_now_add=True)
    state = models.CharField("suite", max_length=10, choices=RemarkState, default=RemarkState.OPEN)
    answer = models.CharField("réponse", max_length=500, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    settled_at = models.DateTimeField("traitée le", null=True, blank=True, editable=False)

    class Meta:
        abstract = True
        ordering = ["created_at", "pk"]

    def __str__(self):
        return self.text[:80]

    @property
    def is_open(self):
        return self.state == RemarkState.OPEN
