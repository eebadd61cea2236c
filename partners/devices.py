"""Where a session is open, in words: browser and system, without the version numbers; the address of the network."""

from dataclasses import dataclass

from ua_parser import parse

from partners.services.sessions import fingerprint

SYSTEMS = {
    "Windows": "sous Windows",
    "Mac OS X": "sur Mac",
    "iOS": "sur iPhone ou iPad",
    "Android": "sur Android",
    "Linux": "sous Linux",
    "Ubuntu": "sous Linux",
    "Chrome OS": "sur Chromebook",
}
BROWSERS = ("Firefox", "Edge", "Opera", "Samsung Internet", "Chromium", "Chrome", "Safari")
UNKNOWN = "Navigateur inconnu"


@dataclass(frozen=True)
class OpenSession:
    mark: str
    device: str
    address: str
    opened_at: object
    used_at: object
    is_current: bool


def describe(session, *, current_key):
    return OpenSession(
        mark=fingerprint(session.session_key),
        device=device_fr(session.user_agent),
        address=session.ip or "",
        opened_at=session.created_at,
        used_at=session.updated_at,
        is_current=session.session_key == current_key,
    )


def device_fr(user_agent):
    """« Firefox sous Windows »."""
    read = parse(user_agent or "")
    family = read.user_agent.family if read.user_agent else ""
    browser = next((name for name in BROWSERS if name in family), UNKNOWN)
    system = SYSTEMS.get(read.os.family if read.os else "", "")
    return f"{browser} {system}".strip()
