"""The board as HTML: one pass over the cells, because a template of 4 000 inputs would take ten times longer.

Texts that people wrote go through `esc`; the rest is ours.
"""

from decimal import ROUND_HALF_UP, Decimal
from html import escape as esc

from django.urls import reverse
from django.utils.safestring import mark_safe

from actions.enums import Verdict
from actions.finances.board import EMPTY
from actions.opinions import BADGES
from cite_educative.common.money import DASH, NBSP, ZERO, short_euros, total

WIDTH = 260
WORDS = {
    Verdict.FAVOURABLE: "favorable",
    Verdict.RESERVED: "réservé",
    Verdict.UNFAVOURABLE: "défavorable",
    Verdict.NONE: "sans avis",
}


def plain(amount):
    """`12 000`, without the unit that the whole table shares."""
    return DASH if amount is None else short_euros(amount).removesuffix(f"{NBSP}€")


def share(part, whole):
    if part is None or not whole:
        return DASH
    return f"{(part * 100 / whole).quantize(Decimal(1), ROUND_HALF_UP)}{NBSP}%"


def cell_name(action, source, place):
    """What a cell posts back: its place, the version and the cents that its reader saw."""
    cents = "x" if place.amount is None else int(place.amount * 100)
    return f"c-{action}-{source}-{place.version}-{cents}"


def cell_value(place):
    return "" if place.amount is None else plain(place.amount)


# --- Table ----------------------------------------------------------------------------------------


def table_body(board, grouping, sides, *, writes):
    parts = []
    for number, (label, rows) in enumerate(board.grouped(grouping)):
        parts.append(_group_line(board, number, label, rows, sides))
        parts.extend(_line(board, row, sides, writes) for row in rows)
    return mark_safe("\n".join(parts))  # noqa: S308


def _group_line(board, number, label, rows, sides):
    sums = board.sums(rows)
    cells = "".join(
        f'<td class="m{" g" if not rank else ""}" id="g{number}-{source.pk}">{_blank(sums.by_source[source.pk])}</td>'
        for rank, source in enumerate(board.sources)
    )
    return (
        f'<tr class="fam"><th colspan="3" scope="rowgroup">{esc(label)}</th><td class="m">{_blank(sums.requested)}</td>'
        f'<td class="m">{_blank(sums.last_year)}</td>{_gap(sides)}{cells}'
        f'<td class="m g" id="g{number}">{_blank(sums.proposed)}</td><td class="m" id="gp{number}">'
        f"{share(sums.proposed, sums.requested)}</td></tr>"
    )


def _gap(sides):
    return f'<td class="g" colspan="{len(sides)}"></td>' if sides else ""


def _blank(amount):
    return "" if amount is None else plain(amount)


def _line(board, row, sides, writes):
    action = row.action
    opinions = "".join(_opinion(row, side, not rank) for rank, side in enumerate(sides))
    cells = "".join(_cell(row, source, not rank, writes) for rank, source in enumerate(board.sources))
    address = reverse("actions:detail", args=[action.pk])
    last = plain(row.last_year) if action.renews_id else "nouvelle"
    return (
        f'<tr><td class="code">{esc(action.code)}</td><th scope="row" id="a{action.pk}">'
        f'<a class="intitule" href="{address}">{esc(action.title)}</a>'
        f'<span class="sous">{esc(action.holder.name)}, {_comments(row)}</span></th>'
        f"<td>{esc(row.territory or DASH)}</td>"
        f'<td class="m">{plain(row.requested)}</td><td class="m second">{last}</td>{opinions}{cells}'
        f'<td class="m g tot" id="r{action.pk}">{plain(row.proposed)}</td>'
        f'<td class="m second" id="p{action.pk}">{share(row.proposed, row.requested)}</td></tr>'
    )


def _comments(row):
    """How many, and the page where they are read and written, for the circle that each author chooses."""
    number = row.comments
    words = f"{number} commentaire{'s' if number > 1 else ''}" if number else "commenter"
    about = f'<span class="visually-hidden"> {esc(row.action.title)}</span>'
    return f'<a href="{reverse("actions:comments", args=[row.action.pk])}">{words}{about}</a>'


