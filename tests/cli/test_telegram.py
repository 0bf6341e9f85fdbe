"""Telegram with the program as a person runs it: pair, be asked, decide; and what is said where something is wrong."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.cli.programs import Program, free_port
from tests.stores import fresh_home
from tests.telegram.emulator import Api, Phone, phone_of

pytestmark = [pytest.mark.embedded, pytest.mark.slow]


def a_program(home: Path, api: Api, token: str) -> Program:
    """The program with a bot of its own."""
    telegram = {"VIBE_TELEGRAM__TOKEN": token, "VIBE_TELEGRAM__BASE_URL": api.url, "VIBE_TELEGRAM__CHAT_GAP": "0s"}
    return Program(fresh_home(home), telegram)


async def paired(phone: Phone, code: str) -> dict[str, Any]:
    """Send the code and tap the button that follows."""
    await phone.say(code)
    welcome = (await phone.sent(1))[0]
    await phone.tap(welcome, welcome["buttons"]["Test"])
    return {"welcome": welcome["text"], "toast": (await phone.toasts(1))[0]}


def test_pairing_with_the_daemon_running(tmp_path: Path, api: Api) -> None:
    """`vibe pair --json` gives the code; sent to the bot it lets Anna in, and her test tap is answered."""
    token = api.new_token()
    program = a_program(tmp_path / "home", api, token)

    async def anna(code: str) -> dict[str, Any]:
        async with phone_of(api, token) as phone:
            return await paired(phone, code)

    with program.daemon():
        offer = program.json("pair")
        said = asyncio.run(anna(offer["code"]))
        people = program.json("pair", "--list")["people"]
        health = program.json("health")
        check = program.json("check")
    assert set(offer) >= {"code", "expires_at"}
    assert offer["link"] == f"https://t.me/TestNameBot?start={offer['code'].replace('-', '')}"
    assert said["welcome"].startswith("You are in")
    assert "It works" in said["toast"]
    assert [row["id"] for row in people] == ["telegram:42"]
    assert health["telegram"] == {"trouble": "", "detail": "", "bot": "TestNameBot"}
    assert check["findings"] == []


def test_without_a_token_there_is_no_telegram(tmp_path: Path) -> None:
    """Pairing says what to do; everything else runs as before."""
    program = Program(fresh_home(tmp_path / "home"))
    done = program.run("pair", "--json")
    assert done.code == 2
    assert "VIBE_TELEGRAM__TOKEN" in done.err
    assert program.json("health")["telegram"] is None


def test_what_is_wrong_with_the_channel_is_said(tmp_path: Path, api: Api) -> None:
    """`vibe check` names a refused token or wrong address, a webhook left set, and a second poller; never the token."""
    token = api.new_token()
    program = a_program(tmp_path / "home", api, token)

    async def break_it(*faults: tuple[str, int]) -> None:
        async with phone_of(api, token) as phone:
            for method, code in faults:
                await phone.fault(method, code, description="Conflict: terminated by other getUpdates request")

    async def set_webhook(url: str) -> None:
        async with phone_of(api, token) as phone:
            await phone.client.post(f"/bot{token}/setWebhook", json={"url": url})

    with program.store_kept():
        asyncio.run(break_it(("getMe", 404)))
        refused = program.run("check")
        asyncio.run(break_it(("getUpdates", 409)))
        asyncio.run(set_webhook("https://elsewhere.example/hook"))
        crowded = program.run("check")
        asyncio.run(set_webhook(""))
        away = Program(program.home, program.settings | {"VIBE_TELEGRAM__BASE_URL": f"http://127.0.0.1:{free_port()}"})
        unreached = away.run("pair", "--json")
    assert refused.code == 1
    assert "base_url is the root only" in refused.out
    assert "a webhook is set" in crowded.out
    assert "another program polls" in crowded.out
    assert unreached.code == 3
    assert token not in refused.out + crowded.out + unreached.err + unreached.out + refused.err


def test_help_does_not_load_the_library() -> None:
    """`vibe --help` and commands that send nothing start as fast as before."""
    import subprocess
    import sys

    code = "import sys, vibe.cli, vibe.bootstrap; sys.exit('telegram' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
