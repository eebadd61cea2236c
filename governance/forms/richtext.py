"""Formatted text in a plain text area: blank lines, dashes, `**bold**` and `### title`, and back."""

import re
from html import unescape

from django import forms

from cite_educative.common.richtext import clean_html, plain_to_html

BOLD = re.compile(r"\*\*(.+?)\*\*")
TITLE = re.compile(r"<p>### (.+?)</p>")
TAG = re.compile(r"<(/?)([a-z0-9]+)[^>]*>")
WRITABLE = {"p", "br", "ul", "li", "strong", "h3"}
HELP = "Une ligne vide sépare deux paragraphes, un tiret en tête de ligne fait une liste, **deux étoiles** le gras."


def to_html(text):
    """What was typed, as clean HTML; text that is HTML already is only cleaned."""
    if re.match(r"\s*<(p|ul|ol|h3|h4|table)\b", text):
        return clean_html(text)
    html = TITLE.sub(r"<h3>\1</h3>", plain_to_html(text))
    return clean_html(BOLD.sub(r"<strong>\1</strong>", html))


def to_text(html):
    """The text to edit again; HTML that cannot be written so (links, tables) is left as it is."""
    if not html or any(name not in WRITABLE for _, name in TAG.findall(html)):
        return html
    text = re.sub(r"</li>\s*", "\n", html.replace("\n", ""))
    for pattern, written in (
        (r"<li>", "- "),
        (r"<br ?/?>", "\n"),
        (r"</?strong>", "**"),
        (r"<h3>", "### "),
        (r"</(p|ul|h3)>", "\n\n"),
        (r"<[^>]+>", ""),
    ):
        text = re.sub(pattern, written, text)
    return re.sub(r"\n{3,}", "\n\n", unescape(text)).strip()


class RichTextFormField(forms.CharField):
    """Shows text, gives HTML."""

    def __init__(self, *, rows=6, **kwargs):
        kwargs.setdefault("required", False)
        kwargs.setdefault("help_text", HELP)
        kwargs.setdefault("max_length", 20_000)
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def prepare_value(self, value):
        return to_text(value) if isinstance(value, str) and value.lstrip().startswith("<") else value

    def clean(self, value):
        return to_html(super().clean(value))
