"""Two rows that stand for one: everything is moved to the row that is kept, and the other one leaves its address.

Rows of every app are found through the model's relations, so that the apps above need nothing here. What was
issued is frozen text and keeps the name it was printed with; soft references of the journal stay as they are.
"""

from collections import Counter
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Q

from cite_educative.common import journal
from cite_educative.common.search import SearchableModel
from partners import permissions
from partners.enums import IdentityKind, SideKind
from partners.models import Cite, Delivery, Mandate, MergedIdentity, NotDuplicate, Organisation, Person, Seat, User
from partners.services.errors import PartnersError
from partners.services.privacy import refuse_forgotten

KEPT, DROPPED = "kept", "dropped"
ORGANISATION_FIELDS = ("name", "acronym", "kind", "siret", "rna", "address", "email", "phone", "website")
PERSON_FIELDS = (
    *("civility", "first_name", "last_name", "title", "function"),
    *("email", "phone", "assistant", "preferred_channel"),
)
GONE = "L’une des deux fiches n’existe plus\u00a0: elle vient sans doute d’être fusionnée. Reprenez la liste des doublons."
ITSELF = "Une fiche ne se fusionne pas avec elle-même\u00a0: choisissez-en une autre."


@dataclass(frozen=True)
class Kind:
    """What differs between the merge of organisations and that of persons."""

    code: str
    model: type
    fields: tuple
    cites: object  # row → ids of the Cités that it belongs to
    check: object  # (kept, dropped) → raises `PartnersError` when they cannot be one
    tells_values: bool  # contact details of persons stay out of the journal


def _check_voices(kept, dropped):
    """One voice per commune on the communes’ side, as `create_seat` wants it."""
    seats = Seat.objects.open().filter(side__kind=SideKind.COMMUNES).select_related("side__cite")
    taken = {seat.side_id: seat for seat in seats.filter(organisation=kept)}
    for second in seats.filter(organisation=dropped):
        if first := taken.get(second.side_id):
            raise PartnersError(
                f"Une commune n’a qu’une voix\u00a0: dans le collège «\u00a0{first.side}\u00a0» ({first.side.cite}), {kept} a le "
                f"siège «\u00a0{first}\u00a0» et {dropped} le siège «\u00a0{second}\u00a0». Il faut d’abord clore l’un des deux."
            )


def _check_persons(kept, dropped):
    refuse_forgotten(kept, dropped)
    _check_accounts(kept, dropped)
    _check_substitution(kept, dropped)


def _check_accounts(kept, dropped):
    accounts = User.objects.filter(person__in=[kept, dropped]).count()
    if accounts > 1:
        raise PartnersError(
            "Ces deux personnes ont chacune un compte, et une personne n’en a qu’un\u00a0: fermez et détachez d’abord celui qui ne sert pas."
        )


def _check_substitution(kept, dropped):
    between = Q(person=kept, substitute_of__person=dropped) | Q(person=dropped, substitute_of__person=kept)
    if Mandate.objects.filter(between).exists():
        raise PartnersError(f"{kept} et {dropped} se suppléent\u00a0: ce sont donc deux personnes.")


KINDS = {
    Organisation: Kind(
        IdentityKind.ORGANISATION,
        Organisation,
        ORGANISATION_FIELDS,
        permissions.cites_of_organisation,
        _check_voices,
        tells_values=True,
    ),
    Person: Kind(
        IdentityKind.PERSON, Person, PERSON_FIELDS, permissions.cites_of_person, _check_persons, tells_values=False
    ),
}


def differing_fields(kept, dropped):
    """`[(name, side proposed)]` of the fields where the rows differ: the kept one's, unless it is empty."""
    names = [name for name in KINDS[type(kept)].fields if getattr(kept, name) != getattr(dropped, name)]
    return [(name, KEPT if getattr(kept, name) else DROPPED) for name in names]


