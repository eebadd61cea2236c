"""A referent of Grande-Synthe reads the published part of an action of Coudekerque-Branche, and nothing else of it."""

import html
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils import timezone
from openpyxl import load_workbook

from actions.enums import ActionStatus, Audience, ExchangeKind, LibraryKind, Verdict
from actions.models import ActionPiece, Exchange, LibraryItem, LibraryVersion, Opinion, PieceFile
from cite_educative.common import journal
from governance.services import make_commune_point
from partners.enums import OrganisationKind, Role
from tests import factories
from tests.actions import factories as plan

pytestmark = pytest.mark.django_db

# Asked, proposed, programmed, granted but kept, paid; then what people wrote.
KEPT_AMOUNTS = ("71\u00a0111", "72\u00a0222", "73\u00a0333", "74\u00a0444", "75\u00a0555")
KEPT_WORDS = (
    "AVISCONFIDENTIEL",
    "ECHANGECONFIDENTIEL",
    "SUITECONFIDENTIELLE",
    "PIECECONFIDENTIELLE",
    "DOCUMENTCONFIDENTIEL",
    "HISTORIQUECONFIDENTIEL",
)
TOLD = ("Orchestre des Dunes", "Collégiens de cinquième", "Association du Canal")
GRANTED = "4\u00a0321"
UNPUBLISHED = "Chantier nature de la Dune"
DRAFT = "Brouillon du Canal"


def names_and_routes(resolver=None, prefix="", route=""):
    for pattern in (resolver or get_resolver()).url_patterns:
        path = route + str(pattern.pattern)
        if not hasattr(pattern, "url_patterns"):
            if pattern.name:
                yield prefix + pattern.name, path
        elif pattern.namespace != "admin":
            yield from names_and_routes(
                pattern, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix, path
            )


ROUTES = dict(names_and_routes())
OF_ACTION = sorted(name for name, route in ROUTES.items() if route.startswith("actions/<int:pk>/"))
# The second argument of the addresses that have one.
SECOND = {"<str:name>": "close", "<str:key>": "public"}
PUBLISHED_PAGES = {"actions:detail", "actions:money"}
# What leaves the session or the address space of this reader.
SIGN_IN = ("login", "logout", "password", "theme", "health", "invitation")


class Network:
    """Two communes, the referent of the first, and the actions of the second with all that is kept about them."""

    def __init__(self):
        self.gs = factories.make_commune("Grande-Synthe")
        self.cb = factories.make_commune("Coudekerque-Branche")
        self.cite = factories.make_cite("dunkerque", communes=[self.gs, self.cb])
        self.lead = factories.make_lead(self.cite)
        self.town = factories.make_organisation(
            "Ville de Coudekerque-Branche", cite=self.cite, communes=[self.cb], kind=OrganisationKind.COMMUNE
        )
        self.holder = factories.make_organisation("Association du Canal", cite=self.cite)
        self.referent = factories.make_user(self.cite, Role.REFERENT, communes=[self.gs])
        self.neighbour = factories.make_user(self.cite, Role.REFERENT, communes=[self.cb], organisation=self.town)
        self.state = plan.make_source(self.cite, "État – P147")
        self.own_line = plan.make_source(self.cite, "Ville", organisation=self.town, circuit="commune")
        self.published = self.action(
            "Orchestre des Dunes", audience="Collégiens de cinquième", published_at=timezone.now()
        )
        self.unpublished = self.action(UNPUBLISHED)
        self.draft = self.action(DRAFT, status=ActionStatus.DRAFT, shared_at=timezone.now())
        plan.release(self.own_line)

    def action(self, title, *, status=ActionStatus.RETAINED, **fields):
        fields = {"holder": self.holder, "communes": [self.cb], **fields}
        action = plan.make_action(self.cite, title=title, status=status, **fields)
        kept = dict(zip(("requested", "proposed", "programmed", "granted", "paid"), KEPT_AMOUNTS, strict=True))
        amounts = {step: amount.replace("\u00a0", "") for step, amount in kept.items()}
        plan.make_funding(action, self.state, **amounts)
        if title not in (UNPUBLISHED, DRAFT):
            plan.make_funding(action, self.own_line, granted="4321")
        self._speak_of(action)
        return action

    def _speak_of(self, action):
        cite, lead = self.cite, self.lead
        self.opinion = Opinion.objects.create(
            action=action,
            name="Expert",
            asked_by=lead,
            verdict=Verdict.RESERVED,
            comment="AVISCONFIDENTIEL",
            given_on=timezone.localdate(),
        )
        self.exchange = Exchange.objects.create(
            cite=cite,
            kind=ExchangeKind.ADVICE,
            title="ECHANGECONFIDENTIEL",
            audience=Audience.NETWORK,
            next_step="SUITECONFIDENTIELLE",
            next_step_owner=lead.person,
            next_step_due=timezone.localdate(),
            author=lead,
        )
        self.exchange.actions.add(action)
        self.piece = ActionPiece.objects.create(action=action, title="PIECECONFIDENTIELLE", entered_by=lead)
        PieceFile.objects.create(piece=self.piece, file=ContentFile(b"PIECECONFIDENTIELLE", "piece.txt"), author=lead)
        self.item = LibraryItem.objects.create(
            cite=cite,
            kind=LibraryKind.LETTER,
            title="DOCUMENTCONFIDENTIEL",
            audience=Audience.NETWORK,
            created_by=lead,
        )
        self.item.actions.add(action)
        self.version = LibraryVersion.objects.create(
            item=self.item, number=1, file=ContentFile(b"DOCUMENTCONFIDENTIEL", "lettre.txt"), author=lead
        )
        journal.record(
            cite_id=cite.pk, actor=lead, verb="action.noted", subject=action, sentence="HISTORIQUECONFIDENTIEL"
        )


