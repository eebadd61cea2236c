"""Ready strings for the pages: figures of an item, the register's columns and rows."""

from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from cite_educative.common.dates import date_fr, time_fr
from cite_educative.common.money import ZERO, euros, total
from cite_educative.common.tables import Column
from cite_educative.common.templatetags.formats import status_badge
from governance.enums import DecisionStatus, EffectKind, Execution, NoteStage
from governance.execution import delays, delays_text, execution_detail, execution_status
from governance.register_words import owner_name, positions_text, signed

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
    "open": "encours",
    "refused": "rejetee",
    "issued": "fait",
    "waiting": "attendu",
    "accepted": "fait",
    "declined": "rejetee",
}
NOTE_STAGES = {"review": "attendu", "validated": "bilan"}
SHORT_TEXT = 110


def status(row):
    """What `_status.html` needs."""
    label = row.get_status_display()
    return {"code": STATUS_CODES[row.status], "label": label[:1].upper() + label[1:]}


def note_status(note):
    """Where its text stands; once issued and not taken up again, that it is issued."""
    if note.stage == NoteStage.WRITING:
        return status(note)
    return {"code": NOTE_STAGES[note.stage], "label": note.get_stage_display().capitalize()}


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
    if effect.gives_back and effect.kind == EffectKind.PROGRAMME:
        return f"{effect.funding.source.label}, montant rendu\u00a0: {euros(effect.after)} au lieu de {euros(effect.before)}"
    if effect.kind != EffectKind.PROGRAMME:
        by = f" (refusée par {effect.reopens.reference})" if effect.reopens_id else ""
        return STATUS_SENTENCES[effect.kind] + by
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


def register_columns(reads, reads_positions):
    """What was decided is for all who see it; what it changed and what became of it, for who reads amounts."""
    columns = [
        Column("reference", "Numéro", sort=("year", "body__code", "number"), css="nb"),
        Column("adopted_on", "Date", kind="date", sort=("adopted_on", "number")),
        Column("body", "Instance", sort="body__label", shown=False),
        Column("title", "Objet", sort="title", width=60),
        Column("text", "Texte", shown=False, width=80),
        Column("taken", "Mode d’adoption", sort="is_agreed"),
    ]
    if reads_positions:
        columns.append(Column("positions", "Positions", shown=False, width=60))
    if not reads:
        return [*columns, Column("status", "État", sort="status")]
    return [
        *columns,
        Column("effect", "Effet sur le programmé", kind="money", sort="effect", total=True),
        Column("owner", "Responsable", sort=("owner__person__last_name", "due_on")),
        Column("due_on", "Échéance", kind="date", sort="due_on", shown=False),
        Column("execution", "Exécution", kind="status", sort=("execution", "adopted_on")),
        Column("execution_detail", "Où en est l’exécution", shown=False, width=40),
        Column("notified_days", "Jours jusqu’à la notification", kind="count", shown=False),
        Column("paid_days", "Jours jusqu’au versement", kind="count", shown=False),
    ]


def _taken(decision):
    return "accord des pilotes" if decision.is_agreed else "positions consignées"


def register_row(reads, reads_positions):
    def row(decision):
        texts = {
            "reference": decision.reference,
            "url": reverse("governance:decision", args=[decision.pk]),
            "adopted_on": date_fr(decision.adopted_on),
            "title": decision.title,
            "taken": _taken(decision),
            "status": DecisionStatus(decision.status).label,
            "notes": {"adopted_on": decision.body.label, "title": Truncator(decision.text).chars(SHORT_TEXT)},
        }
        if reads_positions:
            texts["notes"]["taken"] = positions_text(decision)
        return texts | _followed(decision, texts["notes"]) if reads else texts

    return row


def _followed(decision, notes):
    state = execution_status(decision)
    notes["owner"] = f"pour le {date_fr(decision.due_on)}" if decision.due_on else ""
    notes["execution"] = ". ".join(filter(None, (execution_detail(decision), delays_text(decision))))
    return {
        "effect": signed(decision.effect),
        "owner": owner_name(decision),
        "execution": status_badge(state["code"], state["label"]),
    }


def register_values(reads, reads_positions):
    def values(decision):
        told = {
            "reference": decision.reference,
            "adopted_on": decision.adopted_on,
            "body": decision.body.label,
            "title": decision.title,
            "text": decision.text,
            "taken": _taken(decision),
            "status": DecisionStatus(decision.status).label,
        }
        if reads_positions:
            told["positions"] = positions_text(decision)
        if reads:
            notified, paid = delays(decision)
            told |= {
                "effect": decision.effect,
                "owner": decision.owner.person.formal_name if decision.owner_id else "",
                "due_on": decision.due_on,
                "execution": Execution(decision.execution).label,
                "execution_detail": execution_detail(decision),
                "notified_days": notified,
                "paid_days": paid,
            }
        return told

    return values
