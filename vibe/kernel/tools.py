"""What a handler works with. Reading is free; writing is what it returns; outward acts go through `acts`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vibe.catalog import Catalog
from vibe.kernel.commit import Acts
from vibe.ports.inward import Chance, Clock, Graph, Ids, Likeness
from vibe.settings import Settings


@dataclass(frozen=True, slots=True)
class Tools:
    """A handler's workbench, made anew for each delivery or command.

    `actor` is who asks (`loop`, `owner:cli`, `owner:page`, `agent:ID`). `acts` is bound to the entry at hand.
    `reserve` keeps a task that was chosen from being offered to others until the command is done.
    """

    graph: Graph
    clock: Clock
    ids: Ids
    chance: Chance
    settings: Settings
    catalog: Catalog
    acts: Acts
    likeness: Likeness
    actor: str = "loop"
    reserve: Callable[[str], None] = lambda task: None
