"""Commands about work that is being done: its files, what others answered, a practice task.

Like `domain.commands`, which holds the rest; `flow.COMMANDS` names the handler of each.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeepFile:
    """Write down a file that belongs to an execution; its bytes are kept under this hash already."""

    execution: str
    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class TakeReply:
    """Somebody outside answered a task that waited for them; `sender` is who, in their words."""

    execution: str
    task: str
    text: str
    sender: str = ""
