"""The local corpus as a port: a plan's documents and the owner's; nothing leaves this machine."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from vibe.domain.research import Passage, Quote
from vibe.edges.sources.index import Index, Indexed
from vibe.edges.sources.keeping import drop_document, keep_document


class LocalSources:
    """`Sources` over the folders under `<home>/corpus`."""

    def __init__(self, corpus: Path) -> None:
        self._corpus = corpus
        self._index = Index(corpus)
        self._turn = asyncio.Lock()

    async def passages(self, plan: str) -> Sequence[Passage]:
        """All passages of a plan's documents and of the owner's own, copies merged."""
        async with self._turn:
            return await asyncio.to_thread(self._index.passages, plan)

    async def search(self, plan: str, text: str, limit: int = 25) -> Sequence[Passage]:
        """The passages that share the most telling words with `text`, best first."""
        async with self._turn:
            return await asyncio.to_thread(self._index.search, plan, text, limit)

    async def files(self, plan: str) -> Sequence[tuple[str, str]]:
        """Every readable file with its SHA-256, in order."""
        return [(one.file, one.sha256) for one in await self.all_files(plan) if not one.skipped]

    async def all_files(self, plan: str) -> Sequence[Indexed]:
        """Every file, those that were left out with their reason."""
        async with self._turn:
            return await asyncio.to_thread(self._index.refresh, plan)

    async def line(self, plan: str, file: str, line: int) -> str:
        """The exact text of one line.

        Raises:
            NotFound: there is no such file or line.
        """
        return await asyncio.to_thread(self._index.line, plan, file, line)

    async def holds(self, plan: str, quote: Quote) -> bool:
        """Whether the quote stands word for word within its line, of that file, with that hash."""
        return await asyncio.to_thread(self._index.holds, plan, quote)

    async def keep(self, plan: str, file: str, text: str) -> str:
        """Keep a document; returns its SHA-256.

        Raises:
            BadInput: its name would leave the folder.
        """
        return await asyncio.to_thread(keep_document, self._corpus, plan, file, text)

    async def drop(self, plan: str, file: str) -> None:
        """Take a document out."""
        await asyncio.to_thread(drop_document, self._corpus, plan, file)
