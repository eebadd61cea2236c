"""A Cité with money to decide on: four pilots, two funders with envelopes, actions with requests."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from actions.enums import ActionStatus, EntryKind, Step
from actions.models import Action, Envelope, Funding, FundingSource
from governance import services
from governance.enums import BodyKind, ItemKind
from governance.models import Body
from partners.enums import Role
from partners.models import Cite, Mandate, User
from tests import factories

YEAR = 2026


class Setting:
    """Everything a meeting needs; attributes are built by `make_setting`."""

    cite: Cite
    lead: User
    pilot: User
    state: FundingSource
    town: FundingSource
    actions: list
    body: Body


def make_source(cite, label, *, envelope=None, order=1, actor, **fields):
    source = FundingSource.objects.create(
        cite=cite,
        organisation=factories.make_organisation(f"{label} de {cite.slug}"),
        label=label,
        short_label=fields.pop("short_label", label),
        circuit=fields.pop("circuit", "state_direct"),
        order=order,
        **fields,
    )
    if envelope is not None:
        Envelope.objects.create(
            source=source,
            budget_year=YEAR,
            notified=Decimal(envelope),
            notified_on=date(YEAR, 1, 15),
            notified_reference="arrêté 12",
            entered_by=actor,
        )
    return source


def make_action(cite, number, *, actor, status=ActionStatus.SUBMITTED, **fields):
    return Action.objects.create(
        cite=cite,
        budget_year=YEAR,
        code=f"CE26-{number:03d}",
        title=fields.pop("title", f"Action {number}"),
        holder=fields.pop("holder", None) or factories.make_organisation(cite=cite),
        status=status,
        submitted_on=date(YEAR, 1, 20),
        created_by=actor,
        **fields,
    )


def ask(action, source, requested, *, actor, proposed=None):
    funding, _ = Funding.objects.get_or_create(action=action, source=source, budget_year=YEAR)
    amounts = {Step.REQUESTED: requested, Step.PROPOSED: proposed}
    for step, amount in amounts.items():
        if amount is not None:
            funding.record(step, Decimal(amount), kind=EntryKind.ENTRY, on=date(YEAR, 2, 1), actor=actor, reference="")
    return funding


def make_setting(slug="dunkerque", *, cite=None, lead=None, nb_actions=2, **body):
    """Each action asks 10 000 € from the State (8 000 proposed) and 5 000 € from the town; envelopes of 50 000 €."""
    setting = Setting()
    setting.cite = cite or factories.make_cite(slug)
    setting.lead = lead or factories.make_lead(setting.cite, title="cheffe de projet")
    setting.pilot = factories.make_user(setting.cite, Role.PILOT, title="délégué du préfet")
    for side in list(setting.cite.sides.all())[1:]:
        factories.make_mandate(setting.cite, Role.PILOT, side=side)
    setting.state = make_source(setting.cite, "État – P147", envelope=50_000, actor=setting.lead, short_label="État")
    setting.town = make_source(setting.cite, "Ville", envelope=50_000, order=2, actor=setting.lead, circuit="commune")
    setting.actions = [make_action(setting.cite, number, actor=setting.lead) for number in range(1, nb_actions + 1)]
    for action in setting.actions:
        ask(action, setting.state, 10_000, proposed=8_000, actor=setting.lead)
        ask(action, setting.town, 5_000, actor=setting.lead)
    kind = body.pop("kind", BodyKind.TROIKA)
    row = Body(cite=setting.cite, kind=kind, label=body.pop("label", "Troïka"), code=body.pop("code", "TR"), **body)
    mandates = Mandate.objects.filter(cite=setting.cite, role=Role.PILOT)
    setting.body = services.create_body(row, actor=setting.lead, mandates=mandates)
    return setting


def make_meeting(setting, *, days=-1, items=1):
    """Its points of decision all bear on every action of the setting; `days` from today."""
    starts = timezone.now() + timedelta(days=days)
    meeting = services.plan_meeting(body=setting.body, actor=setting.lead, starts_at=starts, place="Sous-préfecture")
    for number in range(1, items + 1):
        services.add_item(
            meeting=meeting,
            actor=setting.lead,
            title=f"Programmation {number}",
            kind=ItemKind.DECISION,
            actions=setting.actions,
        )
    return meeting


def make_open_meeting(setting, **fields):
    return services.open_meeting(make_meeting(setting, **fields), actor=setting.lead)


def make_decision(setting, item, *, effects=None, **fields):
    values = {"title": item.title, "text": "La Troïka programme les actions.", "is_agreed": True} | fields
    effects = services.proposed_effects(item) if effects is None else effects
    return services.save_decision(item=item, actor=setting.lead, effects=effects, **values)


def make_closed_meeting(setting, **fields):
    meeting = make_open_meeting(setting, **fields)
    for number, item in enumerate(meeting.items.all()):
        make_decision(setting, item, effects=[] if number else None)
    services.close_meeting(meeting, actor=setting.lead)
    meeting.refresh_from_db()
    return meeting


def make_note(setting, item, **fields):
    values = {"title": "Programmer la vague", "request": "La Troïka est invitée à programmer."} | fields
    return services.save_note(item=item, actor=setting.lead, **values)
