from django.db import migrations, models
from django.utils import timezone

from cite_educative.common.dates import date_fr
from cite_educative.common.search import normalise


def index_meetings(apps, schema_editor):
    """What `Meeting.search_source` says of the meetings written before the column."""
    meetings = apps.get_model("governance", "Meeting").objects.select_related("body").prefetch_related("items")
    for meeting in meetings.order_by("pk"):
        label = f"{meeting.body.label} du {date_fr(timezone.localdate(meeting.starts_at))}"
        titles = [item.title for item in sorted(meeting.items.all(), key=lambda item: (item.order, item.pk))]
        meeting.search_text = normalise(" ".join([label, meeting.place, *titles]))
        meeting.save(update_fields=["search_text"])


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0005_dossier_sent"),
    ]

    operations = [
        migrations.AddField(
            model_name="meeting",
            name="minutes_planned",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="durée prévue (minutes)"),
        ),
        migrations.AddField(
            model_name="meeting",
            name="search_text",
            field=models.TextField(blank=True, default="", editable=False, verbose_name="texte de recherche"),
        ),
        migrations.RunPython(index_meetings, migrations.RunPython.noop),
    ]
