"""The misbehaving server as a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest


@dataclass(frozen=True)
class Served:
    """The server's address, and short ways to command it."""

    address: str

    def script(self, *words: str) -> None:
        """Say what the next answers are."""
        data = json.dumps(words).encode()
        request = urllib.request.Request(f"{self.address}/script", data, {"Content-Type": "application/json"})
        urllib.request.urlopen(request).close()

    def told(self) -> dict[str, Any]:
        """What was asked since the last script."""
        with urllib.request.urlopen(f"{self.address}/seen") as answer:
            return dict(json.load(answer))

    def seen(self) -> list[dict[str, Any]]:
        """The questions."""
        return list(self.told()["seen"])


@pytest.fixture(scope="session")
def _process() -> Iterator[str]:
    command = [sys.executable, str(Path(__file__).with_name("server.py"))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()


@pytest.fixture
def served(_process: str) -> Served:
    """A server that behaves, until told otherwise."""
    found = Served(_process)
    found.script()
    return found
