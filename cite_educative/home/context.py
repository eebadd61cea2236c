"""What the frame of every page shows: navigation, chosen Cité and year, who is signed in."""

from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils import timezone

from cite_educative.common.dates import time_fr
from cite_educative.common.templatetags.frames import FramedToken
from cite_educative.home.page_cite import page_cite
from partners.context import current_cite, current_year, reachable_cites
from partners.middleware import held_at

NAV = (
    ("Accueil", "home", "accueil", ("/",)),
    ("Plan d’actions", "actions:list", "plan", ("/actions/", "/plan/")),
    ("Finances", "actions:finances", "finances", ("/finances/",)),
    ("Gouvernance", "governance:home", "gouvernance", ("/gouvernance/",)),
    ("Évaluation", "evaluation:home", "evaluation", ("/evaluation/",)),
    ("Partenaires", "partners:list", "partenaires", ("/partenaires/",)),
    ("Documents", "documents:list", "documents", ("/documents/",)),
)
SETTINGS = ("Paramètres", "settings", "parametres", ("/parametres/",))
READERS = {  # entries that not everybody has: who does, as ids of Cités
    "actions:finances": lambda access: access.money_readers,
    "evaluation:home": lambda access: access.figure_readers,
}


def frame(request):
    """Empty for who is not signed in yet, and for pages that fail before sign-in is known. Four queries at most."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or held_at(request):
        return {}
    chosen, cite, year = current_cite(request), page_cite(request), current_year(request)
    this_year = timezone.localdate().year
    return {
        "csrf_token": FramedToken.of(get_token(request), f"{chosen.pk if chosen else 0}-{int(year)}"),
        "frame": {
            "nav": _nav(request.path, chosen, user.access),
            "cite": cite,
            "chosen": chosen,
            "cites": reachable_cites(request),
            "year": year,
            "years": sorted({this_year + 1, this_year, this_year - 1, this_year - 2, int(year)}, reverse=True),
            "awaiting_url": reverse("awaiting_count"),
            "user_label": user.get_full_name(),
            "role_label": user.access.first_mandate_label,
            "viewing": _viewing(request.viewing),
            "context_url": reverse("context"),
            "search_url": reverse("search"),
            "theme_url": reverse("theme", args=[cite.slug]) if cite else "",
        },
    }


def _viewing(viewing):
    """For the banner of « Voir comme… »; None when the user is at home."""
    if viewing is None:
        return None
    return {"person": str(viewing.viewed), "cite": viewing.cite, "until": time_fr(viewing.until)}


def _nav(path, cite, access):
    entries = [
        entry
        for entry in NAV
        if entry[1] not in READERS or (cite is not None and cite.pk in READERS[entry[1]](access))
    ]
    drawn = [_entry(path, *entry) for entry in entries]
    if cite is not None and cite.pk in access.steered:
        drawn.append(_entry(path, *SETTINGS) | {"apart": True})
    return drawn


def _entry(path, label, name, icon, prefixes):
    return {"label": label, "url": reverse(name), "icon": icon, "current": _current(path, prefixes)}


def _current(path, prefixes):
    if path in prefixes:
        return "page"
    return any(prefix != "/" and path.startswith(prefix) for prefix in prefixes)
