"""No test leaves this machine: an audit hook refuses connections and name look-ups that are not loopback.

The hook sees every Python socket of the process, also those a library opens deep inside. `sitecustomize.py` beside this
file puts the same hook into Python processes that tests start (PYTHONPATH is inherited). What was refused is also
written to the file named by VIBE_FENCE_LOG, so a test fails even where somebody swallowed the error.
Not seen: connections that uvloop opens by itself, and programs that are not Python.
"""

import ipaddress
import os
import sys

LOG = "VIBE_FENCE_LOG"
WATCHED = {"socket.connect": 1, "socket.sendto": 1, "socket.getaddrinfo": 0, "socket.gethostbyname": 0}
NAMES = {"", "localhost", "ip6-localhost"}


class OffMachineError(RuntimeError):
    """A test, or a process it started, tried to reach something that is not on this machine."""


def is_local(host: object) -> bool:
    """Whether a host as sockets are given it stays on this machine."""
    if isinstance(host, bytes):
        host = host.decode(errors="replace")
    if host is None or not isinstance(host, str) or host.lower() in NAMES:
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def refuse_off_machine(event: str, arguments: tuple[object, ...]) -> None:
    """The audit hook.

    Raises:
        OffMachineError: the address is not loopback.
    """
    position = WATCHED.get(event)
    if position is None:
        return
    address = arguments[position]
    host = address[0] if isinstance(address, tuple) and address else address
    if event in ("socket.connect", "socket.sendto") and not isinstance(address, tuple):
        return  # a Unix socket's path
    if not is_local(host):
        _record(f"{event} {host}")
        raise OffMachineError(f"{event} to {host!r}: tests stay on this machine")


def _record(line: str) -> None:
    path = os.environ.get(LOG)
    if path:
        with open(path, "a", encoding="utf-8") as log:  # noqa: PTH123 - runs before anything heavy is imported
            log.write(line + "\n")


sys.addaudithook(refuse_off_machine)
