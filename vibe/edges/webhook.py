"""The webhook: a program of the owner's own is told, in a signed POST.

The signature (`X-Vibe-Signature`, hex) is the home's Ed25519 key's over the body, as it stands; `keys/ledger.pub`
checks it. The body names the entry and the instant, so that a repeated one shows.
"""

from __future__ import annotations

import asyncio
import urllib.error
import urllib.request
from collections.abc import Callable

from vibe.domain.errors import BadInput, Permanent, Unreachable

WITHIN_S = 10.0
AGAIN_S = 300.0
SERVER_FAULT = 500
TRY_AGAIN = frozenset({408, 425, 429})


class Webhook:
    """Posts to one address.

    Raises:
        BadInput: it is no http address.
    """

    def __init__(self, url: str, sign: Callable[[str], str]) -> None:
        if not url.startswith(("http://", "https://")):
            raise BadInput(f"{url!r} is no http address", field="escalation.webhook_url")
        self._url, self._sign = url, sign

    async def post(self, text: str) -> None:
        """Post a JSON text, signed.

        Raises:
            Unreachable: it does not answer, or not now. Permanent: it refuses.
        """
        await asyncio.to_thread(self._post, text)

    def _post(self, text: str) -> None:
        headers = {"Content-Type": "application/json", "X-Vibe-Signature": self._sign(text)}
        request = urllib.request.Request(self._url, text.encode(), headers, method="POST")  # noqa: S310 - checked above
        try:
            urllib.request.urlopen(request, timeout=WITHIN_S).close()  # noqa: S310
        except urllib.error.HTTPError as error:
            error.close()
            if error.code >= SERVER_FAULT or error.code in TRY_AGAIN:
                raise Unreachable(f"the webhook answered {error.code}", retry_after_s=AGAIN_S) from error
            raise Permanent(f"the webhook refuses: {error.code}") from error
        except OSError as error:
            raise Unreachable(f"the webhook does not answer: {error}", retry_after_s=AGAIN_S) from error