def cites_to_ask(actor, *rows):
    """(the Cités of these rows that the actor does not lead: their leads have a say; ids of all of them)."""
    concerned = set().union(*(KINDS[type(row)].cites(row) for row in rows))
    return list(Cite.objects.filter(pk__in=concerned - actor.access.led).order_by("name")), concerned


def what_moves(dropped):
    """`[(French plural or singular, number)]` of the rows that point at it, the most numerous first."""
    counts = Counter()
    for relation in _relations(type(dropped)):
        number = relation.related_model._base_manager.filter(**{relation.field.name: dropped}).count()
        label = _label(relation)
        if label and number:
            counts[label] += number
    return [(str(plural if number > 1 else single), number) for (single, plural), number in counts.most_common()]


@transaction.atomic
def merge_organisations(*, actor, kept, dropped, choices):
    """Move everything of `dropped` to `kept`, then delete it; `choices`: field → KEPT or DROPPED.

    Communes are added up. Returns the row kept. Raises `PartnersError`, and nothing is written, when a rule
    refuses: same row, row gone, a Cité that the actor does not lead, rows that contradict each other.
    """
    return _merge(actor, kept, dropped, choices)


@transaction.atomic
def merge_persons(*, actor, kept, dropped, choices):
    """As `merge_organisations`. The account follows; two persons who each have one are not merged, nor one who was
    rendered anonymous.
    """
    return _merge(actor, kept, dropped, choices)


def _merge(actor, kept, dropped, choices):
    kind = KINDS[type(kept)]
    kept, dropped = _lock(kind, kept, dropped)
    others, cites = cites_to_ask(actor, kept, dropped)
    if others:
        raise PartnersError(refusal(others))
    kind.check(kept, dropped)
    identity = {name: getattr(dropped if choices.get(name) == DROPPED else kept, name) for name in kind.fields}
    before = {name: getattr(kept, name) for name in kind.fields}
    moved, others = _move_all(kept, dropped)
    old_pk, old_label = dropped.pk, str(dropped)
    dropped.delete()
    for name, value in identity.items():
        setattr(kept, name, value)
    kept.save(update_fields=kind.fields)
    _refresh_quotes(kept)
    MergedIdentity.objects.create(old_pk=old_pk, old_label=old_label[:255], merged_by=actor, **{kind.code.value: kept})
    _tell(actor, kind, kept, old_label, before=before, moved=moved, cites=cites | others)
    return kept


def _lock(kind, kept, dropped):
    """Both rows as they stand, locked in one order so that two merges wait for each other."""
    if kept.pk == dropped.pk:
        raise PartnersError(ITSELF)
    locked = kind.model.objects.select_for_update(of=("self",)).filter(pk__in=[kept.pk, dropped.pk]).order_by("pk")
    rows = {row.pk: row for row in locked}
    if len(rows) < 2:
        raise PartnersError(GONE)
    return rows[kept.pk], rows[dropped.pk]


def refusal(cites):
    names = ", ".join(cite.name for cite in cites)
    return (
        f"Ces fiches servent aussi à {names}\u00a0: elles se fusionnent par qui dirige toutes ces Cités. "
        "Voyez-le avec leur cheffe ou leur chef de projet."
    )


# --- Moving ---------------------------------------------------------------------------------------


def _relations(model):
    """Every foreign key, one-to-one and many-to-many row that points at the model, in any app."""
    fields = model._meta.get_fields(include_hidden=True)
    return [field for field in fields if field.auto_created and not field.concrete and not field.many_to_many]


def _label(relation):
    """(singular, plural) of the rows of a relation, None for those that nobody would count."""
    model = relation.related_model
    if model in (MergedIdentity, relation.model.communes.through if hasattr(relation.model, "communes") else None):
        return None
    if model is Delivery:
        return "message reçu", "messages reçus"
    if model._meta.auto_created:
        model = model._meta.auto_created
    return model._meta.verbose_name, model._meta.verbose_name_plural


