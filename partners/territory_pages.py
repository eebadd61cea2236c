"""What the pages of the territory show, as ready strings."""

from collections import Counter

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from cite_educative.common.maps import ROUND, SQUARE, TRIANGLE, Area, Point, draw_maps, legend_area, legend_shape
from cite_educative.common.tables import Column
from partners.enums import PriorityNetwork, Role
from partners.models import Cite, Commune, Neighbourhood, Organisation, School

COMING = "code à venir"
SHAPES = {PriorityNetwork.NONE: ROUND, PriorityNetwork.REP: TRIANGLE, PriorityNetwork.REP_PLUS: SQUARE}
COLLEGE = "collège"
PRIMARY = ("école", "groupe")  # how the natures that lead no network begin
SCHOOL_COLUMNS = (
    Column("name", "Établissement", sort="search_text", width=50),
    Column("uai", "UAI", css="nb", sort="uai"),
    Column("kind", "Nature", sort="kind", width=20),
    Column("commune", "Commune", sort="commune__name", width=25),
    Column("sector", "Secteur", sort="sector", width=20),
    Column("network", "Éducation prioritaire", sort="network", width=20),
    Column("lead", "Chef de file", width=14),
)
# Who reads the sheet of any commune; a referent reads that of their own.
COMMUNE_READERS = (Role.LEAD, Role.CO_LEAD, Role.PILOT, Role.FINANCE)


def schools_of(cite):
    """With `is_lead`; one query, two with their communes."""
    leads = Cite.lead_schools.through.objects.filter(cite=cite, school=OuterRef("pk"))
    return School.objects.filter(cites=cite).annotate(is_lead=Exists(leads)).select_related("commune")


def school_row(school, *, can_edit=False):
    row = {
        "name": school.name,
        "uai": school.uai,
        "kind": school.kind,
        "commune": school.commune.name,
        "sector": school.sector,
        "network": school.get_network_display() if school.network else "",
        "lead": "oui" if school.is_lead else "",
    }
    return row | {"url": reverse("partners:school_edit", args=[school.pk])} if can_edit else row


def territory_page(user, cite):
    """Map, figures, communes and neighbourhoods of a Cité; a fixed number of queries."""
    communes = list(cite.communes.select_related("parent").order_by("name"))
    neighbourhoods = list(cite.neighbourhoods.prefetch_related("communes"))
    schools = list(schools_of(cite))
    return {
        "figures": _figures(communes, neighbourhoods, schools),
        "communes": _commune_rows(user, cite, communes, neighbourhoods, schools),
        "neighbourhoods": [_neighbourhood_row(row) for row in neighbourhoods],
        "lead_schools": [school for school in schools if school.is_lead],
        "map": territory_map(communes, neighbourhoods, schools),
        "legend": _legend(neighbourhoods, schools),
        "with_outlines": any(row.outline for row in neighbourhoods),
    }


def _figures(communes, neighbourhoods, schools):
    associated = sum(commune.parent_id is not None for commune in communes)
    coded = sum(bool(row.code) for row in neighbourhoods)
    networks = Counter(school.network for school in schools)
    leads = sum(school.is_lead for school in schools)
    schools_url = reverse("partners:schools")
    return [
        {"label": "Communes", "value": len(communes), "note": _counted(associated, "associée")},
        {
            "label": "Quartiers prioritaires",
            "value": len(neighbourhoods),
            "note": _coded(coded, len(neighbourhoods)),
        },
        {
            "label": "Établissements",
            "value": len(schools),
            "url": schools_url,
            "note": f"{networks[PriorityNetwork.REP]} en REP, {networks[PriorityNetwork.REP_PLUS]} en REP+",
        },
        {
            "label": "Collèges chefs de file",
            "value": leads,
            "url": f"{schools_url}?chef=oui" if leads else "",
            "note": "" if leads else "à choisir",
        },
    ]


