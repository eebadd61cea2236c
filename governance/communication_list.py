"""The table of the communication plan, its exports, and the lines of its pages."""

from django.db.models import Prefetch, Sum
from django.urls import reverse

from actions.models import Action
from cite_educative.common.dates import date_fr
from cite_educative.common.money import euros
from cite_educative.common.tables import Column, ListPage
from governance.communication import missing_sentence, side_lines
from governance.enums import CommunicationState, Support
from governance.filters import CommunicationFilter
from governance.models import CommunicationItem

STATE_CODES = {
    CommunicationState.IDEA: "preparation",
    CommunicationState.DRAFTING: "preparation",
    CommunicationState.ASKED: "attendu",
    CommunicationState.READY: "instruction",
    CommunicationState.DONE: "fait",
    CommunicationState.DROPPED: "abandonnee",
}
NOT_KNOWN = "–"
COLUMNS = [
    Column("title", "Intitulé", sort="title", width=50),
    Column("support", "Support", sort="support"),
    Column("day", "Jour", kind="date", sort="day"),
    Column("audience", "Public", sort="audience", width=30),
    Column("state", "État", sort="state"),
    Column("agreements", "Accords de presse", width=24),
    Column("cost", "Coût", kind="money", sort="cost", total=True),
    Column("reached", "Personnes touchées", kind="count", sort="reached", total=True),
    Column("message", "Message", shown=False, width=50),
    Column("channel", "Canal", shown=False, width=30),
    Column("planned_on", "Prévu le", kind="date", shown=False),
    Column("done_on", "Diffusé le", kind="date", shown=False),
    Column("cost_source", "Payé sur", shown=False, width=30),
    Column("actions", "Actions", shown=False, width=50),
    Column("owner", "Suivi par", shown=False, width=30),
]


def communication_listing(request, cite):
    items = CommunicationItem.objects.visible_to(request.user).filter(cite=cite)
    shown = Action.objects.visible_to(request.user).order_by("code", "pk")
    sides = list(cite.sides.order_by("order"))
    return ListPage(
        request,
        items.with_reserve()
        .select_related("owner")
        .prefetch_related("agreements__side", Prefetch("actions", shown, to_attr="shown_actions")),
        COLUMNS,
        filterset=CommunicationFilter,
        row=lambda item: item_row(item, sides),
        values=lambda item: item_values(item, sides),
        totals={"cost": Sum("cost"), "reached": Sum("reached")},
        default_sort="-day",
        title="Plan de communication",
        noun=("ligne", "lignes"),
        empty_text="Aucune ligne pour l’instant",
        filename=f"communication-{cite.slug}",
    )


def item_values(item, sides):
    lines = side_lines(item, sides)
    return {
        "title": item.title,
        "support": Support(item.support).label,
        "day": item.day,
        "audience": item.audience,
        "state": item.get_state_display(),
        "agreements": f"{sum(line.is_given for line in lines)} sur {len(lines)}",
        "cost": item.cost,
        "reached": item.reached,
        "message": item.message,
        "channel": item.channel,
        "planned_on": item.planned_on,
        "done_on": item.done_on,
        "cost_source": item.cost_source,
        "actions": ", ".join(action.code or action.title for action in item.shown_actions),
        "owner": str(item.owner) if item.owner else "",
    }


def item_row(item, sides):
    missing = missing_sentence(item, side_lines(item, sides))
    notes = {"agreements": missing, "day": "pendant la réserve électorale" if item.in_reserve else ""}
    return item_values(item, sides) | {
        "url": reverse("governance:communication_item", args=[item.pk]),
        "day": date_fr(item.day) if item.day else "sans date",
        "audience": item.audience or NOT_KNOWN,
        "cost": euros(item.cost),
        "reached": NOT_KNOWN if item.reached is None else counted(item.reached),
        "notes": {name: said for name, said in notes.items() if said},
    }


def counted(number):
    return f"{number:,}".replace(",", "\u00a0")


def year_sentence(figures):
    """What was published in the year; "" when nothing was."""
    if not figures.done:
        return ""
    parts = [f"{figures.done} diffusion{'s' if figures.done > 1 else ''}"]
    if figures.reached is not None:
        parts.append(f"{counted(figures.reached)} personnes touchées d’après les lignes renseignées")
    if figures.cost is not None:
        parts.append(f"{euros(figures.cost)} de coût connu")
    return f"En {figures.year}\u00a0: {', '.join(parts)}."


def state_of(item):
    label = item.get_state_display()
    return {"code": STATE_CODES[item.state], "label": label[:1].upper() + label[1:]}


def item_facts(item):
    reached = "" if item.reached is None else counted(item.reached)
    facts = (
        ("Support", Support(item.support).label),
        ("Public", item.audience),
        ("Message", item.message),
        ("Canal", item.channel),
        ("Prévu le", date_fr(item.planned_on) if item.planned_on else ""),
        ("Diffusé le", date_fr(item.done_on) if item.done_on else ""),
        ("Coût", euros(item.cost) if item.cost is not None else ""),
        ("Payé sur", item.cost_source),
        ("Personnes touchées", reached),
        ("Suivi par", str(item.owner) if item.owner else ""),
    )
    return [{"label": label, "value": value} for label, value in facts if value]
