"""From the driver's values to plain Python: what a query returns is read only here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from neo4j import Record
from neo4j.graph import Entity
from neo4j.time import Date, DateTime, Time

_PLAIN = (str, int, float, bool, type(None), bytes)


def plain(value: Any) -> Any:
    """Convert one value: instants to aware UTC (without a zone means UTC), nodes and relationships to properties."""
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict | Entity):
        return {key: plain(value[key]) for key in value.keys()}  # noqa: SIM118 - an Entity iterates like this only
    if isinstance(value, DateTime | Date | Time):
        value = value.to_native()
    return _utc(value) if isinstance(value, datetime) else value


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def rows_of(records: Iterable[Record]) -> list[dict[str, Any]]:
    """Convert a result's records to dicts."""
    return [
        {key: plain(value) for key, value in zip(record.keys(), record.values(), strict=True)} for record in records
    ]
