"""How the rows of each kind of file are understood."""

from math import isfinite

from cite_educative.common.search import normalise
from partners.enums import PriorityNetwork, TerritoryKind
from partners.imports.ground import read_code, unknown
from partners.imports.neighbourhoods import NeighbourhoodPlanner, OutlinePlanner
from partners.imports.planning import OUTSIDE, PlannedRow, Planner, refuse_doubles, too_long
from partners.models import Commune, School
from partners.services.school_names import best_name, kind_of, readable_name, typographic
from partners.validators import INSEE_CODE, is_uai

NETWORKS = {
    "rep": PriorityNetwork.REP,
    "rep+": PriorityNetwork.REP_PLUS,
    "hors ep": PriorityNetwork.NONE,
    "hors education prioritaire": PriorityNetwork.NONE,
}


class SchoolPlanner(Planner):
    kind = TerritoryKind.SCHOOLS

    def __init__(self, ground, options):
        super().__init__(ground, options)
        self.known = {school.uai: school for school in School.objects.select_related("commune")}
        self.of_others = ground.of_others(School, "school")
        self.here = set(ground.cite.schools.values_list("pk", flat=True))

    def plan(self, number, told, geometry):
        uai = told["uai"].replace(" ", "").upper()
        row = PlannedRow(number, told["name"] or uai or "–", key=uai or None, told=tuple(sorted(told.items())))
        if not is_uai(uai):
            return row.refuse(
                f"L’UAI «\u00a0{uai[:20]}\u00a0» n’est pas valable\u00a0: vérifiez ses sept chiffres et sa lettre de contrôle."
                if uai
                else "La ligne ne donne pas d’UAI\u00a0: complétez-la."
            )
        row.target = self.known.get(uai)
        commune, fault = self.ground.find_commune(told["commune_code"], told["commune_name"])
        if fault:
            return row.refuse(fault)
        commune = commune or (row.target and row.target.commune)
        if commune is None:
            return row.refuse("La ligne ne dit pas la commune de l’établissement\u00a0: complétez-la.")
        is_inside = self.ground.is_inside(commune)
        if not is_inside and not self.options.everywhere:
            return row.leave_out(OUTSIDE)
        return self._compare(row, uai, commune, told, is_inside)

    def _compare(self, row, uai, commune, told, is_inside):
        values, fault = self._values(row.target, told)
        fault = fault or too_long(School, values)
        if fault:
            return row.refuse(fault)
        values["commune"] = commune
        if row.target is None:
            if not values.get("name"):
                return row.refuse(f"L’établissement {uai} n’est pas connu et la ligne ne donne pas son nom.")
            row.changes = {"uai": uai, "kind": "établissement", **values}
        else:
            row.changes = {name: value for name, value in values.items() if getattr(row.target, name) != value}
        row.label = values.get("name") or row.target.name
        if row.changes and row.target and row.target.pk in self.of_others:
            return row.refuse(
                "L’établissement est aussi dans une autre Cité\u00a0: il ne peut pas être modifié d’ici."
            )
        row.is_attached = self.options.attach and is_inside and (row.target is None or row.target.pk not in self.here)
        return row.settle()

    def _values(self, known, told):
        """({field: value} of what the row really says, a sentence or "")."""
        values = {}
        name, kind = readable_name(told["name"])
        if name:
            values["name"] = best_name(known.name, name) if known else name
        kind = kind if kind not in ("", "école") else kind_of(told["nature"]) or kind_of(told["type"]) or kind
        if kind and not (known and kind == "école" and known.kind.startswith("école")):
            values["kind"] = kind
        sector = typographic(told["sector"]).lower()
        if sector and not (known and known.sector.startswith(sector)):
            values["sector"] = sector
        network = NETWORKS.get(" ".join(told["network"].lower().replace("é", "e").split()))
        if network is not None:
            values["network"] = network
        place, fault = read_place(told)
        return values | place, fault

    def settle_doubles(self, key, group):
        refuse_doubles(f"L’UAI {key}", group)


def read_place(told):
    """({latitude, longitude} or {}, a sentence or "")."""
    texts = [told["latitude"], told["longitude"]]
    if not all(texts) and told["position"]:
        texts = told["position"].replace(";", ",").split(",")
    if not any(texts):
        return {}, ""
    fault = "Les coordonnées de la ligne sont illisibles\u00a0: elles s’écrivent en degrés, par exemple 51.02 et 2.30."
    try:
        latitude, longitude = (float(text.strip().replace(",", ".")) for text in texts)
    except ValueError:
        return {}, fault
    if not (isfinite(latitude) and isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180):
        return {}, fault
    return {"latitude": latitude, "longitude": longitude}, ""


