"""Predicates on a file that the user already sees."""


def can_retry(user, generated_file):
    """Rendering again prints the same frozen content: whoever may read the document may ask for it."""
    return user.is_authenticated and generated_file.has_failed