@pytest.fixture
def network():
    return Network()


@pytest.fixture
def reader(client, network):
    client.force_login(network.referent)
    return client


def text_of(response):
    raw = response.getvalue()
    if response.headers.get("Content-Type", "").startswith("application/vnd.openxmlformats-officedocument.sp"):
        cells = [cell for row in load_workbook(BytesIO(raw)).active.iter_rows(values_only=True) for cell in row]
        return " ".join(
            f"{cell:,}".replace(",", "\u00a0") if isinstance(cell, int | float) else str(cell) for cell in cells
        )
    return html.unescape(raw.decode("utf-8-sig", errors="replace")) + response.headers.get("Content-Disposition", "")


def leaks_in(text, *more):
    """What must not be read, amounts as people and as exports write them."""
    plain = {amount.replace("\u00a0", "") for amount in KEPT_AMOUNTS}
    return {value for value in {*KEPT_AMOUNTS, *plain, *KEPT_WORDS, *more} if value in text}


def address_of(name, action):
    return reverse(name, args=[action.pk, *(value for part, value in SECOND.items() if part in ROUTES[name])])


@pytest.mark.parametrize("which", ["unpublished", "draft"])
def test_an_action_of_another_commune_that_is_not_published_does_not_exist(reader, network, which):
    opened = []
    for name in OF_ACTION:
        url = address_of(name, getattr(network, which))
        codes = {reader.get(url).status_code, reader.post(url, {"version": 1}).status_code}
        if not ({404} <= codes <= {404, 405}):
            opened.append((name, codes))

    assert OF_ACTION
    assert not opened


def test_of_a_published_one_only_its_published_part_opens_and_nothing_is_written(reader, network):
    opened = []
    for name in OF_ACTION:
        url = address_of(name, network.published)
        page, sent = reader.get(url).status_code, reader.post(url, {"version": 1}).status_code
        kept = 404 in (page, sent) and page in (404, 405)
        if sent not in (404, 405) or not (page == 200 if name in PUBLISHED_PAGES else kept):
            opened.append((name, page, sent))

    assert not opened


@pytest.mark.parametrize("name", sorted(PUBLISHED_PAGES))
def test_the_published_part_tells_what_everybody_may_know(reader, network, name):
    text = text_of(reader.get(reverse(name, args=[network.published.pk])))

    assert not leaks_in(text, UNPUBLISHED, DRAFT)
    assert TOLD[0] in text
    if name == "actions:detail":
        assert all(told in text for told in TOLD)
    else:
        assert GRANTED in text


