"""Formatted text written by users: a short allow-list of HTML, applied whenever a row is stored."""

import re

import nh3
from django.db import models
from django.utils.html import escape

TAGS = {
    *("p", "br", "strong", "em", "ul", "ol", "li", "h3", "h4", "a"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"a": {"href"}, "th": {"scope", "colspan", "rowspan"}, "td": {"colspan", "rowspan"}}
URL_SCHEMES = {"http", "https", "mailto"}
BULLET = re.compile(r"\s*[-•–*]\s+")


def clean_html(html):
    """Keep the allow-list and nothing else; idempotent. An empty paragraph alone counts as no text."""
    cleaned = nh3.clean(
        html.replace("\x00", ""),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=URL_SCHEMES,
        clean_content_tags={"script", "style"},
        link_rel="noopener noreferrer",
    ).strip()
    return cleaned if nh3.clean(cleaned, tags=set()).replace("\xa0", " ").replace("&nbsp;", " ").strip() else ""


def plain_to_html(text):
    """Turn typed text into the same HTML: blank lines part paragraphs, lines led by a dash make a list."""
    blocks = []
    for paragraph in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip()):
        lines = [line for line in paragraph.split("\n") if line.strip()]
        for is_list, run in _runs(lines):
            if is_list:
                items = "".join(f"<li>{escape(BULLET.sub('', line, count=1).strip())}</li>" for line in run)
                blocks.append(f"<ul>{items}</ul>")
            else:
                blocks.append(f"<p>{'<br>'.join(escape(line.strip()) for line in run)}</p>")
    return "\n".join(blocks)


def _runs(lines):
    """Group consecutive lines as (are list items, lines)."""
    runs = []
    for line in lines:
        is_item = bool(BULLET.match(line))
        if runs and runs[-1][0] == is_item:
            runs[-1][1].append(line)
        else:
            runs.append((is_item, [line]))
    return runs


class RichTextField(models.TextField):
    """Stores clean HTML whatever the path (`save`, bulk, `update`); templates print it with `|safe`."""

    description = "texte mis en forme"

    def pre_save(self, model_instance, add):
        value = super().pre_save(model_instance, add)
        if isinstance(value, str):
            value = clean_html(value)
            setattr(model_instance, self.attname, value)
        return value

    def get_db_prep_save(self, value, connection):
        value = clean_html(value) if isinstance(value, str) else value
        return super().get_db_prep_save(value, connection)
