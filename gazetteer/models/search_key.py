"""What the search box reads: one narrow row per name, kept by the database itself.

Triggers at the end of each statement (COPY, raw SQL, the ORM alike) write what the view
``gazetteer_searchkeysource`` yields for the names that were touched. Secret places and proposed
names have no key at all.
"""

import pgtrigger
from django.contrib.postgres.fields import DateRangeField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q

from gazetteer.models.place import LegalCategory, Place
from gazetteer.models.place_name import PlaceName

# Ranks run from 0 (a province) to 299; below this stand divisions, streets, features, buildings,
# above it the committees that are nine names in ten.
NOTABLE = 210
# What was written lately and is not yet sorted into an index of grams is read by every search, key
# by key: as short as PostgreSQL allows, or every search after an import costs five times as much.
PENDING_KB = 64


class SearchKey(models.Model):
    """The keys of one name. ``written`` is filled where it differs from ``folded``."""

    name = models.OneToOneField(
        PlaceName,
        primary_key=True,
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="search_key",
    )
    place_id = models.UUIDField()
    folded = models.TextField(db_collation="C")
    written = models.TextField(blank=True)
    pinyin = models.TextField(db_collation="C")
    initials = models.TextField(db_collation="C")
    rank = models.SmallIntegerField()
    category = models.CharField(max_length=16, choices=LegalCategory)
    division_code = models.TextField(db_collation="C")
    period = DateRangeField()

    class Meta:
        indexes = [
            models.Index(fields=["folded"], name="searchkey_folded"),
            models.Index(fields=["folded"], name="searchkey_variants", condition=~Q(written="")),
            models.Index(fields=["pinyin"], name="searchkey_pinyin"),
            models.Index(fields=["initials"], name="searchkey_initials"),
            models.Index(fields=["division_code"], name="searchkey_division"),
            models.Index(fields=["rank"], name="searchkey_rank"),
            GinIndex(
                Func(F("folded"), function="gazetteer_search_grams"),
                name="searchkey_grams",
                gin_pending_list_limit=PENDING_KB,
            ),
            GinIndex(
                Func(F("folded"), function="gazetteer_search_grams"),
                name="searchkey_grams_notable",
                condition=Q(rank__lt=NOTABLE),
                gin_pending_list_limit=PENDING_KB,
            ),
        ]

    def __str__(self) -> str:
        return self.folded


WRITE = """
INSERT INTO gazetteer_searchkey (name_id, place_id, folded, written, pinyin, initials, rank,
                                 category, division_code, period)
SELECT source.name_id, source.place_id, source.folded, source.written, source.pinyin,
       source.initials, source.rank, source.category, source.division_code, source.period
FROM gazetteer_searchkeysource source
"""
NAME_COLUMNS = "id, place_id, text, kind, status, period, search_pinyin, search_initials"
PLACE_COLUMNS = "id, legal_category, division_code, secrecy"


def _changed(columns: str) -> str:
    """Ids of rows that the statement changed in any of the columns."""
    return f"""
        SELECT id FROM (
            (SELECT {columns} FROM fresh EXCEPT SELECT {columns} FROM former)
            UNION ALL (SELECT {columns} FROM former EXCEPT SELECT {columns} FROM fresh)
        ) AS changed
    """


def _trigger(name: str, operation: pgtrigger.Operation, func: str) -> pgtrigger.Trigger:
    transitions = {
        pgtrigger.Insert: pgtrigger.Referencing(new="fresh"),
        pgtrigger.Update: pgtrigger.Referencing(old="former", new="fresh"),
        pgtrigger.Delete: pgtrigger.Referencing(old="former"),
    }
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=transitions.get(operation),
        func=f"{func} RETURN NULL;",
    )


pgtrigger.register(
    _trigger(
        "search_insert",
        pgtrigger.Insert,
        f"{WRITE} JOIN fresh ON fresh.id = source.name_id ON CONFLICT (name_id) DO NOTHING;",
    ),
    _trigger(
        "search_update",
        pgtrigger.Update,
        f"""
        DELETE FROM gazetteer_searchkey WHERE name_id IN ({_changed(NAME_COLUMNS)});
        {WRITE} WHERE source.name_id IN ({_changed(NAME_COLUMNS)})
        ON CONFLICT (name_id) DO NOTHING;
        """,
    ),
    _trigger(
        "search_delete",
        pgtrigger.Delete,
        "DELETE FROM gazetteer_searchkey WHERE name_id IN (SELECT id FROM former);",
    ),
    _trigger("search_truncate", pgtrigger.Truncate, "TRUNCATE gazetteer_searchkey;"),
)(PlaceName)

pgtrigger.register(
    # A name may be written before its place in one transaction: the foreign key is deferred.
    _trigger(
        "search_insert",
        pgtrigger.Insert,
        f"{WRITE} JOIN fresh ON fresh.id = source.place_id ON CONFLICT (name_id) DO NOTHING;",
    ),
    _trigger(
        "search_update",
        pgtrigger.Update,
        f"""
        DELETE FROM gazetteer_searchkey WHERE name_id IN (
            SELECT id FROM gazetteer_placename WHERE place_id IN ({_changed(PLACE_COLUMNS)})
        );
        {WRITE} WHERE source.place_id IN ({_changed(PLACE_COLUMNS)})
        ON CONFLICT (name_id) DO NOTHING;
        """,
    ),
)(Place)
