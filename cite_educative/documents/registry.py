"""What the apps above bring for each kind of document, from their `documents.py`, imported by `AppConfig.ready()`."""

from dataclasses import dataclass

renderers = {}
visibilities = {}


@dataclass(frozen=True)
class Bundle:
    """`annexes`: [(title, bytes of a PDF)], one bookmark each."""

    html: str
    annexes: list


def renderer(kind):
    """Register `render(generated_file)`: HTML for a PDF or a DOCX, a `Bundle` for a PDF with others bound behind it,
    a deck of `common.slides` for a PPTX, the bytes themselves for an XLSX.

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
