from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from portal import queues  # noqa: F401  what the first page of the admin counts
        from portal.links import holders  # noqa: F401  what of it holds web addresses
