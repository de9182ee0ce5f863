"""Names written lately wait in a short list beside an index of grams: every search reads it whole."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations
from django.db.models import F, Func, Q

NAMES = ("searchkey_grams", "searchkey_grams_notable")
GRAMS = Func(F("folded"), function="gazetteer_search_grams")


class Migration(migrations.Migration):
    dependencies = [("gazetteer", "0004_search_keys_read_alone")]

    operations = [
        migrations.RunSQL(
            [f"ALTER INDEX {name} SET (gin_pending_list_limit = 64)" for name in NAMES]
            + [f"SELECT gin_clean_pending_list('{name}')" for name in NAMES],
            [
                f"ALTER INDEX {NAMES[0]} SET (gin_pending_list_limit = 1024)",
                f"ALTER INDEX {NAMES[1]} RESET (gin_pending_list_limit)",
            ],
            state_operations=[
                operation
                for name, condition in zip(NAMES, (None, Q(rank__lt=210)), strict=True)
                for operation in (
                    migrations.RemoveIndex("searchkey", name),
                    migrations.AddIndex(
                        "searchkey",
                        GinIndex(
                            GRAMS, name=name, condition=condition, gin_pending_list_limit=64
                        ),
                    ),
                )
            ],
        ),
    ]
