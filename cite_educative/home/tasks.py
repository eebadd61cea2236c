from celery import shared_task
from django.utils import timezone

from cite_educative.home.models import Heartbeat


@shared_task(name="home.heartbeat")
def heartbeat(queue):
    """Beat sends it through each queue; that it runs proves beat, broker and a worker of that queue."""
    Heartbeat.objects.update_or_create(name=queue, defaults={"beat_at": timezone.now()})
