"""One value of a sheet set beside what an export says of it: in words, and whether they agree.

The action comes from `compared_actions`, its holder, places and fundings read with it; for an amount of a whole file,
from `compared_with_files`.
"""

from datetime import date
from decimal import Decimal

from django.db.models import Prefetch

from actions.enums import ActionStatus, Step
from actions.models import Action, Funding
from cite_educative.common.dates import period_fr
from cite_educative.common.money import euros
from cite_educative.common.search import normalise
from partners.services.matching import name_key

LABELS = {
    "title": "intitulé",
    "holder": "porteur",
    "dates": "dates",
    "total_cost": "coût total",
    "audience": "public",
    "territory": "territoire",
    "external_ref": "référence Dauphin",
    "status": "statut dans l’outil de l’État",
}
MONEY = tuple(str(step) for step in (Step.REQUESTED, Step.COMMITTED, Step.GRANTED, Step.PAID))
# An act of the funder writes these, or the proof of a payment: never the acceptance of an export.
BY_ACT = (str(Step.GRANTED), str(Step.PAID))
# The amounts of a file that holds several sheets: set beside their sum, and written in none of them.
FILE_PREFIX = "file_"
OF_FILE = tuple(f"{FILE_PREFIX}{step}" for step in MONEY)
UNKNOWN = "rien"
MOST_CODES = 6

# What each group of labels of Dauphin agrees with. A label that is not known here is not compared.
IN_PROGRESS, GRANTED, REFUSED, CLOSED = "en instruction", "financée", "refusée", "close"
STATUSES = {
    IN_PROGRESS: ("transmise", "en attente d instruction", "recevable", "prise en charge", "en cours"),
    GRANTED: (
        "a ete verse",
        "a justifier",
        "justification en cours",
        "justification a modifier",
        "justifiee",
        "votee",
    ),
    REFUSED: ("rejetee", "non recevable"),
    CLOSED: ("cloturee",),
}
AGREES = {
    IN_PROGRESS: {ActionStatus.SUBMITTED, ActionStatus.DEFERRED, ActionStatus.RETAINED, ActionStatus.SUSPENDED},
    GRANTED: {ActionStatus.RETAINED, ActionStatus.SUSPENDED, ActionStatus.CLOSED},
    REFUSED: {ActionStatus.REJECTED, ActionStatus.ABANDONED},
    CLOSED: {ActionStatus.CLOSED, ActionStatus.REJECTED, ActionStatus.ABANDONED},
}


def compared_actions(queryset):
    """With what `ours` reads, in five queries whatever their number."""
    return queryset.select_related("cite", "holder", "call").prefetch_related(
        "communes", "neighbourhoods", Prefetch("fundings", Funding.objects.select_related("source"))
    )


def compared_with_files(rows):
    """{pk: action} of the differences `rows`, each with `beside`: the sheets that the files of any of them hold."""
    pks = {row.action_id for row in rows}
    for row in rows:
        pks.update(row.theirs_value["actions"] if row.field in OF_FILE else ())
    known = {action.pk: action for action in compared_actions(Action.objects.filter(pk__in=pks))}
    for action in known.values():
        action.beside = known
    return known


def label_of(difference):
    """ "montant demandé, État – P147, 2026"."""
    if difference.field in OF_FILE:
        step = Step(difference.field.removeprefix(FILE_PREFIX))
        return f"montant {step.label} du dossier, {difference.source.label}, {difference.budget_year}"
    if difference.field in MONEY:
        return f"montant {Step(difference.field).label}, {difference.source.label}, {difference.budget_year}"
    return LABELS[difference.field]


def status_group(label):
    """Which group of the labels of Dauphin this is, "" for one that is not known."""
    key = normalise(label)
    return next((group for group, labels in STATUSES.items() if key in labels), "")


def _amount(action, key):
    """`Decimal` or None, of "requested:<source>:<year>"."""
    step, source, year = key.split(":")
    for funding in action.fundings.all():
        if (funding.source_id, int(funding.budget_year)) == (int(source), int(year)):
            return getattr(funding, step)
    return None


def _file_amount(action, key, value):
    """(sheets of the file, sum of what they say, None when none says anything)."""
    sheets = [action.beside[pk] for pk in value["actions"] if pk in action.beside]
    amounts = [_amount(sheet, key.removeprefix(FILE_PREFIX)) for sheet in sheets]
    told = [amount for amount in amounts if amount is not None]
    return sheets, sum(told) if told else None


def _places(action):
    return [*sorted(place.name for place in action.communes.all()),
            *sorted(place.name for place in action.neighbourhoods.all())]  # fmt: skip


def ours(action, key, value):
    """What the sheet says, in words; of a file whose sheets the export's `value` names, what they say together."""
    field = key.split(":")[0]
    if field in OF_FILE:
        sheets, amount = _file_amount(action, key, value)
        codes = ", ".join(sheet.code or sheet.title for sheet in sheets[:MOST_CODES])
        more = "…" if len(sheets) > MOST_CODES else ""
        told = euros(amount) if amount is not None else UNKNOWN
        return f"{told} pour {len(sheets)} fiches\u00a0: {codes}{more}"
    if field in MONEY:
        amount = _amount(action, key)
        return euros(amount) if amount is not None else UNKNOWN
    if field == "holder":
        return holder_words(action.holder.name, action.holder.siret)
    if field == "dates":
        return period_fr(action.starts_on, action.ends_on) or action.period_text or UNKNOWN
    if field == "total_cost":
        return euros(action.total_cost) if action.total_cost is not None else UNKNOWN
    if field == "territory":
        return ", ".join(_places(action)) or action.places or UNKNOWN
    if field == "status":
        return action.get_status_display()
    return getattr(action, field) or UNKNOWN


def holder_words(name, siret):
    return f"{name}, SIRET {siret}" if siret else f"{name}, sans SIRET"


def day(text):
    return date.fromisoformat(text) if text else None


def agrees(action, key, value):
    """Whether the sheet says the same as the export's `value`, small words, case and accents left aside."""
    field = key.split(":")[0]
    if field in (*MONEY, *OF_FILE):
        is_of_file = field in OF_FILE
        known = _file_amount(action, key, value)[1] if is_of_file else _amount(action, key)
        told = Decimal(value["amount"] if is_of_file else value)
        return known == told or (known is None and told == 0 and not field.endswith(Step.REQUESTED))
    return AGREEMENTS[field](action, value)


def _same_holder(action, value):
    if value["siret"]:
        return action.holder.siret == value["siret"]
    return name_key(action.holder.name) == name_key(value["name"])


def _same_dates(action, value):
    pairs = ((action.starts_on, value["starts_on"]), (action.ends_on, value["ends_on"]))
    return all(not told or known == day(told) for known, told in pairs)


def _same_territory(action, value):
    for name in ("communes", "neighbourhoods"):
        if value[name] and {place.pk for place in getattr(action, name).all()} != set(value[name]):
            return False
    known = value["communes"] or value["neighbourhoods"]
    written = f" {normalise(' '.join([*_places(action), action.places]))} "
    return bool(known) or f" {normalise(value['text'])} " in written


def _same_audience(action, value):
    return f" {normalise(value)} " in f" {normalise(action.audience)} "


AGREEMENTS = {
    "title": lambda action, value: normalise(action.title) == normalise(value),
    "holder": _same_holder,
    "dates": _same_dates,
    "total_cost": lambda action, value: action.total_cost == Decimal(value),
    "audience": _same_audience,
    "territory": _same_territory,
    "external_ref": lambda action, value: normalise(action.external_ref) == normalise(value),
    "status": lambda action, value: action.status in AGREES[status_group(value)],
}
