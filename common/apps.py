from django.apps import AppConfig


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
