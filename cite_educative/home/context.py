"""What the frame of every page shows: navigation, chosen Cité and year, who is signed in."""

from django.urls import reverse
from django.utils import timezone

from partners.context import current_cite, current_year, reachable_cites

NAV = (
    ("Accueil", "home", "accueil", ("/",)),
    ("Plan d’actions", "actions:list", "plan", ("/actions/", "/plan/")),
    ("Finances", "actions:finances", "finances", ("/finances/",)),
    ("Gouvernance", "governance:home", "gouvernance", ("/gouvernance/",)),
    ("Partenaires", "partners:list", "partenaires", ("/partenaires/",)),
    ("Documents", "documents:list", "documents", ("/documents/",)),
)
MONEY_ONLY = "actions:finances"


def frame(request):
    """Empty for anonymous visitors and for pages that fail before sign-in is known. Three queries at most."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    cite, year = current_cite(request), current_year(request)
    this_year = timezone.localdate().year
    return {
        "frame": {
            "nav": _nav(request.path, reads_money=cite is not None and cite.pk in user.access.money_readers),
            "cite": cite,
            "cites": reachable_cites(request),
            "year": year,
            "years": sorted({this_year + 1, this_year, this_year - 1, this_year - 2, int(year)}, reverse=True),
            "awaiting_url": reverse("awaiting_count"),
            "user_label": user.get_full_name(),
            "role_label": user.access.first_mandate_label,
            "context_url": reverse("context"),
            "search_url": reverse("search"),
            "theme_url": reverse("theme", args=[cite.slug]) if cite else "",
        }
    }


def _nav(path, *, reads_money):
    return [
        {"label": label, "url": reverse(name), "icon": icon, "current": _current(path, prefixes)}
        for label, name, icon, prefixes in NAV
        if reads_money or name != MONEY_ONLY
    ]


def _current(path, prefixes):
    if path in prefixes:
        return "page"
    return any(prefix != "/" and path.startswith(prefix) for prefix in prefixes)