def readable_addresses():
    """Every page that opens without naming a row, in every presentation; then searches for what is kept."""
    for name in sorted(ROUTES):
        if name.rpartition(":")[2].startswith(SIGN_IN):
            continue
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        for query in ("", "?format=csv", "?format=xlsx", "?exercice=tous"):
            yield f"{name}{query}", url + query
    for word in ("Chantier", "Brouillon", *KEPT_WORDS):
        yield f"search-{word}", f"{reverse('search')}?q={word}"
        yield f"actions-{word}", f"{reverse('actions:list')}?q={word}&exercice=tous"


ADDRESSES = dict(readable_addresses())


def test_no_list_search_export_or_fragment_tells_more(reader, network):
    told = []
    for label, address in ADDRESSES.items():
        response = reader.get(address)
        # The words of a search are shown back: the answers are what follows them.
        asked = set(KEPT_WORDS) if "?q=" in address else set()
        leaks = leaks_in(text_of(response), UNPUBLISHED, DRAFT) - asked
        if leaks or response.status_code >= 500:
            told.append((label, response.status_code, leaks))

    assert not told


def test_a_search_finds_none_of_what_is_kept(reader, network):
    for word in (*KEPT_WORDS, "Chantier", "Brouillon"):
        assert reader.get(reverse("search"), {"q": word}).context["count"] == 0
    assert reader.get(reverse("search"), {"q": "Orchestre"}).context["count"] == 1


@pytest.mark.parametrize("attribute", ["exchange", "item", "piece", "version", "opinion"])
def test_what_is_said_about_it_does_not_exist_either(reader, network, attribute):
    prefixes = {
        "exchange": "partenaires/echanges/<int:pk>/",
        "item": "documents/bibliotheque/<int:pk>/",
        "version": "documents/bibliotheque/versions/<int:pk>/",
        "piece": "pieces/<int:pk>/",
        "opinion": "avis/<int:pk>/",
    }
    row = getattr(network, attribute)
    names = [name for name, route in ROUTES.items() if route.removeprefix("actions/").startswith(prefixes[attribute])]

    for name in names:
        url = reverse(name, args=[row.pk])
        codes = {reader.get(url).status_code, reader.post(url, {"version": 1}).status_code}
        assert 404 in codes, name
        assert codes <= {404, 405}, name


def test_the_page_of_the_other_commune_shows_the_published_part_only(reader, network):
    text = text_of(reader.get(reverse("governance:commune", args=[network.cb.pk])))

    assert not leaks_in(text, UNPUBLISHED, DRAFT, "À rafraîchir", "Dernière mise à jour")
    assert TOLD[0] in text
    assert GRANTED in text


def test_the_commune_s_own_referent_reads_what_the_other_does_not(client, network):
    """So that the tests above look for values that pages do show."""
    client.force_login(network.neighbour)
    text = text_of(client.get(reverse("governance:commune", args=[network.cb.pk])))

    assert {UNPUBLISHED, "ECHANGECONFIDENTIEL", "SUITECONFIDENTIELLE", "DOCUMENTCONFIDENTIEL"} <= leaks_in(
        text, UNPUBLISHED
    )
    assert {"71\u00a0111", "73\u00a0333", "74\u00a0444"} <= leaks_in(text)
    assert "AVISCONFIDENTIEL" not in text
    assert DRAFT not in text


def test_the_point_of_the_other_commune_is_neither_made_nor_read(reader, network):
    gesture = reverse("governance:commune_point", args=[network.cb.pk])
    assert reader.post(gesture).status_code == 403

    point, _ = make_commune_point(cite=network.cite, commune=network.cb, year=2026, actor=network.lead)
    file = point.files.first().file

    assert reader.get(reverse("documents:download", args=[file.pk])).status_code == 404
    assert reader.get(reverse("documents:status", args=[file.pk])).status_code == 404
    assert "Point commune" not in text_of(reader.get(reverse("documents:list")))
