"""What `vibe run` does: the loop, the web server, the sample where asked for, and the word that all is ready."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from vibe.cli.session import actor, err, out

if TYPE_CHECKING:
    from vibe.app import App


async def serve(app: App, *, sample: bool) -> None:
    """Serve until cancelled; a task that dies stops the daemon."""
    from vibe.bootstrap import serve_telegram, serve_web
    from vibe.operating import back_up_daily, seal_daily

    def ready(link: str) -> None:
        out.print(
            "Vibe is ready. This link signs one browser in, once, within ten minutes (`vibe sign-in` makes another):"
        )
        out.print(f"  {link}", markup=False, soft_wrap=True)
        out.print("Ledger key, for `vibe ledger verify --key` elsewhere:")
        out.print(f"  {app.signer.public_key}", markup=False, soft_wrap=True)

    async with asyncio.TaskGroup() as group:
        group.create_task(app.serve_loop(), name="loop")
        group.create_task(serve_web(app, ready), name="web")
        group.create_task(serve_telegram(app), name="telegram")
        group.create_task(back_up_daily(app), name="backup")
        group.create_task(seal_daily(app), name="sealing")
        if sample:
            group.create_task(load_sample(app), name="sample")


async def load_sample(app: App) -> None:
    """Fill an empty graph with the small plan that ships with Vibe, and run a first cycle on it."""
    from vibe.catalog import shipped
    from vibe.domain.canonical import sha256_of
    from vibe.domain.commands import AnalyseNow
    from vibe.domain.plans import Document
    from vibe.plans.formats import read_plan

    if await app.graph.read("plans/list", limit=1):
        return
    folder = shipped("config") / "sample"
    reading = read_plan(folder / "sample.jsonl", plan="sample")
    documents = tuple(
        Document(path.name, sha256_of(path.read_bytes()), path.read_text(encoding="utf-8"))
        for path in sorted((folder / "documents").glob("*.md"))
    )
    reading = replace(reading, title="Sample: a café on Mill Street", documents=documents)
    await app.import_plan(reading, actor=actor(), sample=True)
    receipt = await app.execute(AnalyseNow(draft=True), actor=actor(), key="sample")
    await app.settle(receipt.root)
    ready = await app.graph.read("proposals/list", statuses=["ready"], after=0, limit=100)
    err.print(
        f"The sample plan is loaded: {len(ready)} proposals wait for you. `vibe plan withdraw sample` removes it."
    )
