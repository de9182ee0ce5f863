from django.apps import AppConfig


class FacilitiesConfig(AppConfig):
    name = "facilities"

    def ready(self) -> None:
        from facilities.registrations import register

        register()
