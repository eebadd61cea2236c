import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('partners', '0004_directory'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='neighbourhood', name='neighbourhood_once'),
        migrations.AddConstraint(
            model_name='neighbourhood',
            constraint=models.UniqueConstraint(condition=models.Q(('code', '')), fields=('name', 'generation'), name='neighbourhood_once', violation_error_message='Un quartier sans code porte déjà ce nom dans cette géographie prioritaire.'),
        ),
        migrations.RemoveConstraint(model_name='neighbourhood', name='neighbourhood_code_once'),
        migrations.AddConstraint(
            model_name='neighbourhood',
            constraint=models.UniqueConstraint(condition=models.Q(('code', ''), _negated=True), fields=('code',), name='neighbourhood_code_once', violation_error_message='Un quartier porte déjà ce code.'),
        ),
        migrations.CreateModel(
            name='TerritoryImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('schools', 'Établissements scolaires'), ('neighbourhoods', 'Quartiers prioritaires (liste)'), ('outlines', 'Contours de quartiers (GeoJSON)'), ('communes', 'Communes')], max_length=20, verbose_name='nature')),
                ('filename', models.CharField(max_length=255, verbose_name='fichier')),
                ('file', models.FileField(blank=True, upload_to='territory/')),
                ('sha256', models.CharField(editable=False, max_length=64)),
                ('signature', models.CharField(blank=True, editable=False, max_length=64, verbose_name='signature des en-têtes')),
                ('mapping', models.JSONField(default=dict, verbose_name='correspondance')),
                ('report', models.JSONField(default=dict, verbose_name='compte rendu')),
                ('state', models.CharField(choices=[('uploaded', 'à régler'), ('ready', 'à confirmer'), ('done', 'importé'), ('abandoned', 'abandonné')], default='uploaded', max_length=10, verbose_name='état')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='donné le')),
                ('confirmed_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='importé le')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='auteur')),
                ('cite', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='territory_imports', to='partners.cite')),
            ],
            options={
                'verbose_name': 'import de territoire',
                'ordering': ['-created_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', False), ('state', 'done')), models.Q(models.Q(('state', 'done'), _negated=True), ('confirmed_at__isnull', True)), _connector='OR'), name='territory_import_done_has_date')],
            },
        ),
    ]
