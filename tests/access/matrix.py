"""The vocabulary of the access matrix: roles, the world they live in, rows and secrets.

Each app describes its pages in `tests/access/<app>.py`, as two lists of data:

    ROWS = [
        Row("partners:mandate_end", lambda world: [world.mandate.pk], only="lead", others=403),
        Row("partners:mandate_end", lambda world: [world.mandate.pk], post={"ends_on": "2026-12-31"}, only="lead",
            code=302, others=403),
    ]
    SECRETS = [
        Secret("partners:troika", value=lambda world: "directrice@exemple.fr", readers="lead co_lead pilot"),
    ]

`tests/test_access_matrix.py` runs them for every role, and fails when a page of ours has no row.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from http.cookies import SimpleCookie
from typing import Any

from django.db.models import Model
from django.utils import timezone

from partners.enums import OrganisationKind, Part, Role, SideKind
from tests import factories
from tests.conftest import SettledClient

INSIDE = (
    "lead",
    "co_lead",
    "pilot",
    "elected",
    "finance",
    "referent",
    "institution",
    "holder",
    "evaluator",
    "partner",
    "reader",
)
# An account without any mandate; who led until yesterday and leads again tomorrow; the lead of another Cité; nobody.
OUTSIDE = ("stranger", "former", "other_lead")
ROLES = (*INSIDE, *OUTSIDE, "anonymous")
ALL = " ".join(INSIDE)


@dataclass(frozen=True)
class Row:
    """One URL name and one method.

    `args` builds the address: callable(world) → positional arguments. `query` is added to it.
    `only`: roles of the Cité, in one string, that get `code`; the other roles of the Cité get `others`.
    `outside`: what an account without mandate and the lead of another Cité get; one code for both, or a dict.
    An account without an active mandate ("former") gets what an account without mandate ("stranger") gets.
    `anonymous`: 302 leads to the sign-in page.
    `post`: form data, or callable(world) → data; None for a GET. `codes` overrides any role, by name.
    """

    name: str
    args: Callable = lambda world: []
    query: str = ""
    only: str = ALL
    code: int = 200
    others: int = 403
    outside: int | dict = 404
    anonymous: int = 302
    post: Any = None
    codes: dict = field(default_factory=dict)

    def __post_init__(self):
        unknown = {*self.only.split(), *self.codes} - set(ROLES)
        assert not unknown, f"Unknown roles in {self.name}: {unknown}"

    @property
    def label(self):
        return f"{'GET' if self.post is None else 'POST'} {self.name}{self.query}"

    def expected(self, role):
        if role == "former":
            return self.expected("stranger")
        if role in self.codes:
            return self.codes[role]
        if role == "anonymous":
            return self.anonymous
        if role in OUTSIDE:
            return self.outside[role] if isinstance(self.outside, dict) else self.outside
        return self.code if role in self.only.split() else self.others


@dataclass(frozen=True)
class Secret:
    """A value that `readers` find in a page, and that nobody else finds, whatever code the page gives them.

    `prepare`: callable(world), run before, to set the value in place. `value`: callable(world) → text.
    `query` may ask for an export (`?format=csv`), which is read too.
    """

    name: str
    value: Callable
    readers: str
    args: Callable = lambda world: []
    query: str = ""
    prepare: Callable = lambda world: None

    def __post_init__(self):
        unknown = set(self.readers.split()) - set(ROLES)
        assert not unknown, f"Unknown roles in {self.name}: {unknown}"

    @property
    def label(self):
        return f"{self.name}{self.query}"


class World:
    """One Cité with somebody in each role. Apps keep their own rows in it: `world.made("action", builder)`."""

    def __init__(self, slug="dunkerque", other="amiens"):
        self.commune = factories.make_commune("Grande-Synthe")
        self.cite = factories.make_cite(slug, communes=[self.commune])
        self.other_cite = factories.make_cite(other)
        self.sides = {SideKind(side.kind): side for side in self.cite.sides.all()}
        self.holder = factories.make_organisation("Les Ateliers du Banc Vert", cite=self.cite)
        self.partner = factories.make_organisation("Médiathèque de la Dune", cite=self.cite, part=Part.ASSOCIATED)
        self.institution = factories.make_organisation(
            "Caisse d’allocations familiales", cite=self.cite, part=Part.FUNDER, kind=OrganisationKind.FAMILY_FUND
        )
        self.made_rows = {}
        self._clients = {}

    @cached_property
    def users(self):
        """Role of the matrix → account; "anonymous" is None."""
        cite = self.cite
        return {
            "lead": factories.make_user(cite, Role.LEAD),
            "co_lead": factories.make_user(cite, Role.CO_LEAD),
            "pilot": factories.make_user(cite, Role.PILOT, side=self.sides[SideKind.STATE]),
            "elected": factories.make_user(
                cite, Role.PILOT, side=self.sides[SideKind.COMMUNES], communes=[self.commune], title="maire"
            ),
            "finance": factories.make_user(cite, Role.FINANCE),
            "referent": factories.make_user(cite, Role.REFERENT, communes=[self.commune]),
            "institution": factories.make_user(cite, Role.INSTITUTION, organisation=self.institution),
            "holder": factories.make_user(cite, Role.HOLDER, organisation=self.holder),
            "evaluator": factories.make_user(cite, Role.EVALUATOR),
            "partner": factories.make_user(cite, Role.PARTNER, organisation=self.partner),
            "reader": factories.make_user(cite, Role.READER),
            "stranger": factories.make_user(),
            "former": self._former(),
            "other_lead": factories.make_user(self.other_cite, Role.LEAD),
            "anonymous": None,
        }

    def _former(self):
        today, day = timezone.localdate(), timedelta(days=1)
        user = factories.make_user(self.cite, Role.LEAD, ends_on=today - day)
        factories.make_mandate(self.cite, Role.LEAD, person=user.person, starts_on=today + day)
        return user

    @property
    def lead(self):
        return self.users["lead"]

    def made(self, name, builder):
        """`builder(world)`, called once in the life of this world."""
        if name not in self.made_rows:
            self.made_rows[name] = builder(self)
        return self.made_rows[name]

    def client(self, role):
        """A browser where the role is signed in, as it was when it signed in."""
        if role not in self._clients:
            client = SettledClient()
            if self.users[role]:
                client.force_login(self.users[role])
            self._clients[role] = client, client.cookies.output(header="", sep=";")
        client, cookies = self._clients[role]
        client.cookies = SimpleCookie(cookies)
        return client

    def forget(self, made):
        """Come back to the rows known as `made`, in a database that did: what a row changed is read again."""
        self.made_rows = made
        for row in vars(self).values():
            if isinstance(row, Model):
                row.refresh_from_db()
        for user in filter(None, self.users.values()):
            user.__dict__.pop("access", None)
