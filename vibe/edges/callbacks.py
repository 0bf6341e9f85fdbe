"""Callbacks: agents that do not poll are told at an address of theirs that there is something for them.

Signed with HMAC-SHA-256 under a secret that agent was shown once (`X-Vibe-Signature: sha256=HEX`, over the body as it
stands). The name is looked up here and the connection made to what was found, so that a name can't lead elsewhere
between the look and the call. An address that is not everybody's (private, loopback, link-local) is called only where
the owner set its host in `agents.webhook_private`. Redirects are not followed.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
from collections.abc import Callable, Collection
from urllib.parse import SplitResult, urlsplit

from vibe.domain.errors import Gone, Permanent, Unreachable

WITHIN_S = 10.0
AGAIN_S = 30.0
FINE, GONE, SERVER_FAULT = range(200, 300), frozenset({404, 410}), 500
TRY_AGAIN = frozenset({408, 425, 429})


class Callbacks:
    """Posts to agents' addresses.

    Args:
        secret_of: the secret of an agent, by its id.
        private: hosts that may be at an address which is not everybody's.
    """

    def __init__(self, secret_of: Callable[[str], str], private: Collection[str] = ()) -> None:
        self._secret_of, self._private = secret_of, frozenset(host.lower() for host in private)

    async def post(self, agent: str, url: str, text: str) -> None:
        """Post a JSON text, signed for this agent.

        Raises:
            Unreachable: it does not answer, or not now. Gone: there is nothing (any more). Permanent: it refuses,
            or is at an address that the owner did not allow.
        """
        await asyncio.to_thread(self._post, agent, urlsplit(url), text.encode())

    def _post(self, agent: str, url: SplitResult, body: bytes) -> None:
        signature = hmac.new(self._secret_of(agent).encode(), body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Vibe-Signature": f"sha256={signature}"}
        path = f"{url.path or '/'}{'?' + url.query if url.query else ''}"
        try:
            connection = self._connect(url)
            try:
                connection.request("POST", path, body, headers)
                status = connection.getresponse().status
            finally:
                connection.close()
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(f"{url.hostname} does not answer: {error}", retry_after_s=AGAIN_S) from error
        _judge(status, str(url.hostname))

    def _connect(self, url: SplitResult) -> http.client.HTTPConnection:
        """Connect to an address that was looked at."""
        host = str(url.hostname)
        secure = url.scheme == "https"
        port = url.port or (443 if secure else 80)
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        if not ipaddress.ip_address(address[0]).is_global and host.lower() not in self._private:
            raise Permanent(
                f"{host} is at {address[0]}, which is private; name it in agents.webhook_private to allow it"
            )
        opened = socket.socket(family, kind, proto)
        try:
            opened.settimeout(WITHIN_S)
            opened.connect(address)
            if secure:
                opened = ssl.create_default_context().wrap_socket(opened, server_hostname=host)
        except OSError:
            opened.close()
            raise
        connection = http.client.HTTPConnection(host, port, timeout=WITHIN_S)
        connection.sock = opened
        return connection


def _judge(status: int, host: str) -> None:
    if status in FINE:
        return
    if status in GONE:
        raise Gone(f"{host} answered {status}")
    if status >= SERVER_FAULT or status in TRY_AGAIN:
        raise Unreachable(f"{host} answered {status}", retry_after_s=AGAIN_S)
    raise Permanent(f"{host} refuses: {status}")
