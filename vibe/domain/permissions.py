"""Standing permissions: what may be done without asking each time, how often a day, and who said so.

Only local acts without cost can be allowed for good. A permission is a person's; each use is counted, told in the next
digest, and it can be taken back.

Source: SPEC section 4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vibe.domain.errors import BadInput
from vibe.domain.packets import PacketType

ALLOWABLE = frozenset({PacketType.RESEARCH})
"""Packets whose acts are local and cost nothing."""
MOST_A_DAY = 20
ACTIVE, REVOKED = "active", "revoked"


@dataclass(frozen=True, slots=True)
class Permission:
    """One standing permission; `used` counts its uses on `day` (an ISO date, UTC)."""

    id: str
    what: str
    status: str
    per_day: int
    day: str
    used: int
    by: str

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Permission:
        """Read one row of `decisions/permissions`."""
        return cls(row["id"], row["what"], row["status"], row["per_day"], row["day"], row["used"], row["by"])

    def used_on(self, day: str) -> int:
        """How often it was used on a day."""
        return self.used if self.day == day else 0

    def has_room(self, day: str) -> bool:
        """Whether it may be used once more on a day."""
        return self.status == ACTIVE and self.used_on(day) < self.per_day


def check_allowable(packet: PacketType, per_day: int) -> None:
    """Let pass what may be allowed for good.

    Raises:
        BadInput: the act is not local or not free, or the cap is none.
    """
    if packet not in ALLOWABLE:
        names = ", ".join(sorted(item.value for item in ALLOWABLE))
        raise BadInput(f"only {names} can be allowed for good, not {packet.value}")
    if not 1 <= per_day <= MOST_A_DAY:
        raise BadInput(f"a permission is for 1 to {MOST_A_DAY} times a day", field="per_day")
