"""Ready strings for the pages: figures of an item, the register's columns and rows."""

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from cite_educative.common.dates import date_fr, time_fr
from cite_educative.common.money import ZERO, euros, money, total
from cite_educative.common.tables import Column
from governance.enums import DecisionStatus, EffectKind

STATUS_CODES = {
    "planned": "preparation",
    "convened": "attendu",
    "in_progress": "encours",
    "held": "bilan",
    "closed": "close",
    "published": "fait",
    "cancelled": "abandonnee",
    "postponed": "suspendue",
    "draft": "preparation",
    "adopted": "fait",
    "issued": "fait",
}
NO_EFFECT = "sans effet"


def status(row):
    """What `_status.html` needs."""
    label = row.get_status_display()
    return {"code": STATUS_CODES[row.status], "label": label[:1].upper() + label[1:]}


def meeting_line(meeting):
    """One meeting in a list; `meeting` comes with its body."""
    on = timezone.localdate(meeting.starts_at)
    return {
        "url": reverse("governance:meeting", args=[meeting.pk]),
        "body": meeting.body.label,
        "when": f"{date_fr(on, weekday=True)}, {time_fr(meeting.starts_at)}",
        "place": meeting.place,
        "status": status(meeting),
    }


def figure_rows(figures):
    return [
        {
            "label": figure.source.label,
            "year": figure.budget_year,
            "requested": euros(figure.requested),
            "available": euros(figure.available),
            "planned": euros(figure.planned),
            "remaining": euros(figure.remaining),
            "overdrawn": figure.is_overdrawn,
        }
        for figure in figures
    ]


def figure_totals(figures):
    """Sums under the table; what is unknown for one funder is unknown for all."""
    return {
        "requested": euros(total(figure.requested for figure in figures)),
        "available": euros(_sum_if_known([figure.available for figure in figures])),
        "planned": euros(total(figure.planned for figure in figures)),
        "remaining": euros(_sum_if_known([figure.remaining for figure in figures])),
    }


def _sum_if_known(amounts):
    return None if not amounts or None in amounts else sum(amounts, ZERO)


def effect_lines(effects):
    """One line per action: its code and title, then all that is to be written of it."""
    lines = {}
    for effect in sorted(effects, key=lambda effect: effect.action.code):
        line = lines.setdefault(
            effect.action_id, {"code": effect.action.code, "title": effect.action.title, "parts": []}
        )
        line["parts"].append(_effect_part(effect))
    return [line | {"said": " ; ".join(line["parts"])} for line in lines.values()]


def _effect_part(effect):
    if effect.kind != EffectKind.PROGRAMME:
        return STATUS_SENTENCES[effect.kind]
    before = f" au lieu de {euros(effect.before)}" if effect.before is not None else ""
    return f"{effect.funding.source.label}, {euros(effect.after)} à programmer{before}"


def effect_done(effect):
    """The same once adopted, without the action: "Ville de Dunkerque : 8 000,00 € programmés (avant : –)"."""
    if effect.kind == EffectKind.PROGRAMME:
        before, after = euros(effect.before), euros(effect.after)
        return f"{effect.funding.source.label}\u00a0: {after} programmés (avant\u00a0: {before})"
    return STATUS_SENTENCES[effect.kind].capitalize()


STATUS_SENTENCES = {
    EffectKind.RETAIN: "action retenue",
    EffectKind.DEFER: "demande ajournée",
    EffectKind.REJECT: "demande rejetée",
    EffectKind.REOPEN: "instruction rouverte",
}


# --- Register -------------------------------------------------------------------------------------


def with_effect(decisions):
    """Adds `effect`: what the decision changed in programmed euros, None when it programmed nothing."""
    programmed = Q(effects__kind=EffectKind.PROGRAMME)
    change = F("effects__after") - Coalesce(F("effects__before"), money(ZERO))
    return decisions.annotate(effect=Sum(change, filter=programmed))


def register_columns(with_amounts):
    columns = [
        Column("reference", "Numéro", sort=("year", "body__code", "number"), css="nb"),
        Column("adopted_on", "Date", kind="date", sort=("adopted_on", "number")),
        Column("body", "Instance", sort="body__label"),
        Column("title", "Objet", sort="title", width=60),
        Column("taken", "Prise"),
        Column("effect", "Effet sur le programmé", kind="money", sort="effect", total=True),
        Column("status", "État", sort="status"),
    ]
    return [column for column in columns if with_amounts or column.key != "effect"]


def signed(amount):
    """ "+ 320 000,00 €": a change, not an amount."""
    if amount is None:
        return NO_EFFECT
    return f"+\N{NO-BREAK SPACE}{euros(amount)}" if amount > 0 else euros(amount)


def _taken(decision):
    return "accord des pilotes" if decision.is_agreed else "positions consignées"


def register_row(decision):
    return register_values(decision) | {
        "url": reverse("governance:decision", args=[decision.pk]),
        "adopted_on": date_fr(decision.adopted_on),
        "effect": signed(decision.effect),
    }


def register_values(decision):
    return {
        "reference": decision.reference,
        "adopted_on": decision.adopted_on,
        "body": decision.body.label,
        "title": decision.title,
        "taken": _taken(decision),
        "effect": decision.effect,
        "status": DecisionStatus(decision.status).label,
    }
