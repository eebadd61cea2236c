"""Words between braces in what users write, "{montant}", replaced by what they stand for."""

import re

FIELD = re.compile(r"\{([^{}]*)\}")


def merged(text, words):
    """`text` with every field replaced; one that `words` has not stays as it is."""
    return FIELD.sub(lambda found: words.get(found.group(1), found.group(0)), text)


def unknown_fields(text, known):
    """The names that nobody can replace, once each, in their order."""
    return [name for name in dict.fromkeys(FIELD.findall(text)) if name not in known]


def braced(names):
    return ", ".join(f"{{{name}}}" for name in names)
