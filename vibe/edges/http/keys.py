"""Keys. The owner's: what programs of the owner show (`Authorization: Bearer`), kept in `keys/owner.key`, mode 0600.

Whoever can read the home acts as the owner; that rests on the home's mode 0700. An agent's key is shown once and kept
only as its HMAC-SHA-256 under the pepper in `keys/agents.pepper`. Source: SPEC section 7.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from vibe.domain.errors import BadInput

KEY_BYTES = 32


def owner_key(home: Path) -> str:
    """Read the owner's key, made at first use; two processes that start together end with the same one.

    Raises:
        BadInput: the file is there and holds no key.
    """
    return _kept(home / "keys" / "owner.key")


def _kept(path: Path) -> str:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        _make(path)
    key = path.read_text(encoding="utf-8").strip()
    if len(key) < KEY_BYTES:
        raise BadInput("holds no key; delete it, a new one is made at the next start", file=str(path))
    return key


def _make(path: Path) -> None:
    """Write a fresh key beside its place, then link it in: the first one stays."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(secrets.token_urlsafe(KEY_BYTES) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(part, path)
    except FileExistsError:
        pass
    finally:
        part.unlink()


def is_same(given: str, key: str) -> bool:
    """Compare in constant time; nothing is the same as an empty key."""
    return bool(key) and hmac.compare_digest(given.encode(), key.encode())


@dataclass(frozen=True, slots=True)
class AgentKey:
    """A fresh key of an agent: `shown` once, then known by `id` and `hash` alone."""

    shown: str
    id: str
    hash: str


def new_agent_key(home: Path) -> AgentKey:
    """Make a key of 256 random bits."""
    shown = f"vibe_{secrets.token_urlsafe(KEY_BYTES)}"
    hashed = hash_of_key(home, shown)
    return AgentKey(shown, hashed[:12], hashed)


def agent_pepper(home: Path) -> str:
    """The secret under which agents' keys are hashed, made at first use."""
    return _kept(home / "keys" / "agents.pepper")


def webhook_secret(home: Path, agent: str) -> str:
    """The secret under which an agent is called at its address; shown when the address is set."""
    return hmac.new(agent_pepper(home).encode(), f"webhook:{agent}".encode(), hashlib.sha256).hexdigest()


def hash_of_key(home: Path, shown: str) -> str:
    """The form in which a key is kept."""
    return hmac.new(agent_pepper(home).encode(), shown.encode(), hashlib.sha256).hexdigest()
