"""What a reader sees of the order of the questions, in one short word that forms send back."""

from hashlib import sha256


def arrangement(cite):
    """Changes as soon as a question comes, goes, moves or takes another level. One query."""
    told = list(cite.evaluation_questions.values_list("pk", "level", "is_active"))
    return sha256(repr(told).encode()).hexdigest()[:16]
