"""The pages of the "Partenaires" area, for the tabs at their top; those of upper apps are named by their address."""

from django.urls import reverse

from partners import permissions
from partners.enums import Role

SECTIONS = (  # key, label, URL name
    ("organisations", "Organismes", "partners:list"),
    ("people", "Personnes", "governance:people"),
    ("troika", "Troïka et équipe", "partners:troika"),
    ("mandates", "Mandats", "partners:mandates"),
    ("network", "Réseau des référents", "governance:network"),
    ("exchanges", "Échanges", "actions:exchanges"),
    ("national", "Réseau national", "actions:national"),
    ("territory", "Territoire", "partners:territory"),
)
# Sections that some roles do not have; the pages themselves check again.
NETWORK_ROLES = (Role.LEAD, Role.CO_LEAD, Role.PILOT, Role.FINANCE, Role.REFERENT, Role.INSTITUTION)


def can_open_network(user, cite):
    """The referents' network: its members, the team, the pilots and the finance officers."""
    return user.access.has(cite.pk, *NETWORK_ROLES)


def partner_sections(user, cite, current):
    """For `common/includes/_tabs.html`; `current` is a key of `SECTIONS`."""
    kept = {
        "people": not permissions.hides_names(user.access, cite.pk),
        "mandates": permissions.can_steer(user, cite),
        "network": can_open_network(user, cite),
        "national": can_open_network(user, cite),
    }
    return [
        {"label": label, "url": reverse(name), "current": key == current}
        for key, label, name in SECTIONS
        if kept.get(key, True)
    ]
