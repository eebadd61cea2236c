"""Where and when an action is, in words: the same on screen, in exports and in print."""

from actions.enums import Scope
from cite_educative.common.dates import period_fr

NO_DATE = "Sans date"
UNKNOWN_TERRITORY = "Territoire inconnu"


def territory_text(action):
    """Reads the prefetched `communes`."""
    return territory_words(action.scope, [commune.name for commune in action.communes.all()])


def territory_words(scope, communes):
    """`communes` are names."""
    return "Intercommunal" if scope == Scope.INTERCOMMUNAL else ", ".join(communes)


def dates_text(action):
    """ "Du 12 janvier au 18 décembre 2026", as written in the table imported when no day is known, or "Sans date"."""
    written = period_fr(action.starts_on, action.ends_on) or action.period_text
    return written[:1].upper() + written[1:] if written else NO_DATE
