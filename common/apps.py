from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CommonConfig(AppConfig):
    name = "common"

    def ready(self) -> None:
        from common import (
            checks,  # noqa: F401
            list_exports,
        )
        from common.imports import work

        work.register()
        list_exports.register()
        post_migrate.connect(mark_tables_of_tiles, sender=self)


def mark_tables_of_tiles(**_told: Any) -> None:
    """The tables are those of apps above: once all of them are there."""
    from common.kept_tiles import mark_tables
    from common.registries import map_layers

    mark_tables([name for layer in map_layers().values() for name in layer.tables])
