from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("demo", "0001_tables")]

    operations = [
        migrations.CreateModel(
            name="ReferenceRow",
            fields=[
                ("key", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("values", models.JSONField(default=dict)),
            ],
        ),
    ]
