"""Ed25519 keys of a home: one private key (0600), its public half, and the keys it trusts.

The only module that imports PyNaCl. Source: DESIGN section 3 ("each committed group ends with a signature").
"""

from __future__ import annotations

import os
from pathlib import Path

from nacl.encoding import HexEncoder
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from vibe.domain.errors import BadInput


class Signer:
    """Signs with the home's own key."""

    def __init__(self, key: SigningKey) -> None:
        self._key = key
        self.public_key = key.verify_key.encode(HexEncoder).decode()

    @classmethod
    def at_home(cls, keys: Path) -> Signer:
        """Read the home's key, or make it the first time (0600; its public half beside it)."""
        path = keys / "ledger.key"
        keys.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return cls(SigningKey(path.read_text().strip().encode(), HexEncoder))
        key = SigningKey.generate()
        with os.fdopen(handle, "w") as file:
            file.write(key.encode(HexEncoder).decode())
        signer = cls(key)
        (keys / "ledger.pub").write_text(signer.public_key + "\n")
        return signer

    def sign(self, text: str) -> str:
        """Sign a text; hex."""
        return self._key.sign(text.encode()).signature.hex()


def is_signed_by(public_key: str, text: str, signature: str) -> bool:
    """Tell whether `signature` (hex) is that key's over `text`."""
    try:
        VerifyKey(public_key.encode(), HexEncoder).verify(text.encode(), bytes.fromhex(signature))
    except (BadSignatureError, ValueError):
        return False
    return True


def trusted_keys(keys: Path) -> list[str]:
    """Public keys this home trusts: its own, and every `keys/trusted/*.pub`.

    Raises:
        BadInput: a key file does not hold 64 hex digits.
    """
    found = []
    for path in [keys / "ledger.pub", *sorted((keys / "trusted").glob("*.pub"))]:
        if path.exists():
            text = path.read_text().strip()
            if len(text) != 64:
                raise BadInput("not an Ed25519 public key (64 hex digits)", file=path.name)
            found.append(text)
    return found
