"""A daemon of its own process with its pages, and a browser that is signed in to it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import TYPE_CHECKING, Any

import httpx

from tests.stores import fresh_home
from vibe.edges.clock import SystemClock
from vibe.edges.http.keys import owner_key
from vibe.edges.http.sessions import sign_in_link

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

PROGRAM = [sys.executable, "-c", "from vibe.cli import main; main()"]
DESK = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}


@dataclass
class Daemon:
    """A running `vibe run`: its address, its home, and the owner as a caller of the API."""

    address: str
    home: Path
    owner: httpx.Client

    def link(self) -> str:
        """A fresh sign-in link."""
        return sign_in_link(self.home, SystemClock().now(), self.address)

    def get(self, path: str) -> Any:
        """Read from the API."""
        return self.owner.get(path).raise_for_status().json()

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """Send to the API."""
        return self.owner.post(path, json=body).raise_for_status().json()

    def run(self, *words: str) -> str:
        """Run another command on the same home, as a process of its own."""
        done = subprocess.run(
            [*PROGRAM, *words], env=_environment(self.home), capture_output=True, text=True, check=True
        )
        return done.stdout


def _environment(home: Path) -> dict[str, str]:
    return os.environ | {
        "VIBE_HOME": str(home),
        "VIBE_HTTP__PORT": "0",
        "VIBE_STORE_JVM_ARGS": "-XX:TieredStopAtLevel=1",
    }


@contextmanager
def a_daemon(home: Path, *words: str) -> Iterator[Daemon]:
    """Run the daemon while the block runs; it is ready, and the sample loaded where asked for."""
    fresh_home(home)
    command = [*PROGRAM, "run", *words]
    with subprocess.Popen(
        command, env=_environment(home), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        said = Said(process)
        try:
            address = said.until(r"(http://[^/]+)/sign-in")
            if "--sample" in words:
                said.until(r"(sample plan is loaded)")
            headers = {"Authorization": f"Bearer {owner_key(home)}"}
            with httpx.Client(base_url=address, headers=headers, timeout=30) as owner:
                yield Daemon(address, home, owner)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()
            said.close()


class Said:
    """What a process says, read as it comes, so that it never waits for a reader."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.lines: list[str] = []
        self._queue: Queue[str | None] = Queue()
        self._reader = Thread(target=self._read, args=(process,))
        self._reader.start()

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout
        for line in process.stdout:
            self.lines.append(line)
            self._queue.put(line)
        self._queue.put(None)

    def until(self, pattern: str) -> str:
        """Wait for a line; fail when the process ends without it."""
        while (line := self._queue.get(timeout=180)) is not None:
            if found := re.search(pattern, line):
                return found.group(1)
        raise AssertionError("the daemon ended: " + "".join(self.lines))

    def close(self) -> None:
        """Read to the end; what was said is printed, pytest shows it where a test failed."""
        self._reader.join()
        print("".join(self.lines))


@contextmanager
def a_browser(chromium: str, flags: Sequence[str]) -> Iterator[Browser]:
    """Start the browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(flags))
        yield browser
        browser.close()


def signed_in(browser: Browser, daemon: Daemon, **how: Any) -> BrowserContext:
    """Open a window that is signed in; `how` is its size, colours and the like."""
    window = browser.new_context(base_url=daemon.address, **({"viewport": DESK} | how))
    page = window.new_page()
    page.goto(daemon.link())
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(daemon.address + "/")
    page.close()
    return window
