"""What this app prints: the HTML of notes, relevés and points commune, from frozen content and nothing else."""

import re
from decimal import Decimal

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from cite_educative.common.charts import Envelope, envelope_bars
from cite_educative.documents.registry import renderer, visibility
from governance.content import with_total
from governance.enums import NoteKind
from governance.logos import logos_of
from governance.models import (
    CommunePoint,
    CommunePointFile,
    Consultation,
    ConsultationFile,
    ConsultationRecord,
    DecisionRecord,
    DecisionRecordFile,
    Note,
    NoteFile,
    NoteVersion,
    RegisterEdition,
    RegisterFile,
)
from governance.note_content import working_texts
from governance.note_diff import note_sections
from governance.services.consultation_closing import CONSULTATION_KIND
from governance.services.network import POINT_KIND
from governance.services.notes import NOTE_KIND
from governance.services.records import RECORD_KIND
from governance.services.registers import REGISTER_KIND

NBSP = "\N{NO-BREAK SPACE}"
CENTS = f",00{NBSP}€"
FEW = 4  # columns of amounts that may be wide
WIDTHS = ((7, "w-8"), (10, "w-10"))  # most characters of an amount for each width; a long label is hyphenated
MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
PARTED = re.compile(
    r"(?<=\d) (?=\d{3}\b)|(?<=\d) (?=€|k€|%)| (?=[:;!?»])|(?<=«) "
    r"|(?:(?<=\bM\.)|(?<=\bMM\.)|(?<=\bMme)|(?<=\bMmes)) (?=[A-ZÀ-Ý])"
    rf"|(?:(?<=\d)|(?<=\der)) (?=(?:{MONTHS})\b)"
)
STRAIGHT = re.compile(r"(?<=[^\W\d_])(?:'|&#39;)(?=[^\W\d_])(?![^<>]*>)")  # outside the tags of HTML
NOTE_PAGES = {
    NoteKind.REPORT: "governance/print/note_report.html",
    NoteKind.LETTER: "governance/print/note_letter.html",
}
LONG_RECORD = 6  # rows past which a relevé leaves the holders out, to stay on one page


@renderer(NOTE_KIND)
def render_note(generated_file):
    return note_html(NoteVersion.objects.get(files__file=generated_file).content)


def note_html(content):
    context = note_context(content) | {"draft": False, "logos": logos_of(content)}
    return render_to_string(NOTE_PAGES.get(content.get("kind"), "governance/print/note.html"), context)


@renderer(RECORD_KIND)
def render_record(generated_file):
    record = DecisionRecord.objects.get(files__file=generated_file)
    return render_to_string("governance/print/record.html", record_context(record.content) | {"draft": False})


@renderer(POINT_KIND)
def render_commune_point(generated_file):
    point = CommunePoint.objects.get(files__file=generated_file)
    return render_to_string("governance/print/commune_point.html", commune_point_context(point.content))


@renderer(REGISTER_KIND)
def render_register(generated_file):
    edition = RegisterEdition.objects.get(files__file=generated_file)
    return render_to_string("governance/print/register.html", register_context(edition.content))


@visibility(REGISTER_KIND)
def visible_register_files(user):
    return RegisterFile.objects.filter(edition__in=RegisterEdition.objects.visible_to(user)).values("file")


@renderer(CONSULTATION_KIND)
def render_consultation(generated_file):
    record = ConsultationRecord.objects.get(files__file=generated_file)
    return render_to_string("governance/print/consultation.html", consultation_context(record.content))


@visibility(NOTE_KIND)
def visible_note_files(user):
    notes = Note.objects.visible_to(user)
    return NoteFile.objects.filter(version__note__in=notes).values("file")


@visibility(RECORD_KIND)
def visible_record_files(user):
    records = DecisionRecord.objects.visible_to(user)
    return DecisionRecordFile.objects.filter(record__in=records).values("file")


