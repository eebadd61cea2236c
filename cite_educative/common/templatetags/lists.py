"""Rows and choices of lists, written in Python: the engine takes ten times as long for a page of some hundred cells."""

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe

register = template.Library()

RIGHT = ("money", "count")
BOX = (
    '<input class="form-check-input choix-rang" type="checkbox" name="choix" value="{}" form="lot"'
    ' aria-label="Choisir {}">'
)


@register.simple_tag
def list_rows(listing, selects=False):
    """The rows of a `ListPage`; with `selects`, each has a box that belongs to the form of id "lot"."""
    return _joined(_row(row, selects) for row in listing.rows)


@register.simple_tag
def filter_select(field):
    """The `<select>` of a bound field, with its options."""
    value = field.value()
    chosen = {str(one) for one in value} if isinstance(value, (list, tuple)) else {"" if value is None else str(value)}
    options = _joined(_option(key, label, chosen) for key, label in field.field.choices)
    return format_html(
        '<select class="form-select{}" name="{}" id="{}" aria-invalid="{}">{}</select>',
        " is-invalid" if field.errors else "",
        field.html_name,
        field.id_for_label,
        "true" if field.errors else "false",
        options,
    )


def _option(key, label, chosen):
    selected = " selected" if str(key) in chosen else ""
    return f'<option value="{conditional_escape(str(key))}"{selected}>{conditional_escape(label)}</option>'


def _row(row, selects):
    css = f' class="{conditional_escape(row.css)}"' if row.css else ""
    first, *others = row.cells
    return f"<tr{css}>{_heading(first, row, selects)}{''.join(map(_cell, others))}</tr>\n"


def _heading(cell, row, selects):
    box = format_html(BOX, row.key, row.name) if selects else ""
    text = conditional_escape(cell.text)
    if cell.url:
        text = format_html('<a class="intitule" href="{}">{}</a>', cell.url, cell.text)
    return f'<th scope="row" class="{conditional_escape(cell.css)}">{box}{text}{_note(cell)}</th>'


def _cell(cell):
    css = "m " if cell.kind in RIGHT else "nb " if cell.kind == "date" else ""
    word = "" if "sans-mot" in cell.css else f' data-mot="{conditional_escape(cell.label)}"'
    content = f"<span>{conditional_escape(cell.text)}{_note(cell)}</span>" if cell.text else ""
    return f'<td class="{css}{conditional_escape(cell.css)}"{word}>{content}</td>'


def _note(cell):
    return f'<span class="sous">{conditional_escape(cell.note)}</span>' if cell.note else ""


def _joined(parts):
    return mark_safe("".join(parts))  # noqa: S308 every part is escaped above
