from partners.enums import Role
from partners.models import Mandate, Partnership


def can_lead(user, cite):
    """Everything a project lead does alone: settings, imports, meetings, notes."""
    return user.access.has(cite.pk, Role.LEAD)


def can_steer(user, cite):
    return user.access.has(cite.pk, Role.LEAD, Role.CO_LEAD)


def can_read_contacts(user, cite):
    """Professional e-mail and telephone of persons; their names and functions are for everybody of the Cité."""
    return user.access.has(cite.pk, Role.LEAD, Role.CO_LEAD, Role.PILOT, Role.FINANCE, Role.REFERENT, Role.INSTITUTION)


def can_edit_organisation(user, organisation):
    """Its identity: who leads every Cité where it has a part or a mandate."""
    parts = Partnership.objects.filter(organisation=organisation).values_list("cite_id", flat=True)
    mandates = Mandate.objects.filter(organisation=organisation).values_list("cite_id", flat=True)
    return _leads_all(user, {*parts, *mandates})


def can_edit_person(user, person):
    """Who leads every Cité where the person ever had a mandate."""
    return _leads_all(user, set(Mandate.objects.filter(person=person).values_list("cite_id", flat=True)))


def _leads_all(user, cites):
    return bool(cites) and cites <= user.access.led


def can_edit_contact_entry(user, organisation, cite):
    """Its address, e-mail, telephone and site: the lead, and who acts for it as holder or partner."""
    if can_lead(user, cite):
        return True
    own = organisation.pk in user.access.organisations.get(cite.pk, ())
    return own and user.access.has(cite.pk, Role.HOLDER, Role.PARTNER)


def hides_names(access, cite_id):
    """Evaluators read under pseudonym, unless another mandate says otherwise."""
    return access.has(cite_id, Role.EVALUATOR) and cite_id not in access.money_readers
