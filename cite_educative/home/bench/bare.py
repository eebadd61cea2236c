"""What pages are compared with, through the same middleware.

`bare`: dicts of ready strings, no query, no layout, nobody signed in: the cheapest way to send rows.
`plain`: the page that Django gives with nothing added: somebody signed in, the layout, one query, as many rows.
"""

from functools import cache
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.template import Context, Engine, RequestContext
from django.views.decorators.http import require_safe

from actions.models import Action

SOURCE = Path(__file__).with_name("bare.html")
PLAIN = Path(__file__).with_name("plain.html")
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
def _template(path):
    return Engine.get_default().from_string(path.read_text(encoding="utf-8"))


@login_not_required
@require_safe
def bare(request, count):
    return HttpResponse(_template(SOURCE).render(Context({"rows": [ROW] * count})))


@require_safe
def plain(request, count):
    rows = Action.objects.visible_to(request.user).select_related("holder", "axis").order_by("pk")[:count]
    return HttpResponse(_template(PLAIN).render(RequestContext(request, {"actions": rows})))
