"""The `vibe` program as a person runs it: a process of its own for each command, in a home of the test's own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vibe.edges.graph.embedded import attach

VIBE = [sys.executable, "-m", "vibe"]
COMMAND_S = 300
STOP_S = 60


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str


@dataclass
class Program:
    """`vibe` on one home; `settings` are environment names with their values."""

    home: Path
    settings: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Keep the pages of this home off everybody else's port."""
        self.settings = {"VIBE_HTTP__PORT": str(free_port())} | self.settings

    @property
    def environment(self) -> dict[str, str]:
        """The environment its processes run in."""
        return os.environ | self.settings | {"VIBE_HOME": str(self.home)}

    def run(self, *words: object) -> Done:
        """Run a command to its end."""
        command = [*VIBE, *map(str, words)]
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=COMMAND_S, check=False
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def says(self, *words: object) -> str:
        """What a command prints that must succeed."""
        done = self.run(*words)
        assert done.code == 0, f"vibe {' '.join(map(str, words))} ended with {done.code}:\n{done.err}"
        return done.out

    def json(self, *words: object) -> Any:
        """The one JSON document that a command prints with --json."""
        return json.loads(self.says(*words, "--json"))

    def start(self) -> subprocess.Popen[str]:
        """Start the daemon and wait until it says that it is ready."""
        daemon = subprocess.Popen(
            [*VIBE, "run"], env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            start_new_session=True,
        )  # fmt: skip
        assert daemon.stdout is not None
        assert daemon.stderr is not None
        for line in daemon.stdout:
            if "is ready" in line:
                return daemon
        raise AssertionError(f"the daemon ended with {daemon.wait()}: {daemon.stderr.read()}")

    @contextmanager
    def daemon(self) -> Iterator[subprocess.Popen[str]]:
        """Have the daemon run meanwhile."""
        daemon = self.start()
        try:
            yield daemon
        finally:
            stop(daemon)

    @contextmanager
    def store_kept(self) -> Iterator[None]:
        """Keep the store's server from ending between two commands; it ends two seconds after its last user."""
        attachment, _ = attach(self.home / "store")
        try:
            yield
        finally:
            attachment.close()


def stop(daemon: subprocess.Popen[str]) -> int:
    """Ask the daemon to stop; how it ended."""
    if daemon.poll() is None:
        daemon.send_signal(signal.SIGTERM)
    daemon.communicate(timeout=STOP_S)
    return int(daemon.returncode)


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
