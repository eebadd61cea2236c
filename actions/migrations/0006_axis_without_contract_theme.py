from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("actions", "0005_plan_data")]

    operations = [migrations.RemoveField(model_name="axis", name="contract_theme")]
