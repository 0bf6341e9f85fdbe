"""The Bot API to test against: a process of its own on a loopback port, and the people who use it.

with bot_api() as api:                      # None where Node or its packages are missing
async with api.phone(token) as phone:   # Anna, who talks to the bot of this token
await phone.say("/approve_1")
sent = await phone.sent(1)          # what the bot sent, once there is one
"""

from __future__ import annotations

import itertools
import json
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

FOLDER = Path(__file__).parent / "emulator"
PACKAGE = FOLDER / "node_modules" / "telegram-test-api"
LACKS = "run `npm install --no-package-lock` in tests/telegram/emulator (install.sh does where npm is)"
BOT = {"id": 666, "is_bot": True, "first_name": "Test", "username": "TestNameBot"}
ANNA = 42


@dataclass(frozen=True)
class Api:
    """A running Bot API."""

    url: str
    tokens: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def new_token(self) -> str:
        """A token nobody used yet: tests share the process, never a bot."""
        return f"{next(self.tokens)}:TESTTOKEN"


@contextmanager
def bot_api() -> Iterator[Api | str]:
    """Run a Bot API, or say what this machine lacks for it."""
    node = shutil.which("node")
    if node is None:
        yield "no node on the PATH (Debian: apt install nodejs npm)"
        return
    if not PACKAGE.is_dir():
        yield LACKS
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([node, "adapter.js", str(port)], cwd=FOLDER, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        yield Api(f"http://127.0.0.1:{port}")
    finally:
        process.kill()
        process.communicate()


@dataclass
class Phone:
    """Somebody's phone: what they say and tap, and what the bot sent them."""

    client: httpx.AsyncClient
    token: str
    user: int = ANNA
    name: str = "Anna"
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(900_001))

    def of(self, user: int, name: str = "Somebody") -> Phone:
        """Another person with the same bot."""
        return Phone(self.client, self.token, user, name, self._ids)

    @property
    def _me(self) -> dict[str, Any]:
        return {"id": self.user, "is_bot": False, "first_name": self.name}

    @property
    def _chat(self) -> dict[str, Any]:
        return {"id": self.user, "type": "private", "first_name": self.name}

    def message(self, text: str, **more: Any) -> dict[str, Any]:
        """A message of this person as Telegram shows it to the bot."""
        body = {"message_id": next(self._ids), "date": 1_772_400_000, "from": self._me, "chat": self._chat}
        return body | {"text": text} | more

    async def update(self, update: Mapping[str, Any], *, quietly: bool = False) -> int:
        """Have Telegram bring an update; `quietly` leaves it for the next poll. Returns its number."""
        body = {"botToken": self.token, "update": update, "quietly": quietly}
        return int((await self.client.post("/__update", json=body)).json()["update_id"])

    async def say(self, text: str, *, reply_to: Mapping[str, Any] | None = None, **more: Any) -> int:
        """Write a message, or a reply to one of the bot's (as `sent` gives them)."""
        replied = {"reply_to_message": as_message(reply_to, self.user)} if reply_to else {}
        return await self.update({"message": self.message(text, **replied, **more)})

    async def tap(self, shown: Mapping[str, Any], data: str, /, **more: Any) -> int:
        """Tap a button below one of the bot's messages."""
        query = {"id": str(next(self._ids)), "from": self._me, "chat_instance": "1", "data": data}
        return await self.update({"callback_query": query | {"message": as_message(shown, self.user)} | more})

    async def fault(self, method: str, code: int, times: int = 1, **more: Any) -> None:
        """Have the next calls of a method fail."""
        body = {"token": self.token, "method": method, "code": code, "times": times, **more}
        await self.client.post("/__fault", json=body)

    async def calls(self, method: str, count: int) -> list[dict[str, Any]]:
        """The finished calls of a method, once there are so many."""
        body = {"token": self.token, "method": method, "count": count, "wait_s": 20}
        answer = await self.client.post("/__until", json=body)
        found = answer.json()
        assert answer.status_code == 200, f"waited for {count} {method}, there were {len(found)}: {found}"
        return list(found)

    async def sent(self, count: int) -> list[dict[str, Any]]:
        """What the bot sent this person, once there is so much: text, buttons, id."""
        found = await self.calls("sendMessage", count)
        return [_sent(call) for call in found if call["code"] == 200 and int(call["given"]["chat_id"]) == self.user]

    async def waited(self, count: int, wait_s: float = 0.2) -> None:
        """Wait until the bot sent so many messages, a moment at most."""
        body = {"token": self.token, "method": "sendMessage", "count": count, "wait_s": wait_s}
        await self.client.post("/__until", json=body)

    async def heard(self, words: str, times: int = 1) -> dict[str, Any]:
        """The bot's message to this person that holds these words, once it is there; the nth of them."""
        count = 1
        while True:
            found = await self.sent(count)
            holding = [one for one in found if words in one["text"]]
            if len(holding) >= times:
                return holding[times - 1]
            count = len(await self.calls("sendMessage", count)) + 1

    async def toasts(self, count: int) -> list[str]:
        """What the bot answered to taps, once there is so much."""
        return [call["given"].get("text", "") for call in await self.calls("answerCallbackQuery", count)]

    async def edits(self, count: int) -> list[dict[str, Any]]:
        """Edits of the bot's messages, once there are so many."""
        return [_sent(call) for call in await self.calls("editMessageText", count)]


def _sent(call: Mapping[str, Any]) -> dict[str, Any]:
    given = call["given"]
    markup = json.loads(given["reply_markup"]) if given.get("reply_markup") else {}
    return {
        "id": given.get("message_id") or call["answer"]["result"]["message_id"],
        "text": given["text"],
        "entities": json.loads(given.get("entities") or "[]"),
        "markup": markup,
        "buttons": buttons_of(markup),
        "reply_to": json.loads(given["reply_parameters"])["message_id"] if given.get("reply_parameters") else None,
        "silent": given.get("disable_notification") in (True, "true", "True"),
    }


def buttons_of(markup: Mapping[str, Any]) -> dict[str, str]:
    """Label -> what it carries."""
    keys = [key for row in markup.get("inline_keyboard", []) for key in row]
    return {key["text"]: key.get("callback_data") or key.get("url", "") for key in keys}


def as_message(message: Mapping[str, Any], chat: int) -> dict[str, Any]:
    """One of the bot's messages as Telegram shows it in a tap or a reply."""
    markup = message["markup"] if "inline_keyboard" in message["markup"] else None
    body = {"message_id": int(message["id"]), "date": 1_772_400_000, "from": BOT, "text": message["text"]}
    return body | {"chat": {"id": chat, "type": "private"}} | ({"reply_markup": markup} if markup else {})


@asynccontextmanager
async def phone_of(api: Api, token: str) -> AsyncIterator[Phone]:
    """Anna's phone."""
    async with httpx.AsyncClient(base_url=api.url, timeout=30) as client:
        yield Phone(client, token)
