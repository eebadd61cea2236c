"""The review to read: one page for whoever reads one page, then the same tables as the workbook."""

from collections import Counter
from decimal import Decimal

from actions.enums import Step
from actions.finances.review_content import justified_lines, read_lines
from actions.finances.review_spending import printed_sheets
from cite_educative.common.charts import Item, bars
from cite_educative.common.dates import date_fr
from cite_educative.common.money import ZERO, euros, short_euros, total
from cite_educative.common.search import normalise

STEPS = tuple(Step)
ANNOUNCED = ("provisional", "notified", "carried_over", "available")
MATRICES = (("programmed", "Programmé par axe et par financeur"), ("granted", "Accordé par axe et par financeur"))
JUSTIFIED = ("granted", "paid", "justified", "unjustified", "refund")
GROUPS = (("axis", "Axe"), ("holder", "Porteur"), ("place", "Commune"), ("quarter", "Quartier"))


def review_context(content):
    lines = list(read_lines(content))
    cash = [line for line in lines if line["in_kind"] == "non"]
    sums = {step: total(line[step] for line in cash) for step in map(str, STEPS)}
    return {
        "content": content,
        "figures": _figures(content, sums),
        "sentences": _sentences(content, cash, sums),
        "chart": _chart(sums, content["year"]),
        "columns": [step.label.capitalize() for step in STEPS],
        "envelopes": [_envelope(one, cash) for one in content["envelopes"]],
        "envelope_totals": _envelope_totals(content, cash),
        "matrices": [_matrix(content, cash, step, title) for step, title in MATRICES],
        "sums": [euros(sums[step]) for step in map(str, STEPS)],
        "groups": [_group(cash, key, heading) for key, heading in GROUPS],
        "lines": [_line(line) for line in lines],
        "spending": printed_sheets(content),
        "justified": _justified(content, cash),
        "checks": _checks(content),
        "gaps": [_gap(line) for line in cash if line["gap"]],
        "accent": content["accent"],
        "logos": [{"label": label} for label in content["pilots"]],
        "draft": False,
        "signatures": (),
    }


def _announced(content):
    return total(_amount(one["available"]) for one in content["envelopes"])


def _figures(content, sums):
    """Four of them, as the home page has."""
    return [
        {"label": "Enveloppes", "value": short_euros(_announced(content))},
        {"label": "Programmé", "value": short_euros(sums[Step.PROGRAMMED])},
        {"label": "Accordé", "value": short_euros(sums[Step.GRANTED])},
        {"label": "Versé", "value": short_euros(sums[Step.PAID])},
    ]


def _sentences(content, cash, sums):
    actions = len({(line["code"], line["title"]) for line in cash if line[Step.PROGRAMMED] or line[Step.GRANTED]})
    funders = len({line["funder"] for line in cash if line[Step.GRANTED]})
    programmed, granted, announced = sums[Step.PROGRAMMED], sums[Step.GRANTED], _announced(content)
    told = [
        f"{actions} action{'s' if actions > 1 else ''} programmées ou financées, {funders} financeurs ont accordé."
    ]
    if announced is not None and programmed is not None:
        left = announced - programmed
        told.append(
            f"Il reste {euros(left)} à programmer sur les enveloppes annoncées."
            if left >= ZERO
            else f"La programmation dépasse de {euros(-left)} les enveloppes annoncées."
        )
    if granted is not None:
        waiting = total(line[Step.PROGRAMMED] for line in cash if line[Step.GRANTED] is None) or ZERO
        told.append(f"{euros(waiting)} programmés attendent encore l’acte de leur financeur.")
    return told


def _chart(sums, year):
    known = [(step, sums[str(step)]) for step in STEPS if sums[str(step)] is not None]
    if not known:
        return ""
    items = [Item(step.label.capitalize(), amount, euros(amount)) for step, amount in known]
    words = ", ".join(f"{step.label} {euros(amount)}" for step, amount in known)
    return bars(items, chart_id="chaine", title=f"Du demandé au justifié, exercice {year}", desc=f"{words}.")


