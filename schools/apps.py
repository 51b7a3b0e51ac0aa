from django.apps import AppConfig


class SchoolsConfig(AppConfig):
    name = "schools"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from schools import aliases, deriving  # noqa: F401  register what follows from new releases
