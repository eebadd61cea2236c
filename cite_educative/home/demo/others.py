"""Two more Cités on the votes of Paris and the tracking table of Montpellier: public data, taken by the import."""

import csv
from datetime import date
from pathlib import Path

from django.conf import settings

from actions.imports import import_table
from actions.models import Call, FundingSource
from actions.services import release_notifications, save_call
from partners.enums import OrganisationKind, Part, Role
from partners.services import create_cite, create_organisation, open_mandate

DATA = Path(settings.BASE_DIR) / "cite_educative" / "data"
MARK = "données publiques, hors Cité éducative"
VOTES = "paris_pdv_2025_enveloppe{}"
ENVELOPES = (("1", "1re enveloppe 2025"), ("2_10e_11e_13e", "2e enveloppe 2025"))
# The source lost these titles, and a space in the name of one association.
SCARS = {
    "title": "Action sans intitulé dans la délibération",
    "holder:lalune dans les yeux opera and co": "same:LA LUNE DANS LES YEUX - OPERA AND CO",
}
MONTPELLIER = ("montpellier_2014_reussite_educative_et_cohesion_sociale.csv", "Attribution des subventions 2014")


def open_other_cites(actor):
    """`actor` leads them too. The votes are public: the notifications are released."""
    paris = _open(actor, "paris", "Paris", "Ville de Paris")
    for name, label in ENVELOPES:
        stem = VOTES.format(name)
        answers = {"funder": _city("Ville de Paris"), **SCARS, **_directions(stem), **_announced(stem)}
        _take(actor, paris, label, 2025, f"{stem}_lignes.csv", answers)
    montpellier = _open(actor, "montpellier", "Montpellier", "Ville de Montpellier")
    filename, label = MONTPELLIER
    answers = {"funder": _city("Ville de Montpellier"), "title": "Fonctionnement"}
    _take(actor, montpellier, label, 2014, filename, answers)


def _open(actor, slug, name, city):
    cite = create_cite(actor=actor, name=f"{name} ({MARK})", slug=slug)
    organisation = create_organisation(
        actor=actor, cite=cite, part=Part.ASSOCIATED, name=city, kind=OrganisationKind.COMMUNE
    )
    open_mandate(
        actor=actor,
        cite=cite,
        person=actor.person,
        organisation=organisation,
        role=Role.LEAD,
        starts_on=date(2023, 9, 1),
        title="Démonstration de l’import",
    )
    return cite


def _city(name):
    return {"new": "commune", "name": name, "organisation": name}


def _rows(name):
    with open(DATA / name, encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _directions(stem):
    """The city's directions that share the votes, each a line of the same funder."""
    names = {row["direction_financeuse"] for row in _rows(f"{stem}_lignes.csv")} - {""}
    return {
        f"funder:{name.lower().replace('_', ' ')}": {
            "new": "commune",
            "name": name.replace("_", " "),
            "organisation": "Ville de Paris",
        }
        for name in names
    }


def _announced(stem):
    return {f"announced:{row['deliberation']}": row["total_annonce_eur"] for row in _rows(f"{stem}_controle.csv")}


def _take(actor, cite, label, year, filename, answers):
    call = save_call(Call(cite=cite, label=label, budget_year=year), actor=actor)
    content = (DATA / filename).read_bytes()
    import_table(call=call, actor=actor, content=content, filename=filename, mapping={"answers": answers})
    for source in FundingSource.objects.filter(cite=cite):
        release_notifications(source=source, budget_year=year, call=call, actor=actor, on=date(year, 12, 31))
