"""The cheapest page that shows rows: dicts of ready strings, no query, no layout, through the same middleware."""

from functools import cache
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.template import Context, Engine
from django.views.decorators.http import require_safe

SOURCE = Path(__file__).with_name("bare.html")
ROW = {
    "code": "CE26-001",
    "title": "Lire et raconter en famille – Basse-Ville",
    "axis": "École",
    "territory": "Dunkerque",
    "stage": "En cours",
    "requested": "12\u00a0345\u00a0€",
    "programmed": "10\u00a0000\u00a0€",
    "granted": "10\u00a0000\u00a0€",
    "paid": "7\u00a0500\u00a0€",
}


@cache
def _template():
    return Engine.get_default().from_string(SOURCE.read_text(encoding="utf-8"))


@login_not_required
@require_safe
def bare(request, count):
    template = _template()
    return HttpResponse(template.render(Context({"rows": [ROW] * count})))
