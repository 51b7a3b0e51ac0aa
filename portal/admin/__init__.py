"""The editors' desk: what all its pages share, and the tables of the ground."""

from . import accounts, jobs, letters, links, places, registry, releases, reports, uploads

__all__ = ["accounts", "jobs", "letters", "links", "places", "registry", "releases", "reports", "uploads"]
