"""Pages as a lead gets them, in process, through the real middleware: queries, bytes, times."""

import re
import time
from dataclasses import asdict, dataclass
from statistics import median, quantiles

from django.conf import settings
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from cite_educative.home.bench.data import lead, slug_of
from governance.enums import MeetingStatus
from governance.models import AgendaItem
from partners.models import Cite

FEW, NORMAL, MANY = 20, 500, 5000
SIZES = (FEW, NORMAL, MANY)
ROW = re.compile(rb"<(?:tr|li)[ >]")
BACKEND = "partners.backends.AccountBackend"


@dataclass(frozen=True)
class Page:
    """`subject` names the row of the scratch Cité whose key the address takes; `limit` is a number of queries.

    `least_rows` is what a full list shows: an empty page proves nothing.
    """

    label: str
    url_name: str
    subject: str = ""
    limit: int | None = None
    least_rows: int = 0


PAGES = (
    Page("Home", "home"),
    Page("List of actions", "actions:list", limit=15, least_rows=50),
    Page("Actions as cards", "actions:cards", limit=15, least_rows=24),
    Page("Actions on a timeline", "actions:timeline", limit=15, least_rows=60),
    Page("Actions by territory", "actions:territory", limit=15, least_rows=25),
    Page("Intercommunal projects", "actions:intercommunal", limit=15, least_rows=50),
    Page("Action sheet", "actions:detail", "action", limit=20),
    Page("Action sheet, money", "actions:money", "action", limit=20),
    Page("Finances", "actions:finances", limit=20),
    Page("Arbitration board", "actions:board", "call", limit=20),
    Page("Payments", "actions:payments", limit=20),
    Page("Agreements", "actions:agreements", limit=20),
    Page("Statements", "actions:statements", limit=20),
    Page("Consumption", "actions:consumption", limit=20),
    Page("Checks of the money", "actions:checks", limit=20),
    Page("Plan", "actions:plan"),
    Page("Coverage", "actions:coverage", limit=15),
    Page("Articulation", "actions:articulation", limit=15),
    Page("Linked schemes", "actions:articulation_schemes", limit=15),
    Page("Public money by holder", "actions:articulation_holders", limit=15, least_rows=50),
    Page("Public money of a holder", "actions:articulation_holder", "holder", limit=15),
    Page("Public money by neighbourhood", "actions:articulation_quarters", limit=15, least_rows=8),
    Page("Possible doubles", "actions:articulation_doubles", limit=15),
    Page("Calls", "actions:call_list", limit=15),
    Page("Requests of a call", "actions:call", "call", limit=15),
    Page("Meeting, preparation", "governance:meeting", "planned"),
    Page("Meeting, live", "governance:live", "live"),
    Page("Decision register", "governance:decisions", limit=15, least_rows=50),
    Page("Action points", "governance:action_points", limit=15),
    Page("Figures of a year", "evaluation:grid", limit=15),
    Page("Figures to validate", "evaluation:to_validate", limit=15),
    Page("Indicator", "evaluation:indicator", "indicator", limit=15),
    Page("Partners", "partners:list", least_rows=50),
    Page("Documents", "documents:list", least_rows=50),
)


@dataclass
class Measure:
    """One page at one size; seconds. `error` says why there is no figure."""

    label: str
    size: int
    limit: int | None
    queries: int | None = None
    bytes: int = 0
    rows: int = 0
    median: float = 0.0
    p95: float = 0.0
    bare: float = 0.0
    plain: float = 0.0
    error: str = ""


class PageFault(Exception):
    """The page cannot be measured."""


def measure_pages(repeats, sizes=SIZES):
    """Every page at every size, as dicts of `Measure`; needs a scratch Cité of each size."""
    with override_settings(DEBUG=False, ALLOWED_HOSTS=["testserver"], ROOT_URLCONF="cite_educative.home.bench.urls"):
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        return [asdict(_measure(page, size, repeats)) for size in sizes for page in PAGES]


def _measure(page, size, repeats):
    found = Measure(page.label, size, page.limit)
    cite = Cite.objects.get(slug=slug_of(size))
    client = signed_in(cite)
    try:
        address = _address(page, cite)
        _get(client, address)  # what a process does once is not the page's
        with CaptureQueriesContext(connection) as queries:
            body = _get(client, address)
            found.queries = len(queries)  # the next request empties the log
        found.bytes, found.rows = len(body), len(ROW.findall(body))
        if size >= NORMAL and found.rows < page.least_rows:
            raise PageFault(f"only {found.rows} rows")
        addresses = (address, reverse("bare", args=[found.rows]), _plain_address(client, found.rows))
        for one in addresses:
            _get(client, one)
        # In turn: what else the machine does slows all alike.
        rounds = [[_seconds(client, one) for one in addresses] for _ in range(repeats)]
    except PageFault as fault:
        found.error = str(fault)
        return found
    times, bare_times, plain_times = zip(*rounds, strict=True)
    found.median, found.p95 = median(times), quantiles(times, n=20, method="inclusive")[-1]
    found.bare, found.plain = median(bare_times), median(plain_times)
    return found


def _plain_address(client, rows):
    """That of as many rows, the ones of the layout included."""
    layout = len(ROW.findall(_get(client, reverse("plain", args=[0]))))
    return reverse("plain", args=[max(rows - layout, 0)])


def signed_in(cite):
    """A client whose session belongs to the lead and looks at this Cité."""
    client = Client(raise_request_exception=False)
    client.force_login(lead(cite.slug), backend=BACKEND)
    session = client.session
    session["cite"] = cite.pk
    session.save()
    return client


def _address(page, cite):
    try:
        return reverse(page.url_name, args=[SUBJECTS[page.subject](cite)] if page.subject else [])
    except NoReverseMatch as error:
        raise PageFault(f"no address {page.url_name}") from error


def _get(client, address):
    response = client.get(address, secure=True)
    if response.status_code != 200:
        kind, error, _ = getattr(response, "exc_info", None) or (None, "", None)
        raise PageFault(f"{address}: {response.status_code} {kind.__name__ if kind else ''} {error}".strip()[:160])
    return response.content


def _seconds(client, address):
    started = time.perf_counter()
    _get(client, address)
    return time.perf_counter() - started


def _meeting_with_note(cite, status):
    points = AgendaItem.objects.filter(meeting__body__cite=cite, meeting__status=status)
    return points.filter(note__isnull=False).latest("pk").meeting_id


SUBJECTS = {
    "call": lambda cite: cite.calls.earliest("pk").pk,
    "indicator": lambda cite: cite.indicators.earliest("pk").pk,
    "holder": lambda cite: cite.actions.earliest("pk").holder_id,
    "action": lambda cite: cite.actions.earliest("pk").pk,
    "planned": lambda cite: _meeting_with_note(cite, MeetingStatus.PLANNED),
    "live": lambda cite: _meeting_with_note(cite, MeetingStatus.IN_PROGRESS),
}
