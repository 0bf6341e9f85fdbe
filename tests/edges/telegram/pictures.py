"""Takes the pictures of `docs/founder.md` anew: messages as they went over a real Bot API socket, drawn as a chat.

    PYTHONPATH=.:tests/fence .venv/bin/python -m tests.edges.telegram.pictures

Kept apart from the tests: a picture is looked at by people, not compared by machines.
"""

from __future__ import annotations

import asyncio
import html
import re
import shutil
import sys
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.acceptance import test_founders_day as day
from tests.conftest import CHROMIUM_FLAGS, CHROMIUM_NAMES
from tests.edges.pages.serving import a_browser
from tests.edges.telegram.chats import Chat, a_chat
from tests.telegram.emulator import Api, bot_api
from vibe.domain.commands import RaiseQuestion

FOLDER = Path(__file__).parents[3] / "docs" / "pictures"
MARKS = {"bold": "b", "italic": "i", "code": "code", "blockquote": "blockquote", "underline": "u", "text_link": "a"}
SIGNS = {
    "✅": '<i style="color:#2e9e44">✔</i>',
    "❌": '<i style="color:#d23b3b">✘</i>',
    "⏰": "<i>◷</i>",
    "🔴": '<i style="color:#d22">●</i>',
    "❓": '<i style="color:#d22;font-weight:bold">?</i>',
    "🔔": '<svg width="15" viewBox="0 0 16 16">'
    '<path fill="#e0a100" d="M8 1a4 4 0 0 0-4 4v4l-2 3h12l-2-3V5a4 4 0 0 0-4-4z"/>'
    '<circle cx="8" cy="14" r="2" fill="#e0a100"/></svg>',
    "🔎": '<svg width="14" viewBox="0 0 16 16" fill="none" stroke="#fff" stroke-width="2"><circle cx="7" cy="7" r="4"/>'
    '<path d="M10 10l4 4"/></svg>',
}
"""Drawn without an emoji font, so that the pictures look the same on every machine."""
STYLE = """
body { margin: 0; padding: 14px; width: 362px; background: #d5e4ef; font: 15px/1.35 system-ui, sans-serif; }
.m { background: #fff; border-radius: 14px 14px 14px 4px; padding: 9px 12px; margin: 0 0 3px; white-space: pre-wrap; }
.mine { background: #e3fcd0; border-radius: 14px 14px 4px 14px; margin: 8px 0 10px 80px; }
.row { display: flex; gap: 3px; margin-bottom: 3px; }
.key { flex: 1; text-align: center; background: #8aa9bf; color: #fff; border-radius: 8px; padding: 7px 2px; }
i { font-style: normal; } .key i { color: #fff !important; }
blockquote { margin: 2px 0; padding-left: 8px; border-left: 3px solid #4b9bd6; }
a, .command { color: #2678b6; } .gap { height: 9px; }
"""


def drawn(message: Mapping[str, Any]) -> str:
    """One of the bot's messages with its buttons."""
    raw = str(message["text"]).encode("utf-16-le")
    opened: dict[int, list[str]] = {}
    for one in sorted(message["entities"], key=lambda entity: entity["length"]):
        begin, end, tag = one["offset"], one["offset"] + one["length"], MARKS.get(one["type"], "span")
        opened.setdefault(end, []).insert(0, f"</{tag}>")
        opened.setdefault(begin, []).append(f"<{tag}>")
    units = [raw[place : place + 2] for place in range(0, len(raw), 2)]
    text, held = "", b""
    for place, unit in enumerate([*units, b""]):
        text += "".join(opened.get(place, []))
        held += unit
        try:
            text, held = text + signed(held.decode("utf-16-le")), b""
        except UnicodeDecodeError:
            continue
    rows = message["markup"].get("inline_keyboard", [])
    keys = "".join(f'<div class="row">{"".join(_key(key) for key in row)}</div>' for row in rows)
    text = re.sub(r"</blockquote>\n+", "</blockquote>\n", text)
    return f'<div class="m">{text}</div>{keys}<div class="gap"></div>'


def signed(text: str) -> str:
    """Text as HTML, its emoji drawn."""
    return "".join(SIGNS.get(letter, html.escape(letter)) for letter in text)


def _key(key: Mapping[str, Any]) -> str:
    return f'<div class="key">{signed(key["text"])}</div>'


def mine(words: str) -> str:
    """What the founder writes."""
    return f'<div class="m mine">{html.escape(words)}</div>'


async def play(api: Api) -> dict[str, str]:
    """Play the scenes; picture -> what stands in it."""
    with tempfile.TemporaryDirectory() as home:
        async with a_chat(Path(home), api, paired=False) as chat:
            await day.pairing(chat)
            digest = await day.first_digest(chat)
            rent = await day.number_of(chat, "rent")
            loan = await day.number_of(chat, "loan")
            pictures = {"chat-digest": drawn(digest)}
            await day.tapped(chat, digest, day.button(digest, f"a:{rent}:"))
            result = await chat.heard(f"Result of {rent}")
            pictures["chat-result"] = drawn(result)
            await day.remarking(chat, loan)
            details = await chat.heard("[HIGH]\n\nWhy now")
            remark = await chat.heard("I kept this")
            pictures["chat-details"] = mine(str(loan)) + drawn(details)
            pictures["chat-remark"] = mine("Ask the second bank as well") + drawn(remark)
            return pictures | await asking(chat)


async def asking(chat: Chat) -> dict[str, str]:
    """A question, and the same two hours later."""
    options = ("Auth0 - managed, costs money", "Firebase - Google lock-in", "Custom - more work")
    command = RaiseQuestion("Which provider for the sign-in?", options, stuck_on="which provider to use")
    await chat.world.command(command, "agent:build_agent")
    question = await chat.heard("Which provider")
    for _ in range(13):
        chat.world.clock.advance(timedelta(minutes=10))
        await chat.world.settle()
    urgent = await chat.heard("URGENT")
    return {"chat-question": drawn(question) + mine("b, cheaper"), "chat-urgent": drawn(urgent)}


def main() -> None:
    """Take every picture."""
    chromium = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if chromium is None:
        sys.exit("no chromium on the PATH (Debian: apt install chromium)")
    with bot_api() as api:
        if isinstance(api, str):
            sys.exit(api)
        pictures = asyncio.run(play(api))
    with a_browser(chromium, CHROMIUM_FLAGS) as browser:
        page = browser.new_page(viewport={"width": 390, "height": 200}, device_scale_factor=1.5)
        for name, body in pictures.items():
            page.set_content(f"<style>{STYLE}</style>{body}")
            page.screenshot(path=FOLDER / f"{name}.png", full_page=True)


if __name__ == "__main__":
    main()
