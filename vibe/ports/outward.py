"""Ports for what reaches outside: models, messages, documents.

Importable only by `kernel.commit`, edges and `bootstrap`: nothing else can reach outside.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from vibe.domain.acts import ModelReply, ModelRequest
from vibe.domain.messages import Message
from vibe.domain.research import Passage, Quote


class Model(Protocol):
    """Answers in the shape asked for."""

    async def ask(self, request: ModelRequest) -> ModelReply:
        """Ask once.

        Raises:
            Transient: not reached, or no answer of that shape; may be asked again.
            Permanent: it never will.
        """
        ...


class Messenger(Protocol):
    """Brings something before a person, in a chat."""

    async def send(self, chat: str, message: Message) -> tuple[str, ...]:
        """Send a message; returns the channel's own ids of its parts, in order (the buttons are on the last).

        Raises:
            Transient: not reached, or not now; says after how long to try again.
            Gone: this person can't be written to (the bot is blocked, the chat is gone), ever.
        """
        ...

    async def edit(self, chat: str, message_id: str, message: Message) -> None:
        """Have a sent message show this instead; the same again changes nothing.

        Raises:
            Transient: as for `send`.
            Gone: the message or the chat is no more.
        """
        ...


class Hook(Protocol):
    """Tells a program of the owner's own."""

    async def post(self, text: str) -> None:
        """Post a JSON text, signed.

        Raises:
            Transient: not reached, or not now. Permanent: it refuses.
        """
        ...


class Callbacks(Protocol):
    """Tells agents at addresses of theirs."""

    async def post(self, agent: str, url: str, text: str) -> None:
        """Post a JSON text, signed for this agent.

        Raises:
            Unreachable: not reached, or not now. Permanent (Gone, Refused): it never will.
        """
        ...


class Program(Protocol):
    """A program of the owner's own."""

    async def run(self, folder: str) -> tuple[int, str]:
        """Run it with a folder below `runs/` in hand: how it ended (0 is well), and the end of what it said."""
        ...


class Sources(Protocol):
    """Documents that research may read: a plan's own corpus, and what the owner added.

    Files are named relative to the plan's corpus; the owner's own begin with `_own/`. Every call sees the files as they
    are now: what changed on disk is read again first.
    """

    async def passages(self, plan: str) -> Sequence[Passage]:
        """All passages of a plan's documents and of the owner's own, in order of file and line, copies merged."""
        ...

    async def search(self, plan: str, text: str, limit: int = 25) -> Sequence[Passage]:
        """The passages that share the most telling words with `text`, best first."""
        ...

    async def files(self, plan: str) -> Sequence[tuple[str, str]]:
        """Every readable file with its SHA-256, in order."""
        ...

    async def line(self, plan: str, file: str, line: int) -> str:
        """The exact text of one line, without its line end.

        Raises:
            NotFound: there is no such file or line.
        """
        ...

    async def holds(self, plan: str, quote: Quote) -> bool:
        """Whether the quote stands word for word within its line, of that file, with that hash."""
        ...

    async def keep(self, plan: str, file: str, text: str) -> str:
        """Keep a document (`plan` is `_own` for the owner's); returns its SHA-256. The same again changes nothing."""
        ...

    async def drop(self, plan: str, file: str) -> None:
        """Take a document out."""
        ...


class Workfiles(Protocol):
    """Files of research runs and executions, named relative to the home's `runs/`."""

    async def keep(self, file: str, data: bytes) -> None:
        """Keep a file as it is, read-only; the name says what is in it (a hash), so twice is once."""
        ...

    async def fetch(self, file: str) -> bytes:
        """A file as it was kept.

        Raises:
            NotFound: it is not there (any more).
        """
        ...

    async def append(self, file: str, sections: Sequence[tuple[str, str]]) -> str:
        """Add sections, each (marker, text): its marker stands on a line of its own before the text.

        A section whose marker is in the file already is left out, so twice is once; all of them are written or none.
        The file is made where there is none. Returns its whole text.

        Raises:
            Permanent: the file is sealed and lacks one of the sections.
        """
        ...

    async def read(self, file: str) -> str:
        """The whole text; empty where there is no such file."""
        ...

    async def seal(self, file: str) -> str:
        """Make it read-only; returns its SHA-256. Sealing a sealed file changes nothing."""
        ...
