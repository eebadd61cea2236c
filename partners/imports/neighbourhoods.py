"""Lists and outlines of priority neighbourhoods."""

import re

from cite_educative.common.search import normalise
from partners.enums import TerritoryKind
from partners.imports.geojson import GeometryError, read_outline
from partners.imports.planning import OUTSIDE, Outcome, PlannedRow, Planner, refuse_doubles, too_long
from partners.models import Neighbourhood
from partners.services.school_names import best_name, typographic
from partners.validators import generation_of

LATEST = 2024
SEPARATORS = re.compile(r"\s*[/;|,]\s*")
NOTE = re.compile(r"\(.*?\)")
YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
SHARED = "Le quartier est aussi dans une autre Cité\u00a0: il ne peut pas être modifié d’ici."


class _Planner(Planner):
    def __init__(self, ground, options):
        super().__init__(ground, options)
        rows = list(Neighbourhood.objects.prefetch_related("communes"))
        self.by_code = {row.code: row for row in rows if row.code}
        self.by_name = {}
        for row in sorted(rows, key=lambda row: row.generation):
            self.by_name.setdefault(normalise(row.name), []).append(row)
        self.of_others = ground.of_others(Neighbourhood, "neighbourhood")
        self.here = set(ground.cite.neighbourhoods.values_list("pk", flat=True))

    def read_communes(self, told):
        """(communes, a sentence or ""): one or several, by their codes, else by their names."""
        codes = _parts(told["commune_code"])
        names = _parts(NOTE.sub("", told["commune_name"]))
        pairs = [(code, names[rank] if len(names) == len(codes) else "") for rank, code in enumerate(codes)]
        found = []
        for code, name in pairs or [("", name) for name in names]:
            commune, fault = self.ground.find_commune(code, name)
            if fault:
                return [], fault
            found.append(commune)
        return found, ""

    def find(self, code, name, communes, generation=None):
        """The known neighbourhood: by code, else by name, if neither its code nor its communes say otherwise."""
        if code and code in self.by_code:
            return self.by_code[code]
        places = {commune.pk for commune in communes}
        for row in reversed(self.by_name.get(normalise(name), []) if name else []):
            own = {commune.pk for commune in row.communes.all()}
            agrees = not (code and row.code) and (not own or not places or own & places)
            if agrees and generation in (None, row.generation):
                return row
        return None

    def is_inside(self, row, communes):
        return any(map(self.ground.is_inside, communes)) or (row is not None and row.pk in self.here)


def _parts(text):
    return [part for part in SEPARATORS.split(text.strip()) if part]


class NeighbourhoodPlanner(_Planner):
    kind = TerritoryKind.NEIGHBOURHOODS

    def plan(self, number, told, geometry):
        code, name = told["code"].replace(" ", "").upper(), typographic(told["name"])
        row = PlannedRow(number, name or code or "–")
        if not code and not name:
            return row.refuse("La ligne ne donne ni code ni nom de quartier\u00a0: complétez-la.")
        generation, fault = _generation(code, told["generation"])
        communes, unknown = ([], "") if fault else self.read_communes(told)
        if fault or unknown:
            return row.refuse(fault or unknown)
        row.key = code or (normalise(name), generation)
        row.told = (normalise(name), generation)
        row.target = self.find(code, name, communes, generation)
        if not self.options.everywhere and not self.is_inside(row.target, communes):
            return row.leave_out(OUTSIDE if communes else "commune non précisée")
        return self._compare(row, code, name, generation, communes)

    def _compare(self, row, code, name, generation, communes):
        known = row.target
        if known is None:
            if not name:
                return row.refuse(f"Le quartier {code} n’est pas connu et la ligne ne donne pas son nom.")
            row.changes = {"name": name, "code": code, "generation": generation}
            row.communes = communes
        else:
            values = {"name": best_name(known.name, name) if name else known.name, "code": code or known.code}
            row.changes = {field: value for field, value in values.items() if getattr(known, field) != value}
            own = {commune.pk for commune in known.communes.all()}
            row.communes = [commune for commune in communes if commune.pk not in own]
            row.label = values["name"]
        fault = too_long(Neighbourhood, row.changes)
        if fault:
            return row.refuse(fault)
        if known and (row.changes or row.communes) and known.pk in self.of_others:
            return row.refuse(SHARED)
        row.is_attached = (
            self.options.attach and self.is_inside(known, communes) and (known is None or known.pk not in self.here)
        )
        return row.settle()

    def settle_doubles(self, key, group):
        """One line per commune is how some lists are made: the first line takes the communes of the others."""
        first, *others = group
        if any(row.told != first.told for row in others):
            refuse_doubles(f"Le code {key}" if isinstance(key, str) else f"«\u00a0{first.label}\u00a0»", group)
            return
        for row in others:
            first.communes += [commune for commune in row.communes if commune not in first.communes]
            first.is_attached = first.is_attached or row.is_attached
            row.changes, row.communes, row.is_attached, row.outcome = {}, [], False, Outcome.UNCHANGED
        if first.outcome is not Outcome.OUTSIDE:
            first.settle()


def _generation(code, text):
    """(year, a sentence or "")."""
    year = generation_of(code) if code else None
    if code and year is None:
        return (
            0,
            f"Le code «\u00a0{code[:20]}\u00a0» n’est pas celui d’un quartier\u00a0: il s’écrit QN05901M ou QP059001.",
        )
    found = YEAR.search(text)
    if text and not found:
        return 0, f"L’année «\u00a0{text[:20]}\u00a0» de la géographie prioritaire est illisible."
    if found and year and int(found[0]) != year:
        return (
            0,
            f"Le code «\u00a0{code}\u00a0» est de la géographie de {year}, la ligne dit {found[0]}\u00a0: corrigez l’un des deux.",
        )
    return year or int(found[0] if found else LATEST), ""


class OutlinePlanner(_Planner):
    kind = TerritoryKind.OUTLINES

    def plan(self, number, told, geometry):
        code, name = told["code"].replace(" ", "").upper(), typographic(told["name"])
        row = PlannedRow(number, name or code or "–")
        communes, fault = self.read_communes(told)
        row.target = self.find(code, name, communes)
        if row.target is None:
            if fault or not any(map(self.ground.is_inside, communes)):
                return row.leave_out("quartier inconnu")
            return row.refuse(
                f"Aucun quartier connu n’est «\u00a0{name or code}\u00a0»\u00a0: ajoutez d’abord ce quartier à la liste."
            )
        row.key, row.label = row.target.pk, row.target.name
        if not self.options.everywhere and not self.is_inside(row.target, row.target.communes.all()):
            return row.leave_out(OUTSIDE)
        try:
            outline = read_outline(geometry)
        except GeometryError as error:
            return row.refuse(f"{row.label}\u00a0: {error}")
        row.told = (str(outline),)
        if outline != row.target.outline:
            row.changes = {"outline": outline}
        if row.changes and row.target.pk in self.of_others:
            return row.refuse(SHARED)
        return row.settle()

    def settle_doubles(self, key, group):
        refuse_doubles(f"Le contour de «\u00a0{group[0].label}\u00a0»", group)
