"""Which facilities are hidden as the secret place that they are: facilities.models.SHOWN_SQL."""

from django.db import migrations

HIDDEN_FACILITIES = """
    CREATE FUNCTION facilities_hidden_facilities() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 10 AS $$
    BEGIN
        RETURN QUERY
        SELECT facility.identity FROM gazetteer_place secret
        JOIN facilities_facility facility ON facility.place_id = secret.id
        WHERE secret.secrecy = 'secret';
    END $$
"""


class Migration(migrations.Migration):

    dependencies = [
        ('gazetteer', '0007_secret_places'),
        ('facilities', '0008_links_by_hand'),
    ]

    operations = [
        migrations.RunSQL(HIDDEN_FACILITIES, "DROP FUNCTION facilities_hidden_facilities()"),
    ]
