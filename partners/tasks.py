from celery import shared_task

from partners.services import idle, mail


@shared_task(name=mail.TASK, soft_time_limit=110, time_limit=120)
def send_message(pk):
    """Send the letters due of one message. A second run, at the same time or later, sends nothing twice."""
    mail.deliver(pk)


@shared_task(name="partners.close_idle_accounts", soft_time_limit=110, time_limit=120)
def close_idle_accounts():
    """Warn and close the accounts that nobody uses. A second run changes nothing."""
    idle.close_idle_accounts()
