"""Small made-up files in the layouts of NCES and the Department of Education. Schools and figures are invented."""

import csv
import io
import itertools

from django.core.management import call_command

from portal.models import ImportIssue, Release
from schools.models import (
    Completions,
    DistanceOffer,
    FieldOfStudy,
    FieldRecord,
    ProgramListing,
    PublishedPrice,
    SchoolListing,
    SchoolOutcome,
    SchoolRecord,
)

HD_COLUMNS = """
    UNITID INSTNM IALIAS ADDR CITY STABBR ZIP FIPS OBEREG CHFNM CHFTITLE GENTELE EIN UEIS OPEID OPEFLAG WEBADDR ADMINURL
    SECTOR ICLEVEL CONTROL HLOFFER ACT NEWID DEATHYR CLOSEDAT CYACTIVE POSTSEC PSEFLAG PSET4FLG COUNTYCD COUNTYNM
    LONGITUD LATITUDE
"""
HD_HEADER = HD_COLUMNS.split()
RACES = ["CTOTAL", "CAIAN", "CASIA", "CBKAA", "CHISP", "CNHPI", "CWHIT", "C2MOR", "CUNKN", "CNRAL"]
C_A_HEADER = ["UNITID", "CIPCODE", "MAJORNUM", "AWLEVEL"] + [
    f"{flag}{race}{sex}" for race in RACES for sex in "TMW" for flag in ("X", "")
]
DEP_NAMES = """
    TOTAL ASSOC BACHL MASTR DOCRS DOCPP DOCOT CERT1A CERT1B CERT2 CERT4 PBACC PMAST
"""
DEP_LEVELS = DEP_NAMES.split()
DEP_HEADER = ["UNITID", "CIPCODE"] + [f"P{level}{end}" for level in DEP_LEVELS for end in ("", "DE", "DES")]
OLD_DEP_HEADER = [
    name.replace("CERT1A", "CERT1") for name in DEP_HEADER if not name.endswith("DES") and "CERT1B" not in name
]
AY_HEADER = ["UNITID"] + [
    f"{flag}{number}"
    for number in (1, 2, 3, 5, 6, 7)
    for flag in ("XTUIT", "TUITION", "XFEE", "FEE", "XHRCHG", "HRCHG")
]
SCORECARD_COLUMNS = """
    UNITID OPEID OPEID6 INSTNM CITY STABBR ZIP HCM2 MAIN CONTROL ADM_RATE DISTANCEONLY CURROPER UGDS GRADS NPT4_PUB
    NPT4_PRIV TUITIONFEE_IN C150_4 C150_L4 MD_EARN_WNE_P6 MD_EARN_WNE_P10 GRAD_DEBT_MDN
"""
SCORECARD_HEADER = SCORECARD_COLUMNS.split()
CIP_HEADER = [
    "CIPFamily",
    "CIPCode",
    "Action",
    "TextChange",
    "CIPTitle",
    "CIPDefinition",
    "CrossReferences",
    "Examples",
]


def hd(unitid="900001", name="Example University", **cells):
    """One directory row; the officers' columns are filled, to see that nothing takes them."""
    return {
        "UNITID": unitid,
        "INSTNM": name,
        "ADDR": "1 Sample Street",
        "CITY": "Sampleton",
        "STABBR": "MN",
        "ZIP": "55455-0213",
        "CHFNM": "Pat Invented",
        "CHFTITLE": "President Invented",
        "OPEID": "00990000",
        "WEBADDR": "www.example.edu/",
        "SECTOR": "1",
        "CONTROL": "1",
        "ACT": "A",
        "NEWID": "-2",
        "CLOSEDAT": "-2",
        "CYACTIVE": "1",
        "PSET4FLG": "1",
        "COUNTYNM": "Sample County",
        "LONGITUD": "-93.235464",
        "LATITUDE": "44.972851",
    } | cells


def c_a(unitid="900001", cip="51.0701", level="7", awards="12", *, major="1", **cells):
    return {
        "UNITID": unitid,
        "CIPCODE": cip,
        "MAJORNUM": major,
        "AWLEVEL": level,
        "XCTOTALT": "R",
        "CTOTALT": awards,
        "XCTOTALM": "R",
        "CTOTALM": "0",
        "XCTOTALW": "R",
        "CTOTALW": awards,
    } | cells


def dep(unitid="900001", cip="51.0701", **cells):
    """Counts not named are 0: MASTR="3", MASTRDE="1" and so on."""
    counts = dict.fromkeys(DEP_HEADER[2:], "0")
    return {"UNITID": unitid, "CIPCODE": cip} | counts | {f"P{name}": value for name, value in cells.items()}


