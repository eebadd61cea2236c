"""Parts B, D and E of the review: pilots, meetings, the team, who is associated, the network, events."""

from collections import Counter
from datetime import date, timedelta

from django.db.models import Q
from django.utils import timezone

from actions.enums import ExchangeKind
from actions.models import Exchange
from evaluation.computed.alliance import PRESENCE_COLUMNS, held_meetings, pilot_seats, presence_rows
from evaluation.computed.registry import Computed, fact
from evaluation.computed.words import DASH, NBSP, capital, count, day, decimal_fr, listed, names, share
from evaluation.enums import Frequency, Unit
from evaluation.periods import periods_of_year
from governance.communication import communication_figures
from governance.enums import BodyKind, CommunicationState, Support
from governance.models import BodyMember, CommunicationItem
from partners.enums import Role
from partners.models import Mandate, Seat

TROIKA = "partners:troika"
CHANGING = (Role.PILOT, Role.LEAD, Role.CO_LEAD)


def civil(year):
    return periods_of_year(Frequency.CIVIL_YEAR, year)[0]


def last_day(year):
    """The day on which a year is looked at: its end, or today while it lasts."""
    return min(timezone.localdate(), date(year, 12, 31))


def titulars(cite):
    rows = Mandate.objects.filter(cite=cite, substitute_of__isnull=True)
    return rows.select_related("person", "organisation", "side", "seat")


@fact("b2", "Composition de la Troïka", private_rows=True)
def pilots(cite, year):
    on = last_day(year)
    held = {row.seat_id: row for row in titulars(cite).active(on).filter(role=Role.PILOT, seat__isnull=False)}
    seats = list(Seat.objects.filter(side__cite=cite).open(on).select_related("side", "organisation"))
    rows = tuple(_seat_cells(seat, held.get(seat.pk)) for seat in seats)
    vacant = sum(seat.pk not in held for seat in seats)
    sides = names(dict.fromkeys(seat.side.label for seat in seats))
    told = f"Sièges de la Troïka au {day(on)}{NBSP}: {len(seats)}, {count(vacant, 'vacant', 'vacants') if vacant else 'aucun vacant'}."
    columns = ("Pilote", "Siège", "Titulaire", "Organisme", "Depuis")
    return Computed(sides or None, told=told, url=listed(TROIKA), columns=columns, rows=rows)


def _seat_cells(seat, mandate):
    if mandate is None:
        return seat.side.label, seat.label, "vacant", seat.organisation.name, DASH
    return seat.side.label, seat.label, str(mandate.person), mandate.organisation.name, day(mandate.starts_on)


@fact("b3", "Réunions tenues")
def meetings(cite, year):
    found = Counter(held_meetings(cite, civil(year)).order_by().values_list("body__kind", flat=True))
    rows = tuple((capital(kind.label), str(found[kind])) for kind in BodyKind if found[kind])
    value = ", ".join(f"{kind.label}{NBSP}: {found[kind]}" for kind in BodyKind if found[kind])
    told = f"Réunions closes ou publiées dont la date est en {year}{NBSP}: {sum(found.values())}."
    url = listed("governance:meetings", annee=year, etat="tenues")
    return Computed(value or None, told=told, url=url, columns=("Instance", "Réunions tenues"), rows=rows)


@fact("b4", "Taux de présence par pilote")
def presence(cite, year):
    seats = pilot_seats(cite, civil(year))
    rows = presence_rows(seats)
    there = sum(is_taken for _, is_taken in seats.values())
    told = (
        f"Pilotes présents ou représentés dans les réunions tenues en {year}, siège par siège{NBSP}: {there} sur {len(seats)} attendus, "
        f"soit {decimal_fr(share(there, len(seats)))}{f'{NBSP}%' if seats else ''}."
    )
    value = ", ".join(f"{side}{NBSP}: {rate}" for side, _, _, rate in rows)
    url = listed("governance:meetings", annee=year, etat="tenues")
    return Computed(value or None, told=told, url=url, columns=PRESENCE_COLUMNS, rows=rows)


@fact("b5", "Chef ou cheffe de projet opérationnel", private_rows=True)
def leads(cite, year):
    start, end = _watched(cite, year)
    found = titulars(cite).filter(role=Role.LEAD, starts_on__lte=end).exclude(ends_on__lt=start)
    found = list(found.order_by("starts_on", "pk"))
    days = (end - start).days + 1
    vacant = sum(not any(row.is_active(start + timedelta(days=rank)) for row in found) for rank in range(days))
    rows = tuple(
        (str(row.person), row.organisation.name, row.title or DASH, day(row.starts_on), day(row.ends_on))
        for row in found
    )
    told = (
        f"Mandats de chef ou cheffe de projet du {day(start)} au {day(end)}{NBSP}: {len(found)}. Jours sans titulaire{NBSP}: {vacant}. "
        "L’application ne tient pas la quotité de travail."
    )
    value = f"{count(len({row.person_id for row in found}), 'personne', 'personnes')}, {count(vacant, 'jour', 'jours')} de vacance"
    columns = ("Personne", "Organisme", "Qualité", "Depuis", "Jusqu’au")
    return Computed(
        value if days > 0 else None, told=told, url=listed("partners:mandates"), columns=columns, rows=rows
    )


