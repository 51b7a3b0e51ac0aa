from portal.imports.command import ImportCommand
from schools.imports.distance import DistanceOffers


class Command(ImportCommand):
    """Import IPEDS programs offered at a distance (C2024DEP.zip)."""

    help = __doc__
    importer = DistanceOffers
