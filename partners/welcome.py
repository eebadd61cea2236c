"""The first useful gesture of each role, told once, on the first page after an account is opened."""

from django.urls import reverse
from django.utils.html import format_html

from partners.enums import Role

# In this order for who has several roles: URL name, what to do there.
FIRST_GESTURES = {
    Role.LEAD: ("partners:troika", "vérifiez d’abord la Troïka et son équipe"),
    Role.CO_LEAD: ("actions:list", "parcourez d’abord le plan d’actions de l’année"),
    Role.PILOT: ("governance:home", "lisez d’abord les notes de la prochaine réunion"),
    Role.FINANCE: ("actions:finances", "vérifiez d’abord les enveloppes de l’année"),
    Role.REFERENT: ("actions:list", "ouvrez d’abord les actions de votre commune"),
    Role.INSTITUTION: ("actions:list", "ouvrez d’abord les actions qui touchent votre institution"),
    Role.HOLDER: ("actions:list", "ouvrez d’abord vos fiches action"),
    Role.PARTNER: ("partners:list", "vérifiez d’abord la fiche de votre organisme"),
    Role.EVALUATOR: ("actions:list", "commencez par le plan d’actions"),
    Role.READER: ("actions:list", "commencez par le plan d’actions"),
}


def first_steps(user):
    """A message, with a link when a mandate is active already."""
    held = set().union(*user.access.roles.values())
    for role, (url_name, gesture) in FIRST_GESTURES.items():
        if role in held:
            return format_html(
                'Votre compte est ouvert. Premier pas\u00a0: <a href="{}">{}</a>.', reverse(url_name), gesture
            )
    return "Votre compte est ouvert. Vos pages s’ouvriront au premier jour de votre mandat."
