"""The journal: what was done, in sentences. Money has its own ledger and is not repeated here."""

import json
import re

from django.db.models import Q

from cite_educative.common.models import Entry

QUOTING = ("sentence", "subject_label", "before", "after")


def record(*, cite_id, actor, verb, subject, sentence, before=None, after=None):
    """Add one line, in the caller's transaction; call it from services only.

    `subject` is a saved row; `cite_id` is None for what belongs to no Cité, `actor` for the system's own
    acts. `before` and `after` hold the changed values: dates and decimals are kept as strings.
    """
    return Entry.objects.create(
        cite_id=cite_id,
        actor=actor,
        verb=verb,
        subject_type=subject._meta.label_lower,
        subject_pk=subject.pk,
        subject_label=str(subject)[:200],
        before=before,
        after=after,
        sentence=sentence,
    )


def record_many(*, cite_id, actor, verb, subjects):
    """One line for each (saved row, sentence) of `subjects`, in a few queries."""
    lines = [
        Entry(
            cite_id=cite_id,
            actor=actor,
            verb=verb,
            subject_type=subject._meta.label_lower,
            subject_pk=subject.pk,
            subject_label=str(subject)[:200],
            sentence=sentence,
        )
        for subject, sentence in subjects
    ]
    return Entry.objects.bulk_create(lines, batch_size=500)


def entries_for(subject):
    """The lines about one row, newest first, with their actors. Says nothing of who may read them."""
    return Entry.objects.about(subject).newest_first()


def forget(name, replacement, *, subject, cites):
    """Replace a person's name in every line of these Cités and of none: the journal then no longer says by whom.

    The only change ever made to written lines, for a right that outweighs them (GDPR, article 17). A namesake of
    the same Cité loses the name in these lines too.
    """
    whole = re.compile(rf"\b{re.escape(name)}\b")
    changed = []
    for line in Entry.objects.filter(Q(cite_id__in=cites) | Q(cite_id__isnull=True)).iterator(500):
        texts = {
            field: whole.sub(replacement, json.dumps(getattr(line, field), ensure_ascii=False)) for field in QUOTING
        }
        if any(texts[field] != json.dumps(getattr(line, field), ensure_ascii=False) for field in QUOTING):
            for field, text in texts.items():
                setattr(line, field, json.loads(text))
            changed.append(line)
    Entry.objects.bulk_update(changed, QUOTING, batch_size=500)
    Entry.objects.about(subject).update(before=None, after=None)
