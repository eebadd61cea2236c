"""What this app copies of persons' names, and erases with them."""

from actions.models import ActionPiece, Opinion
from partners.services.privacy import ANONYMOUS, register_forgetter


@register_forgetter
def forget_names(person):
    """The answers and the dates stay, without who gave them."""
    Opinion.objects.filter(person=person).update(name=ANONYMOUS, email="")
    ActionPiece.objects.filter(link__person=person).update(received_from=ANONYMOUS)
    ActionPiece.objects.filter(received_from=person.formal_name).update(received_from=ANONYMOUS)
