"""What the page of a commune shows, each reader with what she or he may know."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from actions.enums import Stage
from actions.freshness import is_stale, knows_freshness, with_freshness
from actions.permissions import can_write_exchange
from actions.tables import listed_steps
from cite_educative.common.dates import date_fr
from cite_educative.common.money import short_euros, total
from governance import communes
from governance.agenda import next_dates
from governance.models import CommunePoint, Meeting
from governance.permissions import can_make_point
from partners.permissions import can_read_contacts, can_steer, hides_names
from partners.tables import member

SHOWN = 5
NOTES = {
    "requested": "demandé par les porteurs",
    "programmed": "par les pilotes",
    "granted": "par les financeurs",
    "paid": "aux porteurs",
}


def commune_context(user, cite, commune, year):
    """A fixed number of queries, whatever the number of actions."""
    today = timezone.localdate()
    towns = communes.own_organisations(cite, commune)
    actions = communes.local_actions(user, cite, commune, year)
    own, shared = communes.split_by_scope(with_freshness(actions, user))
    exchanges = communes.exchanges_about(user, cite, commune, towns)
    meetings = communes.meetings_with(cite, commune, towns) & Meeting.objects.visible_to(user)
    steps = [] if hides_names(user.access, cite.pk) else exchanges.to_do()
    return {
        "cite": cite,
        "commune": commune,
        "year": year,
        "facts": [{"label": label, "value": value} for label, value in communes.territory_facts(cite, commune)],
        "figures": _figures(user, cite, actions, towns),
        "tables": _tables(user, cite, own, shared),
        "list_url": f"{reverse('actions:list')}?{urlencode({'territoire': commune.pk, 'exercice': year})}",
        "dates": next_dates(meetings, [*own, *shared], steps, today),
        "exchanges": exchanges[:SHOWN],
        "documents": communes.documents_about(user, cite, commune, towns)[:SHOWN],
        "points": _points(user, cite, commune),
        "exchange_url": _exchange_url(user, cite, towns),
        "can_make_point": can_make_point(user, cite, commune),
        "can_steer": can_steer(user, cite),
        **_referents(user, cite, commune, today),
    }


def _referents(user, cite, commune, today):
    with_contacts = can_read_contacts(user, cite)
    hidden = hides_names(user.access, cite.pk)
    return {
        "with_contacts": with_contacts and not hidden,
        "referents": [
            member(mandate, with_contacts=with_contacts and not hidden, hides_names=hidden, today=today)
            for mandate in communes.referents_of(cite, commune)
        ],
    }


def _figures(user, cite, actions, towns):
    """At most four; the part of the town's own funding lines stands under each."""
    listed = listed_steps(user.access, cite.pk)
    return [
        {
            "label": step.label.capitalize(),
            "value": short_euros(amount),
            "note": f"part de la commune\u00a0: {short_euros(part)}" if towns else NOTES[step],
        }
        for step, (amount, part) in communes.year_sums(user, actions, towns).items()
        if step in listed
    ]


def _tables(user, cite, own, shared):
    steps = listed_steps(user.access, cite.pk)
    with_fresh = knows_freshness(user.access, cite.pk) and any(row.fresh_at for row in [*own, *shared])
    return [
        {
            "id": key,
            "title": title,
            "empty": empty,
            "columns": [step.label.capitalize() for step in steps],
            "with_fresh": with_fresh,
            "rows": [_row(action, steps) for action in actions],
            "totals": [_amount(step, total(getattr(one, f"sum_{step}") for one in actions)) for step in steps],
        }
        for key, title, empty, actions in (
            ("actions", "Actions de la commune", "Aucune action de cet exercice n’est portée dans la commune.", own),
            ("intercommunales", "Actions intercommunales", "Aucune action intercommunale cet exercice.", shared),
        )
    ]


def _amount(step, amount):
    return {"label": step.label.capitalize(), "text": short_euros(amount)}


def _row(action, steps):
    return {
        "url": reverse("actions:detail", args=[action.pk]),
        "code": action.code,
        "title": action.title,
        "holder": action.holder.name,
        "stage": {"code": action.readable_stage, "label": Stage(action.readable_stage).label},
        "amounts": [_amount(step, getattr(action, f"sum_{step}")) for step in steps],
        "fresh": date_fr(timezone.localdate(action.fresh_at)) if action.fresh_at else "",
        "is_stale": is_stale(action),
    }


def _points(user, cite, commune):
    points = CommunePoint.objects.visible_to(user).filter(cite=cite, commune=commune)
    return [
        {"point": point, "files": [link.file for link in point.files.all()]}
        for point in points.prefetch_related("files__file")[:SHOWN]
    ]


def _exchange_url(user, cite, towns):
    """Where an exchange with the town is noted; "" for who keeps no journal."""
    if not can_write_exchange(user, cite):
        return ""
    query = f"?{urlencode({'organisme': towns[0].pk})}" if towns else ""
    return reverse("actions:exchange_create") + query
