from portal.imports.command import ImportCommand
from schools.imports.tuition import Prices


class Command(ImportCommand):
    """Import published prices of schools (IC2023_AY.zip, from 2024-25 COST1_2024.zip)."""

    help = __doc__
    importer = Prices
