"""What issued documents print: dictionaries of strings, frozen in their version row and never recomputed."""

from collections import defaultdict

from django.utils import timezone

from actions.enums import ActionStatus
from cite_educative.common.dates import date_fr, time_fr
from cite_educative.common.money import euros, total
from governance.enums import DecisionStatus, EffectKind, PointStatus, Presence
from governance.logos import frozen_logos
from governance.quorum import acknowledged_words, quorum_of
from partners.models import Mandate
from partners.wording import agreed


def cite_lines(cite):
    """What every paper of a Cité begins with."""
    return {
        "cite": cite.name,
        "cite_subtitle": cite.subtitle,
        "accent": cite.accent_colour,
        "pilots": list(cite.sides.order_by("order").values_list("label", flat=True)),
        "logos": frozen_logos(cite),
    }


def signatory(user, cite):
    own = Mandate.objects.active().filter(person=user.person_id, cite=cite)
    mandate = user.person_id and own.in_protocol_order().first()
    title = (mandate.title or mandate.role_label) if mandate else ""
    return {"name": user.get_full_name(), "title": title}


def meeting_lines(meeting):
    """What every paper of a meeting begins with."""
    on = timezone.localdate(meeting.starts_at)
    return {
        **cite_lines(meeting.body.cite),
        "body": meeting.body.label,
        "meeting_short": f"{meeting.body.label} du {date_fr(on)}",
        "meeting": f"{meeting.body.label} du {date_fr(on, weekday=True)}",
        "time": time_fr(meeting.starts_at),
        "place": meeting.place,
        "year": str(on.year),
    }


def plain(amount):
    """For charts, in euros."""
    return None if amount is None else str(amount)


def envelope_rows(figures):
    return [
        {
            "source": figure.source.label,
            "short": figure.source.short_label,
            "year": str(int(figure.budget_year)),
            "requested": euros(figure.requested),
            "planned": euros(figure.planned),
            "available": euros(figure.available),
            "remaining": euros(figure.remaining),
            "envelope": euros(figure.envelope),
            "overdrawn": figure.is_overdrawn,
            # For the chart only, in euros.
            "values": {
                "envelope": plain(figure.envelope),
                "programmed": plain(figure.programmed - figure.programmed_here),
                "planned": plain(figure.planned),
            },
        }
        for figure in figures
    ]


def money_table(fundings, amounts):
    """Actions × sources with totals, as strings: columns are the sources met, in their order.

    `amounts`: `{funding pk: Decimal | None}`; a funding without an amount is left out.
    """
    sources, actions = {}, {}
    cells = defaultdict(lambda: defaultdict(list))
    for funding in fundings:
        amount = amounts.get(funding.pk)
        if amount is None:
            continue
        sources[funding.source_id] = funding.source
        actions[funding.action_id] = funding.action
        cells[funding.action_id][funding.source_id].append(amount)
    rows = [
        {
            "code": action.code,
            "title": action.title,
            "holder": action.holder.name,
            "cells": [euros(total(cells[pk][source])) for source in sources],
            "total": euros(total(amount for amounts in cells[pk].values() for amount in amounts)),
        }
        for pk, action in sorted(actions.items(), key=lambda pair: (pair[1].code, pair[0]))
    ]
    columns = [total(amount for pk in actions for amount in cells[pk][source]) for source in sources]
    return {
        "columns": [source.short_label for source in sources.values()],
        "rows": rows,
        "totals": [euros(amount) for amount in columns],
        "total": euros(total(columns)),
    }


def with_total(table):
    """A table of money with the label of its last column, the total; that of a single funder is its total."""
    if len(table["columns"]) != 1:
        return table | {"columns": [*table["columns"], "Total"]}
    return table | {"rows": [row | {"cells": []} for row in table["rows"]], "totals": []}


