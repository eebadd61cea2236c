"""Whom the lockout counts: one account at one address; what logs keep of it."""

import logging
import re
import unicodedata
from ipaddress import ip_address

from django.conf import settings

SIGNATURE = re.compile(r"(?<=:)[\w-]{43}(?![\w-])")


def account_name(request, credentials):
    """The same however the e-mail is capitalised, as sign-in ignores it."""
    name = (credentials or {}).get("username") or request.POST.get("username") or ""
    return unicodedata.normalize("NFKC", name).strip().lower()


def client_address(request):
    """Behind our proxy, what it says it was called from: the last address, the only one it wrote itself.

    None for what is no address: PostgreSQL refuses to keep it.
    """
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.BEHIND_PROXY else ""
    try:
        return str(ip_address(forwarded.split(",")[-1].strip() or request.META.get("REMOTE_ADDR") or ""))
    except ValueError:
        return None


class HideTokens(logging.Filter):
    """Of an address that opens a form without a password, logs keep the number and not the signature."""

    def filter(self, record):
        written = record.getMessage()
        hidden = SIGNATURE.sub("…", written)
        if hidden != written:
            record.msg, record.args = hidden, ()
        return True
