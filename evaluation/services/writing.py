"""What every service that saves a short form of the evaluation does."""

from cite_educative.common import journal

# What a person does not type.
GIVEN = frozenset({"version", "order", "created_at", "created_by"})


def first_click(row, rows):
    """The row of `rows` that holds all that was typed in `row`, not saved yet: a second click finds it. Else None."""
    fields = [field for field in row._meta.concrete_fields if not field.primary_key and field.name not in GIVEN]
    return rows.filter(**{field.attname: getattr(row, field.attname) for field in fields}).order_by("pk").first()


def record(subject, cite_id, actor, verb, sentence):
    """`sentence` follows the name of the actor and has no full stop."""
    journal.record(cite_id=cite_id, actor=actor, verb=verb, subject=subject, sentence=f"{actor} {sentence}.")
