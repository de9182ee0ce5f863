from django.apps import AppConfig


class CompendiumConfig(AppConfig):
    name = "compendium"

    def ready(self) -> None:
        from compendium.registrations import register

        register()
