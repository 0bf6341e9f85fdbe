"""Loud skips: what a machine lacks is named in one form, so that the closing line can count it.

    skip_for_lack_of("Neo4j", "needs Java 17 or newer")

`VIBE_TEST_REQUIRE=Neo4j,Chromium` makes the named ones failures instead: for machines that must have them.
"""

import os
import re
from collections import Counter
from collections.abc import Iterable
from typing import NoReturn

import pytest

FORM = re.compile(r"for lack of ([^:]+): ")


def skip_for_lack_of(what: str, why: str) -> NoReturn:
    """Skip the running test because this machine lacks something; fail it where the machine was said to have it."""
    required = os.environ.get("VIBE_TEST_REQUIRE", "").lower().split(",")
    if what.lower() in (word.strip() for word in required):
        pytest.fail(f"VIBE_TEST_REQUIRE names {what}, but: {why}", pytrace=False)
    pytest.skip(f"for lack of {what}: {why}")


def count_lacks(reasons: Iterable[str]) -> Counter[str]:
    """Count skips by what was lacking; skips for another reason count under the empty name."""
    found = (FORM.search(reason) for reason in reasons)
    return Counter(match.group(1) if match else "" for match in found)


def closing_line(lacks: Counter[str]) -> str:
    """The line a run ends with where something was skipped."""
    named = ", ".join(f"{what} {count}" for what, count in sorted(lacks.items()) if what)
    parts = [f"SKIPPED FOR LACK OF: {named}"] if named else []
    parts += [f"SKIPPED FOR OTHER REASONS: {lacks['']}"] if lacks[""] else []
    return "; ".join(parts)
