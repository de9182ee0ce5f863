"""Search keys are read by one process each: many people search at once, and to start helpers for one
of them takes longer than the search."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("gazetteer", "0003_lists_matched")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE gazetteer_searchkey SET (parallel_workers = 0)",
            "ALTER TABLE gazetteer_searchkey RESET (parallel_workers)",
        ),
    ]
