"""The reference data of `cite_educative/data/`: communes, schools and priority neighbourhoods of Dunkerque."""

import csv
import re
from collections import defaultdict
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from cite_educative.common.search import normalise
from partners.enums import PriorityNetwork
from partners.models import Cite, Commune, Neighbourhood, School
from partners.services.school_names import best_name, readable_name, typographic

DATA = settings.BASE_DIR / "cite_educative" / "data"
COMMUNES = "communes_cud.csv"
COLLEGES = "colleges_cud_ips_2022-2023.csv"
PRIORITY_COLLEGES = "colleges_publics_cud_education_prioritaire_2024-2025.csv"
PRIMARY_SCHOOLS = "ecoles_cud_ips_2022-2023.csv"
NEIGHBOURHOODS = "qpv_cud_noms_partiel.csv"
# No collège bears the code of an associated commune: Robespierre, which stands in Saint-Pol-sur-Mer (contrat de
# ville of the town), gives it its place.
COLLEGE_OF = {"59540": "0590200X"}
NETWORKS = {"REP": PriorityNetwork.REP, "REP+": PriorityNetwork.REP_PLUS}


@dataclass
class Loaded:
    """What one table became."""

    label: str
    created: int = 0
    updated: int = 0
    unchanged: int = 0

    def __str__(self):
        return f"{self.label} : ajouts {self.created}, mises à jour {self.updated}, sans changement {self.unchanged}"


@transaction.atomic
def load_reference(*, directory=DATA):
    """Read the tables of `directory` (a Path). A second run changes nothing; what a file leaves blank is kept.

    Raises `FileNotFoundError` before anything is written.
    """
    tables = {
        COMMUNES: _read(directory / COMMUNES, ","),
        COLLEGES: _read(directory / COLLEGES, ";"),
        PRIORITY_COLLEGES: _read(directory / PRIORITY_COLLEGES, ","),
        PRIMARY_SCHOOLS: _read(directory / PRIMARY_SCHOOLS, ";"),
        NEIGHBOURHOODS: _read(directory / NEIGHBOURHOODS, ","),
    }
    communes = _load_communes(tables[COMMUNES], tables[PRIORITY_COLLEGES])
    schools = _load_schools(tables[COLLEGES] + tables[PRIMARY_SCHOOLS], tables[PRIORITY_COLLEGES])
    codes = {row["code_insee"] for row in tables[COMMUNES]}
    return [communes, schools, _load_neighbourhoods(tables[NEIGHBOURHOODS], codes)]


def concerned_cites(*, directory=DATA):
    """Ids of the Cités whose perimeter holds a commune of the files."""
    codes = {row["code_insee"] for row in _read(directory / COMMUNES, ",")}
    return set(Cite.objects.filter(communes__insee_code__in=codes).values_list("pk", flat=True))


def _read(path, delimiter):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def _load_communes(rows, colleges):
    """The communes, then the associated ones, which need their parent."""
    loaded, places = Loaded("Communes"), _middles(colleges)
    for kind in ("commune-actuelle", "commune-associee"):
        known = {(commune.insee_code, commune.name): commune for commune in Commune.objects.all()}
        parents = {commune.insee_code: commune for commune in known.values() if commune.parent_id is None}
        wanted = {}
        for row in rows:
            if row["type"] == kind:
                latitude, longitude = places.get(row["code_insee"], (None, None))
                wanted[row["code_insee"], typographic(row["nom"])] = {
                    "parent": parents.get(row["commune_de_rattachement"]),
                    "population": int(row["population_municipale"]) if row["population_municipale"] else None,
                    "latitude": latitude,
                    "longitude": longitude,
                }
        _write(Commune, ("insee_code", "name"), known, wanted, loaded)
    return loaded


