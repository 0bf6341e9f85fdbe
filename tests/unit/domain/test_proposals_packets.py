"""Packets: read strictly, written canonically, told in words; the digest holds everything."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vibe.domain.blocks import Kind, LinkType
from vibe.domain.errors import BadInput
from vibe.domain.packet_effects import cost_of, diff_of, exact_effect, rollback_of
from vibe.domain.packet_ops import MACHINE_MADE, Op, OpType
from vibe.domain.packets import (
    Ask,
    Option,
    Packet,
    PlannedTask,
    Remedy,
    Research,
    Target,
    TaskPlan,
    WriteBlocks,
    approach_of,
    canonical,
    digest_of,
    parse_packet,
    to_plain,
)

WORDS = st.text(min_size=1, max_size=30).filter(lambda text: bool(text.strip()))
IDS = st.text("abcdef0123456789", min_size=1, max_size=8)
TARGETS = st.builds(Target, IDS, st.sampled_from(Kind), WORDS, IDS)
WRITABLE_KINDS = st.sampled_from([kind for kind in Kind if kind not in MACHINE_MADE])
VALUES = st.dictionaries(st.sampled_from(["content", "priority", "status"]), st.text(max_size=20), min_size=1)
OPS = st.one_of(
    st.builds(lambda i, k, t, v: Op(OpType.CREATE, i, k, after={"title": t, **v}), IDS, WRITABLE_KINDS, WORDS, VALUES),
    st.builds(lambda i, k, t, v: Op(OpType.SET, i, k, t, before=v, after=v), IDS, WRITABLE_KINDS, WORDS, VALUES),
    st.builds(lambda i, k, t: Op(OpType.WITHDRAW, i, k, t, before={"status": "active"}), IDS, WRITABLE_KINDS, WORDS),
    st.builds(
        lambda o, link, s, t: Op(o, link=link, source=s, target=t),
        st.sampled_from([OpType.LINK, OpType.UNLINK]),
        st.sampled_from(LinkType),
        IDS,
        IDS,
    ),
)
LISTS = {"min_size": 1, "max_size": 3}
OPTIONS = st.builds(Option, WORDS, st.text(max_size=20), st.sampled_from(Remedy), st.lists(OPS, max_size=2).map(tuple))
PACKETS = st.one_of(
    st.builds(Research, WORDS, st.lists(TARGETS, **LISTS).map(tuple), WORDS, WORDS),
    st.builds(WriteBlocks, st.lists(OPS, **LISTS).map(tuple), st.lists(TARGETS, max_size=2).map(tuple)),
    st.builds(Ask, WORDS, st.lists(OPTIONS, max_size=3).map(tuple), st.lists(TARGETS, max_size=2).map(tuple)),
    st.builds(TaskPlan, st.lists(st.builds(PlannedTask, WORDS, st.text(max_size=20)), **LISTS).map(tuple)),
)
CLAIM = Target("d-1", Kind.DECISION, "Use Redis", "ab" * 32)
RESEARCH = Research("Does it hold?", (CLAIM,), "a figure", "another figure")


@given(PACKETS)
def test_a_packet_reads_back_as_it_was_written(packet: Packet) -> None:
    """Canonical JSON and packet are the same thing twice; so is the digest."""
    again = parse_packet(canonical(packet))
    assert again == packet
    assert (digest_of(again), approach_of(again)) == (digest_of(packet), approach_of(packet))


@given(PACKETS, PACKETS)
def test_the_digest_tells_every_two_packets_apart(one: Packet, other: Packet) -> None:
    """Two packets have one digest only if they are the same in every field."""
    assert (digest_of(one) == digest_of(other)) is (one == other)


@given(PACKETS, st.data())
def test_changing_any_word_changes_the_digest(packet: Packet, data: st.DataObject) -> None:
    """Whichever text of the JSON is changed, the digest changes with it, or the packet is refused."""
    plain = to_plain(packet)
    place = data.draw(st.sampled_from(_texts(plain, ())))
    changed = _with(plain, place, data.draw(WORDS))
    try:
        digest = digest_of(parse_packet(changed))
    except BadInput:
        return
    assert (digest == digest_of(packet)) is (changed == plain)


def _texts(value: Any, at: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    if isinstance(value, str):
        return [at]
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    return [place for key, item in pairs for place in _texts(item, (*at, key))]


def _with(value: Any, at: tuple[Any, ...], new: str) -> Any:
    if not at:
        return new
    if isinstance(value, dict):
        return value | {at[0]: _with(value[at[0]], at[1:], new)}
    return [_with(item, at[1:], new) if place == at[0] else item for place, item in enumerate(value)]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"type": "deploy"}, "action.type"),
        ({"question": ""}, "action.question"),
        ({"question": 3}, "action.question"),
        ({"question": "x" * 5000}, "action.question"),
        ({"targets": []}, "action.targets"),
        ({"targets": [{"id": "d-1", "kind": "Spell", "content_sha256": "a"}]}, "action.targets.0.kind"),
        ({"confirm": None}, "action.confirm"),
        ({"approved": True}, "action.approved"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], field: str) -> None:
    """A packet with a missing, unknown, empty or mistyped field is refused, and the field is named."""
    with pytest.raises(BadInput) as caught:
        parse_packet({**to_plain(RESEARCH), **change})
    assert caught.value.field == field


@pytest.mark.parametrize(
    "op",
    [
        {"op": "create", "id": "p", "kind": "Proposal", "after": {"title": "Approve me"}},
        {"op": "set", "id": "p", "kind": "Proposal", "after": {"status": "approved"}},
        {"op": "create", "id": "e", "kind": "Evidence", "after": {"title": "It is so"}},
        {"op": "set", "id": "d", "kind": "Decision", "after": {"digest": "0"}},
        {"op": "link", "link": "MADE", "source": "owner", "target": "v"},
        {"op": "delete", "id": "d", "kind": "Decision"},
    ],
)
def test_no_packet_reaches_what_is_not_its_own(op: dict[str, Any]) -> None:
    """Proposals, evidence, machine properties, foreign links and deletions can't be put in a packet."""
    with pytest.raises(BadInput):
        parse_packet({"type": "write_blocks", "diff": [op]})


