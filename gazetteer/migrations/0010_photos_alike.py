"""Photos of all kinds are kept alike (common.models.KeptPhoto)."""

import django.contrib.gis.db.models.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('gazetteer', '0009_words_for_kinds'),
    ]

    operations = [
        migrations.AlterField(
            model_name='placephoto',
            name='taken_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='placephoto',
            name='taken_where',
            field=django.contrib.gis.db.models.fields.PointField(blank=True, null=True, srid=4490),
        ),
    ]
