"""What is entered for somebody, and the answer given to a remark."""

from django.core.exceptions import ValidationError
from django.utils import timezone

from governance.enums import RemarkState


def set_origin(row, received_from="", received_by="", received_on=None):
    """Raises `ValidationError` for a day to come."""
    if received_on and received_on > timezone.localdate():
        raise ValidationError({"received_on": "Cette date n’est pas encore arrivée."})
    row.received_from, row.received_by, row.received_on = received_from, received_by, received_on


def origin_of(row):
    return row.received_from, row.received_by, row.received_on


def said(row):
    return f" (reçu de {row.received_from})" if row.received_from else ""


def settle(row, *, state, answer, actor):
    """Take a remark or not, with a word when it is not; False when it was settled so. Raises `ValidationError`."""
    answer = answer.strip()
    if state == RemarkState.DECLINED and not answer:
        raise ValidationError({"answer": "Dites en un mot pourquoi la remarque n’est pas retenue."})
    if (row.state, row.answer) == (state, answer):
        return False
    row.state, row.answer, row.settled_by, row.settled_at = state, answer, actor, timezone.now()
    row.full_clean()
    row.save()
    return True
