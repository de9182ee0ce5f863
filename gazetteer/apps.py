from django.apps import AppConfig


class GazetteerConfig(AppConfig):
    name = "gazetteer"

    def ready(self) -> None:
        from gazetteer.registrations import register

        register()
