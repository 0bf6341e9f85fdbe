"""Schedules: the tasks of an execution against the clock, as their hours and prerequisites have it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

Task = Mapping[str, Any]
"""A task as `plans.showing.read_tasks` tells it."""


def critical_path(tasks: Sequence[Task]) -> set[str]:
    """The longest way through the tasks, by their hours."""
    followers: dict[str, list[Task]] = {}
    for task in tasks:
        for earlier in task["waits_for"]:
            followers.setdefault(earlier, []).append(task)
    at = max(tasks, key=lambda task: task["way_hours"], default=None)
    found: set[str] = set()
    while at is not None:
        found.add(at["task_id"])
        at = max(followers.get(at["task_id"], []), key=lambda task: task["way_hours"], default=None)
    return found


def planned(tasks: Sequence[Task], begin: datetime) -> dict[str, tuple[datetime, datetime]]:
    """When each task would be done if each took its hours, one after the other where it has to.

    A task's prerequisites stand before it, or, where they do not, count as ending at the beginning.
    """
    found: dict[str, tuple[datetime, datetime]] = {}
    left = list(tasks)
    while left:
        ready = [task for task in left if all(other in found for other in task["waits_for"])] or left[:1]
        for task in ready:
            starts = max((found[other][1] for other in task["waits_for"] if other in found), default=begin)
            found[task["task_id"]] = starts, starts + timedelta(hours=task["hours"])
        left = [task for task in left if task["task_id"] not in found]
    return found
