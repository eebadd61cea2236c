from celery import shared_task

from actions import batch_runs


@shared_task(name=batch_runs.TASK, soft_time_limit=110, time_limit=120)
def run_batch(pk):
    """Do what waits of one gesture on many actions. A second run, at the same time or later, does nothing twice."""
    batch_runs.work(pk)
