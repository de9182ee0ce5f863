"""Papers of naming cases had a day; its last moment is taken, so that what counted goes on to count."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

TABLES = ('casepaper', 'casepaperevent')
LAST_MOMENT = """
    ALTER TABLE gazetteer_{} ALTER COLUMN written_on TYPE timestamptz
    USING (written_on + 1)::timestamp AT TIME ZONE %s - interval '1 microsecond'
"""


class Migration(migrations.Migration):

    dependencies = [
        ('gazetteer', '0005_short_pending_lists'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='casepaper',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='casepaper',
            name='delete_delete',
        ),
        migrations.RunSQL(
            [(LAST_MOMENT.format(table), [settings.TIME_ZONE]) for table in TABLES],
            state_operations=[
                migrations.AlterField(
                    model_name=name,
                    name='written_on',
                    field=models.DateTimeField(verbose_name='of'),
                )
                for name in TABLES
            ],
        ),
        *(
            migrations.RenameField(model_name=name, old_name='written_on', new_name='written_at')
            for name in TABLES
        ),
        migrations.AlterModelOptions(
            name='casepaper',
            options={'ordering': ['written_at', 'kind']},
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='casepaper',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "gazetteer_casepaperevent" ("case_id", "contents", "file", "file_name", "id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sha256", "written_at", "written_by_id") VALUES (OLD."case_id", OLD."contents", OLD."file", OLD."file_name", OLD."id", OLD."kind", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."sha256", OLD."written_at", OLD."written_by_id"); RETURN NULL;', hash='f9bd2981fd2cebb9a30235a3853a4e738e9580c9', operation='UPDATE', pgid='pgtrigger_update_update_577ee', table='gazetteer_casepaper', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='casepaper',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "gazetteer_casepaperevent" ("case_id", "contents", "file", "file_name", "id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sha256", "written_at", "written_by_id") VALUES (OLD."case_id", OLD."contents", OLD."file", OLD."file_name", OLD."id", OLD."kind", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."sha256", OLD."written_at", OLD."written_by_id"); RETURN NULL;', hash='6033ce47e4fdc8072c79f040599dbe2272140613', operation='DELETE', pgid='pgtrigger_delete_delete_65544', table='gazetteer_casepaper', when='AFTER')),
        ),
    ]
