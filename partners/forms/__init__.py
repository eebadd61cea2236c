from partners.forms.accounts import (
    AnyCodeForm,
    CodeForm,
    ForgottenForm,
    InvitationsForm,
    NewEmailForm,
    NewPasswordForm,
    OwnPasswordForm,
    RemovalForm,
    SecurityForm,
)
from partners.forms.mandates import MandateEditForm, MandateEndForm, MandateForm, MissionLetterForm
from partners.forms.merging import MergeForm
from partners.forms.organisations import ContactEntryForm, NewPartnerForm, OrganisationForm, PartnershipForm
from partners.forms.people import IdentityFields, OwnContactForm, PersonChoiceField, PersonForm
from partners.forms.seats import SeatCloseForm, SeatEditForm, SeatForm, read_order

__all__ = [
    "AnyCodeForm",
    "CodeForm",
    "ContactEntryForm",
    "ForgottenForm",
    "IdentityFields",
    "InvitationsForm",
    "MandateEditForm",
    "MandateEndForm",
    "MandateForm",
    "MergeForm",
    "MissionLetterForm",
    "NewEmailForm",
    "NewPartnerForm",
    "NewPasswordForm",
    "OrganisationForm",
    "OwnContactForm",
    "OwnPasswordForm",
    "PartnershipForm",
    "PersonChoiceField",
    "PersonForm",
    "RemovalForm",
    "SeatCloseForm",
    "SeatEditForm",
    "SeatForm",
    "SecurityForm",
    "read_order",
]
