from portal.imports.command import ImportCommand
from schools.imports.completions import CompletionsImporter


class Command(ImportCommand):
    """Import IPEDS awards by field and level (C2024_A.zip)."""

    help = __doc__
    importer = CompletionsImporter
