"""How values are written; built in every template, and callable from Python."""

import datetime
import re

from django import template
from django.forms import Textarea
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from cite_educative.common import dates, money
from cite_educative.common.money import NBSP

register = template.Library()
FIRST = re.compile(r"\b1er\b")


@register.filter
def euros(value):
    """`12 345,50 €`; nothing known is a dash, and an empty string stays empty."""
    return "" if value == "" else money.euros(value)


@register.filter
def euros_round(value):
    """`12 346 €`."""
    return "" if value == "" else money.euros(value, cents=False)


@register.filter
def date_fr(value, year=None):
    """`1er juin 2026`; `{{ day|date_fr:2026 }}` leaves that year out."""
    return dates.date_fr(value, year=year) if isinstance(value, datetime.date) else ""


@register.filter
def time_fr(value):
    """`14 h 30`."""
    return dates.time_fr(value) if isinstance(value, (datetime.time, datetime.datetime)) else ""


@register.filter
def school_year(value):
    """`2025-2026`, from the starting year."""
    return "" if value in (None, "") else str(dates.SchoolYear(value))


@register.filter
def nbsp(value):
    """The same text on one line: every space becomes a no-break space."""
    text = conditional_escape(value).replace(" ", "\u00a0")
    return SafeString(text)


@register.filter
def first_raised(html):
    """The ending of « 1er » above the line, in text already made HTML by the filter before."""
    return SafeString(FIRST.sub("1<sup>er</sup>", html))


@register.filter
def after_name(value):
    """A quality as it is written after a name and a comma: "Cheffe de projet" loses its capital, "DASEN du Nord" does not."""
    return value[0].lower() + value[1:] if value[1:2].islower() else value


@register.filter(is_safe=False)
def pluralize(value, endings="s"):
    """Django's filter with the French rule: zero and one are singular. `endings`: "s", or "al,aux"."""
    number = value if isinstance(value, int | float) else len(value or "")
    singular, plural = endings.split(",") if "," in endings else ("", endings)
    return plural if abs(number) >= 2 else singular


@register.filter
def file_size(octets):
    """ "34 Ko", "1,2 Mo": thousands of octets, as people's own computers write them."""
    if octets < 1_000_000:
        return f"{max(1, round(octets / 1000))}{NBSP}Ko"
    return f"{octets / 1_000_000:.1f}{NBSP}Mo".replace(".", ",")


@register.simple_tag
def icon(name):
    """A decorative icon of `common/includes/_icons.html`; the word beside it carries the meaning."""
    return format_html('<svg class="ic" aria-hidden="true"><use href="#i-{}"></use></svg>', name)


@register.simple_tag
def status_badge(code, label):
    """A status told by its word, a shape (symbol `s-<code>`) and a colour (class `statut-<code>`)."""
    return format_html(
        '<span class="statut statut-{0}"><svg class="ic" aria-hidden="true"><use href="#s-{0}"></use></svg>{1}</span>',
        code,
        label,
    )


@register.simple_tag(takes_context=True)
def querystring_with(context, **changes):
    """The current query string with `changes`; a value of None removes the key. Begins with `?`."""
    query = context.request.GET.copy()
    for key, value in changes.items():
        if value is None:
            query.pop(key, None)
        else:
            query[key] = value
    return format_html("?{}", query.urlencode())


@register.filter
def has_free_text(form):
    """Whether people may write at length in this form: it then reminds them to name no child."""
    return any(isinstance(field.widget, Textarea) for name, field in form.fields.items() if name != "address")
