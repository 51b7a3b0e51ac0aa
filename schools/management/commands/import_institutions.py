from portal.imports.command import ImportCommand
from schools.imports.institutions import Institutions


class Command(ImportCommand):
    """Import the IPEDS directory of schools (HD2024.zip)."""

    help = __doc__
    importer = Institutions
