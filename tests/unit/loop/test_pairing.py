"""Pairing on a real store: who may decide in a chat."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.acceptance.world import OWNER, World, a_world
from vibe.domain.commands import DismissPerson, OfferPairing, PairPerson
from vibe.domain.errors import NotFound, Refused
from vibe.domain.pairings import hash_of, read_code

pytestmark = [pytest.mark.asyncio, pytest.mark.embedded]
CODE = "ABCD2345"
ANNA = "telegram:42"


async def bring(world: World, code: str, person: str = ANNA) -> dict[str, object]:
    """Somebody brings a code."""
    chat = person.partition(":")[2]
    return dict((await world.command(PairPerson(person, chat, "Anna", code), actor=f"person:{person}")).answer)


async def approvers(world: World) -> list[str]:
    """Who may decide."""
    return [row["id"] for row in await world.app.graph.read("people/approvers", limit=10)]


async def test_whoever_brings_the_code_may_decide(tmp_path: Path) -> None:
    """The code lets one person in, once; the ledger says who and never what the code was."""
    async with a_world(tmp_path) as world:
        await world.command(OfferPairing(hash_of(CODE)))
        first = await bring(world, CODE)
        second = await bring(world, CODE, "telegram:43")
        said = await world.happened("PersonPaired")
        found = await approvers(world)
        entries = await world.app.graph.read("ledger/page", after=0, limit=100)
    assert first["paired"] is True
    assert second == {"paired": False, "why": "over"}
    assert found == [ANNA]
    assert said == [{"person": ANNA, "by": f"person:{ANNA}"}]
    assert not [row for row in entries if CODE in row["body"]]


async def test_five_wrong_codes_close_the_door(tmp_path: Path) -> None:
    """After the fifth wrong one the right one lets nobody in, until another code is offered."""
    async with a_world(tmp_path) as world:
        await world.command(OfferPairing(hash_of(CODE)))
        wrong = [await bring(world, "WWWW2222") for _ in range(5)]
        late = await bring(world, CODE)
        await world.command(OfferPairing(hash_of(CODE)))
        again = await bring(world, CODE)
    assert [answer["tries_left"] for answer in wrong] == [4, 3, 2, 1, 0]
    assert late["paired"] is False
    assert again["paired"] is True


async def test_a_code_ends_after_ten_minutes(tmp_path: Path) -> None:
    """At ten minutes it is over."""
    async with a_world(tmp_path) as world:
        await world.command(OfferPairing(hash_of(CODE)))
        world.clock.advance(timedelta(minutes=10))
        assert (await bring(world, CODE))["why"] == "over"
        assert await approvers(world) == []


async def test_only_the_owner_says_who_may_decide(tmp_path: Path) -> None:
    """Nobody offers a code, lets another in, or sends anybody away but the owner."""
    async with a_world(tmp_path) as world:
        await world.command(PairPerson(ANNA, "42"), actor=OWNER)
        for command in (OfferPairing(hash_of(CODE)), PairPerson("telegram:43", "43"), DismissPerson(ANNA)):
            with pytest.raises(Refused):
                await world.command(command, actor=f"person:{ANNA}")
        before = await approvers(world)
        await world.command(DismissPerson(ANNA))
        with pytest.raises(NotFound):
            await world.command(DismissPerson(ANNA))
        after = await approvers(world)
    assert (before, after) == ([ANNA], [])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ABCD-2345", CODE),
        ("  abcd 2345 ", CODE),
        ("/start ABCD2345", CODE),
        ("/start@TestNameBot abcd-2345", CODE),
        ("ABCD-2345 hello", None),
        ("/start", None),
        ("approve", None),
        ("ABCD-0OIL", None),
    ],
)
async def test_a_code_is_read_however_it_is_written(text: str, code: str | None) -> None:
    """Alone or after /start, in any case, with or without a dash; in a sentence it is no code."""
    assert read_code(text) == code
