import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("gazetteer", "0009_naming_cases")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER INDEX searchkey_grams SET (gin_pending_list_limit = 1024)",
                    "ALTER INDEX searchkey_grams RESET (gin_pending_list_limit)",
                )
            ],
            state_operations=[
                migrations.RemoveIndex(model_name="searchkey", name="searchkey_grams"),
                migrations.AddIndex(
                    model_name="searchkey",
                    index=django.contrib.postgres.indexes.GinIndex(
                        models.Func(models.F("folded"), function="gazetteer_search_grams"),
                        gin_pending_list_limit=1024,
                        name="searchkey_grams",
                    ),
                ),
            ],
        )
    ]
