from careers.imports.crosswalk import Crosswalk
from portal.imports.command import ImportCommand


class Command(ImportCommand):
    """Import the CIP–SOC crosswalk (CIP2020_SOC2018_Crosswalk.xlsx), which ties fields of study to occupations."""

    help = __doc__
    importer = Crosswalk
