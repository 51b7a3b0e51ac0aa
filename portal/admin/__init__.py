"""The editors' desk: what all its pages share, and the tables of the ground."""

from . import accounts, places, registry, releases, reports

__all__ = ["accounts", "places", "registry", "releases", "reports"]
