"""Two members of the Troïka invited to open an account; their letters wait for the worker."""

from cite_educative.home.demo.accounts import DOMAIN
from partners.models import Mandate
from partners.services import invite, update_person

INVITED = (("Roussel", "agnes.roussel"), ("Lounès", "samia.lounes"))


def invite_two(cite, *, actor):
    for last_name, login in INVITED:
        person = Mandate.objects.filter(cite=cite, person__last_name=last_name).first().person
        update_person(actor=actor, person=person, cite=cite, email=f"{login}@{DOMAIN}")
        person.refresh_from_db()
        invite(actor=actor, cite=cite, person=person)
