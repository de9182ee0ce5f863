"""A mark is of a table, or of one column of it: then the trigger names it."""

from django.db import migrations

NOTE_CHANGE = """
    CREATE OR REPLACE FUNCTION common_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        changed text := concat_ws('.', TG_TABLE_NAME, TG_ARGV[0]);
        name text := 'diming.' || changed;
        own text := pg_current_xact_id()::text;
    BEGIN
        IF coalesce(current_setting(name, true), '') <> own THEN
            INSERT INTO common_tablechange (relation, transaction) VALUES (changed, own::bigint);
            PERFORM set_config(name, own, true);
        END IF;
        RETURN NULL;
    END $$
"""


class Migration(migrations.Migration):

    dependencies = [
        ('common', '0004_list_choices'),
    ]

    operations = [
        migrations.RunSQL(NOTE_CHANGE, migrations.RunSQL.noop),
    ]
