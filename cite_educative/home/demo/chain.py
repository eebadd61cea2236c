"""From the request to the statement, on the public tables: what they stop before is invented, and says so.

Montpellier's table ends with what is proposed: a decision, a délibération, agreements, payments and statements follow.
Paris's begins with its votes, taken over: payments follow, and the statements that are already accepted.
"""

from datetime import date, datetime, time
from decimal import Decimal

from django.utils import timezone

from actions.enums import ActKind, PaymentKind
from actions.finances.statements import owed_fundings, proposed_shares
from actions.models import Action, Agreement, FunderAct, Funding, FundingSource, Payment
from actions.services import (
    accept_statement,
    draft_agreement,
    file_elsewhere,
    grant_by_act,
    issue_agreement,
    pay_payment,
    plan_payments,
    record_signature,
    save_statement,
    statement_of,
)
from cite_educative.common.money import ZERO
from governance.enums import BodyKind, ItemKind
from governance.models import Body
from governance.services import (
    add_item,
    close_meeting,
    create_body,
    open_meeting,
    plan_meeting,
    proposed_effects,
    save_decision,
)
from partners.models import Cite

INVENTED = "Inventé pour la démonstration\u00a0: le tableau public s’arrête avant."
AGREED = 3  # holders with the largest sums
PEOPLE = 40


def follow_to_the_end(actor):
    montpellier = Cite.objects.get(slug="montpellier")
    source = FundingSource.objects.get(cite=montpellier)
    _programme(montpellier, actor)
    _grant(source, actor)
    _agree(montpellier, source, actor)
    _pay(montpellier, 2014, actor, on=date(2014, 10, 15))
    _justify(Action.objects.filter(cite=montpellier), actor, on=date(2015, 5, 29))
    paris = Cite.objects.get(slug="paris")
    _pay(paris, 2025, actor, on=date(2025, 11, 20))
    largest = Funding.objects.filter(source__cite=paris).order_by("-granted", "pk").values("action")[:AGREED]
    _justify(Action.objects.filter(pk__in=largest), actor, on=date(2026, 6, 12))


def _programme(cite, actor):
    body = create_body(Body(cite=cite, kind=BodyKind.STEERING, label="Comité de pilotage", code="CP"), actor=actor)
    starts_at = timezone.make_aware(datetime.combine(date(2014, 4, 10), time(14)))
    meeting = plan_meeting(body=body, actor=actor, starts_at=starts_at, place="Exemple de la démonstration")
    item = add_item(
        meeting=meeting,
        actor=actor,
        title="Programmation 2014",
        kind=ItemKind.DECISION,
        actions=list(Action.objects.filter(cite=cite)),
    )
    open_meeting(meeting, actor=actor)
    save_decision(
        item=item,
        actor=actor,
        title="Programme 2014",
        text=INVENTED,
        is_agreed=True,
        effects=proposed_effects(item),
    )
    close_meeting(meeting, actor=actor)


def _grant(source, actor):
    act = FunderAct(
        cite=source.cite,
        organisation=source.organisation,
        kind=ActKind.DELIBERATION,
        number="exemple-2014",
        decided_on=date(2014, 6, 23),
        label=INVENTED,
        created_by=actor,
    )
    fundings = Funding.objects.filter(source=source, programmed__gt=ZERO).select_related("action")
    grants = [(funding.action, funding.programmed) for funding in fundings]
    grant_by_act(act=act, source=source, budget_year=2014, grants=grants, actor=actor)


def _agree(cite, source, actor):
    sums = {}
    for funding in Funding.objects.filter(source=source, granted__gt=ZERO).select_related("action__holder"):
        holder = funding.action.holder
        sums[holder] = sums.get(holder, ZERO) + funding.granted
    for holder in sorted(sums, key=lambda one: (-sums[one], one.name))[:AGREED]:
        days = {"actor": actor, "today": date(2014, 7, 1)}
        draft = draft_agreement(cite=cite, funder=source.organisation, holder=holder, budget_year=2014, **days)
        agreement = issue_agreement(draft, version=draft.version, **days)
        for signature in Agreement.objects.get(pk=agreement.pk).signatures.all():
            record_signature(
                signature, capacity="signataire d’exemple", sent_on=None, signed_on=date(2014, 7, 15), actor=actor
            )


def _pay(cite, year, actor, *, on):
    """One payment for what no agreement planned, then all of them."""
    waiting = Funding.objects.filter(source__cite=cite, budget_year=year, granted__gt=ZERO, payments=None)
    parts = [(funding, PaymentKind.SINGLE, funding.granted, on, "") for funding in waiting.order_by("pk")]
    plan_payments(None, parts, actor=actor)
    planned = list(Payment.objects.filter(funding__source__cite=cite, paid_on=None).order_by("pk"))
    for payment in planned:
        pay_payment(payment, version=payment.version, on=on, reference=f"exemple {payment.code}", actor=actor)


def _justify(actions, actor, *, on):
    for action in actions.order_by("pk"):
        fundings = owed_fundings(action, action.budget_year)
        if fundings:
            statement = statement_of(action)
            statement.implementation = INVENTED
            saved = save_statement(statement, version=0, lines=[], actor=actor)
            filed = file_elsewhere(
                saved,
                filed_on=on,
                spent=sum((funding.requested or funding.granted for funding in fundings), ZERO),
                unspent=Decimal(0),
                people_reached=PEOPLE,
                actor=actor,
            )
            accept_statement(filed, justified=proposed_shares(fundings, filed.unspent), actor=actor, today=on)