def _move_all(kept, dropped):
    """(labels and numbers of what moved, ids of the Cités where something moved)."""
    told, cites = what_moves(dropped), set()
    try:
        with transaction.atomic():
            for relation in _relations(type(kept)):
                cites |= _move(relation, kept, dropped)
    except IntegrityError as error:
        raise PartnersError(
            f"«\u00a0{kept}\u00a0» et «\u00a0{dropped}\u00a0» se contredisent quelque part (une même place tenue deux fois, "
            "par exemple)\u00a0: corrigez l’une des deux fiches, puis recommencez."
        ) from error
    NotDuplicate.objects.filter(Q(first_pk=dropped.pk) | Q(second_pk=dropped.pk), kind=KINDS[type(kept)].code).delete()
    return dict(told), cites


def _move(relation, kept, dropped):
    """The manager is the plain one: rows whose search text quotes the name are refreshed afterwards."""
    name = relation.field.name
    rows = relation.related_model._base_manager.filter(**{name: dropped})
    for row in _twins(relation, kept, rows):
        row.delete()
    has_cite = any(field.name == "cite" for field in relation.related_model._meta.fields)
    cites = set(rows.values_list("cite_id", flat=True)) - {None} if has_cite else set()
    rows.update(**{name: kept})
    return cites


def _twins(relation, kept, rows):
    """The rows that `kept` already has, which a unique constraint would refuse. Raises when they differ."""
    model, name = relation.related_model, relation.field.name
    for names, condition in _unique_sets(model, name):
        others = [other for other in names if other != name]
        mine = model._base_manager.filter(condition, **{name: kept})
        for row in rows.filter(condition):
            values = {other: getattr(row, other) for other in others}
            twin = None if None in values.values() else mine.filter(**values).first()
            if twin:
                _check_same(row, twin, ignored={*names, model._meta.pk.name})
                yield row


def _unique_sets(model, name):
    """(fields, condition) of the unique constraints that hold this field."""
    sets = [(constraint.fields, constraint.condition) for constraint in model._meta.total_unique_constraints]
    sets += [(tuple(names), None) for names in model._meta.unique_together]
    sets += [((field.name,), None) for field in model._meta.concrete_fields if field.unique]
    partial = [one for one in model._meta.constraints if getattr(one, "fields", ()) and one.condition]
    sets += [(constraint.fields, constraint.condition) for constraint in partial]
    return [(names, condition or Q()) for names, condition in sets if name in names]


def _check_same(row, twin, *, ignored):
    names = [field.attname for field in row._meta.concrete_fields if field.name not in ignored]
    alike = all(getattr(row, name) == getattr(twin, name) for name in names)
    held = any(
        relation.related_model._base_manager.filter(**{relation.field.name: row}).exists()
        for relation in _relations(type(row))
    )
    if not alike or held:
        raise PartnersError(
            f"Les deux fiches ont chacune leur ligne «\u00a0{row._meta.verbose_name}\u00a0: {row}\u00a0», et elles diffèrent\u00a0: "
            "corrigez ou retirez l’une des deux, puis recommencez."
        )


def _refresh_quotes(kept):
    """The search text of the rows that quote its name."""
    for relation in _relations(type(kept)):
        model, name = relation.related_model, relation.field.name
        if issubclass(model, SearchableModel) and name in model.SEARCH_FIELDS:
            model.objects.filter(**{name: kept}).select_related(name).refresh_search()


def _tell(actor, kind, kept, old_label, *, before, moved, cites):
    """One line in the journal of every Cité concerned."""
    changed = [name for name, value in before.items() if value != getattr(kept, name)]
    was = {name: before[name] for name in changed} if kind.tells_values else {}
    now = {name: getattr(kept, name) for name in changed} if kind.tells_values else {"fields": changed}
    for cite in sorted(cites):
        journal.record(
            cite_id=cite,
            actor=actor,
            verb=f"{kind.code.value}.merge",
            subject=kept,
            sentence=f"{actor} a fusionné la fiche «\u00a0{old_label}\u00a0» avec «\u00a0{kept}\u00a0».",
            before=was | {"merged": old_label},
            after=now | {"moved": moved},
        )
