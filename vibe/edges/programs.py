"""Programs of the owner's own, run beside us with one folder in hand.

They run with the daemon's own rights: whoever can write the settings could do anything that they can.
"""

from __future__ import annotations

import asyncio
import shlex
from pathlib import Path

from vibe.domain.errors import BadInput

WITHIN_S = 600.0
SAID_MAX = 4_000
NOT_STARTED, TOO_LONG = 127, 124


class Program:
    """Runs one command line; the folder's path is its last word.

    Raises:
        BadInput: the command line can't be read.
    """

    def __init__(self, command: str, runs: Path, within_s: float = WITHIN_S) -> None:
        try:
            self._words = shlex.split(command)
        except ValueError as error:
            raise BadInput(f"{command!r} can't be read: {error}", field="reports.command") from error
        self._runs, self._within_s = runs, within_s

    async def run(self, folder: str) -> tuple[int, str]:
        """Run it to its end; how it ended, and the end of what it said."""
        words = [*self._words, str((self._runs / folder).resolve())]
        try:
            process = await asyncio.create_subprocess_exec(
                *words,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
            )
        except OSError as error:
            return NOT_STARTED, f"it can't be started: {error}"
        try:
            async with asyncio.timeout(self._within_s):
                said, _ = await process.communicate()
        except TimeoutError:
            process.kill()
            await process.wait()
            return TOO_LONG, f"it took more than {self._within_s:g} seconds"
        return process.returncode or 0, said.decode(errors="replace")[-SAID_MAX:]
