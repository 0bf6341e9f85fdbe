"""Files of a plan, read with suspicion: size before content, no way out of the folder, every line countable.

What cannot be read becomes a remark and is left out; the rest is read.
"""

from __future__ import annotations

import hashlib
import re
import stat
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from vibe.domain.blocks import Place
from vibe.domain.errors import BadInput
from vibe.domain.plans import Document, Remark

LARGEST_FILE_BYTES = 100_000_000
_BREAKS = re.compile(r"\r\n|\r")
Tell = Callable[[Remark], None]


@dataclass(frozen=True)
class PlanFile:
    """One readable file: its name relative to the plan's folder, its SHA-256, and its text as it stands."""

    name: str
    sha256: str
    raw: str

    @cached_property
    def text(self) -> str:
        """The text without a byte order mark and with plain line ends; line numbers are the file's own."""
        return _BREAKS.sub("\n", self.raw.removeprefix("\ufeff"))

    @cached_property
    def lines(self) -> list[str]:
        """The lines of `text`; line n of the file is `lines[n - 1]`."""
        return self.text.split("\n")

    def place(self, line: int) -> Place:
        """Name a line of this file."""
        return Place(self.name, line, self.sha256)

    @property
    def document(self) -> Document:
        """The file as a document of the corpus."""
        return Document(self.name, self.sha256, self.raw)


def plan_file(name: str, data: bytes, tell: Tell) -> PlanFile | None:
    """Take a file's bytes; None, with a remark, when they are empty or no UTF-8."""
    if not data.strip():
        tell(Remark(name, None, "the file is empty; left out"))
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        tell(Remark(name, line, f"not UTF-8 at byte {fault.start}; the file is left out (save it as UTF-8)"))
        return None
    return PlanFile(name, hashlib.sha256(data).hexdigest(), text)


def read_file(path: Path, name: str, tell: Tell, limit_bytes: int = LARGEST_FILE_BYTES) -> PlanFile | None:
    """Read one file; None, with a remark, when it is too large, unreadable, empty or no UTF-8 text."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            tell(Remark(name, None, "not a regular file; left out"))
            return None
        if status.st_size > limit_bytes:
            tell(Remark(name, None, f"{status.st_size} bytes, at most {limit_bytes} are read; left out"))
            return None
        with path.open("rb") as opened:
            data = opened.read(limit_bytes + 1)
    except OSError as fault:
        tell(Remark(name, None, f"cannot be read ({fault.strerror or fault}); left out"))
        return None
    if len(data) > limit_bytes:
        tell(Remark(name, None, f"grew over {limit_bytes} bytes while it was read; left out"))
        return None
    return plan_file(name, data, tell)


def list_folder(folder: Path, tell: Tell) -> list[Path]:
    """List a folder's files by name; hidden ones and folders are passed over, links that lead out are refused.

    Raises:
        BadInput: the folder cannot be listed.
    """
    try:
        entries = sorted(folder.iterdir())
        home = folder.resolve()
        return [entry for entry in entries if not entry.name.startswith(".") and _is_inside(entry, home, tell)]
    except OSError as fault:
        raise BadInput(f"the folder cannot be listed ({fault.strerror or fault})", file=str(folder)) from fault


def _is_inside(entry: Path, home: Path, tell: Tell) -> bool:
    """Tell whether this entry is a file to look at: of this folder, by no link that leads out of it."""
    if not entry.is_symlink():
        return not entry.is_dir()
    try:
        target = entry.resolve(strict=True)
    except (OSError, RuntimeError):
        tell(Remark(entry.name, None, "a symbolic link that points at nothing; left out"))
        return False
    if not target.is_relative_to(home):
        tell(Remark(entry.name, None, "a symbolic link that leads out of the folder; refused"))
        return False
    return not target.is_dir()
