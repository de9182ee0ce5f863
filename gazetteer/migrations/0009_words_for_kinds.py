"""What rows are called where a merge that cannot be undone tells of them."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('gazetteer', '0008_pictures_of_places'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='matchdecision',
            options={'verbose_name_plural': 'decisions on matched lists'},
        ),
        migrations.AlterModelOptions(
            name='placecode',
            options={'verbose_name_plural': 'Place-name codes'},
        ),
        migrations.AlterModelOptions(
            name='placephoto',
            options={'ordering': [models.OrderBy(models.F('taken_on'), descending=True, nulls_last=True), 'uploaded_at', 'pk'], 'verbose_name_plural': 'pictures'},
        ),
        migrations.AlterModelOptions(
            name='placerelation',
            options={'verbose_name_plural': 'relations'},
        ),
        migrations.AlterModelOptions(
            name='protection',
            options={'verbose_name_plural': 'entries in lists of protected names'},
        ),
    ]