def _watched(cite, year):
    """The days of the year in which the label ran, up to today."""
    start, end = date(year, 1, 1), last_day(year)
    return max(start, cite.label_starts_on or start), min(end, cite.label_ends_on or end)


@fact("b7", "Associés à la gouvernance")
def associated(cite, year):
    """Organisations, other than those of the pilots, that sit in a body by a mandate of that day."""
    seated = Mandate.objects.active(last_day(year)).filter(cite=cite, side__isnull=True)
    members = BodyMember.objects.filter(body__cite=cite, mandate__in=seated.order_by().values("pk"))
    by_kind = {}
    for row in members.select_related("body", "mandate__organisation").order_by("mandate__organisation__name", "body"):
        organisation = row.mandate.organisation
        bodies = by_kind.setdefault(organisation.get_kind_display(), {}).setdefault(organisation.name, [])
        if row.body.label not in bodies:
            bodies.append(row.body.label)
    rows = tuple(
        (capital(kind), name, names(bodies))
        for kind, found in sorted(by_kind.items())
        for name, bodies in found.items()
    )
    told = (
        f"Organismes qui siègent dans une instance au {day(last_day(year))}, pilotes exclus{NBSP}: {len(rows)}. Parents, jeunes et conseils "
        "citoyens s’y lisent au nom de leur organisme."
    )
    columns = ("Nature", "Organisme", "Instances")
    value = ", ".join(sorted(by_kind)) or None
    return Computed(value, told=told, url=listed("governance:home"), columns=columns, rows=rows)


@fact("b11", "Changements de titulaires", private_rows=True)
def changes(cite, year):
    start, end = date(year, 1, 1), date(year, 12, 31)
    moved = Q(starts_on__range=(start, end)) | Q(ends_on__range=(start, last_day(year)))
    found = list(titulars(cite).filter(moved, role__in=CHANGING).order_by("starts_on", "pk"))
    came = sum(start <= row.starts_on <= end for row in found)
    left = sum(row.ends_on is not None and start <= row.ends_on <= last_day(year) for row in found)
    rows = tuple(
        (str(row.person), row.role_label, row.title or DASH, day(row.starts_on), day(row.ends_on)) for row in found
    )
    told = (
        f"Mandats de pilote, de chef ou cheffe de projet et de co-pilotage, suppléants exclus, ouverts en {year}{NBSP}: {came}{NBSP}; "
        f"terminés en {year}{NBSP}: {left}."
    )
    columns = ("Personne", "Rôle", "Qualité", "Depuis", "Jusqu’au")
    value = f"{count(came, 'arrivée', 'arrivées')}, {count(left, 'départ', 'départs')}"
    return Computed(value, told=told, url=listed("partners:mandates"), columns=columns, rows=rows)


@fact("d1", "Participation au réseau national et régional", Unit.NUMBER, private_rows=True)
def network(cite, year):
    found = Exchange.objects.filter(cite=cite, kind=ExchangeKind.NATIONAL, held_on__year=year).order_by(
        "held_on", "pk"
    )
    rows = tuple((day(row.held_on), row.title) for row in found)
    told = (
        f"Échanges du journal notés «{NBSP}réseau national des Cités éducatives{NBSP}» en {year}{NBSP}: {len(rows)}."
    )
    url = listed("actions:exchanges", nature=ExchangeKind.NATIONAL, du=f"{year}-01-01", au=f"{year}-12-31")
    return Computed(len(rows), told=told, url=url, columns=("Date", "Objet"), rows=rows)


@fact("e3", "Événements", Unit.NUMBER)
def events(cite, year):
    done = CommunicationItem.objects.filter(cite=cite, state=CommunicationState.DONE, done_on__year=year)
    found = list(done.filter(support=Support.EVENT).order_by("done_on", "pk"))
    rows = tuple((day(row.done_on), row.title, row.audience or DASH) for row in found)
    told = (
        f"Événements du plan de communication réalisés en {year}{NBSP}: {len(rows)}, sur "
        f"{count(communication_figures(cite, year).done, 'diffusion', 'diffusions')}."
    )
    url = listed("governance:communication", annee=year, support=Support.EVENT)
    return Computed(len(rows), told=told, url=url, columns=("Date", "Événement", "Public"), rows=rows)
