"""Canonical JSON: the one form that is hashed, signed and stored.

Keys sorted, no white space, UTF-8. The only module beside the hot routes that imports msgspec.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

import msgspec

_encoder = msgspec.json.Encoder(order="sorted")
_decoder = msgspec.json.Decoder()


def to_json(value: object) -> bytes:
    """Encode plain data (dict, list, str, int, float, bool, None, datetime) canonically."""
    return _encoder.encode(value)


def from_json(text: bytes | str) -> Any:
    """Decode JSON.

    Raises:
        ValueError: the text is not JSON; the message says at which byte.
    """
    return _decoder.decode(text)


def raw_json(text: bytes | str) -> object:
    """Embed JSON that is already encoded into a value for `to_json`, unread."""
    return msgspec.Raw(text.encode() if isinstance(text, str) else text)


def sha256_of(value: object) -> str:
    """Hex SHA-256 of a value's canonical JSON; of the bytes themselves where bytes or text are given."""
    if isinstance(value, str):
        value = value.encode()
    data = value if isinstance(value, bytes) else to_json(value)
    return hashlib.sha256(data).hexdigest()


def instant(text: str) -> datetime:
    """Read an ISO 8601 instant as aware UTC; one without a zone is taken as UTC.

    Raises:
        ValueError: it is not an instant.
    """
    read = datetime.fromisoformat(text)
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def iso(moment: datetime) -> str:
    """Write an instant as ISO 8601 in UTC, ending in `Z`."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def epoch_ms(moment: datetime) -> int:
    """An instant as due times are stored and compared: whole milliseconds since 1970."""
    return int(moment.timestamp() * 1000)
