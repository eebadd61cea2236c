"""What a "point commune" prints: dictionaries of strings, as the commune's own referent may read them."""

from datetime import timedelta

from actions.enums import ActionStatus, Stage, Step
from cite_educative.common.dates import date_fr
from cite_educative.common.money import euros, total
from governance import communes
from governance.agenda import next_dates
from governance.content import cite_lines, signatory
from governance.enums import MeetingStatus
from partners.wording import agreed

COLUMNS = (Step.REQUESTED, Step.PROGRAMMED, Step.GRANTED, Step.PAID)
LAST_EXCHANGES = 5
ENDS_SOON = timedelta(days=90)
SAID = 8  # sheets to complete that are named one by one
OVER = (ActionStatus.CLOSED, ActionStatus.REJECTED, ActionStatus.ABANDONED)


def commune_content(cite, commune, year, *, made_on, made_by):
    organisations = communes.own_organisations(cite, commune)
    reader = communes.CommuneReader.of(cite, commune, organisations)
    actions = communes.local_actions(reader, cite, commune, year)
    own, shared = communes.split_by_scope(actions)
    sums = communes.year_sums(reader, actions, organisations)
    meetings = communes.meetings_with(cite, commune, organisations).filter(status=MeetingStatus.CONVENED)
    exchanges = communes.exchanges_about(reader, cite, commune, organisations)
    steps = exchanges.to_do()
    referents = list(communes.referents_of(cite, commune))
    dates = next_dates(meetings, [*own, *shared], steps, made_on)
    return {
        **cite_lines(cite),
        "commune": commune.name,
        "year": str(year),
        "made_on": date_fr(made_on),
        "made_by": signatory(made_by, cite),
        "facts": [{"label": label, "value": value} for label, value in communes.territory_facts(cite, commune)],
        "referents": [_referent(mandate) for mandate in referents],
        "has_own_part": bool(organisations),
        "figures": [
            {"label": step.label.capitalize(), "amount": euros(amount), "own_part": euros(part)}
            for step, (amount, part) in sums.items()
        ],
        "actions": _table(own),
        "shared": _table(shared),
        "dates": [{"when": one.when, "kind": one.kind, "label": one.label} for one in dates],
        "exchanges": _exchanges(exchanges),
        "attention": [
            *_missing_referent(referents),
            *_ending_mandates(communes.people_of(cite, commune, organisations), made_on),
            *_waiting_grants([*own, *shared]),
            *_sheets_to_complete(own),
        ],
    }


def _referent(mandate):
    title = mandate.title or mandate.person.function or mandate.role_label
    return {
        "label": agreed("Référent", mandate.person.civility),
        "name": mandate.person.formal_name,
        "title": title,
        "organisation": mandate.organisation.name,
        "contact": ", ".join(filter(None, [mandate.person.email, mandate.person.phone])),
    }


def _exchanges(exchanges):
    return [
        {"when": date_fr(one.held_on), "kind": one.get_kind_display(), "title": one.title}
        for one in exchanges.order_by("-held_on", "-pk")[:LAST_EXCHANGES]
    ]


def _table(actions):
    return {
        "columns": [step.label.capitalize() for step in COLUMNS],
        "rows": [
            {
                "code": action.code,
                "title": action.title,
                "holder": action.holder.name,
                "stage": Stage(action.readable_stage).label,
                "amounts": [euros(getattr(action, f"sum_{step}")) for step in COLUMNS],
            }
            for action in actions
        ],
        "totals": [euros(total(getattr(one, f"sum_{step}") for one in actions)) for step in COLUMNS],
    }


# --- What needs attention -------------------------------------------------------------------------


def _missing_referent(referents):
    if not referents:
        yield "Aucune personne n’est référente de la commune à ce jour."


def _ending_mandates(mandates, today):
    ending = mandates.filter(ends_on__isnull=False, ends_on__lte=today + ENDS_SOON).without_successor()
    for mandate in ending.order_by("ends_on", "pk").select_related("person"):
        quality = mandate.title or mandate.role_label
        yield f"Le mandat de {mandate.person.formal_name} ({quality}) prend fin le {date_fr(mandate.ends_on)}."


def _waiting_grants(actions):
    number = sum(bool(action.sum_programmed) and action.sum_granted is None for action in actions)
    if number == 1:
        yield "Une action programmée attend encore l’accord d’un financeur."
    elif number:
        yield f"{number} actions programmées attendent encore l’accord d’un financeur."


def _sheets_to_complete(actions):
    lacking = [(action, _lacking(action)) for action in actions if action.status not in OVER]
    lacking = [(action, missing) for action, missing in lacking if missing]
    for action, missing in lacking[:SAID]:
        yield f"Fiche {action.code} à compléter\u00a0: {', '.join(missing)}."
    if len(lacking) > SAID:
        yield f"Et {len(lacking) - SAID} autres fiches à compléter."


def _lacking(action):
    wanted = (
        ("l’objectif", action.objective_id),
        ("le public", action.audience),
        ("les dates", (action.starts_on and action.ends_on) or action.period_text),
    )
    return [label for label, value in wanted if not value]
