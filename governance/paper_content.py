"""What the papers of a meeting say: dictionaries of strings, frozen when they are made."""

import textwrap
from collections import defaultdict

from actions.edition_content import edition_content
from actions.enums import Step
from actions.finances.envelopes import source_figures
from actions.models import Action
from actions.sheet import get_sheet_action
from cite_educative.common.dates import BudgetYear, date_fr
from cite_educative.common.money import ZERO, euros
from governance.content import meeting_lines, money_table, plain, with_total
from governance.enums import ItemKind, NoteKind, NoteStatus
from governance.figures import item_figures, item_fundings, planned_amounts
from governance.models import Note
from partners.models import Mandate

USUAL_MINUTES = 60  # of a meeting and an agenda that say nothing
ROWS = 10  # actions on one slide
BARS = 7  # sources on one chart
LONGEST = 60  # letters of a title in a table of a slide
KEPT_FOR_MEMBERS = (
    *(
        "cite",
        "cite_subtitle",
        "accent",
        "pilots",
        "logos",
        "body",
        "meeting_short",
        "meeting",
        "time",
        "place",
        "year",
    ),
    *("made_on", "minutes", "agenda"),
)
CENTS = ",00\u00a0€"


def agenda_content(meeting):
    """The points in order: `number`, `title`, `kind`, `presenter`, `minutes`."""
    return [
        {
            "number": str(number),
            "title": item.title,
            "kind": item.get_kind_display(),
            "presenter": item.presenter.formal_name if item.presenter else "",
            "minutes": str(item.minutes_planned),
        }
        for number, item in enumerate(meeting.items.select_related("presenter"), start=1)
    ]


def minutes_of(meeting, agenda):
    """How long it lasts: as planned, else as its points add up, else as usual."""
    return str(meeting.minutes_planned or sum(int(line["minutes"]) for line in agenda) or USUAL_MINUTES)


# --- The attendance sheet ---------------------------------------------------------------------------


def sign_in_content(meeting, on):
    """Titulars who are expected that day, by side in protocol order, then the others."""
    groups = defaultdict(list)
    rows = Mandate.objects.active(on).filter(memberships__body=meeting.body, substitute_of=None)
    for mandate in rows.in_protocol_order():
        groups[mandate.side.label if mandate.side_id else "Autres membres"].append(
            {
                "name": mandate.person.formal_name,
                "title": mandate.title or mandate.person.function or mandate.role_label,
                "organisation": mandate.organisation.name,
            }
        )
    return {**meeting_lines(meeting), "groups": [{"side": side, "people": people} for side, people in groups.items()]}


# --- The dossier ------------------------------------------------------------------------------------


def dossier_content(meeting, *, user, today, with_sheets):
    """Agenda, issued notes as they were issued, tables of the points without note, and the sheets of their actions as
    `user` reads them. `annexes` holds keys, in the order of the points.
    """
    notes = issued_notes(meeting)
    lines = agenda_content(meeting)
    items = [
        line | _item_part(item, notes.get(item.pk), user, today, with_sheets)
        for line, item in zip(lines, meeting.items.all(), strict=True)
    ]
    annexes = meeting.annexes.filter(removed_at=None).select_related("item")
    annexes = sorted(annexes, key=lambda row: (row.item.order if row.item else 0, row.pk))
    return {
        **meeting_lines(meeting),
        "made_on": date_fr(today),
        "minutes": minutes_of(meeting, lines),
        "agenda": lines,
        "items": items,
        "annexes": [{"pk": row.pk, "title": str(row)} for row in annexes],
    }


def members_content(dossier):
    """What of a frozen dossier is read without the amounts: an annex or a note may tell them, none is kept."""
    return {name: dossier[name] for name in KEPT_FOR_MEMBERS if name in dossier}


def is_dossier_outdated(content, meeting):
    """Whether the day, the place, the length, a point or an issued note is no longer what this frozen dossier says."""
    lines, notes, agenda = meeting_lines(meeting), issued_notes(meeting), agenda_content(meeting)
    return (
        any(content[name] != lines[name] for name in ("meeting", "time", "place"))
        or content["agenda"] != agenda
        or content["minutes"] != minutes_of(meeting, agenda)
        or [item["note"] for item in content["items"]] != [notes.get(item.pk) for item in meeting.items.all()]
    )


def issued_notes(meeting):
    """`{item pk: content of the last version}`."""
    notes = Note.objects.filter(item__meeting=meeting, status=NoteStatus.ISSUED).prefetch_related("versions")
    return {note.item_id: note.versions.all()[0].content for note in notes}


def _item_part(item, note, user, today, with_sheets):
    fundings = [] if note else list(item_fundings(item))
    return {
        "note": note,
        "table": money_table(fundings, planned_amounts(fundings)) if fundings else None,
        "sheets": list(_sheets(item, user, today)) if with_sheets else [],
    }


def _sheets(item, user, today):
    keys = (
        Action.objects.visible_to(user).filter(agenda_items=item).order_by("code", "pk").values_list("pk", flat=True)
    )
    for key in keys:
        yield edition_content(user, get_sheet_action(user, key), today)


# --- The slides -------------------------------------------------------------------------------------


