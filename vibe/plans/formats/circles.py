"""Circles among links that must have none: which links to leave out so that an order exists.

Linear in the number of links: a depth-first walk in the order of the input finds the links that lead back to where the
walk came from. A link whose ends make a task a blocked one (waiting on what failed, was cancelled or is blocked) is
never the one that is dropped: a circle always holds another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from vibe.domain.blocks import Block, Link

WAITING = frozenset({"pending", "queued"})
STUCK = frozenset({"failed", "cancelled", "blocked"})
SHOWN_STEPS = 6


def closing_links(links: Iterable[Link], blocks: Mapping[str, Block]) -> list[tuple[Link, list[str]]]:
    """Find the links to leave out, each with the circle of ids it closes (shortened when long)."""
    kept = list(links)
    dropped = [(link, way) for link, way in _leading_back(kept) if not _blocks_a_task(link, blocks)]
    gone = {id(link) for link, _ in dropped}
    kept = [link for link in kept if id(link) not in gone]
    if any(True for _ in _leading_back(kept)):
        core = _core(kept)
        inner = [link for link in kept if link.source in core and link.target in core]
        dropped += [(link, [link.source, link.target]) for link in inner if _status(link.source, blocks) in STUCK]
    return dropped


def _status(identity: str, blocks: Mapping[str, Block]) -> str:
    block = blocks.get(identity)
    return block.status if block else ""


def _blocks_a_task(link: Link, blocks: Mapping[str, Block]) -> bool:
    return _status(link.source, blocks) in WAITING and _status(link.target, blocks) in STUCK


def _leading_back(links: list[Link]) -> Iterator[tuple[Link, list[str]]]:
    """Walk depth first; yield each link that leads back into the way walked, with that way."""
    following: dict[str, list[Link]] = defaultdict(list)
    for link in links:
        following[link.source].append(link)
    done: set[str] = set()
    for start in list(following):
        if start in done:
            continue
        way, steps = [start], {start: 0}
        open_links = [iter(following[start])]
        while way:
            step = next(open_links[-1], None)
            if step is None:
                done.add(way[-1])
                del steps[way.pop()]
                open_links.pop()
            elif step.target in steps:
                yield step, _shortened([*_from(way, steps[step.target]), step.target])
            elif step.target not in done:
                steps[step.target] = len(way)
                way.append(step.target)
                open_links.append(iter(following.get(step.target, ())))


def _from(way: list[str], first: int) -> list[str]:
    """The end of a way from one step on; only both its ends where it is long."""
    half = SHOWN_STEPS
    return way[first:] if len(way) - first <= 2 * half else [*way[first : first + half], *way[-half:]]


def _shortened(way: list[str]) -> list[str]:
    half = SHOWN_STEPS // 2
    return way if len(way) <= SHOWN_STEPS else [*way[:half], "...", *way[-half:]]


def _core(links: list[Link]) -> set[str]:
    """What is left when everything that cannot be in a circle is taken away, from both ends."""
    nodes = {end for link in links for end in (link.source, link.target)}
    for forwards in (True, False):
        nodes -= _peeled([link for link in links if link.source in nodes and link.target in nodes], nodes, forwards)
    return nodes


def _peeled(links: list[Link], nodes: set[str], forwards: bool) -> set[str]:
    before: dict[str, int] = dict.fromkeys(nodes, 0)
    after: dict[str, list[str]] = defaultdict(list)
    for link in links:
        first, second = (link.source, link.target) if forwards else (link.target, link.source)
        before[second] += 1
        after[first].append(second)
    free = [node for node, count in before.items() if count == 0]
    gone = set(free)
    while free:
        for node in after[free.pop()]:
            before[node] -= 1
            if before[node] == 0:
                gone.add(node)
                free.append(node)
    return gone
