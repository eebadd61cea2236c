"""The pages of envelopes, thresholds and checks, ready to print."""

from datetime import date
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from actions.enums import MainstreamKind, Step
from actions.finances.envelopes import DRAWING, detail_url, in_kind, source_figures, totals
from actions.finances.thresholds import measures, percent
from actions.models import Envelope
from cite_educative.common import journal
from cite_educative.common.charts import Envelope as Gauge
from cite_educative.common.charts import gauge
from cite_educative.common.dates import date_fr, time_fr
from cite_educative.common.money import DASH, NBSP, ZERO, euros, short_euros

KEY_STEPS = (Step.PROGRAMMED, Step.GRANTED)
LEFT = {
    Step.PROPOSED: "reste à proposer",
    Step.PROGRAMMED: "reste à programmer",
    Step.GRANTED: "reste à accorder",
    Step.COMMITTED: "reste à engager",
    Step.PAID: "reste à verser",
    Step.JUSTIFIED: "reste à justifier",
}


# --- All the envelopes ----------------------------------------------------------------------------


def overview(cite, year, user):
    figures = source_figures(cite, year)
    sums = totals(figures)
    used = [step for step in DRAWING if any(line.uses(step) for line in figures)]
    return {
        "headers": [(step.label.capitalize(), step in KEY_STEPS) for step in used],
        "lines": [_line(line, year, used) for line in figures],
        "totals": {
            **{name: short_euros(sums[name]) for name in ("provisional", "notified", "carried_over", "direct")},
            "cells": [_cell(step, *sums[step]) for step in used],
        },
        "has_direct": sums["direct"] is not None,
        "in_kind": [_in_kind(line) for line in in_kind(user, cite, year)],
    }


def _line(figures, year, steps):
    source, envelope = figures.source, figures.envelope
    notes = []
    if envelope and envelope.notified is not None:
        notes = [date_fr(envelope.notified_on, year=year), envelope.notified_reference]
    return {
        "source": source,
        "detail": source.detail,
        "direct": short_euros(figures.announced("direct")),
        "carrier": f"par {source.carrier}" if source.carrier else "",
        **{name: short_euros(figures.announced(name)) for name in ("provisional", "notified")},
        "carried_over": short_euros(figures.announced("carried_over")),
        "notified_notes": notes,
        "is_provisional": figures.announced("notified") is None and figures.announced("provisional") is not None,
        "is_overdrawn": figures.is_overdrawn,
        "cells": [_used_cell(figures, step, year) for step in steps],
        "programmed": _programmed_words(figures.sums.get(Step.PROGRAMMED)),
        "left": short_euros(abs(figures.left(Step.PROGRAMMED) or ZERO)),
        "gauge": _gauge(figures),
    }


def _programmed_words(amount):
    return "rien de programmé" if amount is None else f"{short_euros(amount)} programmés"


def _used_cell(figures, step, year):
    if not figures.uses(step):
        return {"label": step.label.capitalize(), "is_key": step in KEY_STEPS, "is_used": False}
    amount = figures.sums.get(step)
    url = detail_url(figures.source, year, step) if amount is not None else ""
    return _cell(step, amount, figures.left(step), url)


def _cell(step, amount, left, url=""):
    is_over = left is not None and left < ZERO
    told = "" if left is None else f"dépassé de {short_euros(-left)}" if is_over else f"reste {short_euros(left)}"
    return {
        "label": step.label.capitalize(),
        "is_key": step in KEY_STEPS,
        "is_used": True,
        "text": short_euros(amount),
        "left": told,
        "is_over": is_over,
        "url": url,
    }


def _gauge(figures):
    """Empty while nothing is announced: a bar without an end says nothing."""
    if figures.available is None or not figures.uses(Step.PROGRAMMED):
        return ""
    programmed = figures.sums.get(Step.PROGRAMMED) or ZERO
    return gauge(
        Gauge(figures.source.label, figures.available, programmed),
        chart_id=f"jauge-{figures.source.pk}",
        title=f"{figures.source.label}{NBSP}: {euros(programmed)} programmés sur {euros(figures.available)}",
        desc=f"Reste à programmer{NBSP}: {euros(figures.left(Step.PROGRAMMED))}.",
    )


IN_KIND_COLUMNS = (MainstreamKind.HOURS, MainstreamKind.FTE, MainstreamKind.PREMISES)


def _in_kind(line):
    others = [kind for kind in line.measures if kind not in IN_KIND_COLUMNS]
    return {
        "institution": line.institution,
        "count": line.count,
        "measures": [(kind.label[:1].upper() + kind.label[1:], measured(line, [kind])) for kind in IN_KIND_COLUMNS],
        "others": measured(line, others),
        "valued": short_euros(line.valued),
        "cash": short_euros(line.cash),
    }


