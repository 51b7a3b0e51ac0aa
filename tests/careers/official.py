"""Small made-up files in the layouts of BLS and NCES. Figures and titles are invented."""

import csv
import gzip
import io
from pathlib import Path

from openpyxl import Workbook

OEWS_COLUMNS = """
    AREA AREA_TITLE AREA_TYPE PRIM_STATE NAICS NAICS_TITLE I_GROUP OWN_CODE OCC_CODE OCC_TITLE O_GROUP TOT_EMP EMP_PRSE
    JOBS_1000 LOC_QUOTIENT PCT_TOTAL PCT_RPT H_MEAN A_MEAN MEAN_PRSE H_PCT10 H_PCT25 H_MEDIAN H_PCT75 H_PCT90
    A_PCT10 A_PCT25 A_MEDIAN A_PCT75 A_PCT90 ANNUAL HOURLY
"""
STATE_COLUMNS = """
    AREA AREA_TITLE AREA_TYPE PRIM_STATE NAICS NAICS_TITLE I_GROUP OWN_CODE OCC_CODE OCC_TITLE O_GROUP TOT_EMP
    JOBS_1000 LOC_QUOTIENT H_MEAN A_MEAN H_MEDIAN A_PCT10 A_PCT25 A_MEDIAN A_PCT75 A_PCT90
"""
OEWS_HEADER = OEWS_COLUMNS.split()
STATE_HEADER = STATE_COLUMNS.split()
NATION = {"AREA": "99", "AREA_TITLE": "U.S.", "AREA_TYPE": "1", "PRIM_STATE": "US"}
MINNESOTA = {"AREA": "27", "AREA_TITLE": "Minnesota", "AREA_TYPE": "2", "PRIM_STATE": "MN"}
PROJECTIONS_HEADER = [
    "2024 National Employment Matrix title",
    "2024 National Employment Matrix code",
    "Occupation type",
    "Employment, 2024",
    "Employment, 2034",
    "Employment change, numeric, 2024–34",
    "Employment change, percent, 2024–34",
    "Occupational openings, 2024–34 annual average",
    "Median annual wage, dollars, 2024[1]",
    "Typical education needed for entry",
    "Work experience in a related occupation",
    "Typical on-the-job training needed to attain competency in the occupation",
]


def wage_row(soc="11-9111", title="Example Managers", *, area=NATION, group="detailed", **cells):
    """One OEWS row by official column name; the wage columns rise from 30,000 to 90,000."""
    return {
        **area,
        "NAICS": "000000",
        "NAICS_TITLE": "Cross-industry",
        "I_GROUP": "cross-industry",
        "OWN_CODE": "1235",
        "OCC_CODE": soc,
        "OCC_TITLE": title,
        "O_GROUP": group,
        "TOT_EMP": "1000",
        "H_MEAN": "28.85",
        "H_MEDIAN": "24.04",
        "A_MEAN": "60000",
        "A_PCT10": "30000",
        "A_PCT25": "40000",
        "A_MEDIAN": "50000",
        "A_PCT75": "70000",
        "A_PCT90": "90000",
    } | cells


def projection_row(soc="11-9111", title="Example managers", kind="Line item", **cells):
    """One row of table 1.2; thousands of jobs."""
    values = [title, soc, kind, "10.5", "12.6", "2.1", "20", "1.2", ">=$239,200", "Bachelor's degree", "None", "—"]
    return dict(zip(PROJECTIONS_HEADER, values, strict=True)) | cells


def write_csv(path: Path, header: list[str], rows: list[dict], *, encoding="utf-8", above=(), below=()) -> Path:
    """Rows by column name; what a row leaves out is blank. Lines ``above`` and ``below`` are notes."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerows([note] for note in above)
    writer.writerow(header)
    writer.writerows([row.get(name, "") for name in header] for row in rows)
    writer.writerows([note] for note in below)
    data = text.getvalue().encode(encoding)
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def write_workbook(path: Path, sheets: dict[str, list[list]], *, hidden=()) -> Path:
    """Sheets by title; the first one is what the workbook opens on."""
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        sheet.sheet_state = "hidden" if title in hidden else "visible"
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def as_table(header: list[str], rows: list[dict]) -> list[list]:
    """For a sheet: digits as numbers, as BLS saves them, codes as text."""
    codes = {"AREA", "AREA_TYPE", "NAICS", "OWN_CODE"}
    return [header] + [[_number(row.get(name, ""), name in codes) for name in header] for row in rows]


def _number(cell, is_code):
    if is_code or not isinstance(cell, str):
        return cell
    try:
        return float(cell) if "." in cell else int(cell)
    except ValueError:
        return cell


def facts(model) -> list[tuple]:
    """Every row of every current release, to compare before and after."""
    names = [*model.KEY, *model.VALUES]
    return sorted(model.objects.current().values_list(*names), key=str)
