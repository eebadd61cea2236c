"""Part A of the review: the name, the label, the territory and its schools."""

from collections import Counter

from cite_educative.common.dates import period_fr
from evaluation.computed.registry import Computed, fact
from evaluation.computed.words import NBSP, capital, count, listed, names, thousands
from evaluation.headcounts import added, headcounts
from partners.enums import PriorityNetwork

TERRITORY = "partners:territory"


@fact("a1", "Nom de la Cité éducative")
def name(cite, year):
    told = "Nom de la Cité, et sa précision, tels qu’ils sont réglés dans l’application."
    written = f"{cite.name}, {cite.subtitle}" if cite.subtitle else cite.name
    return Computed(written, told=told, url=listed(TERRITORY))


@fact("a2", "Année du label")
def label(cite, year):
    told = "Première année et durée du label, telles qu’elles sont réglées dans l’application."
    if cite.label_starts_on is None:
        return Computed(None, told=told, url=listed(TERRITORY))
    dates = period_fr(cite.label_starts_on, cite.label_ends_on) if cite.label_ends_on else ""
    value = f"{cite.label_starts_on.year}{f', label {dates}' if dates else ''}"
    return Computed(value, told=told, url=listed(TERRITORY))


@fact("a3", "Communes")
def communes(cite, year):
    found = list(cite.communes.all())
    rows = tuple((row.name, row.insee_code, thousands(row.population)) for row in found)
    told = f"Communes du périmètre de la Cité{NBSP}: {len(found)}."
    columns = ("Commune", "Code INSEE", "Population municipale")
    return Computed(names(found) or None, told=told, url=listed(TERRITORY), columns=columns, rows=rows)


@fact("a4", "Quartiers prioritaires")
def neighbourhoods(cite, year):
    found = list(cite.neighbourhoods.prefetch_related("communes"))
    rows = tuple((row.name, row.code or "–", names(row.communes.all())) for row in found)
    told = f"Quartiers prioritaires du périmètre{NBSP}: {len(found)}. L’application ne tient pas leur population."
    columns = ("Quartier", "Code", "Communes")
    return Computed(names(found) or None, told=told, url=listed(TERRITORY), columns=columns, rows=rows)


@fact("a5", "Écoles, collèges et lycées")
def schools(cite, year):
    ours = list(cite.schools.all())
    found = [(school.kind, school.network) for school in ours]
    kinds, cells = Counter(kind for kind, _ in found), Counter(found)
    rows = tuple(
        (capital(kind), str(number), *(str(cells[kind, network]) for network in PriorityNetwork.values))
        for kind, number in sorted(kinds.items())
    )
    told = (
        f"Établissements du périmètre par nature et par réseau d’éducation prioritaire{NBSP}: {len(found)}. "
        f"{_pupils(added(ours, headcounts(cite)))}"
    )
    value = ", ".join(f"{kind}{NBSP}: {number}" for kind, number in sorted(kinds.items())) or None
    columns = ("Nature", "Nombre", *(capital(network.label) for network in PriorityNetwork))
    return Computed(value, told=told, url=listed("partners:schools"), columns=columns, rows=rows)


def _pupils(headcount):
    if headcount is None:
        return "Aucun effectif d’élèves n’est connu."
    return (
        f"{capital(count(headcount.pupils, 'élève', 'élèves'))} dans les établissements dont l’effectif publié est connu"
        f"{NBSP}: {headcount.schools} sur {headcount.of}."
    )


@fact("a6", "Collège chef de file")
def lead_schools(cite, year):
    found = list(cite.lead_schools.select_related("commune"))
    rows = tuple((row.uai, row.name, row.commune.name) for row in found)
    told = f"{capital(count(len(found), 'collège désigné', 'collèges désignés'))} chef de file dans le périmètre de la Cité."
    columns = ("UAI", "Collège", "Commune")
    return Computed(names(found) or None, told=told, url=listed("partners:schools"), columns=columns, rows=rows)
