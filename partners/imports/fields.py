"""What a column of each kind of file may become, and how the official files title it."""

from dataclasses import dataclass

from cite_educative.common.search import normalise
from partners.enums import TerritoryKind


@dataclass(frozen=True)
class ImportField:
    """`titles` are those of the official files, the surest first, in `normalise`d form."""

    key: str
    label: str
    titles: tuple
    is_required: bool = False


def _field(key, label, titles, is_required=False):
    return ImportField(key, label, tuple(normalise(title) for title in titles.split(",")), is_required)


_COMMUNE = (
    _field(
        "commune_code",
        "Code INSEE de la commune",
        "code_commune,code_insee_de_la_commune,insee_com,code_insee,insee,codgeo,code insee commune,com_insee,depcom",
    ),
    _field(
        "commune_name",
        "Nom de la commune",
        "nom_commune,nom_de_la_commune,lib_com,libelle_commune,commune,communes,commune_qp,noms_des_communes_concernees",
    ),
)
_NEIGHBOURHOOD = (
    _field("code", "Code du quartier", "code_qp,code_qpv,codeqp,code_quartier,code qpv,code du quartier,qp,code"),
    _field(
        "name",
        "Nom du quartier",
        "lib_qp,nom_qp,libelle_qp,nom_qpv,lib_qpv,quartier_prioritaire,nom du quartier,quartier,nom,libelle,name",
    ),
    *_COMMUNE,
)
FIELDS = {
    TerritoryKind.SCHOOLS: (
        _field(
            "uai",
            "UAI",
            "identifiant_de_l_etablissement,uai,numero_uai,code_uai,rne,code_etablissement,identifiant",
            is_required=True,
        ),
        _field(
            "name",
            "Nom de l’établissement",
            "nom_etablissement,nom_de_l_etablissement,nom_de_l_etablissment,appellation_officielle,"
            "denomination_principale,libelle_etablissement,patronyme,nom,etablissement",
        ),
        _field("nature", "Nature", "libelle_nature,nature_uai_libe,nature,niveau"),
        _field("type", "Type d’établissement", "type_etablissement,type_d_etablissement,type"),
        _field("sector", "Secteur (public, privé)", "statut_public_prive,secteur,secteur_public_prive_libe,statut"),
        _field(
            "network",
            "Éducation prioritaire (REP, REP+)",
            "appartenance_education_prioritaire,ep,education_prioritaire,rep,ep_2022_2023,libelle_ep",
        ),
        *_COMMUNE,
        _field("latitude", "Latitude", "latitude,lat"),
        _field("longitude", "Longitude", "longitude,lon,lng,long"),
        _field("position", "Position (latitude, longitude)", "position,geolocalisation,coordonnees,geo_point_2d"),
    ),
    TerritoryKind.NEIGHBOURHOODS: (
        *_NEIGHBOURHOOD,
        _field("generation", "Géographie prioritaire (année)", "generation,millesime,annee,geographie"),
    ),
    TerritoryKind.OUTLINES: _NEIGHBOURHOOD,
    TerritoryKind.COMMUNES: (
        _field("code", "Code INSEE", "code_insee,com,code_commune,insee_com,codgeo,insee,code", is_required=True),
        _field("name", "Nom", "nom,libelle,nom_commune,lib_com,nom_standard,nccenr,libgeo", is_required=True),
        _field("type", "Type (actuelle, associée…)", "type,typecom"),
        _field("parent", "Commune de rattachement (code)", "commune_de_rattachement,comparent,chef_lieu"),
        _field(
            "population",
            "Population municipale",
            "population_municipale,pmun,population,p21_pop,p22_pop,p23_pop",
        ),
    ),
}
# At least one of these must be told, besides what is required.
ONE_OF = {
    TerritoryKind.NEIGHBOURHOODS: ("name", "code"),
    TerritoryKind.OUTLINES: ("name", "code"),
}


def guess_columns(kind, columns):
    """{column index: field key, or ""}; a field is given once, to its surest title."""
    return guess_fields(FIELDS[kind], columns)


def guess_fields(fields, columns):
    """The same among these `ImportField`."""
    offers = sorted(
        (field.titles.index(title), column.index, field.key)
        for column in columns
        for title in [normalise(column.name)]
        for field in fields
        if title in field.titles
    )
    guesses, given = {column.index: "" for column in columns}, set()
    for _, index, key in offers:
        if not guesses[index] and key not in given:
            guesses[index] = key
            given.add(key)
    return guesses


def mapping_faults(kind, chosen):
    """Sentences on what no column tells, or two; `chosen` are the field keys of the columns in use."""
    labels = _quoted(FIELDS[kind])
    faults = missing_faults(FIELDS[kind], chosen)
    choices = ONE_OF.get(kind, ())
    if choices and not set(chosen) & set(choices):
        names = " ou ".join(labels[key] for key in choices)
        faults.append(f"Dites quelle colonne donne {names}\u00a0: sans elle, aucun quartier ne peut être reconnu.")
    return faults + double_faults(FIELDS[kind], chosen)


def missing_faults(fields, chosen):
    """On the required fields that no column tells."""
    labels = _quoted(fields)
    return [
        f"Dites quelle colonne donne {labels[field.key]}\u00a0: sans elle, ce fichier ne peut pas être importé."
        for field in fields
        if field.is_required and field.key not in chosen
    ]


def double_faults(fields, chosen):
    """On the fields that several columns tell."""
    labels = _quoted(fields)
    return [
        f"Deux colonnes donnent {labels[key]}\u00a0: gardez la bonne et ignorez l’autre."
        for key in dict.fromkeys(chosen)
        if chosen.count(key) > 1
    ]


def _quoted(fields):
    return {field.key: f"«\u00a0{field.label}\u00a0»" for field in fields}