def _coded(coded, total):
    if coded == total:
        return "tous avec leur code officiel" if total > 1 else ""
    return f"{coded} sur {total} avec code officiel" if coded else "codes officiels à venir"


def _counted(number, word):
    return f"dont {number} {word}{'s' if number > 1 else ''}" if number else ""


def _commune_rows(user, cite, communes, neighbourhoods, schools):
    """Each commune, followed by its associated ones; those that the Cité has not chosen are named beside it."""
    chosen = {commune.pk for commune in communes}
    others = Commune.objects.filter(parent__in=chosen).exclude(pk__in=chosen).order_by("name")
    beside = {}
    for commune in others:
        beside.setdefault(commune.parent_id, []).append(commune.name)
    counts = {
        "neighbourhoods": Counter(commune.pk for row in neighbourhoods for commune in row.communes.all()),
        "schools": Counter(school.commune_id for school in schools),
        "partners": Counter(
            Organisation.communes.through.objects.filter(
                organisation__in=Organisation.objects.visible_to(user).in_cite(cite)
            ).values_list("commune_id", flat=True)
        ),
    }
    reads_all = user.access.has(cite.pk, *COMMUNE_READERS)
    own = user.access.communes.get(cite.pk, frozenset())
    rows = []
    for commune in sorted(communes, key=lambda one: _place(one, chosen)):
        opens = reads_all or commune.pk in own
        rows.append(
            {
                "pk": commune.pk,
                "name": commune.name,
                "is_under": commune.parent_id in chosen,
                "parent": commune.parent.name if commune.parent_id else "",
                "beside": " et ".join(beside.get(commune.pk, ())),
                "population": f"{commune.population:,}".replace(",", "\u00a0") if commune.population else "–",
                "url": reverse("governance:commune", args=[commune.pk]) if opens else "",
                **{name: count[commune.pk] for name, count in counts.items()},
            }
        )
    return rows


def _place(commune, chosen):
    """Sorts an associated commune right after its own, when both are there."""
    if commune.parent_id in chosen:
        return commune.parent.name, 1, commune.name
    return commune.name, 0, ""


def _neighbourhood_row(row):
    return {
        "pk": row.pk,
        "name": row.name,
        "code": row.code,
        "generation": row.generation,
        "communes": ", ".join(commune.name for commune in row.communes.all()),
        "has_outline": row.outline is not None,
    }


def territory_map(communes, neighbourhoods, schools):
    """Outlines that are loaded, names of communes, collèges by network; "" when nothing has a place."""
    points = [
        Point(
            school.latitude,
            school.longitude,
            shape=SHAPES[PriorityNetwork(school.network)],
            is_filled=bool(school.network),
            is_ringed=school.is_lead,
        )
        for school in _placed(schools)
        if school.kind == COLLEGE or school.is_lead
    ]
    points += [Point(*place, commune.name) for commune, place in _named_places(communes, schools)]
    areas = [Area(row.outline, row.name) for row in neighbourhoods if row.outline]
    return draw_maps(
        areas, points, map_id="carte", title="Carte du territoire", desc=_told(communes, neighbourhoods, schools)
    )


def _named_places(communes, schools):
    """[(commune, (latitude, longitude))]; an associated commune, which has no place of its own, is amid its schools."""
    by_commune = {}
    for school in _placed(schools):
        by_commune.setdefault(school.commune_id, []).append((school.latitude, school.longitude))
    places = [(commune, (commune.latitude, commune.longitude)) for commune in _placed(communes)]
    for commune in communes:
        known = by_commune.get(commune.pk)
        if known and commune.latitude is None:
            places.append((commune, tuple(sum(side) / len(known) for side in zip(*known, strict=True))))
    return places


def _placed(rows):
    return [row for row in rows if row.latitude is not None and row.longitude is not None]


