"""What this app copies of persons' names, and erases with them. Issued notes and relevés are not rewritten."""

from governance.models import Attendance
from partners.services.privacy import ANONYMOUS, register_forgetter


@register_forgetter
def forget_names(person):
    """Who stood in for somebody, typed as text."""
    typed = Attendance.objects.filter(mandate__cite__in=person.mandates.values("cite"))
    typed.filter(represented_by__in=(person.formal_name, person.full_name)).update(represented_by=ANONYMOUS)
