"""Areas of record are those within edges that are straight in degrees (docs/decisions/0022)."""

from typing import Any

import shapely
from django.db import migrations

from common.crs import area_km2


def measure(apps: Any, _editor: Any) -> None:
    versions = apps.get_model("boundaries", "DivisionVersion").objects.order_by()
    known = versions.filter(geometry__isnull=False).values_list("pk", "geometry", "area_km2")
    for pk, geometry, before in known.iterator(chunk_size=50):
        area = area_km2(shapely.from_wkb(bytes(geometry.wkb)))
        if before is None or abs(area - before) > 1e-6:
            versions.filter(pk=pk).update(area_km2=area)


class Migration(migrations.Migration):

    dependencies = [
        ("boundaries", "0010_sound_shapes"),
    ]

    operations = [
        migrations.RunPython(measure, migrations.RunPython.noop),
    ]
