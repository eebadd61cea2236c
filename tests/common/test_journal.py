import datetime
from decimal import Decimal

import pytest

from cite_educative.common import journal
from cite_educative.common.models import Entry

pytestmark = pytest.mark.django_db


def record(subject, sentence="La ligne a changé.", **values):
    return journal.record(cite_id=1, actor=None, verb="change", subject=subject, sentence=sentence, **values)


@pytest.fixture
def subject():
    return Entry.objects.create(verb="v", subject_type="x.y", subject_pk=1, sentence="Un objet")


def test_a_line_keeps_its_subject_and_its_values(subject):
    record(subject, before={"amount": Decimal("1.10")}, after={"on": datetime.date(2026, 2, 1)})

    entry = journal.entries_for(subject).get()

    assert (entry.subject_type, entry.subject_pk, entry.subject_label) == ("common.entry", subject.pk, "Un objet")
    assert entry.before == {"amount": "1.10"}
    assert entry.after == {"on": "2026-02-01"}


def test_lines_come_newest_first_with_their_actor_in_one_query(subject, django_assert_num_queries):
    for sentence in ("Première.", "Deuxième.", "Troisième."):
        record(subject, sentence)

    with django_assert_num_queries(1):
        read = [(entry.sentence, entry.actor) for entry in journal.entries_for(subject)]

    assert read == [("Troisième.", None), ("Deuxième.", None), ("Première.", None)]


def test_lines_of_another_subject_stay_apart(subject):
    line = record(subject)

    assert not journal.entries_for(line).exists()
    assert Entry.objects.in_cite(1).count() == 1
