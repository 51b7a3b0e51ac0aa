from portal.imports.command import ImportCommand
from schools.imports.cip import CodeList


class Command(ImportCommand):
    """Import the CIP code list (CIPCode2020.csv)."""

    help = __doc__
    importer = CodeList
