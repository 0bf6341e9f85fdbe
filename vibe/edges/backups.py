"""A home as one file: packed while it is in use, and unpacked into an empty folder.

A backup is a zip (0600: it holds the keys) of the home's files, a consistent copy of the embedded store's database
(`store.zip`), and last `manifest.json` with the hash of everything. The ledger's mirror is packed before the store and
the documents after it: the mirror never tells of an entry, and the graph never quotes a document, that is not there.
Left out is what is made again (search index, locks) and what should not outlive the machine (browser sessions).
All of it blocks its thread.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any, BinaryIO

from vibe.domain.errors import BadInput, Refused

MANIFEST = "manifest.json"
STORE = "store.zip"
FORMAT = 1
Progress = Callable[[int], None]
"""Told how many bytes more were read."""
_PART = 1 << 20
_LEFT_OUT = ("store", "backups")
_MADE_AGAIN = ("*.lock", "*.part", "*.tmp", "index.sqlite3*", "sessions.db*", ".restoring")
_RESTORING = ".restoring"


def is_empty(folder: Path) -> bool:
    """Whether there is nothing in a folder, or no such folder."""
    return not (folder.exists() and any(folder.iterdir()))


def size_of(home: Path) -> int:
    """About how many bytes a backup reads."""
    return sum(path.stat().st_size for path in _files(home))


def write_backup(
    home: Path, target: Path, snapshot: Callable[[], Path], told: Mapping[str, Any], progress: Progress
) -> dict[str, Any]:
    """Pack a home; whole or not at all, never over a file that is there.

    Args:
        snapshot: makes a copy of the store's database and says where; it is removed afterwards.
        told: what the manifest says besides the files.

    Raises:
        Refused: the target is there already.
    """
    if target.exists():
        raise Refused(f"{target} is there already; name another file")
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    hashes: dict[str, str] = {}
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as raw:
            with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
                _pack(home, archive, hashes, snapshot, progress)
                manifest = {"format": FORMAT, **told, "files": hashes}
                archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
            raw.flush()
            os.fsync(raw.fileno())
        digest = _sha256_of(part)
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)
    return {"file": str(target), "bytes": target.stat().st_size, "sha256": digest, "files": len(hashes)}


def _pack(
    home: Path,
    archive: zipfile.ZipFile,
    hashes: dict[str, str],
    snapshot: Callable[[], Path],
    progress: Progress,
) -> None:
    mirrored = home / "ledger"
    for path in _files(mirrored):
        _add(archive, path.relative_to(home).as_posix(), path, hashes, progress)
    copied = snapshot()
    try:
        _add(archive, STORE, copied, hashes, progress)
    finally:
        copied.unlink()
    for path in _files(home):
        if not path.is_relative_to(mirrored):
            _add(archive, path.relative_to(home).as_posix(), path, hashes, progress)


def _files(home: Path) -> Iterator[Path]:
    """Every file that is packed, in order; links are not followed."""
    for path in sorted(home.iterdir()) if home.is_dir() else ():
        if path.is_symlink() or any(path.match(pattern) for pattern in _MADE_AGAIN):
            continue
        if path.is_dir() and path.name not in _LEFT_OUT:
            yield from _files(path)
        elif path.is_file():
            yield path


def _add(archive: zipfile.ZipFile, name: str, path: Path, hashes: dict[str, str], progress: Progress) -> None:
    if path.exists():  # what was taken out meanwhile is not in the backup either
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_STORED if name == STORE else zipfile.ZIP_DEFLATED
        with path.open("rb") as source, archive.open(info, "w", force_zip64=True) as entry:
            hashes[name] = _copy(source, entry, progress)


def _copy(source: IO[bytes], target: IO[bytes], progress: Progress) -> str:
    digest = hashlib.sha256()
    while data := source.read(_PART):
        digest.update(data)
        target.write(data)
        progress(len(data))
    return digest.hexdigest()


def _sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_manifest(file: Path) -> dict[str, Any]:
    """Read what a backup says of itself.

    Raises:
        BadInput: it is no backup of ours, or was cut off.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = dict(json.loads(archive.read(MANIFEST)))
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise BadInput("it is no backup that `vibe backup` wrote, or not a whole one", file=str(file)) from error
    if manifest.get("format") != FORMAT:
        raise BadInput(f"its format {manifest.get('format')!r} is of another Vibe; use that one", file=str(file))
    return manifest


def restore_backup(file: Path, home: Path, database: str, progress: Progress) -> dict[str, Any]:
    """Unpack a backup into an empty home, everything checked by its hash before anything is in place.

    Raises:
        Refused: the home holds something.
        BadInput: the backup is damaged, or not one of ours.
    """
    manifest = read_manifest(file)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = home / _RESTORING
    if any(path != fresh for path in home.iterdir()):
        raise Refused(f"{home} is not empty; set VIBE_HOME to an empty folder, or move that one away first")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    try:
        with zipfile.ZipFile(file) as archive:
            for name, digest in manifest["files"].items():
                _take_out(archive, name, digest, fresh, progress)
        _place_database(fresh, database)
        for path in fresh.iterdir():
            path.rename(home / path.name)
    except (KeyError, zipfile.BadZipFile) as error:
        raise BadInput(f"the backup is damaged: {error}", file=str(file)) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    home.chmod(0o700)
    return manifest


def _take_out(archive: zipfile.ZipFile, name: str, digest: str, folder: Path, progress: Progress) -> None:
    with archive.open(name) as source, _opened(folder, name) as target:
        found = _copy(source, target, progress)
    if found != digest:
        raise zipfile.BadZipFile(f"{name} is not what was packed")


def _opened(folder: Path, name: str) -> BinaryIO:
    """Open a file within the folder for writing, 0600; a name that would leave it is refused."""
    place = PurePosixPath(name)
    if place.is_absolute() or ".." in place.parts or "\\" in name:
        raise zipfile.BadZipFile(f"{name!r} would leave the folder")
    path = folder / place
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _place_database(folder: Path, database: str) -> None:
    """Unpack the copy of the store to where the embedded server looks for it."""
    copied = folder / STORE
    if not copied.exists():
        raise zipfile.BadZipFile(f"it has no {STORE}")
    with zipfile.ZipFile(copied) as archive:
        for name in archive.namelist():
            if not name.endswith("/"):
                with archive.open(name) as source, _opened(folder / "store" / "databases" / database, name) as target:
                    _copy(source, target, lambda _: None)
    copied.unlink()


def name_of(at: datetime) -> str:
    """The file name of a backup made now."""
    return f"vibe-{at:%Y%m%d-%H%M%S}.zip"


def time_of(file: Path) -> datetime:
    """When a backup of this name was made."""
    return datetime.strptime(file.name, "vibe-%Y%m%d-%H%M%S.zip").replace(tzinfo=UTC)
