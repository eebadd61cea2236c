"""The Celery application: every setting lives in `settings.CELERY`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cite_educative.settings")

app = Celery("cite_educative")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
