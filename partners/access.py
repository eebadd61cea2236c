"""What a user may reach today, read once per request from active mandates."""

from dataclasses import dataclass, field
from datetime import date

from partners.enums import Role

# Whom a Cité may oblige to have a second factor.
SENSITIVE_ROLES = (Role.LEAD, Role.CO_LEAD, Role.FINANCE)


@dataclass(frozen=True)
class Access:
    """Ids by role. `communes`, `institutions`, `held` and `represented` pair what the role is limited to with its Cité."""

    today: date
    roles: dict = field(default_factory=dict)  # cite id → frozenset of Role
    sides: dict = field(default_factory=dict)  # cite id → frozenset of side ids
    communes: dict = field(default_factory=dict)  # cite id → frozenset of commune ids (referents)
    institutions: dict = field(default_factory=dict)  # cite id → frozenset of organisation ids (institutional)
    held: dict = field(default_factory=dict)  # cite id → frozenset of organisation ids (holders)
    represented: dict = field(default_factory=dict)  # cite id → frozenset of organisation ids (holders, partners)
    organisations: dict = field(default_factory=dict)  # cite id → frozenset of organisation ids (any role)
    first_mandate_label: str = ""
    # One of the Cités where the user holds a sensitive role asks for a second factor.
    must_prove: bool = False
    # Somebody else looks as this person ("voir comme"): what is the person's alone stays closed.
    is_borrowed: bool = False
    mandates: tuple = field(default=(), repr=False, compare=False)

    @property
    def cite_rows(self):
        """The Cités themselves, the oldest first; no query when the mandates came with them."""
        rows = {mandate.cite_id: mandate.cite for mandate in self.mandates}
        return [rows[pk] for pk in sorted(rows)]

    def with_role(self, *roles):
        """Ids of the Cités where the user holds one of these roles."""
        wanted = frozenset(roles)
        return frozenset(cite for cite, held in self.roles.items() if held & wanted)

    def has(self, cite_id, *roles):
        return bool(self.roles.get(cite_id, frozenset()) & frozenset(roles))

    @property
    def cites(self):
        return frozenset(self.roles)

    @property
    def plan_readers(self):
        """Where the user reads the published part of every action: whoever is not there as a holder only."""
        return self.with_role(*(role for role in Role if role != Role.HOLDER))

    @property
    def figure_readers(self):
        """Where the user reads what is measured: whoever follows the plan, and neither holds an action nor is a mere partner."""
        return self.with_role(*(role for role in Role if role not in (Role.HOLDER, Role.PARTNER)))

    @property
    def led(self):
        return self.with_role(Role.LEAD)

    @property
    def steered(self):
        """Where the user leads or co-leads."""
        return self.with_role(Role.LEAD, Role.CO_LEAD)

    @property
    def piloted(self):
        return self.with_role(Role.PILOT)

    @property
    def full_readers(self):
        """Where the user reads every filed action in full."""
        return self.with_role(Role.LEAD, Role.CO_LEAD, Role.PILOT, Role.FINANCE, Role.EVALUATOR)

    @property
    def name_readers(self):
        """Where the user reads who is who: evaluators read under pseudonym, unless another mandate says otherwise."""
        return self.cites - (self.with_role(Role.EVALUATOR) - self.money_readers)

    @property
    def money_readers(self):
        """Where the user reads envelopes and the amounts of every funder."""
        return self.with_role(Role.LEAD, Role.CO_LEAD, Role.PILOT, Role.FINANCE)


def _grouped(pairs):
    groups = {}
    for key, value in pairs:
        groups.setdefault(key, set()).add(value)
    return {key: frozenset(values) for key, values in groups.items()}


def build_access(mandates, today, *, is_borrowed=False):
    """`mandates`: active ones, with their `cite`, and `communes` prefetched for referents."""
    mandates = list(mandates)
    return Access(
        today=today,
        roles=_grouped((m.cite_id, Role(m.role)) for m in mandates),
        sides=_grouped((m.cite_id, m.side_id) for m in mandates if m.role == Role.PILOT),
        communes=_grouped(
            (m.cite_id, commune.pk) for m in mandates if m.role == Role.REFERENT for commune in m.communes.all()
        ),
        institutions=_grouped((m.cite_id, m.organisation_id) for m in mandates if m.role == Role.INSTITUTION),
        held=_grouped((m.cite_id, m.organisation_id) for m in mandates if m.role == Role.HOLDER),
        represented=_grouped(
            (m.cite_id, m.organisation_id) for m in mandates if m.role in (Role.HOLDER, Role.PARTNER)
        ),
        organisations=_grouped((m.cite_id, m.organisation_id) for m in mandates),
        must_prove=any(m.role in SENSITIVE_ROLES and m.cite.requires_second_factor for m in mandates),
        first_mandate_label=next((m.title or m.role_label for m in mandates), ""),
        is_borrowed=is_borrowed,
        mandates=tuple(mandates),
    )
