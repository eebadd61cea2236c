"""The sheets of an organisation and of a person as layouts: an upper app draws a tab of its own inside them.

In a view of an upper app:

    organisation, context = organisation_sheet(request, pk, tab="exchanges")    # 404 when not visible
    return render(request, "actions/organisation_exchanges.html", {**context, …})

and its template extends `partners/organisation_sheet.html` (or `person_sheet.html`) and fills `{% block tab %}` and
`{% block tab_name %}`. `MovedError` says where a merged row went; `views.common.follow_merges` turns it into a redirect.
"""

from django.db.models import Q
from django.http import Http404
from django.urls import reverse

from partners import permissions
from partners.context import current_cite, mark_read_in
from partners.models import Cite, MergedIdentity, Organisation, Person
from partners.tables import organisation_facts, part_labels

# key, label, URL name
ORGANISATION_TABS = (
    ("detail", "Fiche", "partners:organisation"),
    ("actions", "Actions", "actions:organisation_actions"),
    ("exchanges", "Échanges", "actions:organisation_exchanges"),
)
PERSON_TABS = (
    ("detail", "Fiche", "partners:person"),
    ("exchanges", "Échanges", "actions:person_exchanges"),
    ("bodies", "Instances et réunions", "governance:person_bodies"),
    ("data", "Données conservées", "person_data"),
)


class MovedError(Exception):
    """The row asked for was merged into `target`, which the reader may see."""

    def __init__(self, target):
        super().__init__(str(target))
        self.target = target


def get_organisation(user, pk):
    """The organisation, or 404. Raises `MovedError` for the old address of a merged one."""
    return _get(Organisation, "organisation", user, pk)


def get_person(user, pk):
    return _get(Person, "person", user, pk)


def _get(model, key, user, pk):
    visible = model.objects.visible_to(user)
    row = visible.filter(pk=pk).first()
    if row is None:
        merged = MergedIdentity.objects.filter(**{"old_pk": pk, f"{key}__in": visible}).select_related(key).first()
        if merged:
            raise MovedError(getattr(merged, key))
        raise Http404
    return row


def cite_of_reading(request, *concerned):
    """The Cité in which a shared row is read: the chosen one, else the first of the reader's that it concerns."""
    current = current_cite(request)
    if current is None:
        raise Http404("Ce compte n’agit dans aucune Cité éducative.")
    cites = list(Cite.objects.visible_to(request.user).filter(*concerned).distinct().order_by("pk"))
    if not cites:
        raise Http404
    cite = current if current in cites else cites[0]
    mark_read_in(request, cite)
    return cite


def read_organisation(request, pk):
    """(organisation, the Cité in which it is read)."""
    organisation = get_organisation(request.user, pk)
    parts = Q(partnerships__organisation=organisation) | Q(mandates__organisation=organisation)
    return organisation, cite_of_reading(request, parts)


def organisation_sheet(request, pk, *, tab):
    """(organisation, context of `partners/organisation_sheet.html`); `cite` is where it is read. Eight queries."""
    user = request.user
    organisation = get_organisation(user, pk)
    cite = cite_of_reading(
        request, Q(partnerships__organisation=organisation) | Q(mandates__organisation=organisation)
    )
    parts = organisation.partnerships.visible_to(user).filter(cite=cite).select_related("side").order_by("pk")
    return organisation, {
        "organisation": organisation,
        "cite": cite,
        "tabs": _tabs(ORGANISATION_TABS, tab, pk),
        "facts": organisation_facts(organisation),
        "parts": part_labels(parts),
        "can_lead": permissions.can_lead(user, cite),
        "can_edit": permissions.can_edit_contact_entry(user, organisation),
    }


def person_sheet(request, pk, *, tab):
    """(person, context of `partners/person_sheet.html`); evaluators, who read no name, get a 404."""
    user = request.user
    person = get_person(user, pk)
    cite = cite_of_reading(request, Q(mandates__person=person, pk__in=user.access.name_readers))
    can_lead = permissions.can_lead(user, cite)
    reads_data = permissions.can_read_person_data(user, person, cite)
    return person, {
        "person": person,
        "cite": cite,
        "tabs": _tabs([one for one in PERSON_TABS if one[0] != "data" or reads_data], tab, pk),
        "with_contacts": permissions.can_read_contacts(user, cite) or permissions.can_edit_own_contact(user, person),
        "can_lead": can_lead,
        "can_hand_over": can_lead and Person.objects.filter(pk=pk).acting_in(cite).exists(),
        "can_edit": not person.anonymised_at
        and (permissions.can_edit_person(user, person) or permissions.can_edit_own_contact(user, person)),
    }


def _tabs(tabs, current, pk):
    return [{"label": label, "url": reverse(name, args=[pk]), "current": key == current} for key, label, name in tabs]
