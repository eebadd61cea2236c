"""A short name for the titles of a table, to find again the mapping chosen for them."""

import hashlib
import re

from cite_educative.common.spreadsheets.text import header_key, without_years


def signature(columns):
    """Same titles in the same order give the same 32 letters, whatever the years, case and accents."""
    keys = [_key(f"{column.group} {column.name}") for column in columns if not column.virtual]
    while keys and re.fullmatch(r"colonne [a-z]+", keys[-1]):
        keys.pop()
    return hashlib.sha256("|".join(keys).encode()).hexdigest()[:32]


def _key(title):
    return without_years(header_key(title))
