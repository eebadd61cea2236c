from partners.enums import Role


def can_lead(user, cite):
    """Everything a project lead does alone: settings, imports, meetings, notes."""
    return user.access.has(cite.pk, Role.LEAD)


def can_steer(user, cite):
    return user.access.has(cite.pk, Role.LEAD, Role.CO_LEAD)


def can_read_contacts(user, cite):
    """Professional e-mail and telephone of persons; their names and functions are for everybody of the Cité."""
    return user.access.has(cite.pk, Role.LEAD, Role.CO_LEAD, Role.PILOT, Role.FINANCE, Role.REFERENT, Role.INSTITUTION)


def cites_of_organisation(organisation):
    """Ids of the Cités where it has a part or a mandate, today or before."""
    return {row.cite_id for row in (*organisation.partnerships.all(), *organisation.mandates.all())}


def cites_of_person(person):
    """Ids of the Cités where the person ever had a mandate."""
    return {mandate.cite_id for mandate in person.mandates.all()}


def can_edit_organisation(user, organisation):
    """Its identity: who leads every Cité that it belongs to."""
    return _leads_all(user, cites_of_organisation(organisation))


def can_edit_person(user, person):
    """Who leads every Cité that the person belongs to."""
    return _leads_all(user, cites_of_person(person))


def can_edit_own_contact(user, person):
    """Function, telephone, assistant and preferred channel; the e-mail is that of the account."""
    return user.person_id == person.pk and not user.access.is_borrowed


def can_manage_account(user, person):
    """Who leads every Cité where the person acts today, or acted when she has no mandate any more."""
    active = {mandate.cite_id for mandate in person.mandates.all() if mandate.is_active(user.access.today)}
    return _leads_all(user, active or cites_of_person(person))


def _leads_all(user, cites):
    return bool(cites) and cites <= user.access.led


def can_edit_reference(user, row):
    """A commune, a neighbourhood or a school: who leads every Cité that has it; what none has, any lead."""
    return bool(user.access.led) and {cite.pk for cite in row.cites.all()} <= user.access.led


def represents(user, organisation):
    """Ids of the Cités where the user acts for it as holder or partner."""
    return {cite for cite, ids in user.access.represented.items() if organisation.pk in ids}


def can_edit_contact_entry(user, organisation):
    """Its address, e-mail, telephone and site: who leads each of its Cités or acts there for it as holder or partner.

    Letters and links of every Cité go there: the lead of one gives no hand on them with a mandate of hers alone.
    """
    cites = cites_of_organisation(organisation)
    return bool(cites) and cites <= user.access.led | represents(user, organisation)


def hides_names(access, cite_id):
    """A member of the Cité who reads it under pseudonym."""
    return cite_id in access.cites - access.name_readers


def can_read_person_data(user, person, cite):
    """Everything kept about somebody in the Cité: its lead, and the person herself (GDPR, article 15)."""
    return user.person_id == person.pk or can_lead(user, cite)
