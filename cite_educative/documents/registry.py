"""What the apps above bring for each kind of document, from their `documents.py`, imported by `AppConfig.ready()`."""

renderers = {}
visibilities = {}


def renderer(kind):
    """Register `render(generated_file)`: HTML for a PDF or a DOCX, the bytes themselves for an XLSX.

    It runs in the worker, outside any transaction, and reads frozen content only: it may run more than once.
    """
    return _recorder(renderers, kind)


def visibility(kind):
    """Register `visible(user)`: a queryset of the ids of the `GeneratedFile` rows whose subject this user may see."""
    return _recorder(visibilities, kind)


def _recorder(table, kind):
    def record(function):
        known = table.setdefault(kind, function)
        if known is not function:
            raise ValueError(f"{kind!r} is already taken by {known.__module__}.{known.__name__}")
        return function

    return record