def slides_content(meeting):
    """A deck of strings: cover, agenda, one or more slides per point, what is asked today."""
    notes = issued_notes(meeting)
    agenda, lines = agenda_content(meeting), meeting_lines(meeting)
    slides = [_agenda_slide(agenda), *_year_slide(meeting)]
    asks = []
    for line, item in zip(agenda, meeting.items.all(), strict=True):
        note = notes.get(item.pk)
        slides += _item_slides(line, item, note)
        if item.kind == ItemKind.DECISION:
            asks.append(_asked(line, item, note))
    if asks:
        title = "Ce qui est demandé aujourd’hui"
        slides.append({"kicker": "En résumé", "title": title, "points": asks, "is_numbered": True})
    return {
        **lines,
        "title": lines["meeting"][:1].upper() + lines["meeting"][1:],
        "subtitle": ", ".join(filter(None, [lines["time"], lines["place"]])),
        "footer": f"Cité éducative {lines['cite']}. {lines['meeting_short']}",
        "slides": slides,
    }


def _agenda_slide(agenda):
    points = [f"{line['number']}. {line['title']} ({line['kind']}, {line['minutes']}\u00a0min)" for line in agenda]
    return {
        "kicker": "Ordre du jour",
        "title": f"{len(agenda)} point{'s' if len(agenda) > 1 else ''}",
        "points": points,
        "is_numbered": True,
    }


def _year_slide(meeting):
    """Where the envelopes that the pilots programme stand for the meeting's year; nothing while none is announced."""
    year = BudgetYear(meeting.starts_at.year)
    lines = source_figures(meeting.body.cite, year)
    rows = [line for line in lines if line.available and line.uses(Step.PROGRAMMED)]
    if not rows:
        return []
    available = sum((row.available for row in rows), ZERO)
    programmed = sum((row.sums.get("programmed") or ZERO for row in rows), ZERO)
    left = available - programmed
    share = int(programmed * 100 / available)
    title = f"{share}\u00a0% des enveloppes programmées, il reste {_round(left)}"
    if left < ZERO:
        title = f"Enveloppes dépassées de {_round(-left)}"
    bars = [_bar(row.source.short_label, row.available, row.sums.get("programmed") or ZERO, ZERO) for row in rows]
    return _charts({"kicker": f"Exercice {year}", "title": title}, bars)


def _charts(slide, bars):
    """The slide, as many times as its bars need; they stay readable from the back of the room."""
    pages = range(0, len(bars), BARS)
    for start in pages:
        counted = f" ({start // BARS + 1}/{len(pages)})" if len(pages) > 1 else ""
        yield slide | {"title": slide["title"] + counted, "bars": bars[start : start + BARS]}


def _item_slides(line, item, note):
    kicker = f"Point {line['number']}, {line['kind']}"
    fundings = _told_fundings(item, note)
    figures = [figure for figure in item_figures(item, fundings) if figure.envelope is not None and figure.planned]
    ask = [_ask_label(item, note), note["request"]] if note else None
    first = {"kicker": kicker, "title": item.title, "ask": ask}
    if figures:
        yield from _charts(
            first,
            [
                _bar(one.source.short_label, one.envelope, one.programmed - one.programmed_here, one.planned)
                for one in figures
            ],
        )
    else:
        presented = [f"Présenté par {line['presenter']}"] if line["presenter"] else []
        yield first | {"points": [*presented, f"Durée prévue\u00a0: {line['minutes']}\u00a0minutes"]}
    if note and note["options"]:
        yield {"kicker": kicker, "title": "Options examinées", "table": _options(note)}
    table = with_total(money_table(fundings, planned_amounts(fundings)))
    pages = range(0, len(table["rows"]), ROWS)
    for start in pages:
        counted = f" ({start // ROWS + 1}/{len(pages)})" if len(pages) > 1 else ""
        yield {"kicker": kicker, "title": f"Montants proposés{counted}", "table": _table_part(table, start)}


def _told_fundings(item, note):
    """Those of the point; of a report, those of the line alone that its council votes."""
    fundings = list(item_fundings(item))
    line = note["source"] if note and note.get("kind") == NoteKind.REPORT else ""
    return [one for one in fundings if one.source.label == line] if line else fundings


def _ask_label(item, note):
    if note.get("kind") in (NoteKind.REPORT, NoteKind.LETTER):
        return "Objet"
    return "À décider" if item.kind == ItemKind.DECISION else "En bref"


def _bar(label, envelope, programmed, planned):
    return {"label": label, "envelope": plain(envelope), "programmed": plain(programmed), "planned": plain(planned)}


def _options(note):
    rows = [
        [
            option["label"] + (" (proposée)" if option["is_proposed"] else ""),
            option["interest"],
            _short(option["cost"]),
        ]
        for option in note["options"]
    ]
    return {"columns": ["Option", "Intérêt", "Coût"], "rows": rows, "total": None, "are_amounts": False}


def _table_part(table, start):
    rows = table["rows"][start : start + ROWS]
    is_last = start + ROWS >= len(table["rows"])
    return {
        "columns": ["Action", *table["columns"]],
        "rows": [
            [textwrap.shorten(f"{row['code']} {row['title']}".strip(), LONGEST, placeholder="…")]
            + [_short(amount) for amount in (*row["cells"], row["total"])]
            for row in rows
        ],
        "total": ["Total", *map(_short, table["totals"]), _short(table["total"])] if is_last else None,
    }


def _short(amount):
    return amount.replace(CENTS, "\u00a0€")


def _round(amount):
    return euros(amount, cents=False)


def _asked(line, item, note):
    """With its cost: that of the note, else what would be programmed."""
    if note:
        cost = note["cost"] if note["costs"] else ""
    else:
        planned = sum((figure.planned for figure in item_figures(item)), ZERO)
        cost = euros(planned) if planned else ""
    return f"{line['number']}. {line['title']}" + (f" ({_short(cost)})" if cost else "")
