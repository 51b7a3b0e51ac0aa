"""Opening what was downloaded: plain, gzipped or zipped text, or a workbook, checked before a row is read."""

import gzip
import hashlib
import io
import re
import zipfile
import zlib
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, cast

from .refusals import FileRefused

CHUNK = 1 << 20  # bytes
LARGEST = 2 << 30  # bytes; the largest official file unpacks to 140 MB
NEVER_TYPED = 1 << 16  # bytes; agencies end their files with a line break, people who type a few rows may not
TABLES = (".csv", ".txt", ".tsv", ".xlsx")
WEB_PAGE = re.compile(rb"\s*<(!doctype\s+html|html|head|body|\?xml|!--)", re.IGNORECASE)
# Letters written as two or three UTF-8 bytes. In Windows text these pairs would be nonsense such as "Ã©".
UTF8_PAIRS = re.compile(rb"[\xc3\xc4\xc5][\x80-\xbf]|\xe2\x80[\x90-\xbf]")


@dataclass
class OfficialFile:
    """One table on disk, perhaps inside an archive: bytes that can be read more than once."""

    name: str  # the member's own name when it came out of an archive
    archive: str  # name of the path the operator gave
    opener: Callable[[], IO[bytes]] = field(repr=False)
    sha256: str = ""
    size: int = 0  # bytes, unpacked
    encoding: str = ""
    is_workbook: bool = False

    @property
    def is_revised(self) -> bool:
        """NCES puts the revised table beside the first one, as ``…_rv.csv``."""
        return PurePosixPath(self.name).stem.lower().endswith("_rv")

    def open(self) -> IO[bytes]:
        return self.opener()

    def text(self) -> tuple[io.TextIOWrapper, IO[bytes]]:
        """The decoded lines, and the byte stream below them (its position is the progress)."""
        raw = self.open()
        return io.TextIOWrapper(raw, encoding=self.encoding, newline=""), raw


def find_files(path: Path) -> list[OfficialFile]:
    """The tables ``path`` may mean: one, or the members of an archive, revised ones first.

    Raises FileRefused when there is no such file or nothing in it is a table.
    """
    if not path.is_file():
        raise FileRefused(f"{path} is not a file.")
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        raise FileRefused(f"{path} cannot be read: {error.strerror}.") from error
    if not start:
        raise FileRefused(f"{path.name} is empty.")
    if start.startswith(b"\x1f\x8b"):
        name = path.stem if path.suffix.lower() == ".gz" else path.name
        return [OfficialFile(name, path.name, lambda: cast(IO[bytes], gzip.open(path, "rb")))]
    if start.startswith(b"PK"):
        return _in_archive(path)
    return [OfficialFile(path.name, path.name, lambda: path.open("rb"))]


def _in_archive(path: Path) -> list[OfficialFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except zipfile.BadZipFile:
        raise FileRefused(f"{path.name} is a damaged archive: download it again.") from None
    if any(member.filename == "xl/workbook.xml" for member in members):
        return [OfficialFile(path.name, path.name, lambda: path.open("rb"), is_workbook=True)]
    tables = [
        member
        for member in members
        if not member.is_dir()
        and member.filename.lower().endswith(TABLES)
        and "__MACOSX" not in member.filename
        and not PurePosixPath(member.filename).name.startswith(".")
    ]
    if not tables:
        raise FileRefused(f"{path.name} is an archive without a table in it.")
    if any(member.flag_bits & 1 for member in tables):
        raise FileRefused(f"{path.name} is locked with a password: unpack it first.")
    if any(member.file_size > LARGEST for member in tables):
        raise FileRefused(f"{path.name} unpacks to more than {LARGEST >> 30} GB: this cannot be the official file.")
    files = [_member(path, member.filename) for member in tables]
    return sorted(files, key=lambda file: (not file.is_revised, file.name.lower()))


def _member(path: Path, name: str) -> OfficialFile:
    def opener() -> IO[bytes]:
        return zipfile.ZipFile(path).open(name)

    return OfficialFile(
        PurePosixPath(name).name, path.name, opener, is_workbook=PurePosixPath(name).suffix.lower() == ".xlsx"
    )


def check(file: OfficialFile) -> None:
    """Read the file once: size, checksum, encoding. Raises FileRefused for what is no table at all."""
    digest = hashlib.sha256()
    decoder = getincrementaldecoder("utf-8")()
    is_utf8, has_utf8_letters, has_bom, size, end = True, False, False, 0, b""
    try:
        with file.open() as raw:
            while chunk := raw.read(CHUNK):
                if not size:
                    has_bom = chunk.startswith(BOM_UTF8)
                    _look_at_start(file, chunk)
                end = chunk[-1:]
                digest.update(chunk)
                size += len(chunk)
                if size > LARGEST:
                    raise FileRefused(
                        f"{file.name} is larger than {LARGEST >> 30} GB: this cannot be the official file."
                    )
                if file.is_workbook:
                    continue
                if b"\0" in chunk:
                    raise FileRefused(f"{file.name} holds NUL bytes: it is damaged or no text file. Download it again.")
                has_utf8_letters = has_utf8_letters or UTF8_PAIRS.search(chunk) is not None
                if is_utf8:
                    is_utf8 = _decodes(decoder, chunk)
            is_utf8 = is_utf8 and _decodes(decoder, b"", final=True)
    except (zipfile.BadZipFile, EOFError, zlib.error, gzip.BadGzipFile):
        raise FileRefused(f"{file.archive} is cut short or damaged: download it again.") from None
    except OSError as error:
        raise FileRefused(f"{file.archive} cannot be read: {error.strerror or error}.") from error
    if not size:
        raise FileRefused(f"{file.name} is empty.")
    if size > NEVER_TYPED and end != b"\n" and not file.is_workbook:
        raise FileRefused(f"{file.name} is cut short: its last line has no end. Download it again.")
    file.sha256, file.size = digest.hexdigest(), size
    if not file.is_workbook:
        file.encoding = _encoding(file, is_utf8, has_bom or has_utf8_letters)


def _look_at_start(file: OfficialFile, chunk: bytes) -> None:
    start = chunk[:2000].removeprefix(BOM_UTF8)
    if not start.strip():
        raise FileRefused(f"{file.name} is empty.")
    if WEB_PAGE.match(start):
        raise FileRefused(f"{file.name} is a web page, not the table: download the file itself in a browser.")
    if start.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        raise FileRefused(f"{file.name} is UTF-16 text, as Excel saves it: save it as CSV (UTF-8) instead.")
    if start.startswith(b"%PDF"):
        raise FileRefused(f"{file.name} is a PDF, not the table.")
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileRefused(f"{file.name} is an old Excel workbook (.xls): save it as .xlsx or CSV.")


def _decodes(decoder, chunk: bytes, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _encoding(file: OfficialFile, is_utf8: bool, claims_utf8: bool) -> str:
    """UTF-8, else cp1252. Read as cp1252, a damaged UTF-8 file would turn every accent into two wrong letters."""
    if is_utf8:
        return "utf-8-sig"
    if claims_utf8:
        raise FileRefused(f"{file.name} is damaged: it is UTF-8 text with broken letters. Download it again.")
    decoder = getincrementaldecoder("cp1252")()
    with file.open() as raw:
        while chunk := raw.read(CHUNK):
            if not _decodes(decoder, chunk):
                raise FileRefused(f"{file.name} is neither UTF-8 nor Windows (cp1252) text.")
    return "cp1252"