def ic_ay(unitid="900001", **cells):
    """Undergraduates pay 9,000, graduates 20,000; fees 500; 800 a credit; 1,000 more out of state."""
    row = {"UNITID": unitid}
    for number in (1, 2, 3, 5, 6, 7):
        more = 1_000 if number in (3, 7) else 0
        row |= {
            f"XTUIT{number}": "R",
            f"TUITION{number}": str((9_000 if number < 4 else 20_000) + more),
            f"XFEE{number}": "R",
            f"FEE{number}": "500",
            f"XHRCHG{number}": "R",
            f"HRCHG{number}": "800",
        }
    return row | cells


def scorecard(unitid="900001", **cells):
    return {
        "UNITID": unitid,
        "OPEID": "00990000",
        "INSTNM": "Example University",
        "ZIP": "554550213",
        "HCM2": "0",
        "CONTROL": "1",
        "ADM_RATE": "0.6622",
        "DISTANCEONLY": "0",
        "CURROPER": "1",
        "UGDS": "5726",
        "GRADS": "769",
        "NPT4_PUB": "14559",
        "NPT4_PRIV": "NA",
        "C150_4": "0.2874",
        "C150_L4": "NA",
        "MD_EARN_WNE_P6": "NA",
        "MD_EARN_WNE_P10": "PS",
        "GRAD_DEBT_MDN": "NA",
    } | cells


def cip(
    code="51.0701", title="Health/Health Care Administration/Management.", action="No substantive changes", **cells
):
    return {
        "CIPFamily": code[:2],
        "CIPCode": code,
        "Action": action,
        "TextChange": "no",
        "CIPTitle": title,
        "CIPDefinition": f"A program about {code}.",
    } | cells


CODES = [
    cip("51", "HEALTH PROFESSIONS AND RELATED PROGRAMS."),
    cip("51.07", "Health and Medical Administrative Services."),
    cip(),
    cip("51.0702", "Hospital and Health Care Facilities Administration/Management."),
    cip("51.0720", "Regulatory Science/Affairs.", "New"),
    cip("44.0701", "Social Work."),
]


def text(rows, header, *, quote_all=False):
    """Rows by official column name as one CSV text; a cell a row leaves out is blank."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([row.get(name, "") for name in header] for row in rows)
    return out.getvalue()


class Desk:
    """An operator's desk: writes files and runs commands. Each call is ``desk.import_x(name, rows…)``."""

    HEADERS = {
        "institutions": HD_HEADER,
        "completions": C_A_HEADER,
        "distance": DEP_HEADER,
        "tuition": AY_HEADER,
        "figures": SCORECARD_HEADER,
        "cip": CIP_HEADER,
    }

    def __init__(self, folder):
        self.folder = folder
        self.numbers = itertools.count()

    def file(self, name, data):
        folder = self.folder / str(next(self.numbers))
        folder.mkdir()
        path = folder / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    def run(self, what, *paths, **options):
        """Gives back what the command said."""
        out = io.StringIO()
        call_command(f"import_{what}", *map(str, paths), stdout=out, **options)
        return out.getvalue()

    def bring(self, what, name, rows, **options):
        return self.run(what, self.file(name, text(rows, self.HEADERS[what])), **options)

    def codes(self, rows=CODES):
        return self.bring("cip", "CIPCode2020.csv", rows)

    def institutions(self, *rows, name="HD2024.csv", **options):
        return self.bring("institutions", name, rows or [hd()], **options)

    def completions(self, *rows, name="C2024_A.csv", **options):
        return self.bring("completions", name, rows or [c_a()], **options)

    def distance(self, *rows, name="C2024DEP.csv", **options):
        return self.bring("distance", name, rows or [dep(MASTR="1")], **options)

    def tuition(self, *rows, name="IC2023_AY.csv", **options):
        return self.bring("tuition", name, rows or [ic_ay()], **options)

    def figures(self, *rows, name="MERGED2023_24_PP.csv", **options):
        return self.bring("figures", name, rows or [scorecard()], **options)


FACTS = (SchoolRecord, Completions, DistanceOffer, PublishedPrice, SchoolOutcome, FieldRecord)


def everything_public():
    """All rows that public pages about schools read, table by table: to be equal before and after."""
    dump = {
        model: list(model.objects.order_by("pk").values()) for model in (SchoolListing, ProgramListing, FieldOfStudy)
    }
    dump |= {model: list(model.objects.current().order_by("pk").values()) for model in FACTS}
    return dump


def everything_kept():
    """Counts of all that an import may write."""
    models = (*FACTS, SchoolListing, ProgramListing, FieldOfStudy, Release, ImportIssue)
    return {model: model.objects.count() for model in models} | everything_public()
