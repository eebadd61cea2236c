"""The session engine: that of qsessions, which knows users and devices, with a last use that is true to the hour."""

from datetime import timedelta

from django.utils import timezone
from qsessions.backends.db import SessionStore as DeviceSessionStore

TOUCH_AFTER = timedelta(hours=1)


class SessionStore(DeviceSessionStore):
    def _get_session_from_db(self):
        session = super()._get_session_from_db()
        if session and session.updated_at < timezone.now() - TOUCH_AFTER:
            self.modified = True  # saved at the end of the request: its last use, and its life, start again
        return session