def _middles(colleges):
    """INSEE code → (latitude, longitude): the middle of the commune's public collèges, for want of its own place."""
    points = defaultdict(list)
    for row in colleges:
        point = float(row["latitude"]), float(row["longitude"])
        for code in (row["code_commune"], *(code for code, uai in COLLEGE_OF.items() if uai == row["uai"])):
            points[code].append(point)
    return {
        code: tuple(round(sum(values) / len(values), 5) for values in zip(*found, strict=True))
        for code, found in points.items()
    }


def _load_schools(rows, priority):
    loaded = Loaded("Établissements scolaires")
    communes = {commune.insee_code: commune for commune in Commune.objects.filter(parent__isnull=True)}
    known = {(school.uai,): school for school in School.objects.select_related("commune")}
    better = {row["uai"]: row for row in priority}
    wanted = {}
    for row in rows:
        name, kind = readable_name(row["nom_de_l_etablissment"])
        richer = better.get(row["uai"])
        name = typographic(richer["nom"]) if richer else name
        before = known.get((row["uai"],))
        wanted[(row["uai"],)] = {
            "name": best_name(before.name, name) if before else name,
            "kind": kind or "école",
            "sector": row["secteur"],
            "commune": communes[row["code_insee_de_la_commune"]],
            "network": NETWORKS.get(richer["ep"], PriorityNetwork.NONE) if richer else None,
            "latitude": float(richer["latitude"]) if richer else None,
            "longitude": float(richer["longitude"]) if richer else None,
        }
    _write(School, ("uai",), known, wanted, loaded)
    return loaded


def _load_neighbourhoods(rows, codes):
    loaded = Loaded("Quartiers prioritaires")
    # A neighbourhood of the same name in another town is another one.
    here = Q(communes__isnull=True) | Q(communes__in=Commune.objects.filter(insee_code__in=codes))
    nearby = Neighbourhood.objects.filter(here).distinct().prefetch_related("communes")
    known = {(row.name, row.generation): row for row in nearby}
    wanted, places = {}, {}
    for row in rows:
        key = typographic(row["nom"]), int(row["generation"][:4])
        wanted[key] = {"code": row["code_qpv"] or None}
        places[key] = row["commune"]
    before = {key: {commune.pk for commune in row.communes.all()} for key, row in known.items()}
    rows_by_key, changed = _write(Neighbourhood, ("name", "generation"), known, wanted, loaded)
    inside = Commune.objects.filter(insee_code__in=codes).order_by("-parent", "pk")
    communes = {normalise(commune.name): commune for commune in inside}
    for key, place in places.items():
        found = {communes[name].pk for name in _commune_names(place) if name in communes}
        missing = found - before.get(key, set())
        if missing:
            rows_by_key[key].communes.add(*missing)
            if key not in changed:
                loaded.updated, loaded.unchanged = loaded.updated + 1, loaded.unchanged - 1
    return loaded


def _commune_names(text):
    return [normalise(name) for name in re.sub(r"\(.*?\)", "", text).split("/")]


def _write(model, key_fields, known, wanted, loaded):
    """Create or update by key, in bulk; None keeps what is known. Returns (rows by key, keys written)."""
    fresh, stale, rows, fields = {}, [], {}, set()
    for key, values in wanted.items():
        given = {name: value for name, value in values.items() if value is not None}
        row = known.get(key)
        if row is None:
            rows[key] = fresh[key] = model(**dict(zip(key_fields, key, strict=True)), **given)
            continue
        rows[key] = row
        changes = {name: value for name, value in given.items() if getattr(row, name) != value}
        for name, value in changes.items():
            setattr(row, name, value)
        if changes:
            fields.update(changes)
            stale.append(key)
    model.objects.bulk_create(fresh.values())
    if stale:
        model.objects.bulk_update([rows[key] for key in stale], sorted(fields))
    loaded.created += len(fresh)
    loaded.updated += len(stale)
    loaded.unchanged += len(wanted) - len(fresh) - len(stale)
    return rows, {*fresh, *stale}
