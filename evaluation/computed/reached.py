"""Whom actions reached, from validated reports. Persons and participations are never added to each other."""

from evaluation.computed.activity import action_list, place_words
from evaluation.computed.registry import Computed, computation
from evaluation.computed.reports import AGES, validated_reports
from evaluation.computed.words import NBSP, count, listed, persons, share
from evaluation.enums import Unit
from evaluation.numbers import FEW


def reports_of(cite, period, commune=None):
    """Those of the actions that take place in a commune: an action of three communes counts whole in each."""
    found = validated_reports(cite, period.year)
    if commune is None:
        return found
    here = set(commune.actions.filter(cite=cite).values_list("pk", flat=True))
    return [one for one in found if one.action.pk in here]


def _source(number):
    return count(number, "bilan validé", "bilans validés")


def _summed(cite, period, commune, name, label):
    known = [one for one in reports_of(cite, period, commune) if getattr(one, name) is not None]
    value = sum(getattr(one, name) for one in known) if known else None
    told = (
        f"{label}, d’après {_source(len(known))} de {period.year}{place_words(commune)} qui en donne{'nt' if len(known) > 1 else ''} "
        f"le nombre{NBSP}: {persons(value)}."
    )
    rows = tuple((str(one.action), one.action.holder.name, persons(getattr(one, name))) for one in known)
    columns = ("Action", "Porteur", label)
    return Computed(value, told=told, url=action_list(period.year, commune), columns=columns, rows=rows)


@computation("people_reached", "Personnes touchées", Unit.PERSONS, by_commune=True)
def people_reached(cite, period, commune):
    return _summed(cite, period, commune, "persons", "Personnes touchées")


@computation("participations", "Participations", Unit.PARTICIPATIONS, by_commune=True)
def participations(cite, period, commune):
    return _summed(cite, period, commune, "participations", "Participations")


def _shared(cite, period, part, whole, labels):
    known = [
        one for one in reports_of(cite, period) if getattr(one, part) is not None and getattr(one, whole) is not None
    ]
    numerator = sum(getattr(one, part) for one in known) if known else None
    denominator = sum(getattr(one, whole) for one in known) if known else None
    one, all_of = labels
    told = (
        f"{one}, d’après {_source(len(known))} de {period.year} qui donne{'nt' if len(known) > 1 else ''} les deux nombres{NBSP}: "
        f"{persons(numerator)} sur {persons(denominator)}."
    )
    rows = tuple((str(row.action), persons(getattr(row, part)), persons(getattr(row, whole))) for row in known)
    value = share(numerator, denominator)
    if value is not None and _tells_of_few(numerator, denominator):
        value, told = None, f"{told} Une part de moins de cinq personnes n’est pas donnée."
    return Computed(value, numerator, denominator, told, action_list(period.year), ("Action", one, all_of), rows)


def _tells_of_few(numerator, denominator):
    """Whether the share, beside its whole, would point at fewer than five persons, of the part or of the others."""
    return any(0 < number < FEW for number in (numerator, denominator - numerator))


@computation("qpv_share", "Part des personnes touchées qui habitent un quartier prioritaire", Unit.PERCENT)
def qpv_share(cite, period):
    labels = ("Habitants d’un quartier prioritaire", "Personnes dont la résidence est connue")
    return _shared(cite, period, "residents", "residence_known", labels)


@computation("female_share", "Part des filles et des femmes parmi les personnes touchées", Unit.PERCENT)
def female_share(cite, period):
    return _shared(cite, period, "females", "sex_known", ("Filles et femmes", "Personnes dont le sexe est connu"))


@computation("people_by_age", "Personnes touchées par tranche d’âge", Unit.PERSONS)
def people_by_age(cite, period):
    known = [one for one in reports_of(cite, period) if one.ages]
    sums = {}
    for band in AGES:
        numbers = [one.ages[band] for one in known if one.ages.get(band) is not None]
        sums[band] = sum(numbers) if numbers else None
    found = [number for number in sums.values() if number is not None]
    value = sum(found) if found else None
    told = f"Personnes touchées d’après {_source(len(known))} de {period.year} qui donne{'nt' if len(known) > 1 else ''} les âges{NBSP}: {persons(value)}."
    rows = tuple((str(one.action), *(persons(one.ages.get(band)) for band in AGES)) for one in known)
    columns = ("Action", *(band.label for band in AGES))
    url = action_list(period.year)
    return Computed(value, told=told, url=url, columns=columns, rows=rows, parts=tuple(sums.items()))


@computation("goals_reached", "Objectifs atteints", Unit.PERCENT)
def goals_reached(cite, period):
    known = [one for one in reports_of(cite, period) if one.goals_known]
    reached, all_known = sum(one.goals_reached for one in known), sum(one.goals_known for one in known)
    told = (
        f"Objectifs déclarés atteints dans {_source(len(known))} de {period.year}{NBSP}: {reached} sur {all_known} dont l’issue "
        "est connue."
    )
    rows = tuple((str(one.action), str(one.goals_reached), str(one.goals_known)) for one in known)
    return Computed(
        share(reached, all_known),
        reached if known else None,
        all_known if known else None,
        told,
        listed("actions:list", exercice=period.year),
        ("Action", "Objectifs atteints", "Objectifs dont l’issue est connue"),
        rows,
    )
