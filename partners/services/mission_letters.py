from django.db import transaction

from cite_educative.common import journal
from partners.models import Mandate, MissionLetter
from partners.services.privacy import refuse_forgotten


@transaction.atomic
def add_mission_letter(*, actor, mandate, file, signed_on=None):
    """Attach the letter that gives a mandate its substance; the earlier ones stay. `file` was checked by the form.

    Raises `PartnersError` for a person rendered anonymous.
    """
    mandate = Mandate.objects.select_for_update(of=("self",)).select_related("person").get(pk=mandate.pk)
    refuse_forgotten(mandate.person)
    letter = MissionLetter(mandate=mandate, file=file, signed_on=signed_on, author=actor)
    letter.save()
    journal.record(
        cite_id=mandate.cite_id,
        actor=actor,
        verb="mission_letter.add",
        subject=mandate,
        sentence=f"{actor} a joint une lettre de mission au mandat de {mandate.person.formal_name}.",
        after={"filename": letter.filename, "signed_on": signed_on},
    )
    return letter
