"""What rows are called where a merge that cannot be undone tells of them."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('signage', '0005_hidden_signs'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='absence',
            options={'verbose_name_plural': 'missing signs'},
        ),
    ]