def test_text_that_is_no_json_is_refused() -> None:
    """Something that is not JSON is named as such."""
    with pytest.raises(BadInput, match="not JSON"):
        parse_packet("approve all")


def test_a_planned_task_depends_on_a_task_of_the_plan() -> None:
    """A dependency on a task that the packet does not have is refused."""
    with pytest.raises(BadInput, match="Lay bricks"):
        parse_packet({"type": "plan", "tasks": [{"title": "Paint", "depends_on": ["Lay bricks"]}]})


@given(PACKETS)
def test_every_packet_says_what_it_does(packet: Packet) -> None:
    """Effect, rollback and cost are words for every packet; a research packet changes nothing by itself."""
    assert all(line.strip() for line in [*exact_effect(packet), rollback_of(packet), cost_of(packet)])
    assert isinstance(packet, Research) is (not diff_of(packet)) or isinstance(packet, Ask)


def test_an_answers_effect_is_said_before_it_is_given() -> None:
    """What choosing an option writes stands in effect, diff and rollback."""
    withdraw = Op(OpType.WITHDRAW, "d-1", Kind.DECISION, "Use Redis", before={"status": "active"})
    packet = Ask("Which holds?", (Option("Withdraw it", diff=(withdraw,)), Option("Keep it")), (CLAIM,))
    assert "Withdraw it: Withdraws the Decision “Use Redis”; it stays readable." in exact_effect(packet)
    assert [(line.mark, line.before, line.after, line.option) for line in diff_of(packet)] == [
        ("~", "active", "withdrawn", "Withdraw it")
    ]
    assert "set back to active" in rollback_of(packet)


def test_the_approach_is_kind_and_targets() -> None:
    """Other words are the same approach; another kind of packet is another one."""
    reworded = Research("Is it true?", (CLAIM,), "x", "y")
    assert approach_of(reworded) == approach_of(RESEARCH) != approach_of(Ask("Is it true?", (), (CLAIM,)))
