from celery import shared_task

from actions import batch_runs, services


@shared_task(name=batch_runs.TASK, soft_time_limit=110, time_limit=120)
def run_batch(pk):
    """Do what waits of one gesture on many actions. A second run, at the same time or later, does nothing twice."""
    batch_runs.work(pk)


@shared_task(name="actions.remind_statements", soft_time_limit=290, time_limit=300)
def remind_statements():
    """Remind holders of the statements they owe. A second run the same day sends nothing more."""
    services.remind_statements()
