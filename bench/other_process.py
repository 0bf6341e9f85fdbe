"""`python -m bench.other_process HOME decide|cycle|flood ...`: what a second process does on a store, when told to.

It says `ready`, waits for a line, works, and answers with one line of JSON. `flood` works until its input ends.
"""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import structlog

from bench.writing import a_submission
from vibe.app import App
from vibe.bootstrap import open_app
from vibe.domain.commands import AnalyseNow, DecideProposal
from vibe.domain.errors import Conflict

ROOT = Path(__file__).parents[1]
TOGETHER = 250
FLOOD_A_SECOND = 1_000
OWNER = "owner:other"


class Other:
    """Another process, as the one that started it sees it."""

    def __init__(self, home: Path, *words: str) -> None:
        command = [sys.executable, "-m", "bench.other_process", str(home), *words]
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    async def __aenter__(self) -> Other:
        """Wait until it has opened the store."""
        assert await self._line() == "ready"
        return self

    async def __aexit__(self, *_: object) -> None:
        """See it end."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        if self.process.poll() is None and not self.process.stdin.closed:
            self.process.kill()
        await asyncio.to_thread(self.process.wait)
        self.process.stdout.close()
        if not self.process.stdin.closed:
            self.process.stdin.close()

    def go(self) -> None:
        """Let it work."""
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    async def answer(self) -> Any:
        """What it has to say when it is done; a flood ends here."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return json.loads(await self._line())

    async def _line(self) -> str:
        assert self.process.stdout is not None
        return (await asyncio.to_thread(self.process.stdout.readline)).strip()


async def decide(app: App, decision: str) -> dict[str, str]:
    """Decide every ready proposal at once; what was said to each."""
    ready = await app.graph.read("proposals/list", statuses=["ready"], after=0, limit=1000)

    async def one(row: Any) -> str:
        command = DecideProposal(row["number"], decision, digest=row["digest"], rejection_type="never")
        try:
            await app.execute(command, actor=f"person:{decision}")
        except Conflict as error:
            return str(error)
        return "done"

    said = await asyncio.gather(*(one(row) for row in ready))
    return {str(row["number"]): words for row, words in zip(ready, said, strict=True)}


async def cycle(app: App, times: str) -> int:
    """Run whole cycles; how many drafts they say they led to."""
    drafted = 0
    for _ in range(int(times)):
        receipt = await app.execute(AnalyseNow(draft=True), actor=OWNER)
        await app.settle(receipt.root)
        drafted += sum(row["type"] == "ProposalDrafted" for row in await app.happened(receipt.root))
    return drafted


async def flood(app: App) -> dict[str, float]:
    """Write about a thousand changes a second in groups until the input ends; how many, and in how many seconds."""
    ended = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    count, start = 0, time.perf_counter()
    while not ended.done():
        await asyncio.gather(*(app.gate.commit(a_submission(app, f"flood-{count + n}")) for n in range(TOGETHER)))
        count += TOGETHER
        ahead_s = count / FLOOD_A_SECOND - (time.perf_counter() - start)
        await asyncio.sleep(max(ahead_s, 0))
    return {"count": count, "seconds": time.perf_counter() - start}


async def main(home: Path, what: str, *words: str) -> None:
    """Open the store, wait for the word, work, answer."""
    async with open_app(home) as app:
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        print(json.dumps(await {"decide": decide, "cycle": cycle, "flood": flood}[what](app, *words)), flush=True)


if __name__ == "__main__":
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    asyncio.run(main(Path(sys.argv[1]), *sys.argv[2:]))
