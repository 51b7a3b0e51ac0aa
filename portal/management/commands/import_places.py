from portal.imports.command import ImportCommand
from portal.imports.places import Places


class Command(ImportCommand):
    """Import where ZIP codes are (2024_Gaz_zcta_national.zip)."""

    help = __doc__
    importer = Places
