from celery import shared_task

from evaluation import services


@shared_task(name="evaluation.remind_reports", soft_time_limit=290, time_limit=300)
def remind_reports():
    """Remind holders of the reports they owe. A second run the same day sends nothing more."""
    services.remind_reports()
