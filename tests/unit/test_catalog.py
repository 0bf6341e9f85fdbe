"""A query file that lies about itself is not loaded."""

from __future__ import annotations

import pytest

from vibe.catalog import Catalog, parse_query
from vibe.domain.errors import BadInput

GOOD = """// name: a/b
// does: Reads.
// mode: read
// params: ids list[str] 1..5
// returns: id str
// rows: 0..ids
// timeout_s: 5
// source: nowhere
UNWIND $ids AS id
RETURN id AS id
"""


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("// name: a/b", "// name: a/c"), "the path says"),
        (("$ids", "$others"), "declares"),
        (("RETURN id", "CREATE (n) RETURN id"), "its text writes"),
        (("// mode: read", "// mode: write"), "does not write"),
        (("// timeout_s: 5\n", ""), "lacks timeout_s"),
    ],
)
def test_a_header_that_disagrees_with_its_text_is_refused(change: tuple[str, str], message: str) -> None:
    """Name, parameters and mode are checked against path and text when loaded."""
    with pytest.raises(BadInput, match=message):
        parse_query("a/b", GOOD.replace(*change), "a/b.cypher")


def test_every_shipped_query_loads() -> None:
    """The shipped queries are right about themselves."""
    assert "ledger/lock" in Catalog().queries
