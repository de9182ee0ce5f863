"""Which signs are hidden with a secret place: see :data:`signage.models.sign.SHOWN_SQL`."""

from django.db import migrations

HIDDEN_SIGNS = """
    CREATE FUNCTION signage_hidden_signs() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 10 AS $$
    BEGIN
        RETURN QUERY
        SELECT sign.id FROM gazetteer_place secret
        JOIN signage_sign sign ON sign.place_id = secret.id
        WHERE secret.secrecy = 'secret'
        UNION ALL
        SELECT shown.sign_id FROM gazetteer_place secret
        JOIN signage_shownplace shown ON shown.place_id = secret.id
        WHERE secret.secrecy = 'secret';
    END $$
"""


class Migration(migrations.Migration):

    dependencies = [
        ('gazetteer', '0007_secret_places'),
        ('signage', '0004_trials_of_editions'),
    ]

    operations = [
        migrations.RunSQL(HIDDEN_SIGNS, "DROP FUNCTION signage_hidden_signs()"),
    ]
