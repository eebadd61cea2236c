"""Names of schools as the Éducation nationale writes them, in capitals without accents, made readable."""

import re

from cite_educative.common.search import normalise

# The longest first: how the names in capitals begin, how they are written, the nature they tell.
KINDS = (
    ("ECOLE MATERNELLE PRIVEE", "École maternelle privée", "école maternelle"),
    ("ECOLE MATERNELLE", "École maternelle", "école maternelle"),
    ("ECOLE ELEMENTAIRE PRIVEE", "École élémentaire privée", "école élémentaire"),
    ("ECOLE ELEMENTAIRE", "École élémentaire", "école élémentaire"),
    ("ECOLE PRIMAIRE PRIVEE", "École primaire privée", "école primaire"),
    ("ECOLE PRIMAIRE", "École primaire", "école primaire"),
    ("GROUPE SCOLAIRE PUBLIC", "Groupe scolaire public", "groupe scolaire"),
    ("GROUPE SCOLAIRE", "Groupe scolaire", "groupe scolaire"),
    ("COLLEGE PRIVE", "Collège privé", "collège"),
    ("COLLEGE", "Collège", "collège"),
    ("LYCEE PROFESSIONNEL", "Lycée professionnel", "lycée professionnel"),
    ("LYCEE", "Lycée", "lycée"),
)
# Words of a nature, as any file writes it, the most precise first.
NATURES = (
    ("maternelle", "école maternelle"),
    ("elementaire", "école élémentaire"),
    ("primaire", "école primaire"),
    ("groupe scolaire", "groupe scolaire"),
    ("college", "collège"),
    ("lycee professionnel", "lycée professionnel"),
    ("lycee", "lycée"),
    ("ecole", "école"),
)
SMALL_WORDS = frozenset(["de", "du", "des", "la", "le", "les", "et", "rue", "avenue"])
# Words frequent in names of schools and written in one way only.
WORDS = """
Aimé Amélie André Andrée Béranger Bérégovoy Césaire Célestin Château Châteaux Chêne Cité Cœur Curé Désiré Édouard Égalité
Église Élémentaire Élisabeth Éluard Émile Émilie Étienne Eugène Eugénie Félix Fénelon Forêt François Françoise Fraternité
Frédéric Geneviève Gérard Hélène Île Jaurès Jérôme Kléber Léo Léon Léonard Léopold Liberté Médéric Mérimée Michèle Molière
Musée Prévert Privé Privée René Renée République Rivière Sacré Sévigné Thérèse Valérie Zoé
"""
ACCENTED = {normalise(word): word for word in WORDS.split()}


def typographic(text):
    return " ".join(text.replace("'", "’").split())


def readable_name(text):
    """("École primaire privée Sainte Claire d’Assise", "école primaire") from capitals; the nature is "" if unsaid.

    A name that is not in capitals is kept. Accents come back on the words of `ACCENTED`, and on no other.
    """
    if not text.isupper():
        return typographic(text), kind_of(text)
    for prefix, written, kind in KINDS:
        if text == prefix or text.startswith(f"{prefix} "):
            return f"{written} {_proper(text.removeprefix(prefix).strip())}".strip(), kind
    return _proper(text), kind_of(text)


def kind_of(text):
    """The nature that a text tells, "" when it tells none."""
    words = f" {normalise(text)} "
    return next((kind for word, kind in NATURES if f" {word} " in words), "")


def best_name(known, given):
    """The known name when the given one says the same with fewer accents, else the given one."""
    if normalise(known) == normalise(given) and not known.isupper() and _accents(known) >= _accents(given):
        return known
    return given


def _accents(name):
    return sum(not letter.isascii() for letter in name)


def _proper(capitals):
    words = [
        word.lower() if word.lower().strip("()") in SMALL_WORDS else re.sub(r"[^\W\d_]+", _capitalised, word)
        for word in capitals.split()
    ]
    return re.sub(r"\b([DL]) (?=[AEIOUYHÉÎ])", lambda match: f"{match[1].lower()}’", typographic(" ".join(words)))


def _capitalised(match):
    return ACCENTED.get(normalise(match[0]), match[0].capitalize())
