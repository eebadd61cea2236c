"""Who takes over a mandate, as conditions inside a query on mandates."""

from django.db.models import Exists, OuterRef, Q

SAME = ("cite", "role", "organisation")


def successors_of(prefix=""):
    """Mandates of the same role for the same organisation, that begin after the outer one and outlast it."""
    end, outer_end = f"{prefix}ends_on", OuterRef(f"{prefix}ends_on")
    return Q(
        Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gt": outer_end}),
        **{f"{prefix}{name}": OuterRef(f"{prefix}{name}") for name in SAME},
        **{f"{prefix}starts_on__gt": OuterRef(f"{prefix}starts_on")},
    )


def communes_left_alone(links):
    """Of the communes of the outer mandate, those that no titular takes over. `links` pair mandates and communes."""
    takers = links.filter(successors_of("mandate__"), mandate__substitute_of__isnull=True)
    return links.filter(~Exists(takers.filter(commune=OuterRef("commune"))), mandate=OuterRef("pk"))
