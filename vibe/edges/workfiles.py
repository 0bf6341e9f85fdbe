"""Working files under the home's `runs/`, written whole or not at all.

Markdown of research runs is sealed at the end; what agents bring is kept as it is.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from vibe.domain.errors import BadInput, NotFound, Permanent

_PRIVATE, _SEALED = 0o600, 0o400


class LocalWorkfiles:
    """`Workfiles` over one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def keep(self, file: str, data: bytes) -> None:
        """Keep a file as it is."""
        await asyncio.to_thread(self._keep, file, data)

    async def fetch(self, file: str) -> bytes:
        """A file as it was kept.

        Raises:
            NotFound: it is not there (any more).
        """
        path = self._path(file)
        if not path.is_file():
            raise NotFound(f"{file} is not under runs/ any more")
        return await asyncio.to_thread(path.read_bytes)

    async def append(self, file: str, sections: Sequence[tuple[str, str]]) -> str:
        """Add the sections that are not there yet.

        Raises:
            Permanent: the file is sealed and lacks one of them.
        """
        return await asyncio.to_thread(self._append, file, sections)

    async def read(self, file: str) -> str:
        """The whole text; empty where there is no such file."""
        return await asyncio.to_thread(_text_of, self._path(file))

    async def seal(self, file: str) -> str:
        """Make it read-only; returns its SHA-256."""
        return await asyncio.to_thread(self._seal, file)

    def _keep(self, file: str, data: bytes) -> None:
        path = self._path(file)
        if not path.exists():
            _replace(path, data)
            path.chmod(_SEALED)

    def _append(self, file: str, sections: Sequence[tuple[str, str]]) -> str:
        path = self._path(file)
        before = _text_of(path)
        there = set(before.splitlines())
        missing = [(marker, text) for marker, text in sections if marker not in there]
        if not missing:
            return before
        if path.exists() and not path.stat().st_mode & 0o200:
            raise Permanent(f"{file} is sealed: {missing[0][0]!r} can't be added")
        after = before
        for marker, text in missing:
            after += f"{'' if not after else chr(10)}{marker}\n{text.rstrip()}\n" if text.strip() else f"\n{marker}\n"
        _replace(path, after.encode())
        return after

    def _seal(self, file: str) -> str:
        path = self._path(file)
        path.chmod(_SEALED)
        return hashlib.sha256(path.read_bytes()).hexdigest()

    def _path(self, file: str) -> Path:
        path = (self._folder / file).resolve()
        if not path.is_relative_to(self._folder.resolve()):
            raise BadInput("a working file's name must stay inside its folder", file=file)
        return path


def _text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _replace(path: Path, data: bytes) -> None:
    """Write beside it, then take its place: whoever is killed leaves the old text or the new one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE)
    with os.fdopen(handle, "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    part.replace(path)
