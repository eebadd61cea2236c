"""Reading the letters that wait, as their recipients will."""

from partners import services
from partners.models import Delivery


def letters_to(email):
    """[(subject, path of the link or "")], the newest first."""
    found = Delivery.objects.filter(email=email).select_related("message", "link").order_by("-pk")
    return [(one.message.subject, services.link_path(one.link) if one.link else "") for one in found]


def link_to(email):
    return next(path for _, path in letters_to(email) if path)