CURRENT, ASSOCIATED, DELEGATED = "current", "associated", "delegated"
TYPES = {
    "": CURRENT,
    "com": CURRENT,
    "commune actuelle": CURRENT,
    "commune": CURRENT,
    "coma": ASSOCIATED,
    "commune associee": ASSOCIATED,
    "arm": ASSOCIATED,
    "arrondissement municipal": ASSOCIATED,
    "comd": DELEGATED,
    "commune deleguee": DELEGATED,
}


class CommunePlanner(Planner):
    kind = TerritoryKind.COMMUNES

    def __init__(self, ground, options):
        super().__init__(ground, options)
        rows = list(Commune.objects.select_related("parent"))
        self.current = {row.insee_code: row for row in rows if row.parent_id is None}
        self.associated = {(row.insee_code, normalise(row.name)): row for row in rows if row.parent_id}
        self.of_others = ground.of_others(Commune, "commune")
        self.here = set(ground.cite.communes.values_list("pk", flat=True))

    def plan(self, number, told, geometry):
        code, name = read_code(told["code"]), typographic(told["name"])
        row = PlannedRow(number, name or code or "–", told=tuple(sorted(told.items())))
        nature = TYPES.get(normalise(told["type"]))
        if not INSEE_CODE.fullmatch(code):
            return row.refuse(
                f"Le code INSEE «\u00a0{code[:20]}\u00a0» n’est pas valable\u00a0: il compte cinq signes."
            )
        if not name:
            return row.refuse("La ligne ne donne pas le nom de la commune\u00a0: complétez-la.")
        if nature is None:
            return row.refuse(f"Le type «\u00a0{told['type'][:40]}\u00a0» n’est pas connu.")
        if nature is DELEGATED:
            return row.leave_out("commune déléguée")
        parent = read_code(told["parent"]) if nature is ASSOCIATED else ""
        if nature is ASSOCIATED and not parent:
            return row.refuse("La ligne ne dit pas la commune de rattachement\u00a0: complétez-la.")
        row.key = (code, normalise(name)) if parent else code
        row.target = self.associated.get(row.key) if parent else self.current.get(code)
        if not self.options.everywhere and not self.ground.is_inside_code(parent or code):
            return row.leave_out(OUTSIDE)
        return self._compare(row, code, name, parent, told)

    def _compare(self, row, code, name, parent, told):
        population = "".join(told["population"].split())
        if population and not (population.isascii() and population.isdigit() and len(population) < 9):
            return row.refuse(f"La population «\u00a0{population[:20]}\u00a0» n’est pas un nombre entier.")
        values = {"name": best_name(row.target.name, name) if row.target else name}
        if population:
            values["population"] = int(population)
        if parent:
            values["parent_code"] = parent
        fault = too_long(Commune, values)
        if fault:
            return row.refuse(fault)
        if row.target is None:
            row.changes = {"insee_code": code, **values}
        else:
            known = {"parent_code": row.target.parent.insee_code} if row.target.parent_id else {}
            row.changes = {
                name: value
                for name, value in values.items()
                if known.get(name, getattr(row.target, name, None)) != value
            }
        if row.changes and row.target and row.target.pk in self.of_others:
            return row.refuse("La commune est aussi dans une autre Cité\u00a0: elle ne peut pas être modifiée d’ici.")
        row.is_attached = self.options.attach and (row.target is None or row.target.pk not in self.here)
        return row.settle()

    def settle_doubles(self, key, group):
        refuse_doubles(f"La commune {key if isinstance(key, str) else key[0]}", group)

    def finish(self, rows):
        """An associated commune needs its own: known, or in the file."""
        coming = {row.key for row in rows if row.is_written and isinstance(row.key, str)}
        for row in rows:
            parent = row.changes.get("parent_code")
            if row.is_written and parent and parent not in self.current and parent not in coming:
                row.refuse(unknown(parent, parent))


PLANNERS = {
    TerritoryKind.SCHOOLS: SchoolPlanner,
    TerritoryKind.NEIGHBOURHOODS: NeighbourhoodPlanner,
    TerritoryKind.OUTLINES: OutlinePlanner,
    TerritoryKind.COMMUNES: CommunePlanner,
}
