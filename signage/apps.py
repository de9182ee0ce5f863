from django.apps import AppConfig


class SignageConfig(AppConfig):
    name = "signage"

    def ready(self) -> None:
        from signage.registrations import register

        register()