def measured(line, kinds):
    pairs = [pair for kind in kinds for pair in line.measures.get(kind, ())]
    return (
        ", ".join(f"{f'{quantity.normalize():f}'.replace('.', ',')}{NBSP}{unit}" for quantity, unit in pairs) or DASH
    )


# --- One envelope ---------------------------------------------------------------------------------


def envelope_steps(figures, year):
    """One row per used step: what the detail amounts to, and what is left."""
    rows = []
    for step in Step:
        if not figures.uses(step):
            continue
        left = figures.left(step) if step in DRAWING else None
        rows.append(
            {
                "label": step.label.capitalize(),
                "amount": euros(figures.sums.get(step)),
                "left": euros(left) if step in DRAWING else "",
                "is_over": left is not None and left < ZERO,
                "share": _share(figures.sums.get(step), figures.available) if step in DRAWING else "",
                "url": detail_url(figures.source, year, step),
            }
        )
    return rows


def _share(part, whole):
    return percent(100 * part / whole) if part is not None and whole else ""


def envelope_facts(figures, year):
    envelope = figures.envelope
    notified = euros(figures.announced("notified"))
    if envelope and envelope.notified is not None:
        notified += f", le {date_fr(envelope.notified_on)}, {envelope.notified_reference}"
    return [
        {"label": "Prévisionnel", "value": euros(figures.announced("provisional"))},
        {"label": "Notifié", "value": notified},
        {"label": f"Reporté de {int(year) - 1}", "value": euros(figures.announced("carried_over"))},
        {"label": "Dépenses directes", "value": euros(figures.announced("direct"))},
        {"label": "Disponible", "value": euros(figures.available)},
    ]


def envelope_history(envelope):
    """Who changed what, the newest first."""
    if envelope is None:
        return []
    return [
        {
            "when": f"{date_fr(timezone.localdate(entry.created_at))}, {time_fr(entry.created_at)}",
            "author": str(entry.actor) if entry.actor else "",
            "changes": _changes(entry.before or {}, entry.after or {}),
        }
        for entry in journal.entries_for(envelope).select_related("actor__person")
    ]


def _changes(before, after):
    fields = [field for field in Envelope._meta.fields if after.get(field.name) not in (None, before.get(field.name))]
    return [
        {
            "label": str(field.verbose_name).capitalize(),
            "before": _written(field.name, before.get(field.name)),
            "after": _written(field.name, after[field.name]),
        }
        for field in fields
    ]


def _written(name, text):
    """As the journal keeps it: the text of a Python value."""
    if text in (None, "", "None"):
        return DASH
    if name == "notified_on":
        return date_fr(date.fromisoformat(text))
    return text if name == "notified_reference" else euros(Decimal(text))


# --- Thresholds -----------------------------------------------------------------------------------


def measure_figures(books):
    """For `_figures.html`."""
    return [
        {
            "label": measure.label,
            "value": DASH if measure.figure is None else percent(measure.figure),
            "note": f"{'' if measure.is_kept else 'hors seuil, '}{measure.limit_text}",
        }
        for measure in measures(books)
    ]


def alert_line(alert):
    acknowledged = alert.acknowledgement
    return {
        "key": alert.key,
        "title": alert.title,
        "figure": alert.figure,
        "sentence": alert.sentence,
        "url": alert.url,
        "acknowledge_url": f"{reverse('actions:threshold_acknowledge')}?{urlencode({'alerte': alert.key})}",
        "got_worse": alert.got_worse,
        "acknowledged": acknowledged_line(acknowledged) if acknowledged else None,
    }


def acknowledged_line(row):
    return {
        "title": row.title,
        "figure": row.figure,
        "reason": row.reason,
        "author": str(row.author),
        "when": date_fr(timezone.localdate(row.created_at)),
    }


def threshold_facts(thresholds):
    percents = [
        ("Part des cofinanceurs, au moins", thresholds.cofinancing_target),
        ("Part d’argent public d’une action, au plus", thresholds.public_ceiling),
        ("Part de l’ingénierie, au plus", thresholds.engineering_share),
        ("Écart à expliquer dans un compte rendu", thresholds.statement_gap),
    ]
    facts = [
        {"label": label, "value": "non suivi" if value is None else f"{value}{NBSP}%"} for label, value in percents
    ]
    if thresholds.counts_in_kind:
        facts[0]["value"] += ", droit commun valorisé compris"
    if thresholds.engineering_theme:
        facts[2]["value"] += f", thématique «{NBSP}{thresholds.engineering_theme}{NBSP}»"
    above = thresholds.agreement_above
    facts.append(
        {"label": "Convention obligatoire au-delà de", "value": "non suivi" if above is None else short_euros(above)}
    )
    return facts
