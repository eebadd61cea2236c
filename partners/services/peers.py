from django.db import transaction
from django.utils import timezone

from cite_educative.common.search import normalise
from partners.enums import OrganisationKind, Part, Role
from partners.models import Cite, Organisation
from partners.services.mandates import appoint
from partners.services.organisations import create_organisation


@transaction.atomic
def add_peer_contact(*, actor, cite, identity, organisation=None, name=""):
    """Somebody of another Cité éducative, from today on: her or his mandate there is that of a partner here.

    `organisation`, or the `name` of one to add; a name already known among the Cité's peers is that one.
    Raises `PartnersError` when the contact is known.
    """
    Cite.objects.select_for_update(of=("self",)).get(pk=cite.pk)  # two sendings of one form wait for each other
    organisation = organisation or _known(cite, name)
    if organisation is None:
        organisation = create_organisation(
            actor=actor, cite=cite, part=Part.ASSOCIATED, name=name, kind=OrganisationKind.PEER_CITE
        )
    return appoint(
        actor=actor,
        cite=cite,
        identity=identity,
        organisation=organisation,
        role=Role.PARTNER,
        starts_on=timezone.localdate(),
        title=identity.get("function", ""),
    )


def _known(cite, name):
    written = normalise(name)
    peers = Organisation.objects.in_cite(cite).filter(kind=OrganisationKind.PEER_CITE)
    return next((peer for peer in peers if normalise(peer.name) == written), None)
