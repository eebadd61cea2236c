"""What was written before the plan: themes of axes become rows, moves get the day and the reference of their fact."""

from django.db import migrations
from django.utils import timezone

BY_DECISION = ("retain", "defer", "reject", "reopen")


def share_contract_themes(apps, schema_editor):
    """The theme that an axis named is answered by each of its objectives."""
    themes = apps.get_model("actions", "ContractTheme")
    for axis in apps.get_model("actions", "Axis").objects.exclude(contract_theme="").select_related("programme"):
        theme, _ = themes.objects.get_or_create(cite_id=axis.programme.cite_id, label=axis.contract_theme)
        for objective in axis.objectives.all():
            objective.contract_themes.add(theme)


def date_moves(apps, schema_editor):
    """A move was dated by its entry alone, but a filing; a decision or an act was told in its comment."""
    logs = apps.get_model("actions", "ActionLog")
    changed = []
    for log in logs.objects.select_related("action").iterator(500):
        filed_on = log.action.submitted_on if log.transition == "submit" else None
        log.happened_on = filed_on or timezone.localdate(log.created_at)
        if log.transition in BY_DECISION and log.comment:
            log.reference, log.comment = log.comment[:160], ""
        changed.append(log)
    logs.objects.bulk_update(changed, ["happened_on", "reference", "comment"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("actions", "0004_plan")]

    operations = [
        migrations.RunPython(share_contract_themes, migrations.RunPython.noop),
        migrations.RunPython(date_moves, migrations.RunPython.noop),
    ]
