"""Plain builders with believable defaults: a test names only what matters to it.

They write rows directly; what a service must do is tested on the service.
"""

from datetime import date
from itertools import count

from partners.enums import Civility, OrganisationKind, Part, Role, SideKind
from partners.models import (
    Cite,
    Commune,
    Mandate,
    Neighbourhood,
    Organisation,
    Partnership,
    Person,
    School,
    Seat,
    Side,
    User,
)

PASSWORD = "mot-de-passe-des-essais"
STARTS_ON = date(2023, 9, 1)
SIDES = (
    (SideKind.EDUCATION, "Éducation nationale"),
    (SideKind.STATE, "État"),
    (SideKind.COMMUNES, "Communes"),
    (SideKind.INTERCOMMUNALITY, "Communauté urbaine"),
)
FIRST_NAMES = ("Claire", "Hugo", "Amina", "Paul", "Jeanne", "Rachid", "Inès", "Marc")
LAST_NAMES = ("Vandewalle", "Delattre", "Lefebvre", "Benali", "Declerck", "Moreau", "Vermersch", "Caron")

_numbers = count(1)


def make_commune(name=None, **fields):
    number = next(_numbers)
    fields.setdefault("insee_code", f"{10000 + number}")
    return Commune.objects.create(name=name or f"Commune {number}", **fields)


def make_neighbourhood(name=None, communes=(), **fields):
    neighbourhood = Neighbourhood.objects.create(name=name or f"Quartier {next(_numbers)}", **fields)
    neighbourhood.communes.set(communes)
    return neighbourhood


def make_school(name=None, commune=None, **fields):
    number = next(_numbers)
    fields.setdefault("uai", f"{number:07d}X")
    fields.setdefault("kind", "collège")
    return School.objects.create(name=name or f"Collège {number}", commune=commune or make_commune(), **fields)


def make_organisation(name=None, *, cite=None, part=None, side=None, communes=(), **fields):
    """With `cite`, a partner of it: `part` is "holder" unless given."""
    organisation = Organisation.objects.create(name=name or f"Association des quartiers {next(_numbers)}", **fields)
    organisation.communes.set(communes)
    if cite:
        Partnership.objects.create(cite=cite, organisation=organisation, part=part or Part.HOLDER, side=side)
    return organisation


def make_cite(slug="dunkerque", *, sides=True, communes=(), **fields):
    """With `sides`, the four pilots of Dunkerque, each with one organisation and one seat, empty."""
    fields.setdefault("name", slug.replace("-", " ").title())
    cite = Cite.objects.create(slug=slug, **fields)
    cite.communes.set(communes)
    for order, (kind, label) in enumerate(SIDES if sides else (), start=1):
        side = Side.objects.create(cite=cite, kind=kind, label=label, order=order)
        organisation = make_organisation(
            f"{label} de {cite.name}", cite=cite, part=Part.SIDE, side=side, kind=OrganisationKind.PUBLIC_BODY
        )
        Seat.objects.create(side=side, organisation=organisation, label=f"Siège {label}")
    return cite


def make_side(cite, kind=SideKind.OTHER, label=None, **fields):
    fields.setdefault("order", cite.sides.count() + 1)
    return Side.objects.create(cite=cite, kind=kind, label=label or f"Pilote {next(_numbers)}", **fields)


def make_seat(side, organisation=None, **fields):
    fields.setdefault("label", f"Siège {next(_numbers)}")
    return Seat.objects.create(side=side, organisation=organisation or make_organisation(), **fields)


def make_person(**fields):
    number = next(_numbers)
    fields.setdefault("civility", Civility.MONSIEUR if number % 2 else Civility.MADAME)
    fields.setdefault("first_name", FIRST_NAMES[number % len(FIRST_NAMES)])
    fields.setdefault("last_name", f"{LAST_NAMES[number % len(LAST_NAMES)]} {number}")
    fields.setdefault("function", "chargé de mission" if number % 2 else "chargée de mission")
    return Person.objects.create(**fields)


def make_mandate(cite, role=Role.PARTNER, *, person=None, organisation=None, side=None, communes=(), **fields):
    """Since September 2023, still active. A pilot sits for the first side of the Cité unless `side` is given."""
    if role == Role.PILOT and side is None:
        side = cite.sides.first() or make_side(cite)
    if organisation is None:
        partnership = side and side.partnerships.select_related("organisation").first()
        organisation = partnership.organisation if partnership else make_organisation()
    fields.setdefault("starts_on", STARTS_ON)
    mandate = Mandate.objects.create(
        person=person or make_person(), cite=cite, organisation=organisation, role=role, side=side, **fields
    )
    mandate.communes.set(communes)
    return mandate


def make_user(cite=None, role=Role.PARTNER, *, email=None, person=None, **mandate):
    """An account that acts in `cite` as `role`; without `cite`, one that has no mandate.

    `mandate` goes to `make_mandate`: organisation, side, communes, seat, title, starts_on, ends_on.
    """
    person = person or make_person()
    user = User.objects.create_user(email or f"compte{next(_numbers)}@exemple.fr", PASSWORD, person=person)
    if cite:
        make_mandate(cite, role, person=person, **mandate)
    return user


def make_lead(cite, **mandate):
    return make_user(cite, Role.LEAD, **mandate)
