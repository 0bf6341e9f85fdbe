"""Messages: what is put before a person in a chat, as plain data; how it is rendered is the channel's affair.

Source: document 003 section 5, SPEC section 3.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Button:
    """One button below a message.

    `data` (64 bytes at most, made by `domain.taps`) comes back when it is tapped; a button with a `url` opens it.
    """

    label: str
    data: str = ""
    url: str = ""


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Message:
    """One message to a chat.

    Attributes:
        text: standard Markdown, of which `**bold**`, `_italic_`, `[link](url)`, lists, `> quote` and code are used.
        rows: buttons, row by row; a text of several parts has them on its last.
        ask: not empty: the person is asked to type an answer to this message, with these words as the placeholder.
        reply_to: the sent message this one answers.
        silent: it arrives without a sound.
    """

    text: str
    rows: Rows = ()
    ask: str = ""
    reply_to: str = ""
    silent: bool = False


_SPECIAL = re.compile(r"([\\`*_\[\]<~|])")
_LINE_START = re.compile(r"^([#>+=-]|\d+(?=[.)]))")


def plain(text: str) -> str:
    """Text from outside as Markdown that shows just these characters, on one line."""
    line = _SPECIAL.sub(r"\\\1", " ".join(text.split()))
    return _LINE_START.sub(lambda found: "\\" + found[1] if not found[1].isdigit() else found[1] + "\\", line)