def _opinion(row, side, first):
    given = [verdict for verdict in Verdict if verdict in row.verdicts.get(side.pk, ())]
    marks = "".join(
        f'<span class="statut-{BADGES[one]}" title="{WORDS[one]}"><svg class="ic" aria-hidden="true">'
        f'<use href="#s-{BADGES[one]}"></use></svg><span class="visually-hidden">{WORDS[one]}</span></span>'
        for one in given
    )
    return f'<td class="av c{" g" if first else ""}">{marks}</td>'


def _cell(row, source, first, writes):
    css = f"m saisie{' g' if first else ''}"
    if source.pk in row.in_kind:
        return f'<td class="{css} second">en nature</td>'
    place, asked = row.cells.get(source.pk, EMPTY), _asked(row.asked.get(source.pk))
    if not writes:
        return f'<td class="{css}">{cell_value(place)}{asked}</td>'
    return (
        f'<td class="{css}"><input class="cellule" name="{cell_name(row.action.pk, source.pk, place)}"'
        f' value="{cell_value(place)}" aria-labelledby="s{source.pk} a{row.action.pk}">{asked}</td>'
    )


def _asked(amount):
    return "" if amount is None else f'<span class="sous">dem. {plain(amount)}</span>'


# --- What an edit changes -------------------------------------------------------------------------


def texts(board, grouping, actions):
    """`{id: text}` of the totals that an edit of these actions may have moved."""
    found = {}
    for number, (_, rows) in enumerate(board.grouped(grouping)):
        sums = board.sums(rows)
        found |= {f"g{number}-{pk}": _blank(amount) for pk, amount in sums.by_source.items()}
        found |= {f"g{number}": _blank(sums.proposed), f"gp{number}": share(sums.proposed, sums.requested)}
        for row in rows:
            if row.action.pk in actions:
                found[f"r{row.action.pk}"] = plain(row.proposed)
                found[f"p{row.action.pk}"] = share(row.proposed, row.requested)
    return found | foot_texts(board)


def foot_texts(board):
    """The last three lines of the table. Available and left count every request, whatever the filters."""
    sums = board.sums(board.rows)
    found = {f"t{pk}": plain(amount) for pk, amount in sums.by_source.items()}
    found |= {"t": plain(sums.proposed), "tp": share(sums.proposed, sums.requested)}
    found |= {f"d{one.source.pk}": plain(one.available) for one in board.envelopes}
    found |= {f"l{one.source.pk}": plain(one.left) for one in board.envelopes}
    found["d"] = plain(total(one.available for one in board.envelopes))
    found["l"] = plain(total(one.left for one in board.envelopes))
    return found


def table_foot(board, sides):
    sums, said = board.sums(board.rows), foot_texts(board)
    figures = f'<td class="m">{plain(sums.requested)}</td><td class="m">{plain(sums.last_year)}</td>{_gap(sides)}'
    none = f"<td></td><td></td>{_gap(sides)}"
    asked = {f"q{pk}": plain(amount) for pk, amount in sums.asked.items()} | {"q": plain(sums.requested)}
    return mark_safe(  # noqa: S308
        _foot_line(board, asked, "Total demandé", "q", none)
        + _foot_line(board, said, "Total proposé", "t", figures, css="fort")
        + _foot_line(board, said, "Disponible avant proposition", "d", none)
        + _foot_line(board, said, "Reste après proposition", "l", none, css="fort")
    )


def _foot_line(board, said, title, key, middle, css=""):
    cells = "".join(
        f'<td class="m{" g" if not rank else ""}" id="{key}{source.pk}">{said[f"{key}{source.pk}"]}</td>'
        for rank, source in enumerate(board.sources)
    )
    last = f'<td class="m" id="tp">{said["tp"]}</td>' if key == "t" else "<td></td>"
    return (
        f'<tr class="{css}"><th colspan="3" scope="row">{title}</th>{middle}{cells}'
        f'<td class="m g" id="{key}">{said[key]}</td>{last}</tr>'
    )


