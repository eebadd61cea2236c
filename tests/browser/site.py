"""The site being visited, and its visitors: a page, and everything that went wrong on it."""

import json
from functools import cache
from pathlib import Path

import axe_playwright_python
from django.conf import settings
from django.test import Client

from cite_educative.home.demo.accounts import DOMAIN
from partners.models import User

WIDE, NARROW = 1440, 390
HEIGHTS = {WIDE: 900, NARROW: 844}
PATIENCE = 30_000  # milliseconds, on a busy machine
AXE_OPTIONS = json.dumps({"resultTypes": ["violations"]})
OVERFLOW = """() => {
    const width = document.scrollingElement.clientWidth;
    if (document.scrollingElement.scrollWidth <= innerWidth) return [];
    const wide = [...document.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > width + 1);
    return wide.slice(0, 4).map(e => e.outerHTML.slice(0, 120)).concat(['scrollWidth ' + document.scrollingElement.scrollWidth]);
}"""

TWICE = """() => {
    const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
    return [...new Set(ids.filter((id, rank) => ids.indexOf(id) !== rank))];
}"""


@cache
def axe_script():
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


class Site:
    def __init__(self, browser, url, data_dir):
        self.browser, self.url, self.data_dir = browser, url, data_dir
        self._visitors = []

    def visitor(self, login, *, width=WIDE, javascript=True):
        visitor = Visitor(self, width=width, javascript=javascript)
        if login:
            visitor.be(login)
        self._visitors.append(visitor)
        return visitor

    def close(self):
        for visitor in self._visitors:
            visitor.close()


class Visitor:
    """One browser session. `faults` gathers console errors, refused contents and failed requests."""

    def __init__(self, site, *, width, javascript):
        self.site = site
        self.context = site.browser.new_context(
            base_url=site.url,
            viewport={"width": width, "height": HEIGHTS[width]},
            java_script_enabled=javascript,
            locale="fr-FR",
            timezone_id="Europe/Paris",
            reduced_motion="reduce",
        )
        self.context.set_default_timeout(PATIENCE)
        self.faults = []
        self.page = self.context.new_page()
        self.page.on("console", self._note_message)
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("requestfailed", self._note_failure)

    def _note_message(self, message):
        if message.type in ("error", "warning"):
            self.faults.append(f"console: {message.text}")

    def _note_failure(self, request):
        # A fragment still being fetched when one leaves the page, and a download, are aborted without harm.
        if request.failure != "net::ERR_ABORTED":
            self.faults.append(f"{request.failure}: {request.url}")

    def be(self, login):
        """Signed in without the form, which has its own tests."""
        client = Client()
        client.force_login(User.objects.get(email=f"{login}@{DOMAIN}"), backend="partners.backends.AccountBackend")
        name = settings.SESSION_COOKIE_NAME
        self.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": self.site.url}])

    def go(self, path):
        """Open a page, wait for what it fetches by itself, and return the status."""
        response = self.page.goto(path)
        return response.status

    def resize(self, width):
        self.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})

    def overflow(self):
        """The first elements that push the page wider than the window."""
        return [f"overflow: {text}" for text in self.page.evaluate(OVERFLOW)]

    def doubles(self):
        """The ids given to two elements, which axe lets pass."""
        return [f"id given twice: {name}" for name in self.page.evaluate(TWICE)]

    def axe(self):
        """What axe-core finds, one line per violation."""
        if not self.page.evaluate("typeof window.axe === 'object'"):
            self.page.evaluate(axe_script())
        found = self.page.evaluate(f"axe.run({AXE_OPTIONS}).then(results => results.violations)")
        return [
            f"axe {violation['id']}: {violation['help']}: {node['html'][:200]}"
            for violation in found
            for node in violation["nodes"][:3]
        ]

    def take_faults(self):
        faults, self.faults = self.faults, []
        return faults

    def close(self):
        self.context.close()
