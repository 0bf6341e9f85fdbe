"""The webhook against a real socket: what arrives is signed; what refuses or is silent is told apart."""

from pathlib import Path

import pytest

from tests.edges.hooks import listening
from vibe.domain.errors import BadInput, Permanent, Unreachable
from vibe.edges.webhook import Webhook
from vibe.kernel.signing import Signer, is_signed_by

pytestmark = pytest.mark.asyncio


async def test_what_arrives_is_signed(tmp_path: Path) -> None:
    """The body comes as it is, with a signature that the home's public key checks."""
    heard: list[str] = []
    signer = Signer.at_home(tmp_path / "keys")
    async with listening("204 No Content", heard) as url:
        await Webhook(url, signer.sign).post('{"question":"q-1"}')
    head, _, body = heard[0].partition("\r\n\r\n")
    signature = next(line.split(": ")[1] for line in head.splitlines() if line.lower().startswith("x-vibe-signature"))
    assert body == '{"question":"q-1"}'
    assert is_signed_by(signer.public_key, body, signature)


@pytest.mark.parametrize(
    ("status", "error"), [("503 Busy", Unreachable), ("429 Slow", Unreachable), ("410 Gone", Permanent)]
)
async def test_trouble_is_told_apart(status: str, error: type[Exception]) -> None:
    """What may work later is tried again; what refuses is not."""
    async with listening(status, []) as url:
        with pytest.raises(error, match=status[:3]):
            await Webhook(url, str).post("{}")


async def test_nobody_there_and_no_address() -> None:
    """A dead address may come back; a setting that is none is refused at once."""
    async with listening("200 OK", []) as url:
        pass
    with pytest.raises(Unreachable, match="does not answer"):
        await Webhook(url, str).post("{}")
    with pytest.raises(BadInput, match="no http address"):
        Webhook("file:///etc/passwd", str)
