"""Keeping: documents come into the corpus here, and only here. Every name stays inside its folder; files are 0600."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from vibe.domain.errors import BadInput


def keep_document(corpus: Path, plan: str, file: str, text: str) -> str:
    """Write a document into a plan's folder, whole or not at all; returns its SHA-256.

    Raises:
        BadInput: the name would leave the folder.
    """
    path = _inside(corpus, plan, file)
    data = text.encode()
    digest = hashlib.sha256(data).hexdigest()
    if path.is_file() and path.read_bytes() == data:
        return digest
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    part.replace(path)
    return digest


def drop_document(corpus: Path, plan: str, file: str) -> None:
    """Take a document out of a plan's folder; none there is fine."""
    _inside(corpus, plan, file).unlink(missing_ok=True)


def _inside(corpus: Path, plan: str, file: str) -> Path:
    folder = (corpus / plan).resolve()
    path = (folder / file).resolve()
    if folder.parent != corpus.resolve() or not path.is_relative_to(folder) or path == folder:
        raise BadInput("a document's name must stay inside its folder", file=f"{plan}/{file}")
    return path
