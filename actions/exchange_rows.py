"""Exchanges and documents of the library as pages show them: ready strings, and nothing that the reader may not know."""

from django.db.models import Max, Prefetch
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator

from actions.enums import ExchangeKind
from actions.models import Action, Exchange, LibraryItem
from cite_educative.common.dates import date_fr
from cite_educative.common.tables import Column
from cite_educative.common.templatetags.formats import status_badge
from partners.permissions import hides_names

MOST_SHOWN = 30
SHORT_TITLE = 50


# --- Exchanges ------------------------------------------------------------------------------------


def exchanges_for(user, exchanges):
    """With what rows and lines read: four queries, whatever their number."""
    actions = Action.objects.visible_to(user).only("pk", "code", "title", "holder", "cite")
    exchanges = exchanges.select_related("author__person", "next_step_owner")
    return exchanges.prefetch_related("organisations", "persons", Prefetch("actions", actions, to_attr="actions_read"))


def exchange_columns(access, cite_id):
    author = [] if hides_names(access, cite_id) else [Column("author", "Saisi par", sort="author__person__last_name")]
    return [
        Column("title", "Échange", sort="title", width=60, css="sans-mot"),
        Column("held_on", "Date", kind="date", sort="held_on"),
        Column("kind", "Nature", sort="kind", width=24),
        Column("about", "Avec ou sur", width=50),
        Column("next_step", "Prochaine étape", sort=("next_step_done_on", "next_step_due"), width=50),
        *author,
    ]


def exchange_row(hidden):
    """The row function of a list; `hidden` when the reader reads no name."""

    def row(exchange):
        state = next_step_state(exchange)
        step = format_html('{}<span class="sous">{}</span>', status_badge(*state), exchange.next_step) if state else ""
        return {
            "title": exchange.title,
            "url": reverse("actions:exchange", args=[exchange.pk]),
            "held_on": date_fr(exchange.held_on, year=timezone.localdate().year),
            "kind": exchange.get_kind_display(),
            "about": with_whom(exchange, hidden),
            "next_step": step,
            "author": str(exchange.author),
        }

    return row


def exchange_values(hidden):
    def values(exchange):
        state = next_step_state(exchange)
        return {
            "title": exchange.title,
            "held_on": exchange.held_on,
            "kind": exchange.get_kind_display(),
            "about": with_whom(exchange, hidden),
            "next_step": f"{exchange.next_step} ({state[1]})" if state else "",
            "author": str(exchange.author),
        }

    return values


def with_whom(exchange, hidden):
    """For lists, where an event of the national network may quote nobody."""
    national = ["Réseau national"] if exchange.kind == ExchangeKind.NATIONAL else []
    return ", ".join([*national, *filter(None, [about(exchange, hidden)])])


def about(exchange, hidden):
    """Persons, organisations and actions, as far as the reader may know them."""
    persons = [] if hidden else [person.formal_name for person in exchange.persons.all()]
    return ", ".join([*persons, *_organisations_and_actions(exchange)])


def _organisations_and_actions(row):
    """Of an exchange or a document; reads `actions_read`."""
    titles = [f"«\u00a0{Truncator(action.title).chars(SHORT_TITLE)}\u00a0»" for action in row.actions_read]
    return [*(organisation.name for organisation in row.organisations.all()), *titles]


def next_step_state(exchange):
    """(status code, words) of the next step, None when there is none."""
    if not exchange.next_step:
        return None
    if exchange.next_step_done_on:
        return "fait", f"fait le {date_fr(exchange.next_step_done_on, year=timezone.localdate().year)}"
    due, today = exchange.next_step_due, timezone.localdate()
    if due is None:
        return "afaire", "à faire"
    if due < today:
        return "retard", f"en retard, pour le {date_fr(due, year=today.year)}"
    return "afaire", f"pour le {date_fr(due, year=today.year)}"