def _told(communes, neighbourhoods, schools):
    colleges = [school for school in _placed(schools) if school.kind == COLLEGE]
    networks = Counter(school.network for school in colleges)
    outlines = sum(row.outline is not None for row in neighbourhoods)
    return (
        f"Le nord est en haut. {len(_named_places(communes, schools))} communes nommées, {len(colleges)} collèges dont "
        f"{networks[PriorityNetwork.REP]} en REP et {networks[PriorityNetwork.REP_PLUS]} en REP+, "
        f"{outlines} contours de quartiers. Les tableaux de la page donnent les mêmes renseignements."
    )


def _legend(neighbourhoods, schools):
    """[(drawing, words)] of what the map really shows."""
    drawn = [school for school in _placed(schools) if school.kind == COLLEGE or school.is_lead]
    networks = {school.network for school in drawn}
    words = {
        PriorityNetwork.NONE: "Collège hors éducation prioritaire",
        PriorityNetwork.REP: "Collège en REP",
        PriorityNetwork.REP_PLUS: "Collège en REP+",
    }
    entries = [
        (legend_shape(SHAPES[network], is_filled=bool(network)), text)
        for network, text in words.items()
        if network in networks
    ]
    if any(school.is_lead for school in drawn):
        entries.append((legend_shape(ROUND, is_ringed=True), "Cerclé\u00a0: chef de file"))
    if any(row.outline for row in neighbourhoods):
        entries.append((legend_area(), "Quartier prioritaire"))
    return entries


# --- Choice of the perimeter ------------------------------------------------------------------------

SHOWN = 250
PERIMETER_PAGES = {  # last part of the address: (field of the Cité, model, label)
    "communes": ("communes", Commune, "Communes"),
    "quartiers": ("neighbourhoods", Neighbourhood, "Quartiers prioritaires"),
    "etablissements": ("schools", School, "Établissements et chefs de file"),
}


def perimeter_tabs(current):
    return [
        {"label": label, "url": reverse("partners:perimeter", args=[key]), "current": key == current}
        for key, (_, _, label) in PERIMETER_PAGES.items()
    ]


def perimeter_rows(cite, page, query, commune):
    """(the rows to choose among, how many more). Without a search, what is chosen comes first."""
    field, model, _ = PERIMETER_PAGES[page]
    chosen = getattr(cite, field).through.objects.filter(cite=cite, **{f"{model._meta.model_name}": OuterRef("pk")})
    rows = model.objects.search(query).annotate(is_chosen=Exists(chosen))
    if commune and page != "communes":
        lookup = "communes" if page == "quartiers" else "commune"
        rows = rows.filter(Q(**{lookup: commune}) | Q(**{f"{lookup}__parent": commune})).distinct()
    total = rows.count()
    rows = rows.order_by(
        "-is_chosen", *(("commune__name", "search_text") if page == "etablissements" else ("search_text", "pk"))
    )
    if page == "quartiers":
        rows = rows.prefetch_related("communes")
    else:
        rows = rows.select_related("commune" if page == "etablissements" else "parent")
    return list(rows[:SHOWN]), max(0, total - SHOWN)


def perimeter_lines(rows, page, chosen, leads):
    """`chosen` and `leads` are keys: those of the Cité, or what was typed."""
    return [
        {
            "pk": row.pk,
            "name": row.name,
            "detail": _detail(row, page),
            "is_chosen": row.pk in chosen,
            "is_lead": row.pk in leads,
            "may_lead": row.pk in leads or (page == "etablissements" and not row.kind.startswith(PRIMARY)),
        }
        for row in rows
    ]


def _detail(row, page):
    if page == "communes":
        return f"{row.insee_code}, associée à {row.parent}" if row.parent_id else row.insee_code
    if page == "quartiers":
        places = ", ".join(commune.name for commune in row.communes.all()) or "commune non précisée"
        return f"{row.code or COMING}, géographie de {row.generation}, {places}"
    told = (row.uai, row.kind, str(row.commune), row.get_network_display() if row.network else "")
    return ", ".join(text for text in told if text)