def attendance_lines(meeting):
    """By side in protocol order, then the others; each person with civility and quality."""
    groups = defaultdict(list)
    for row in meeting.attendances.in_protocol_order():
        label = row.mandate.side.label if row.mandate.side_id else "Autres membres"
        groups[label].append(
            {
                "name": row.mandate.person.formal_name,
                "title": row.mandate.title or row.mandate.person.function,
                "organisation": row.mandate.organisation.name,
                "presence": agreed(row.get_presence_display(), row.mandate.person.civility),
                "is_there": row.presence in (Presence.PRESENT, Presence.GUEST),
                "is_guest": row.presence == Presence.GUEST,
                "represented_by": row.represented_by,
            }
        )
    if guests := [_guest(row) for row in meeting.guests.all()]:
        groups["Autres membres"] += guests
    return [{"side": side, "people": people} for side, people in groups.items()]


def _guest(row):
    return {
        "name": row.name,
        "title": row.quality,
        "organisation": "",
        "presence": "sur invitation",
        "is_there": True,
        "is_guest": True,
        "represented_by": "",
    }


def decision_effects(decision):
    effects = list(decision.effects.select_related("action__holder", "funding__source", "funding__action__holder"))
    programmed = {effect.funding_id: effect.after for effect in effects if effect.kind == EffectKind.PROGRAMME}
    fundings = [effect.funding for effect in effects if effect.funding_id]
    fundings.sort(key=lambda funding: (funding.source.order, funding.source_id, funding.action.code))
    verbs = {
        EffectKind.DEFER: "ajournée",
        EffectKind.REJECT: "rejetée",
        EffectKind.REOPEN: "remise à l’instruction",
    }
    return {
        "table": money_table(fundings, programmed),
        "programmed": euros(total(programmed.values())),
        "nb_programmed": len({funding.action_id for funding in fundings}),
        "others": [
            {"code": effect.action.code, "title": effect.action.title, "verb": verbs[effect.kind]}
            for effect in effects
            if effect.kind in verbs and effect.before_status != ActionStatus.DRAFT
        ],
    }


def _positions(decision):
    rows = decision.positions.in_protocol_order()
    return [
        {
            "side": row.side.label + (f" ({row.organisation.name})" if row.organisation_id else ""),
            "verdict": row.get_verdict_display(),
            "comment": row.comment,
        }
        for row in rows
    ]


def _action_points(meeting):
    """What the meeting leaves to be done; that one is late or reminded is nobody else's business."""
    rows = meeting.action_points.exclude(status=PointStatus.DROPPED).for_list().by_date()
    return [
        {"text": row.text, "owner": row.owner, "due_on": date_fr(row.due_on) if row.due_on else ""} for row in rows
    ]


def decision_lines(meeting):
    """[(adopted decision, what is printed of it)]; positions are printed only when the body says so."""
    decisions = meeting.decisions.filter(status=DecisionStatus.ADOPTED).select_related(
        "body", "item", "replaces__body"
    )
    return [
        (
            decision,
            {
                "reference": decision.reference,
                "item": decision.item.title if decision.item_id else "",
                "title": decision.title,
                "text": decision.text,
                "is_agreed": decision.is_agreed,
                "replaces": decision.replaces.reference if decision.replaces_id else "",
                "positions": _positions(decision) if meeting.body.prints_positions else [],
                "effects": decision_effects(decision),
            },
        )
        for decision in decisions.order_by("number")
    ]


def _quorum_words(meeting):
    quorum = quorum_of(meeting)
    if quorum is None:
        return ""
    return quorum.sentence if quorum.is_reached else f"{quorum.sentence} {acknowledged_words(meeting)}".strip()


def record_content(meeting, *, version):
    """The relevé of a closed meeting."""
    items = list(meeting.items.values_list("pk", "title"))
    return {
        **meeting_lines(meeting),
        "version": str(version),
        "replaces": str(version - 1) if version > 1 else "",
        "issued_on": date_fr(timezone.localdate()),
        "attendance": attendance_lines(meeting),
        "quorum": _quorum_words(meeting),
        "agenda": [title for _, title in items],
        "decisions": [printed for _, printed in decision_lines(meeting)],
        "action_points": _action_points(meeting),
    }
