"""Tiers: what may happen without asking, what within caps, what only with a person's leave.

The table is `config/tiers.toml` (SPEC section 4). What it does not name is tier 2.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vibe.domain.errors import BadInput


@dataclass(frozen=True, slots=True)
class Tier:
    """How much leave something needs: 0 always, 1 within `per_day`, 2 a person's."""

    level: int
    per_day: int | None = None


ASK = Tier(2)


@dataclass(frozen=True, slots=True)
class TierTable:
    """Tiers by block kind (and priority), by act, and by the action word of a plan's task."""

    blocks: Mapping[str, Tier]
    acts: Mapping[str, Tier]
    actions: Mapping[str, Tier] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> TierTable:
        """Read `tiers.toml`.

        Raises:
            BadInput: a level that is none of 0, 1, 2.
        """
        data = tomllib.loads(path.read_text())
        return cls(*(_tiers(data, section, path.name) for section in ("blocks", "acts", "actions")))

    def of_block(self, kind: str, priority: str | None) -> Tier:
        """The tier of creating a block; a task without a priority counts as P2."""
        return self.blocks.get(f"{kind}.{priority or 'P2'}") or self.blocks.get(kind, ASK)

    def of_act(self, what: str) -> Tier:
        """The tier of an outward act."""
        return self.acts.get(what, ASK)

    def of_action(self, action: str) -> Tier:
        """The tier of a task that does this."""
        return self.actions.get(action, ASK)


def _tiers(data: Mapping[str, Any], section: str, file: str) -> dict[str, Tier]:
    found = {}
    for name, row in data.get(section, {}).items():
        if row.get("tier") not in (0, 1, 2):
            raise BadInput("tier is 0, 1 or 2", file=file, field=f"{section}.{name}")
        found[name] = Tier(row["tier"], row.get("per_day"))
    return found
