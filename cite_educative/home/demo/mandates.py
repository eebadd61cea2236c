"""Mandates as they are after three years: a former titular, a substitute, referents, an evaluator, a mission letter."""

from dataclasses import dataclass
from datetime import date
from io import BytesIO

import pikepdf
from django.core.files.base import ContentFile

from cite_educative.home.demo.accounts import MME, M
from partners.enums import OrganisationKind, Part, Role
from partners.models import Mandate, Seat
from partners.services import add_mission_letter, create_organisation, create_person, open_mandate

LETTER = (
    "Lettre de mission",
    "",
    "Madame,",
    "",
    "Les pilotes de la Cite educative vous confient la conduite du projet",
    "pour la duree du label. Vous rendez compte a la Troika.",
    "",
    "Fait a Dunkerque, le 2 septembre 2024.",
)


@dataclass(frozen=True)
class Newcomer:
    """Somebody without an account; `organisation` is a key of the demonstration's."""

    civility: str
    first_name: str
    last_name: str
    title: str
    role: Role
    organisation: str
    starts_on: date
    ends_on: date | None = None
    communes: tuple = ()


TEAM = (
    Newcomer(
        MME, "Isabelle", "Martinet", "Coordonnatrice Éducation nationale", Role.CO_LEAD, "academy", date(2024, 9, 2)
    ),
    Newcomer(
        MME,
        "Justine",
        "Coppin",
        "Cheffe du service éducation",
        Role.REFERENT,
        "ville_dk",
        date(2024, 9, 1),
        communes=("Dunkerque", "Saint-Pol-sur-Mer"),
    ),
    Newcomer(
        M,
        "Olivier",
        "Bécue",
        "Directeur de l’enfance",
        Role.REFERENT,
        "ville_cb",
        date(2025, 1, 6),
        date(2026, 12, 18),
        ("Coudekerque-Branche",),
    ),
    Newcomer(MME, "Nathalie", "Everaert", "Conseillère territoriale", Role.INSTITUTION, "caf", date(2025, 3, 3)),
    Newcomer(
        M,
        "Julien",
        "Fauquet",
        "Évaluateur de la Cité",
        Role.EVALUATOR,
        "evaluator",
        date(2026, 1, 12),
        date(2026, 12, 31),
    ),
)
FORMER = Newcomer(M, "Alain", "Verbeke", "Délégué du préfet", Role.PILOT, "state", date(2021, 9, 1), date(2023, 6, 30))
SUBSTITUTE = Newcomer(MME, "Farida", "Belkacem", "Conseillère municipale", Role.PILOT, "ville_dk", date(2024, 1, 15))


def appoint_others(dunkerque):
    dunkerque.organisations["evaluator"] = create_organisation(
        actor=dunkerque.actor,
        cite=dunkerque.cite,
        part=Part.ASSOCIATED,
        name="Cabinet Estran Évaluation",
        kind=OrganisationKind.COMPANY,
        is_fictional=True,
    )
    for newcomer in TEAM:
        communes = [dunkerque.communes[name] for name in newcomer.communes]
        _open(dunkerque, newcomer, communes=communes)
    seats = Seat.objects.filter(side__cite=dunkerque.cite)
    _open(dunkerque, FORMER, seat=seats.get(label="Déléguée du préfet"))
    _open(dunkerque, SUBSTITUTE, substitute_of=Mandate.objects.get(seat=seats.get(label="Ville de Dunkerque")))
    lead = next(mandate for mandate in dunkerque.mandates if mandate.role == Role.LEAD)
    file = ContentFile(_letter(), name="Lettre de mission.pdf")
    add_mission_letter(actor=dunkerque.actor, mandate=lead, file=file, signed_on=date(2024, 9, 2))


def _open(dunkerque, newcomer, **place):
    person = create_person(
        actor=dunkerque.actor,
        cite=dunkerque.cite,
        civility=newcomer.civility,
        first_name=newcomer.first_name,
        last_name=newcomer.last_name,
        function=newcomer.title,
        is_fictional=True,
    )
    return open_mandate(
        actor=dunkerque.actor,
        cite=dunkerque.cite,
        person=person,
        organisation=dunkerque.organisations[newcomer.organisation],
        role=newcomer.role,
        title=newcomer.title,
        starts_on=newcomer.starts_on,
        ends_on=newcomer.ends_on,
        **place,
    )


def _letter():
    """One page of plain text, as a scanner’s software would make it."""
    written = "".join(f"({line}) Tj T* " for line in LETTER)
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595, 842))
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    page.Contents = pdf.make_stream(f"BT /F1 12 Tf 18 TL 72 760 Td {written}ET".encode("ascii"))
    content = BytesIO()
    pdf.save(content)
    return content.getvalue()
