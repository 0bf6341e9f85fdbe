"""What a reading changes, and which regenerated block is which known one."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from vibe.domain.block_rows import create_blocks, import_sha256
from vibe.domain.blocks import Block, Kind, Link, LinkType
from vibe.domain.plans import Format, PlanReading
from vibe.plans.comparing import adopted, compare


def row(block: Block, **changes: Any) -> dict[str, Any]:
    """A block as the graph has it."""
    known = {"id": block.id, "kind": block.kind.value, "title": block.title, "status": block.status}
    return {**known, "import_sha256": import_sha256(block), **changes}


def reading(*blocks: Block, links: Sequence[Link] = ()) -> PlanReading:
    """A reading of these blocks."""
    return PlanReading("bakery", "Bakery", Format.PLANEXE, tuple(blocks), tuple(links))


def assumption(identity: str, title: str, **fields: Any) -> Block:
    """An assumption."""
    return Block(identity, Kind.ASSUMPTION, title, **fields)


def test_the_same_again_changes_nothing() -> None:
    """Blocks that say what they said are unchanged."""
    blocks = (assumption("1", "It rains"), assumption("2", "It snows"))
    difference = compare(reading(*blocks), [row(block) for block in blocks])
    assert (difference.added, difference.changed, difference.vanished) == ((), (), ())
    assert difference.unchanged == blocks


def test_new_changed_and_vanished_blocks() -> None:
    """By id: what is not known is new, what says something else changed, what is not read any more vanished."""
    kept, gone = assumption("1", "It rains"), assumption("2", "It snows")
    changed, new = assumption("1", "It rains", properties={"code": "A1"}), assumption("3", "It hails")
    difference = compare(reading(changed, new), [row(kept), row(gone)])
    assert difference.changed == (changed,)
    assert difference.added == (new,)
    assert [known["id"] for known in difference.vanished] == ["2"]


def test_what_no_import_wrote_cannot_vanish() -> None:
    """Proposals and what came of them belong to the plan without the plan's files saying so."""
    kept, made_here = assumption("1", "It rains"), row(assumption("p", "Check it")) | {"import_sha256": None}
    assert compare(reading(kept), [row(kept), made_here]).vanished == ()


def test_a_proposal_is_never_taken_for_imported() -> None:
    """A proposal carries the plan it is for, and no mark of an import: the next import leaves it alone."""
    at = datetime(2026, 11, 21, tzinfo=UTC)
    blocks = (assumption("1", "It rains"), Block("p", Kind.PROPOSAL, "Check it"))
    made = [row["props"] for effect in create_blocks(blocks, at=at, actor="loop", plan="bakery") for row in effect.rows]
    assert [(row["plan"], "importSha256" in row) for row in made] == [("bakery", True), ("bakery", False)]


def test_withdrawn_blocks_come_back_and_do_not_vanish_twice() -> None:
    """A withdrawn block that is read again changed; one that is not read is not named again."""
    back, gone = assumption("1", "It rains"), assumption("2", "It snows")
    difference = compare(reading(back), [row(back, status="withdrawn"), row(gone, status="withdrawn")])
    assert difference.changed == (back,)
    assert difference.vanished == ()


def test_regenerated_ids_become_the_known_ones() -> None:
    """The same title, or nearly the same, keeps its known id; links are rewritten with it."""
    known = [row(assumption("old-1", "Two bakers can be hired by April")), row(assumption("old-2", "It rains"))]
    fresh = reading(
        assumption("new-1", "It rains!"),
        assumption("new-2", "Two bakers can be hired, by  april."),
        assumption("new-3", "Something else"),
        links=[Link(LinkType.CONCERNS, "new-3", "new-1"), Link(LinkType.CONCERNS, "new-3", "elsewhere")],
    )
    difference = compare(fresh, known, match_titles=True)
    assert difference.adopted == {"new-1": "old-2", "new-2": "old-1"}
    assert [block.id for block in difference.reading.blocks] == ["old-2", "old-1", "new-3"]
    assert difference.reading.links == (
        Link(LinkType.CONCERNS, "new-3", "old-2"),
        Link(LinkType.CONCERNS, "new-3", "elsewhere"),
    )


def test_titles_that_differ_in_a_number_or_kind_are_not_the_same() -> None:
    """`Phase 1` is not `Phase 2`, and a decision is not the assumption of its title."""
    known = [row(assumption("old", "Phase 1 of the building works is done"))]
    fresh = reading(
        assumption("new", "Phase 2 of the building works is done"),
        Block("other", Kind.DECISION, "Phase 1 of the building works is done"),
    )
    assert compare(fresh, known, match_titles=True).adopted == {}


def test_an_id_made_from_a_number_is_not_taken_for_something_else() -> None:
    """A1 of a regenerated run that says something else gets an id of its own; the old A1 vanishes."""
    old = [row(assumption("a1", "The oven fits through the door")), row(assumption("a2", "Flour stays cheap"))]
    fresh = reading(assumption("a1", "Flour stays cheap"), assumption("a2", "Nobody else bakes in this town"))
    difference = compare(fresh, old, match_titles=True)
    assert [block.id for block in difference.unchanged] == ["a2"]
    assert [known["id"] for known in difference.vanished] == ["a1"]
    assert len(difference.added) == 1
    assert difference.added[0].id not in {"a1", "a2"}


def test_an_id_of_its_own_is_trusted() -> None:
    """A UUID of the source, and the goal, stay the same block whatever their title says now."""
    uuid = "11111111-1111-4111-8111-111111111111"
    blocks = (
        Block("d", Kind.DECISION, "Entirely other words", properties={"sourceId": uuid}),
        Block("g", Kind.NORTH_STAR, "A new goal"),
    )
    known = [row(Block("d", Kind.DECISION, "Bread range")), row(Block("g", Kind.NORTH_STAR, "Bake bread"))]
    assert [block.id for block in compare(reading(*blocks), known, match_titles=True).changed] == ["d", "g"]


TITLES = st.sampled_from(["It rains", "it  rains!", "It rains 1", "It rains 2", "Bread", "", "Two bakers can be hired"])
BLOCKS = st.lists(
    st.builds(Block, st.sampled_from([f"id-{number}" for number in range(8)]), st.sampled_from(list(Kind)[:2]), TITLES),
    unique_by=lambda block: block.id,
    max_size=8,
)


@given(BLOCKS, BLOCKS)
def test_no_two_blocks_ever_get_one_id(old: list[Block], new: list[Block]) -> None:
    """Whatever is known and read: ids stay unique, kinds agree, and adopting again changes nothing."""
    known = [row(block) for block in old]
    kinds = {found["id"]: found["kind"] for found in known}
    once = adopted(reading(*new), known)
    assert len({block.id for block in once.blocks}) == len(new)
    assert all(kinds.get(block.id, block.kind.value) == block.kind.value for block in once.blocks)
    assert [block.title for block in once.blocks] == [block.title for block in new]
    written = {found["id"]: found for found in known} | {block.id: row(block) for block in once.blocks}
    again = adopted(reading(*new), list(written.values()))
    assert sorted(block.title for block in again.blocks) == sorted(block.title for block in once.blocks)
