"""The only writer: once, all or nothing, in order, and only while what was relied on holds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from tests.kernel.builders import Spine, a_block, a_spine, adding, moving
from tests.stores import fresh_store, second_user
from vibe.domain.blocks import Kind
from vibe.domain.changes import NUMBER, Approval, Change, Effect, absent
from vibe.domain.errors import Conflict, Refused
from vibe.domain.events import Event
from vibe.kernel.mirror import Mirror
from vibe.kernel.proving import verify_ledger

pytestmark = [pytest.mark.asyncio, pytest.mark.embedded]


@pytest_asyncio.fixture
async def spine(tmp_path: Path) -> AsyncIterator[Spine]:
    """A spine over a fresh store."""
    async with fresh_store() as store:
        yield await a_spine(store, tmp_path)


async def test_the_same_change_again_is_done_once_and_answers_the_same(spine: Spine) -> None:
    """A repeated base gets the recorded answer and writes nothing."""
    change = adding(spine, a_block("b1")) + Change(answer={"said": "yes"})
    first = await spine.commit(change, "base")
    again = await spine.commit(change, "base")
    assert (first.answer, again.answer, again.repeated) == ({"said": "yes"}, {"said": "yes"}, True)
    assert len(await spine.entries()) == 1


async def test_entries_are_numbered_without_holes_and_chained(spine: Spine) -> None:
    """A hundred changes at once, some refused, leave an unbroken signed chain."""
    changes = [
        spine.commit(adding(spine, a_block(f"b{n % 80}")) + Change((absent("Block", f"b{n % 80}"),)), f"c{n}")
        for n in range(100)
    ]
    results = await asyncio.gather(*changes, return_exceptions=True)
    refused = [item for item in results if isinstance(item, Conflict)]
    verdict = await verify_ledger(spine.store, [spine.signer.public_key], Mirror(spine.store, Path("/nowhere")))
    assert (len(refused), verdict.entries, verdict.last_seq, verdict.faults) == (20, 80, 80, ())


async def test_a_change_whose_expectation_broke_leaves_no_trace(spine: Spine) -> None:
    """Nothing of a refused change is written: no block, no entry; and the error says what was found."""
    await spine.commit(adding(spine, a_block("b1")), "one")
    change = adding(spine, a_block("b2")) + moving("b1", "gone", "done")
    with pytest.raises(Conflict) as caught:
        await spine.commit(change, "two")
    present = await spine.store.read("blocks/present", ids=["b1", "b2"])
    assert caught.value.found["status"] == "active"
    assert ([row["id"] for row in present], len(await spine.entries())) == (["b1"], 1)


async def test_one_bad_change_does_not_spoil_its_group(spine: Spine) -> None:
    """A write that finds no node fails alone; the others of its group are committed."""
    good = [spine.commit(adding(spine, a_block(f"g{n}")), f"g{n}") for n in range(5)]
    lost = Change((), (Effect("blocks/set", {"id": "nobody", "props": {}}),), (Event("BlocksChanged", "x", {}),))
    results = await asyncio.gather(*good, spine.commit(lost, "bad"), return_exceptions=True)
    assert [type(item).__name__ for item in results] == ["Receipt"] * 5 + ["IncompleteWrite"]


async def test_sixteen_contenders_move_a_node_once(spine: Spine) -> None:
    """Of many that want the same move in one process exactly one gets it."""
    await spine.commit(adding(spine, a_block("b1")), "one")
    tries = [spine.commit(moving("b1", "active", f"won by {n}"), f"try {n}") for n in range(16)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(not isinstance(item, Conflict) for item in results) == 1


async def test_two_users_of_one_store_decide_each_thing_once(tmp_path: Path) -> None:
    """Two ledgers that share nothing but the store: 60 contested moves, each decided once, none half-moved."""
    async with fresh_store() as store, second_user(store) as other:
        one = await a_spine(store, tmp_path, prefix="one")
        two = await a_spine(other, tmp_path, prefix="two")
        await one.commit(adding(one, *(a_block(f"b{n}") for n in range(60))), "all")
        tries = [
            spine.commit(moving(f"b{n}", "active", name), f"{name} {n}")
            for n in range(60)
            for name, spine in (("one", one), ("two", two))
        ]
        results = await asyncio.gather(*tries, return_exceptions=True)
        rows = await store.read("blocks/present", ids=[f"b{n}" for n in range(60)])
        verdict = await verify_ledger(store, [one.signer.public_key], Mirror(store, tmp_path / "ledger"))
    assert sum(not isinstance(item, Conflict) for item in results) == 60
    assert {row["status"] for row in rows} <= {"one", "two"}
    assert (verdict.entries, verdict.faults) == (61, ())


async def test_numbers_are_given_in_order_and_kept(spine: Spine) -> None:
    """`NUMBER` becomes the next number in rows, event and answer, and a repeated change keeps its own."""

    def numbered(name: str) -> Change:
        change = adding(spine, a_block(name))
        row = change.effects[0].rows[0]
        effect = Effect(change.effects[0].query, {**row, "number": NUMBER})
        return Change((), (effect,), (Event("ProposalDrafted", name, {"number": NUMBER}),), {"number": NUMBER})

    given = [(await spine.commit(numbered(f"p{n}"), f"p{n}")).answer["number"] for n in range(3)]
    again = (await spine.commit(numbered("p1"), "p1")).answer["number"]
    assert (given, again) == ([1, 2, 3], 2)


async def test_a_block_of_tier_two_needs_a_person(spine: Spine) -> None:
    """The loop may write knowledge by itself, never a decision; the owner may."""
    decision = adding(spine, a_block("d1", Kind.DECISION))
    with pytest.raises(Refused, match="without a person"):
        await spine.commit(decision, "loop wants", actor="loop")
    receipt = await spine.commit(decision, "owner wants")
    assert receipt.seqs == (1,)


async def test_an_approval_nobody_gave_opens_nothing(spine: Spine) -> None:
    """Naming an approval is not having one: it must stand in the graph, for the same digest."""
    await spine.commit(adding(spine, a_block("p1", status="ready", properties={"digest": "right"})), "p")
    for status, digest in (("ready", "right"), ("approved", "wrong")):
        await spine.commit(moving("p1", "ready", status), f"to {status}")
        wanted = replace(adding(spine, a_block("d1", Kind.DECISION)), approval=Approval("p1", digest))
        with pytest.raises(Conflict):
            await spine.commit(wanted, f"{status} {digest}", actor="loop")
    allowed = replace(adding(spine, a_block("d1", Kind.DECISION)), approval=Approval("p1", "right"))
    receipt = await spine.commit(allowed, "with leave", actor="loop")
    assert receipt.seqs == (4,)


async def test_only_a_person_decides(spine: Spine) -> None:
    """An approval in the loop's or an agent's name is refused before it reaches the ledger."""
    change = Change(events=(Event("ProposalApproved", "p", {}),))
    for actor in ("loop", "agent:7", "clock"):
        with pytest.raises(Refused, match="may not decide"):
            await spine.commit(change, f"by {actor}", actor=actor)
    assert await spine.entries() == []