@visibility(CONSULTATION_KIND)
def visible_consultation_files(user):
    consultations = Consultation.objects.visible_to(user)
    return ConsultationFile.objects.filter(record__consultation__in=consultations).values("file")


@visibility(POINT_KIND)
def visible_point_files(user):
    points = CommunePoint.objects.visible_to(user)
    return CommunePointFile.objects.filter(point__in=points).values("file")


def note_context(content):
    """For the printed note, a point of a dossier and the preview on screen."""
    content = typeset(content)
    return {
        # Notes issued before they had kinds hold none of these.
        "note": {"kind": NoteKind.TROIKA, "kind_label": "note de décision", "positions": [], "grants": []}
        | content
        | {"options": _plain_options(content["options"])},
        "accent": content["accent"],
        "table": plain_table(content["table"]),
        "sections": [
            {"title": one["title"], "html": mark_safe(one["text"])}  # noqa: S308 cleaned when it was stored
            for one in note_sections(content)
        ],
        "follow_up_html": mark_safe(content["follow_up"]),  # noqa: S308 idem
        "chart": _envelope_chart(content["envelopes"]),
        "costs": _costs(content),
        "signatures": _note_signatures(content),
    }


def _plain_options(options):
    """Their costs without cents, when none has any."""
    is_round = all(one["cost"].endswith(CENTS) or not one["cost"].endswith("€") for one in options)
    return [one | {"cost": without_cents(one["cost"])} for one in options] if is_round else options


def _note_signatures(content):
    """A letter is signed by its signatories, else by who issued it; another document says who wrote which version."""
    author = content["issued_by"]
    if content.get("kind") == NoteKind.LETTER:
        return signatures_of(content.get("signatories") or [author])
    return [
        {"label": "Rédaction", "name": author["name"], "detail": author["title"]},
        {"label": "État du document", "name": f"Version {content['version']}", "detail": content["issued_on"]},
    ]


def signatures_of(people):
    """Under a letter: the quality, then the name."""
    return [
        {"label": one["title"][:1].upper() + one["title"][1:], "name": one["name"], "detail": ""} for one in people
    ]


def note_texts(note):
    """What is read of a note in the meeting: its texts as last issued, else as they would be issued today."""
    version = note.versions.first()
    content = version.content if version else working_texts(note)
    return {
        "version": version,
        "request": content["request"],
        "sections": [one | {"html": mark_safe(one["text"])} for one in note_sections(content)],  # noqa: S308 idem
        "proposal": content["proposal"],
        "follow_up_html": mark_safe(content["follow_up"]),  # noqa: S308 idem
    }


def record_context(content):
    content = typeset(content)
    rows = sum(len(decision["effects"]["table"]["rows"]) for decision in content["decisions"])
    decisions = [
        {"replaces": ""}
        | decision
        | {"effects": decision["effects"] | {"table": plain_table(decision["effects"]["table"])}}
        for decision in content["decisions"]
    ]
    return {
        "compact": rows > LONG_RECORD,
        # Relevés issued before action points hold none.
        "record": {"action_points": []}
        | content
        | {"decisions": decisions, "attendance": [people_of(group) for group in content["attendance"]]},
        "accent": content["accent"],
        "logos": logos_of(content),
    }


def consultation_context(content):
    content = typeset(content)
    table = content["effects"]["table"]
    return {
        "record": content,
        "table": plain_table(table),
        "compact": len(table["rows"]) > LONG_RECORD,
        "presentation_html": mark_safe(content["presentation"]),  # noqa: S308 cleaned by RichTextField when stored
        "accent": content["accent"],
        "logos": logos_of(content),
        "draft": False,
    }


def commune_point_context(content):
    content = typeset(content)
    figures = [
        {name: without_cents(figure[name]) if name != "label" else figure[name] for name in figure}
        for figure in content["figures"]
    ]
    return {
        "point": content | {"figures": figures},
        "tables": [
            {"title": title, **_plain_rows(content[key])}
            for key, title in (("actions", "Actions de la commune"), ("shared", "Actions intercommunales"))
            if content[key]["rows"]
        ],
        "accent": content["accent"],
        "logos": logos_of(content),
        "draft": False,
    }


