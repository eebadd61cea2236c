import pytest
from django.db import models

from cite_educative.common.transitions import Transition, TransitionError


class Status(models.TextChoices):
    DRAFT = "draft", "Brouillon"
    SUBMITTED = "submitted", "Déposée"
    REJECTED = "rejected", "Refusée"


SUBMIT = Transition([Status.DRAFT], Status.SUBMITTED)


def test_a_listed_source_passes():
    SUBMIT.check(Status.DRAFT)
    SUBMIT.check("draft")


def test_any_other_source_is_refused_with_the_states_in_words():
    with pytest.raises(TransitionError) as refusal:
        SUBMIT.check(Status.REJECTED)

    assert "«\u00a0déposée\u00a0» depuis l’état «\u00a0refusée\u00a0»" in str(refusal.value)
    assert "il faut d’abord l’état «\u00a0brouillon\u00a0»" in str(refusal.value)


def test_a_table_cannot_be_changed_once_written():
    with pytest.raises(AttributeError):
        SUBMIT.target = Status.REJECTED
