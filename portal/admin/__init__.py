"""The editors' desk: what all its pages share, and the tables of the ground."""

from . import accounts, jobs, places, registry, releases, reports

__all__ = ["accounts", "jobs", "places", "registry", "releases", "reports"]