def register_context(content):
    content = typeset(content)
    rows = [row | {"effect": without_cents(row["effect"])} for row in content["rows"]]
    return {
        "register": content | {"rows": rows, "effect": without_cents(content["effect"])},
        "accent": content["accent"],
        "logos": logos_of(content),
        "draft": False,
        "signatures": (),
    }


def _plain_rows(table):
    """Amounts without the sign €, and without cents when none has any."""
    written = [amount for row in table["rows"] for amount in row["amounts"]] + table["totals"]
    is_round = all(amount.endswith(CENTS) or not amount.endswith("€") for amount in written)
    ending = CENTS if is_round else f"{NBSP}€"
    return {
        "columns": table["columns"],
        "rows": [
            row | {"amounts": [amount.removesuffix(ending) for amount in row["amounts"]]} for row in table["rows"]
        ],
        "totals": [amount.removesuffix(ending) for amount in table["totals"]],
    }


def _costs(content):
    """One figure per funder, then their sum when there are several."""
    costs = [{"label": cost["label"], "amount": without_cents(cost["amount"])} for cost in content["costs"]]
    return [*costs, {"label": "Total", "amount": without_cents(content["cost"])}] if len(costs) > 1 else costs


def people_of(group):
    """People of one side by what the relevé says of them: present, represented, excused."""
    people = group["people"]
    represented = [person for person in people if person["represented_by"]]
    return {
        "side": group["side"],
        "present": [person for person in people if person["is_there"]],
        "represented": represented,
        "excused": [person for person in people if not person["is_there"] and person not in represented],
    }


def _envelope_chart(rows):
    """None when no envelope is known: a chart of nothing says nothing."""
    bars = [
        Envelope(
            row["short"],
            None if row["values"]["envelope"] is None else Decimal(row["values"]["envelope"]),
            Decimal(row["values"]["programmed"] or 0),
            Decimal(row["values"]["planned"] or 0),
        )
        for row in rows
    ]
    if not bars:
        return None
    said = " ".join(f"{row['source']}\u00a0: {row['planned']} proposés, reste {row['remaining']}." for row in rows)
    return envelope_bars(bars, chart_id="envelopes", title="Effet de la décision sur les enveloppes", desc=said)


def without_cents(amount):
    return amount.replace(CENTS, f"{NBSP}€")


def plain_table(table):
    """The same amounts without the sign €, and without cents when none has any; each column as wide as it needs."""
    table = with_total(table)
    rows, sums = table["rows"], [*table["totals"], table["total"]]
    written = [amount for row in rows for amount in (*row["cells"], row["total"])] + sums
    is_round = all(amount.endswith(CENTS) or not amount.endswith("€") for amount in written)
    ending = CENTS if is_round else f"{NBSP}€"
    sums = [amount.removesuffix(ending) for amount in sums]
    return {
        "columns": [
            {"label": label, "width": _width(len(amount), len(sums))}
            for label, amount in zip(table["columns"], sums, strict=True)
        ],
        "rows": [
            row
            | {
                "cells": [cell.removesuffix(ending) for cell in row["cells"]],
                "total": row["total"].removesuffix(ending),
            }
            for row in rows
        ],
        "totals": sums,
    }


def _width(characters, columns):
    if columns <= FEW:
        return "w-15"
    return next((css for most, css in WIDTHS if characters <= most), "w-12")


def typeset(value):
    """No-break spaces where nothing may be parted and typographic apostrophes, in everything a document prints."""
    if isinstance(value, str):
        return STRAIGHT.sub("’", PARTED.sub(NBSP, value))
    if isinstance(value, list):
        return [typeset(one) for one in value]
    return {key: typeset(one) for key, one in value.items()} if isinstance(value, dict) else value
