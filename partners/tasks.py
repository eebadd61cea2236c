from celery import shared_task

from partners.services import mail


@shared_task(name=mail.TASK, soft_time_limit=110, time_limit=120)
def send_message(pk):
    """Send the letters due of one message. A second run, at the same time or later, sends nothing twice."""
    mail.deliver(pk)
