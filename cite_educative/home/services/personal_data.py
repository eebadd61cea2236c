from django.db import transaction
from django.utils import timezone

from cite_educative.common import journal
from cite_educative.documents.enums import Format
from cite_educative.documents.services import request_file
from cite_educative.home.models import PersonExport
from cite_educative.home.personal_data import collect
from partners.permissions import can_edit_person
from partners.services import PartnersError
from partners.services.privacy import register_forgetter

EXPORT_KIND = "person_export"


@transaction.atomic
def export_person(*, actor, person, cite):
    """Freeze everything kept about a person in one Cité, and have its PDF made. Raises `PartnersError`."""
    if person.anonymised_at:
        raise PartnersError("Cette personne a été rendue anonyme\u00a0: il ne reste rien d’elle à remettre.")
    file = request_file(
        kind=EXPORT_KIND,
        format=Format.PDF,
        title=f"Données de {person.formal_name}",
        filename=f"donnees-personne-{person.pk}-{timezone.localdate():%Y-%m-%d}.pdf",
        cite_id=cite.pk,
        author=actor,
    )
    whole = actor.person_id == person.pk or can_edit_person(actor, person)
    content = collect(person, cite, whole=whole)
    export = PersonExport.objects.create(cite=cite, person=person, content=content, file=file, made_by=actor)
    journal.record(
        cite_id=cite.pk,
        actor=actor,
        verb="person.export",
        subject=person,
        sentence=f"{actor} a établi l’export des données de {person.formal_name}.",
    )
    return export


@register_forgetter
def forget_exports(person):
    """Exports hold all that is being forgotten: rows and files go."""
    for export in PersonExport.objects.filter(person=person).select_related("file"):
        file = export.file
        export.delete()
        if file:
            file.file.delete(save=False)
            file.delete()