def _envelope(envelope, cash):
    own = [line for line in cash if line["funder"] == envelope["funder"]]
    return {
        "funder": envelope["funder"],
        "act": envelope["act"],
        "direct": short_euros(_amount(envelope.get("direct"))),
        "announced": [short_euros(_amount(envelope.get(name))) for name in ANNOUNCED],
        "cells": [short_euros(total(line[step] for line in own)) for step in map(str, STEPS)],
        "remaining": short_euros(_remaining(envelope, own)),
    }


def _remaining(envelope, lines):
    available = _amount(envelope["available"])
    if available is None or Step.PROGRAMMED not in envelope.get("steps", STEPS):
        return None
    return available - (total(line[Step.PROGRAMMED] for line in lines) or ZERO)


def _envelope_totals(content, cash):
    envelopes = content["envelopes"]
    left = total(_remaining(one, [line for line in cash if line["funder"] == one["funder"]]) for one in envelopes)
    announced = [total(_amount(one.get(name)) for one in envelopes) for name in ANNOUNCED]
    steps = [total(line[step] for line in cash) for step in map(str, STEPS)]
    return [short_euros(amount) for amount in (*announced, *steps, left)]


def _matrix(content, cash, step, title):
    """Axis × funder, these in the order of the Cité; a last column and a last row of totals."""
    known = {line["funder"] for line in cash}
    order = dict.fromkeys([*(one["funder"] for one in content["envelopes"]), *sorted(known)])
    funders = [funder for funder in order if funder in known]
    axes = sorted({line["axis"] for line in cash}, key=normalise)

    def cells(lines):
        sums = [total(line[step] for line in lines if line["funder"] == funder) for funder in funders]
        return [euros(amount) for amount in (*sums, total(line[step] for line in lines))]

    return {
        "title": title,
        "funders": funders,
        "rows": [{"axis": axis, "cells": cells([line for line in cash if line["axis"] == axis])} for axis in axes],
        "totals": cells(cash),
    }


def _justified(content, cash):
    lines = list(justified_lines(content, cash))
    rows = [
        {
            **{key: line[key] or "" for key in ("title", "holder", "funder")},
            "cells": [euros(line[key]) for key in JUSTIFIED],
            "asked_on": _day(line["asked_on"]),
            "returned_on": _day(line["returned_on"]),
        }
        for line in lines
    ]
    return {"rows": rows, "totals": [euros(total(line[key] for line in lines)) for key in JUSTIFIED]}


def _checks(content):
    """(rule, number found) of all of them; a review of before says only those that found something."""
    if "rules" in content:
        return [(one["rule"], one["count"]) for one in content["rules"]]
    return Counter(found["rule"] for found in content["checks"]).most_common()


def _group(cash, key, heading):
    rows = {}
    for line in cash:
        rows.setdefault(line[key], []).append(line)
    return {
        "heading": heading,
        "rows": [
            {
                "label": label,
                "count": len(rows[label]),
                "cells": [euros(total(line[step] for line in rows[label])) for step in map(str, STEPS)],
            }
            for label in sorted(rows, key=normalise)
        ],
    }


def _line(line):
    return {
        "code": line["code"] or "–",
        "title": line["title"],
        "holder": line["holder"],
        "funder": f"{line['funder']} (en nature)" if line["in_kind"] == "oui" else line["funder"],
        "cells": [euros(line[step]) for step in map(str, STEPS)],
        "act": line["act"] or "",
    }


def _day(day):
    return date_fr(day) if day else ""


def _gap(line):
    return {
        "code": line["code"] or "–",
        "title": line["title"],
        "funder": line["funder"],
        "programmed": euros(line[Step.PROGRAMMED]),
        "granted": euros(line[Step.GRANTED]),
        "gap": euros(line["gap"]),
        "reason": line["gap_reason"] or "",
    }


def _amount(text):
    return None if text is None else Decimal(text)
