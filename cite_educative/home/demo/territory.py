"""The lead schools of the demonstration: two real collèges in REP+, chosen for the example."""

from partners.models import School
from partners.services import change_perimeter

LEAD_SCHOOLS = ("0593664M", "0595782P")  # Lucie Aubrac (Dunkerque), du Moulin (Grande-Synthe)


def choose_lead_schools(dunkerque):
    schools = list(School.objects.filter(uai__in=LEAD_SCHOOLS))
    change_perimeter(actor=dunkerque.actor, cite=dunkerque.cite, changes={"lead_schools": (schools, [])})
