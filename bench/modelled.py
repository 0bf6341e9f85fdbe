"""Modelled: a hundred gaps drafted and argued by a language model that answers in a second, eight calls at once.

The server is a process of its own (the misbehaving one of the tests, told to be slow). The critical path is the calls
in rows of eight, a second each; what is over it is ours. Tokens are counted as the edge books them, of the drafting
prompt with and without the budget of `model.context_tokens`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.figures import Figure, median
from vibe.app import App
from vibe.bootstrap import Given, open_app
from vibe.domain.blocks import Block, Kind, Link, LinkType
from vibe.domain.commands import AddBlocks, AnalyseNow
from vibe.domain.plans import Format, PlanReading
from vibe.settings import read_settings

SERVER = Path(__file__).parents[1] / "tests" / "edges" / "models" / "server.py"
GAPS, AT_ONCE, ANSWER_S = 100, 8, 1.0
RICH = 10
THINGS = ("pump", "harbour", "library", "tram", "orchard", "laboratory", "bridge", "kiln")


@contextmanager
def model_server() -> Iterator[str]:
    """Serve; yields the address."""
    with subprocess.Popen([sys.executable, str(SERVER)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def tell(address: str, words: list[str]) -> None:
    """Say what the server's next answers are."""
    data = json.dumps(words).encode()
    urllib.request.urlopen(urllib.request.Request(f"{address}/script", data)).close()


def asked(address: str) -> list[dict[str, object]]:
    """What the server was asked since."""
    with urllib.request.urlopen(f"{address}/seen") as answer:
        return list(json.load(answer)["seen"])


def a_plan(count: int, around: int = 0) -> PlanReading:
    """Assumptions that each rest on nothing, each about something else, with so many tasks around each."""
    blocks, links = [], []
    for n in range(count):
        thing = THINGS[n % 8]
        text = f"The {thing} of district {n} costs {n + 20},000 EUR and opens within {n + 6} months. "
        facts = {"validationMethod": f"Ask the builder of district {n} for a dated offer."}
        if around:
            facts |= {f"note{k}": f"Note {k} on the {thing} of district {n}. " * 30 for k in range(16)}
        blocks.append(
            Block(f"a{n}", Kind.ASSUMPTION, f"The {thing} of district {n} opens on time", text, properties=facts)
        )
        for k in range(around):
            title = f"Task {k} around the {thing} of district {n}, which takes some words to name"
            blocks.append(Block(f"a{n}-t{k}", Kind.TASK, title, status="pending"))
            links.append(Link(LinkType.DEPENDS_ON, f"a{n}-t{k}", f"a{n}"))
    return PlanReading("bench", "A plan for measuring", Format.EXCHANGE, tuple(blocks), tuple(links))


def configure(home: Path, address: str, more: str = "") -> None:
    """Let a home ask the server."""
    (home / "config.toml").write_text(
        f"[proposals]\nopen_max = {GAPS + 1}\ndrafted_a_cycle = {GAPS}\n"
        f'[model]\nbase_url = "{address}/v1"\nname = "m"\nparallel = {AT_ONCE}\n'
        f"usd_a_day = 0.0\ntokens_a_day = 0\n{more}"
    )


async def run() -> list[Figure]:
    """Draft and argue a hundred gaps, then measure prompts."""
    with model_server() as address, tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        configure(home, address)
        async with open_app(home, Given(settings=read_settings(home))) as app:
            await _warm_up(app)
            await app.import_plan(a_plan(GAPS), actor="owner:bench")
            tell(address, [f"slow{ANSWER_S}"] * GAPS * 10)
            start, cpu = time.perf_counter(), time.process_time()
            receipt = await app.execute(AnalyseNow(draft=True), actor="owner:bench")
            await app.settle(receipt.root)
            took_s, own_s = time.perf_counter() - start, time.process_time() - cpu
            ready = await app.graph.read("proposals/list", statuses=["ready"], after=0, limit=1000)
        calls = len(asked(address))
    path_s = -(-calls // AT_ONCE) * ANSWER_S
    count = max(len(ready) - 1, 1)
    own_ms = own_s / count * 1000
    note = f"{count} gaps, {calls} calls, load {os.getloadavg()[0]:.1f}"
    ratio = took_s / path_s
    return [
        Figure("gaps debated by a model", took_s, "s", "<= 1.5x", ratio <= 1.5, limit=path_s, ratio=ratio, note=note),
        Figure("own CPU a gap debated by a model", own_ms, "ms", "< 100 ms", own_ms < 100),
        *[
            Figure(f"tokens a proposal's draft asks with, {name}", median(await _tokens(budget)), "tokens")
            for name, budget in (("whole context", 10**9), ("context chosen", 0))
        ],
    ]


async def _warm_up(app: App) -> None:
    """Ask once, so that the libraries are loaded before anything is measured."""
    block = Block("warm", Kind.ASSUMPTION, "The windmill of Aarup turns by 4 May", "It turns by 4 May and costs 9 EUR.")
    await app.execute(AddBlocks((block,)), actor="owner:bench")
    receipt = await app.execute(AnalyseNow(draft=True), actor="owner:bench")
    await app.settle(receipt.root)


async def _tokens(budget: int) -> list[float]:
    """What a draft is asked with, of gaps with much around them; 0 is the default budget."""
    with model_server() as address, tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        configure(home, address, f"context_tokens = {budget}\n" if budget else "")
        async with open_app(home, Given(settings=read_settings(home))) as app:
            await app.import_plan(a_plan(RICH, around=20), actor="owner:bench")
            receipt = await app.execute(AnalyseNow(draft=True), actor="owner:bench")
            await app.settle(receipt.root)
        bodies = [row["body"] for row in asked(address)]
    texts = [json.dumps(body["messages"]) for body in bodies]  # type: ignore[index]
    return [len(text) / 3 for text in texts if "You draft one proposal" in text]
