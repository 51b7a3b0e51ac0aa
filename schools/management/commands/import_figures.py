from portal.imports.command import ImportCommand
from schools.imports.figures import Figures


class Command(ImportCommand):
    """Import the College Scorecard institution file (MERGED2023_24_PP.csv, Most-Recent-Cohorts-Institution_….zip)."""

    help = __doc__
    importer = Figures
