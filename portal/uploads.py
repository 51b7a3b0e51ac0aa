"""Files handed in at the desk: checked as they come, kept outside all that is served, gone when they are read."""

import hashlib
import re
import secrets
import shutil
from collections.abc import Iterable
from functools import cache
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile as Incoming
from django.core.management import get_commands, load_command_class
from django.db import transaction
from django.utils import timezone

from portal.imports.command import ImportCommand
from portal.imports.refusals import FileRefused
from portal.models import Release, StagedFrom, Upload, UploadedFile

LARGEST = 300 << 20  # bytes of all files together; the largest official archive has 100 MB
MOST_FILES = 4
KINDS = (".csv", ".txt", ".tsv", ".zip", ".gz", ".xlsx")
CHUNK = 1 << 20
LONGEST_NAME = 120


def folder() -> Path:
    """Where handed-in files wait. With several machines it must be one they share."""
    return Path(settings.UPLOADS)


@cache
def commands() -> dict[str, ImportCommand]:
    """Every command that reads official files, by name; what an app brings is known by its name alone."""
    found = {}
    for name, app in sorted(get_commands().items()):
        if name.startswith("import_") and isinstance(app, str):
            command = load_command_class(app, name)
            if isinstance(command, ImportCommand):
                found[name] = command
    return found


def safe_name(name: str) -> str:
    """A file's own name without any path and without signs a file system minds: importers read the edition in it."""
    words = re.sub(r"[^A-Za-z0-9._-]+", "_", PurePosixPath(name.replace("\\", "/")).name).lstrip(".")
    stem, dot, ending = words.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(ending)]}{dot}{ending}" if stem else words[:LONGEST_NAME]


def check(files: Iterable[Incoming]) -> list[str]:
    """What is wrong with these files, in sentences; nothing when they may be kept."""
    files = list(files)
    problems = [
        f"{file.name} is no table: hand in the file as downloaded, {', '.join(KINDS)}."
        for file in files
        if not str(file.name).lower().endswith(KINDS)
    ]
    if len(files) > MOST_FILES:
        problems.append(f"Hand in at most {MOST_FILES} files at once.")
    if len({safe_name(str(file.name)) for file in files}) < len(files):
        problems.append("Two files have the same name.")
    if sum(file.size or 0 for file in files) > LARGEST:
        problems.append(f"These files have more than {LARGEST >> 20} MB. Use the command on the server instead.")
    return problems


def keep(upload: Upload, files: Iterable[Incoming]) -> None:
    """Write the files into a folder of the upload's own and note each with its fingerprint; saves ``upload``."""
    upload.folder = secrets.token_hex(16)
    place = folder() / upload.folder
    place.mkdir(parents=True, mode=0o700)
    try:
        with transaction.atomic():
            upload.save()
            for file in files:
                name, digest, size = safe_name(str(file.name)), hashlib.sha256(), 0
                with (place / name).open("xb") as target:
                    for chunk in file.chunks(CHUNK):
                        digest.update(chunk)
                        size += len(chunk)
                        target.write(chunk)
                UploadedFile.objects.create(upload=upload, name=name, size=size, sha256=digest.hexdigest())
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise


def read(upload: Upload, progress=None) -> list[Release]:
    """Stage what the files of ``upload`` say, in one transaction with the word on what came of it.

    Safe to repeat: an upload that has ended is left as it is. A file that is refused ends it too.
    """
    if upload.state != Upload.State.WAITING:
        return [staged.release for staged in upload.staged.select_related("release__source")]
    try:
        with transaction.atomic():
            return _stage(upload, progress)
    except FileRefused as refusal:
        _end(upload, Upload.State.REFUSED, f"{refusal} Nothing was changed.")
        return []


def _stage(upload: Upload, progress) -> list[Release]:
    command = commands().get(upload.command)
    if command is None:
        raise FileRefused(f"No command here is called {upload.command}.")
    place = folder() / upload.folder
    paths = [place / file.name for file in upload.files.all()]
    if missing := [path.name for path in paths if not path.is_file()]:
        raise FileRefused(f"{', '.join(missing)} is not on this machine any more: hand it in again.")
    period, reports = command.take_in(
        paths=paths,
        stage=True,
        allow_shrink=upload.allow_shrink,
        progress=progress,
        release=upload.period or None,
        year=upload.year,
        provisional=True if upload.edition == "provisional" else None,
        revised=upload.edition == "revised",
    )
    said, staged = [], []
    for importer, report in reports:
        name = f"{importer.source.name} {period.name}"
        if report.is_kept and report.release:
            StagedFrom.objects.create(upload=upload, release=report.release)
            staged.append(report.release)
            said.append(f"{name}: {report.read:,} rows read, {len(report.refused):,} refused.")
        elif report.release and report.release.state == Release.State.STAGED:
            said.append(f"{name}: these very files are staged already.")
        else:
            said.append(f"{name}: nothing new, it says what the current release says.")
    _end(upload, Upload.State.STAGED if staged else Upload.State.NOTHING_NEW, " ".join(said))
    return staged


def _end(upload: Upload, state: str, words: str) -> None:
    upload.state, upload.words, upload.ended_at = state, words, timezone.now()
    upload.save(update_fields=["state", "words", "ended_at"])


def remove_files(upload: Upload) -> None:
    """The files have been read; what they were is in the log."""
    if upload.state != Upload.State.WAITING:
        shutil.rmtree(folder() / upload.folder, ignore_errors=True)


def sweep() -> None:
    """Remove folders of uploads that have ended or that nobody knows, as a machine that fell over leaves them."""
    if not folder().is_dir():
        return
    waiting = set(Upload.objects.filter(state=Upload.State.WAITING).values_list("folder", flat=True))
    for place in folder().iterdir():
        age = timezone.now().timestamp() - place.stat().st_mtime
        if place.name not in waiting and age > 24 * 60 * 60:
            shutil.rmtree(place, ignore_errors=True)
