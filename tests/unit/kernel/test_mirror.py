"""The mirror goes on after its last whole line, whatever a crash left behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from vibe.kernel.mirror import Mirror


class Pages:
    """A graph that holds nothing but ledger pages."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self.rows = rows

    async def read(self, query: str, /, **params: Any) -> list[dict[str, Any]]:
        """Answer `ledger/page`."""
        assert query == "ledger/page"
        return [row for row in self.rows if row["seq"] > params["after"]][: params["limit"]]


def rows(*days: str) -> list[dict[str, Any]]:
    """One entry for each day given."""
    return [
        {"seq": n, "at": f"{day}T10:00:00Z", "body": '{"event":{}}', "hash": f"h{n}"} for n, day in enumerate(days, 1)
    ]


@pytest.mark.asyncio
async def test_one_file_a_day_and_nothing_twice(tmp_path: Path) -> None:
    """Entries land in their day's file once, however often it catches up."""
    mirror = Mirror(Pages(rows("2026-01-01", "2026-01-01", "2026-01-02")), tmp_path)
    counts = [await mirror.catch_up(), await mirror.catch_up()]
    found = {path.name: len(path.read_text().splitlines()) for path in tmp_path.glob("*.jsonl")}
    assert (counts, found) == ([3, 0], {"2026-01-01.jsonl": 2, "2026-01-02.jsonl": 1})


@pytest.mark.asyncio
async def test_a_line_cut_off_by_a_crash_is_written_again(tmp_path: Path) -> None:
    """Half a line at the end is dropped and its entry mirrored whole."""
    mirror = Mirror(Pages(rows("2026-01-01", "2026-01-01")), tmp_path)
    await mirror.catch_up()
    path = tmp_path / "2026-01-01.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[:-9])
    await mirror.catch_up()
    assert path.read_bytes() == whole


@pytest.mark.asyncio
async def test_a_clock_that_went_back_starts_no_older_file(tmp_path: Path) -> None:
    """Files stay in the order of the entries even when an entry's time is before the one before."""
    mirror = Mirror(Pages(rows("2026-01-02", "2026-01-01")), tmp_path)
    await mirror.catch_up()
    assert [path.name for path in tmp_path.glob("*.jsonl")] == ["2026-01-02.jsonl"]