def exchange_line(exchange, hidden):
    """One line of a tab or of the national network."""
    state = next_step_state(exchange)
    owner = "" if hidden or exchange.next_step_owner is None else exchange.next_step_owner.formal_name
    return {
        "pk": exchange.pk,
        "title": exchange.title,
        "url": reverse("actions:exchange", args=[exchange.pk]),
        "kind": exchange.get_kind_display(),
        "iso": exchange.held_on.isoformat(),
        "when": date_fr(exchange.held_on, year=timezone.localdate().year),
        "author": "" if hidden else str(exchange.author),
        "about": about(exchange, hidden),
        "summary": exchange.summary,
        "lesson": exchange.lesson,
        "next_step": exchange.next_step,
        "owner": owner,
        "state": {"code": state[0], "label": state[1]} if state else None,
    }


def exchange_tab(request, exchanges, cite, *, query, origin, form):
    """The context of `actions/includes/_exchanges.html`: the last exchanges, and the form to note one (or None)."""
    user = request.user
    hidden = hides_names(user.access, cite.pk)
    rows = list(exchanges_for(user, exchanges.order_by("-held_on", "-pk"))[: MOST_SHOWN + 1])
    return {
        "exchanges": [exchange_line(row, hidden) for row in rows[:MOST_SHOWN]],
        "all_url": f"{reverse('actions:exchanges')}?{query}" if len(rows) > MOST_SHOWN else "",
        "exchange_form": form,
        "exchange_url": f"{reverse('actions:exchange_create')}?{origin.query}" if origin else "",
        "next": request.path,
    }


# --- Library --------------------------------------------------------------------------------------


def library_columns(items):
    """The date has a column once a document has one. One query."""
    dated = [Column("dated_on", "Date du document", kind="date", sort="dated_on")]
    return [
        Column("title", "Document", sort="title", width=60),
        Column("kind", "Nature", sort="kind", width=24),
        Column("source", "Émetteur", sort="source", width=30),
        Column("about", "Concerne", width=50),
        *(dated if items.filter(dated_on__isnull=False).exists() else []),
        Column("version", "Version", kind="count", sort="last_number"),
        Column("changed_at", "Dernier dépôt", kind="date", sort="changed_at"),
        Column("audience", "Qui peut le lire", sort="audience", width=36),
    ]


def library_list(user, items):
    """With what the rows of the library read: three queries, whatever their number."""
    actions = Action.objects.visible_to(user).only("pk", "title")
    return library_for(items).prefetch_related("organisations", Prefetch("actions", actions, to_attr="actions_read"))


def library_for(items):
    return items.annotate(last_number=Max("versions__number"), changed_at=Max("versions__created_at"))


def library_row(item):
    year = timezone.localdate().year
    return {
        "title": item.title,
        "url": reverse("actions:library_item", args=[item.pk]),
        "kind": item.get_kind_display(),
        "source": item.source,
        "about": ", ".join(_organisations_and_actions(item)),
        "dated_on": date_fr(item.dated_on) if item.dated_on else "",
        "version": str(item.last_number),
        "changed_at": date_fr(timezone.localdate(item.changed_at), year=year),
        "audience": item.get_audience_display(),
    }


def library_values(item):
    days = {"dated_on": item.dated_on, "changed_at": timezone.localdate(item.changed_at)}
    return library_row(item) | days | {"version": item.last_number}


def library_items_for(user, *, action=None, organisation=None):
    """The documents about an action or an organisation that the user may read, for `_library_items.html`. One query."""
    items = LibraryItem.objects.visible_to(user)
    items = items.about_action(action) if action else items.about_organisation(organisation)
    return [library_line(item) for item in library_for(items)[:MOST_SHOWN]]


def library_line(item):
    details = [item.get_kind_display(), item.source, date_fr(item.dated_on) if item.dated_on else ""]
    return {
        "title": item.title,
        "url": reverse("actions:library_item", args=[item.pk]),
        "detail": ", ".join(detail for detail in details if detail),
        "version": item.last_number,
    }


def events_for(user, cite):
    """The exchanges of the national network, the newest first, with the documents that the user may read."""
    events = (
        Exchange.objects.visible_to(user).filter(cite=cite, kind=ExchangeKind.NATIONAL).order_by("-held_on", "-pk")
    )
    documents = LibraryItem.objects.visible_to(user).order_by("title")
    return exchanges_for(user, events).prefetch_related(Prefetch("documents", documents, to_attr="documents_read"))
