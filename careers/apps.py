from django.apps import AppConfig


class CareersConfig(AppConfig):
    name = "careers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from careers import (
            affected,  # noqa: F401  what of it changes with a release
            authors,  # noqa: F401  a group at the desk
            crosswalk,  # noqa: F401  registers what follows from new releases
            links,  # noqa: F401  what of it holds web addresses
            queues,  # noqa: F401  what the first page of the admin counts
            rereading,  # noqa: F401  what words of it a release may make untrue
        )