# --- Gauges and bars ------------------------------------------------------------------------------


def gauges(board):
    return mark_safe("".join(_gauge(one) for one in board.envelopes))  # noqa: S308


def _gauge(envelope):
    name, left = esc(envelope.source.short_label or envelope.source.label), envelope.left
    head = f'<h3><span>{name}</span><span class="num">{short_euros(envelope.total)}</span></h3>'
    told = f"<span>Proposé {short_euros(envelope.proposed)}</span>"
    if left is None:
        return f'<div>{head}<div class="reste">{told}<span>Enveloppe pas encore connue</span></div></div>'
    spare = f"Reste <b>{short_euros(left)}</b>"
    if left < ZERO:
        spare = (
            '<span class="alerte"><svg class="ic" aria-hidden="true"><use href="#s-retard"></use></svg>'
            f"Dépassée de <b>{short_euros(-left)}</b></span>"
        )
    words = (
        f"{name}{NBSP}: {short_euros(envelope.programmed)} déjà programmés, {short_euros(envelope.proposed)} proposés, "
        + (f"{short_euros(left)} disponibles" if left >= ZERO else f"enveloppe dépassée de {short_euros(-left)}")
    )
    return f'<div>{head}{_bar(envelope, words)}<div class="reste">{told}<span>{spare}</span></div></div>'


def _bar(envelope, words):
    whole = max(envelope.total, envelope.programmed + envelope.proposed) or Decimal(1)
    done = float(WIDTH * envelope.programmed / whole)
    asked = float(WIDTH * envelope.proposed / whole)
    hatch = "".join(f"M{done + x:.1f} 11l7 -12" for x in range(0, max(0, int(asked) - 6), 6))
    limit = float(WIDTH * envelope.total / whole)
    over = (
        f'<rect class="j-trop" x="{limit:.1f}" width="{WIDTH - limit:.1f}" height="10"/>' if envelope.left < 0 else ""
    )
    return (
        f'<svg class="jauge" viewBox="0 0 {WIDTH} 10" preserveAspectRatio="none" role="img" aria-label="{words}">'
        f'<rect class="j-fond" width="{WIDTH}" height="10"/><rect class="j-fait" width="{done:.1f}" height="10"/>'
        f'<rect class="j-prop" x="{done:.1f}" width="{asked:.1f}" height="10"/><path class="j-trame" d="{hatch}"/>{over}</svg>'
    )


def bars(board):
    """What the scenario gives by axis, territory and kind of holder, of every request of the call."""
    kinds = [
        ("Par axe", lambda row: row.groups["axe"][1]),
        ("Par territoire", lambda row: row.groups["commune"][1]),
        ("Par nature de porteur", lambda row: row.action.holder.get_kind_display().capitalize()),
    ]
    return mark_safe("".join(_bars(title, _tally(board, key)) for title, key in kinds))  # noqa: S308


def _tally(board, key):
    sums = {}
    for row in board.every_row:
        sums[key(row)] = sums.get(key(row), ZERO) + (row.proposed or ZERO)
    return sorted(sums.items(), key=lambda one: (-one[1], one[0]))


def _bars(title, tally):
    whole = sum((amount for _, amount in tally), ZERO)
    most = max((amount for _, amount in tally), default=ZERO) or Decimal(1)
    lines = "".join(
        f'<tr><th scope="row">{esc(label)}</th><td><svg class="barre" viewBox="0 0 100 8" preserveAspectRatio="none"'
        f' aria-hidden="true"><rect class="j-fait" width="{float(100 * amount / most):.1f}" height="8"/></svg></td>'
        f'<td class="m">{short_euros(amount)}</td><td class="m second">{share(amount, whole)}</td></tr>'
        for label, amount in tally
    )
    return (
        f'<section><h2>{title}</h2><table class="table barres"><caption class="visually-hidden">Proposé {title.lower()}'
        f'</caption><thead class="visually-hidden"><tr><th scope="col">{title}</th><th scope="col">Part</th>'
        f'<th scope="col">Proposé</th><th scope="col">En %</th></tr></thead><tbody>{lines}</tbody></table></section>'
    )
