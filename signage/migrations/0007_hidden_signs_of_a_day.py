"""Which signs are hidden on a day: those that showed a secret place then or later, too."""

from django.conf import settings
from django.db import migrations

# Hardly any sign shows a place on a further line, and hardly any place is secret.
FURTHER_LINES = "jsonb_path_query_array(was.faces, '$[*].panels[*].lines[*].place')"
INDEX = f"""
    CREATE INDEX signage_signevent_shown ON signage_signevent
    USING gin (({FURTHER_LINES.replace("was.", "")}))
"""
HIDDEN_SIGNS = f"""
    CREATE FUNCTION signage_hidden_signs(day date) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 10 AS $$
    BEGIN
        RETURN QUERY
        SELECT signage_hidden_signs()
        UNION ALL
        SELECT was.pgh_obj_id FROM gazetteer_place secret
        JOIN signage_signevent was ON was.place_id = secret.id
        WHERE secret.secrecy = 'secret'
          AND (was.pgh_created_at AT TIME ZONE '{settings.TIME_ZONE}')::date > day
        UNION ALL
        SELECT was.pgh_obj_id FROM gazetteer_place secret
        JOIN signage_signevent was ON {FURTHER_LINES} @> to_jsonb(secret.id::text)
        WHERE secret.secrecy = 'secret'
          AND (was.pgh_created_at AT TIME ZONE '{settings.TIME_ZONE}')::date > day;
    END $$
"""


class Migration(migrations.Migration):

    dependencies = [
        ('signage', '0006_words_for_kinds'),
    ]

    operations = [
        migrations.RunSQL(INDEX, "DROP INDEX signage_signevent_shown"),
        migrations.RunSQL(HIDDEN_SIGNS, "DROP FUNCTION signage_hidden_signs(date)"),
    ]
