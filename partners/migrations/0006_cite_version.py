from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partners", "0005_territory")]

    operations = [
        migrations.AddField(
            model_name="cite",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
    ]
