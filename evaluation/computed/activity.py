"""What is done: actions of the year, schools, holders. Actions and money of a period are those of its civil year."""

from django.utils import timezone

from actions.enums import ActionStatus
from actions.finances.books import Books
from actions.models import Action
from evaluation.computed.registry import Computed, computation
from evaluation.computed.retained import KEPT, STOPPED, kept_actions, programmed_actions
from evaluation.computed.words import NBSP, capital, count, date_fr, day, known_euros, listed, names, share
from evaluation.enums import Unit
from partners.models import School

ACTION_COLUMNS = ("Action", "Porteur", "Statut")


def action_cells(action):
    return str(action), action.holder.name, capital(action.get_status_display())


def place_words(commune):
    return f", {commune.name}" if commune else ""


def action_list(year, commune=None, **query):
    place = {"territoire": commune.pk} if commune else {}
    return listed("actions:list", exercice=year, **place, **query)


@computation("actions_done", "Actions réalisées parmi les actions programmées", Unit.PERCENT, by_commune=True)
def actions_done(cite, period, commune):
    """An action closed was done even when nobody wrote when it began."""
    on = min(timezone.localdate(), period.ends_on)
    actions = list(programmed_actions(cite, period.year, commune).select_related("holder"))
    done = {action.pk for action in actions if _has_begun(action, on)}
    undated = sum(
        action.pk not in done and not action.starts_on and action.status not in STOPPED for action in actions
    )
    told = (
        f"Actions programmées ou accordées en {period.year}{place_words(commune)} qui ont commencé au {date_fr(on)} et ne sont ni "
        f"abandonnées ni suspendues{NBSP}: {len(done)} sur {len(actions)}."
    )
    if undated:
        told += f" Sans date de début, donc non comptées comme commencées{NBSP}: {undated}."
    rows = tuple(
        (*action_cells(action), day(action.starts_on), "oui" if action.pk in done else "non") for action in actions
    )
    return Computed(
        share(len(done), len(actions)),
        len(done),
        len(actions),
        told,
        action_list(period.year, commune),
        (*ACTION_COLUMNS, "Début", "Comptée comme réalisée"),
        rows,
    )


def _has_begun(action, on):
    if action.status in STOPPED:
        return False
    return action.status == ActionStatus.CLOSED or (action.starts_on is not None and action.starts_on <= on)


@computation("schools_involved", "Écoles et établissements impliqués", Unit.NUMBER, by_commune=True)
def schools_involved(cite, period, commune):
    """Of a commune: the schools that stand in it."""
    actions = kept_actions(cite, period.year)
    links = Action.schools.through.objects.filter(action__in=actions.order_by().values("pk"))
    schools = School.objects.filter(pk__in=links.values("school")).select_related("commune")
    if commune:
        schools = schools.filter(commune=commune)
    titles = {}
    for school, code, title in links.order_by("action__code", "pk").values_list(
        "school", "action__code", "action__title"
    ):
        titles.setdefault(school, []).append(f"{code} {title}".strip())
    rows = tuple((row.uai, row.name, row.commune.name, names(titles[row.pk])) for row in schools)
    told = (
        f"Établissements distincts, par leur UAI, des actions programmées ou accordées en {period.year}{place_words(commune)}, "
        f"actions abandonnées exclues{NBSP}: {len(rows)}."
    )
    url = action_list(period.year, commune)
    return Computed(len(rows), told=told, url=url, columns=("UAI", "Établissement", "Commune", "Actions"), rows=rows)


@computation("shared_actions", "Actions financées par au moins deux institutions", Unit.NUMBER, is_money=True)
def shared_actions(cite, period):
    """In cash. Two lines of one organisation are one institution."""
    gone = (ActionStatus.REJECTED, ActionStatus.ABANDONED)
    funders = {}
    for row, amount in Books(cite, period.year).decided:
        is_counted = row.granted is not None or row.outcome == "open"
        if amount > 0 and is_counted and row.action.status not in gone and row.action.budget_year == period.year:
            funders.setdefault(row.action, {}).setdefault(row.source.organisation, []).append(amount)
    rows = tuple(
        (str(action), action.holder.name, names(f"{one} ({known_euros(sum(found))})" for one, found in mine.items()))
        for action, mine in funders.items()
        if len(mine) > 1
    )
    told = (
        f"Actions de {period.year} pour lesquelles deux financeurs au moins ont accordé, ou programmé faute de réponse, un "
        f"montant hors apports en nature{NBSP}: {len(rows)} sur {count(len(funders), 'action financée', 'actions financées')}."
    )
    url = listed("actions:fundings", exercice=period.year)
    return Computed(len(rows), told=told, url=url, columns=("Action", "Porteur", "Financeurs"), rows=rows)


@computation("new_holders", "Nouveaux porteurs", Unit.NUMBER)
def new_holders(cite, period):
    """Not known while the application holds no action of the years before: everybody would look new."""
    before = Action.objects.filter(cite=cite, budget_year__lt=period.year, status__in=[*KEPT, ActionStatus.ABANDONED])
    known = set(before.order_by().values_list("holder", flat=True))
    actions = kept_actions(cite, period.year).select_related("holder").order_by("holder__name", "code")
    by_holder = {}
    for action in actions:
        if action.holder_id not in known:
            by_holder.setdefault(action.holder, []).append(str(action))
    rows = tuple(
        (str(holder), capital(holder.get_kind_display()), names(titles)) for holder, titles in by_holder.items()
    )
    if not known:
        told = f"L’application ne connaît aucune action retenue avant {period.year}{NBSP}: les nouveaux porteurs ne se distinguent pas."
    else:
        told = f"Porteurs d’une action retenue en {period.year} qui n’en portaient aucune les années précédentes{NBSP}: {len(rows)}."
    return Computed(
        len(rows) if known else None,
        told=told,
        url=action_list(period.year),
        columns=("Porteur", "Nature", "Actions"),
        rows=rows if known else (),
    )
