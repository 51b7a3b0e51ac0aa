"""What an operator may hand in by mistake, and every shape the true file may have."""

import gzip
import io
import zipfile

import pytest
from openpyxl import Workbook

from portal.imports.files import NEVER_TYPED
from portal.imports.refusals import FileRefused
from portal.imports.tables import Layout, open_table

LAYOUT = Layout({"UNITID": "unitid", "CIPCODE": "cip", "CTOTALT": "awards"}, {"CTOTALM": "men"})
TEXT = "UNITID,CIPCODE,CTOTALT\n900001,51.0701,12\n900002,51.0702,0\n"


def write(tmp_path, data, name="c2024_a.csv"):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def archive(**members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name.replace("__", "/").replace("_csv", ".csv").replace("_txt", ".txt"), data)
    return buffer.getvalue()


def read(path, **options):
    table = open_table(path, [LAYOUT], **options)
    return [
        (line, [cells[table.places[name]].strip() for name in ("unitid", "cip", "awards")])
        for line, cells in table.rows()
    ]


ROWS = [(2, ["900001", "51.0701", "12"]), (3, ["900002", "51.0702", "0"])]


@pytest.mark.parametrize(
    "data",
    [
        TEXT,
        TEXT.rstrip("\n"),
        b"\xef\xbb\xbf" + TEXT.encode(),
        TEXT.replace("\n", "\r\n"),
        TEXT.replace(",", "|"),
        TEXT.replace(",", "\t").replace("\n", "   \n"),
        TEXT.replace("UNITID,CIPCODE", " unitid , CipCode "),
        TEXT + "\n\n,,\n",
        "Awards of the year\n\n" + TEXT,
        gzip.compress(TEXT.encode()),
        archive(c2024_a_csv=TEXT),
        archive(folder__C2024_A_csv=TEXT, readme_txt="Read me first", __MACOSX__c_csv="junk"),
        archive(c2024_a_csv=TEXT.replace("12", "11"), c2024_a_rv_csv=TEXT),
    ],
)
def test_the_same_table_is_read_in_every_shape(tmp_path, data):
    found = read(write(tmp_path, data))
    assert [cells for _, cells in found] == [cells for _, cells in ROWS]


def test_columns_may_stand_in_any_order_and_unknown_ones_are_named(tmp_path):
    path = write(tmp_path, "EXTRA,CTOTALT,CTOTALM,UNITID,CIPCODE\nx,12,5,900001,51.0701\n")
    assert read(path) == [(2, ["900001", "51.0701", "12"])]
    assert open_table(path, [LAYOUT]).unknown == ["EXTRA"]


def test_lines_are_counted_as_an_editor_counts_them(tmp_path):
    path = write(tmp_path, 'UNITID,CIPCODE,CTOTALT\n900001,"51.\n0701",12\n\n900002,51.0702,0\n')
    assert [line for line, _ in read(path)] == [2, 5]


def test_windows_text_is_read_as_windows_text(tmp_path):
    path = write(tmp_path, TEXT.replace("12", "Juana Díaz – 12").encode("cp1252"))
    assert read(path)[0][1][2] == "Juana Díaz – 12"


def test_a_row_of_the_wrong_width_is_no_row_but_the_others_are(tmp_path):
    path = write(tmp_path, TEXT.replace("900001,51.0701,12", "900001,51.0701"))
    table = open_table(path, [LAYOUT])
    assert list(table.rows()) == [(2, []), (3, ["900002", "51.0702", "0"])]


def test_notes_below_the_data_are_skipped_where_the_source_has_them(tmp_path):
    path = write(tmp_path, TEXT + "[1] A note,,\n")
    assert read(path, skips_notes=True) == ROWS


def workbook(*sheets):
    book = Workbook()
    book.remove(book.active)
    for title, state, rows in sheets:
        sheet = book.create_sheet(title)
        sheet.sheet_state = state
        for row in rows:
            sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


HEADER = ["UNITID", "CIPCODE", "CTOTALT", "CTOTALM"]


def test_a_workbook_is_read_from_the_sheet_with_the_header(tmp_path):
    data = workbook(
        ("Notes", "visible", [["Read this first"]]),
        ("Old", "hidden", [HEADER, ["900009", "51.0701", 1, None]]),
        ("Data", "visible", [["A title"], HEADER, ["900001", "51.0701", 12, None], [900002, "51.0702", 0.0, True]]),
    )
    assert read(write(tmp_path, data, "c.xlsx")) == [(3, ROWS[0][1]), (4, ROWS[1][1])]
    assert read(write(tmp_path, data, "named-wrongly.csv"))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty"),
        ("\n \n", "is empty"),
        ("UNITID,CIPCODE,CTOTALT\n", "holds a header and no rows"),
        ("UNITID,CIPCODE,CTOTALT\n\n,,\n", "holds a header and no rows"),
        ("<!DOCTYPE html><html><body>Access denied</body></html>", "is a web page"),
        ("\ufeff\n  <html>", "is a web page"),
        ("UNITID,CIPCODE\n900001,51.0701\n", "lacks the needed column CTOTALT"),
        ("UNITID,CIPCODE,CTOTALT,ctotalt\n900001,51.0701,12,13\n", "column CTOTALT more than once"),
        ("GEOID,INTPTLAT\n55455,44.9\n", "is another table"),
        (TEXT.removesuffix(",51.0702,0\n"), r"cut short: its last line \(3\) has 1 cells of 3"),
        (TEXT + "900003,51.0701,12\n" * (NEVER_TYPED // 18) + "900004,51.0701,1", "its last line has no end"),
        (TEXT.replace("12", "1\0002"), "NUL"),
        (TEXT.encode("utf-16"), "UTF-16"),
        (TEXT.replace("12", "Díaz").encode() + b"900003,51.0701,D\xedaz\n", "broken letters"),
        (b"\x89PNG\x0d\x0a\x1a\x0a\x00\x00", "NUL"),
        (b"%PDF-1.7\n", "PDF"),
        (archive(readme_md="hello"), "archive without a table"),
        (archive(other_csv="A,B\n1,2\n"), "is another table"),
        (archive(a_csv=TEXT, b_csv=TEXT), "several such tables"),
        (archive(a_csv=TEXT)[:-30], "damaged archive"),
        (archive(a_csv=TEXT, a_rv_csv="UNITID,CIPCODE,CTOTALT\n"), "a_rv.csv holds a header and no rows"),
        (archive(a_csv=TEXT, a_rv_csv=TEXT.replace("CTOTALT", "X")), "a_rv.csv lacks"),
        (gzip.compress(TEXT.encode())[:-12], "cut short or damaged"),
        (workbook(("Data", "visible", [["A", "B"], [1, 2]])), "is another table"),
        (workbook(("Data", "visible", [HEADER[:2], [1, 2]])), "lacks the needed column CTOTALT"),
        (workbook(("Data", "visible", [HEADER, ["900001", "51.0701", 12, 1]]))[:-200], "damaged"),
    ],
)
def test_what_is_not_the_file_is_refused_in_one_sentence(tmp_path, data, sentence):
    with pytest.raises(FileRefused, match=sentence) as refusal:
        read(write(tmp_path, data))
    assert "\n" not in str(refusal.value)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    for path in (tmp_path / "nothing.csv", tmp_path):
        with pytest.raises(FileRefused, match="is not a file"):
            read(path)
