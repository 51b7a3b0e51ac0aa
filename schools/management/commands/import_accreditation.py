from portal.imports.command import ImportCommand
from schools.imports.accreditation import AccreditationRecords


class Command(ImportCommand):
    """Import the federal database of accreditation (DAPIP): its zip, or its files one by one."""

    help = __doc__
    importer = AccreditationRecords
