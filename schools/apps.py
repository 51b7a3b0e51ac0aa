from django.apps import AppConfig


class SchoolsConfig(AppConfig):
    name = "schools"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from schools import (
            affected,  # noqa: F401  what of it changes with a release
            aliases,  # noqa: F401  these two register what follows from new releases
            deriving,  # noqa: F401
            links,  # noqa: F401  what of it holds web addresses
            queues,  # noqa: F401  what the first page of the admin counts
        )
