from partners.forms.mandates import MandateEndForm, MandateForm, SeatForm
from partners.forms.organisations import ContactEntryForm, NewPartnerForm, OrganisationForm, PartnershipForm
from partners.forms.people import PersonForm

__all__ = [
    "ContactEntryForm",
    "MandateEndForm",
    "MandateForm",
    "NewPartnerForm",
    "OrganisationForm",
    "PartnershipForm",
    "PersonForm",
    "SeatForm",
]
