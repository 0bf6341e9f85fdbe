"""What a gap is: moves, identity, severity, words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vibe.catalog import Catalog
from vibe.domain.errors import BadInput, IllegalMove
from vibe.domain.gap_rows import described, move_gap
from vibe.domain.gaps import (
    BASE,
    MOVES,
    Facts,
    Found,
    GapStatus,
    Rule,
    Severity,
    check_move,
    older_at,
    score_of,
    severity_of,
)

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
HEADER = {"gap": "odd_task, base severity low", "says": '"{title}" is odd.', "why": "because", "action": "Do it."}
RANK = {severity: place for place, severity in enumerate(reversed(Severity))}

facts = st.builds(
    Facts,
    title=st.text(max_size=20),
    grade=st.sampled_from(["", "Critical", "High", "high", "Medium", "Low", "whatever"]),
    priority=st.sampled_from(["", "P0", "P1", "P2", "P3"]),
    created_at=st.none() | st.integers(-400, 400).map(lambda days: NOW - timedelta(days=days)),
    reach=st.integers(0, 200),
    bears_on_goal=st.booleans(),
)
severities = st.sampled_from(list(Severity))


@given(severities, facts)
def test_severity_is_never_below_the_rule_s_base(base: Severity, about: Facts) -> None:
    """Reach, goal, grade, age and priority raise severity, they never lower it."""
    score = score_of(base, about, NOW)
    assert BASE[base] <= score <= 100
    assert RANK[severity_of(score)] >= RANK[base]


@given(severities, facts, st.integers(0, 200), st.integers(0, 400))
def test_more_never_counts_less(base: Severity, about: Facts, more: int, days: int) -> None:
    """More reach, more age, the goal or a higher priority give at least the same score."""
    score = score_of(base, about, NOW)
    further = Facts(about.title, "", None, about.grade, "P0", about.created_at, about.reach + more, bears_on_goal=True)
    assert score_of(base, further, NOW) >= score
    assert score_of(base, about, NOW + timedelta(days=days)) >= score


@given(severities, facts)
def test_the_plan_s_own_grade_is_the_floor(base: Severity, about: Facts) -> None:
    """What the plan calls critical or high is at least that, whatever the rule starts at."""
    severity = severity_of(score_of(base, about, NOW))
    wanted = {"critical": Severity.CRITICAL, "high": Severity.HIGH}.get(about.grade.lower(), Severity.LOW)
    assert RANK[severity] >= RANK[wanted]


@given(severities, facts)
def test_age_changes_the_score_only_when_announced(base: Severity, about: Facts) -> None:
    """Until the announced instant the score stays as it is."""
    soon = older_at(about, NOW)
    until = soon - timedelta(seconds=1) if soon else NOW + timedelta(days=5000)
    assert soon is None or soon > NOW
    assert score_of(base, about, max(until, NOW)) == score_of(base, about, NOW)


@pytest.mark.parametrize("current", list(GapStatus))
@pytest.mark.parametrize("wanted", list(GapStatus))
def test_only_the_moves_of_the_table_are_made(current: GapStatus, wanted: GapStatus) -> None:
    """SPEC section 1: open and proposed change places, close and are suppressed; closed and suppressed only open."""
    legal = {
        ("open", "proposed"), ("proposed", "open"), ("open", "closed"), ("proposed", "closed"), ("open", "suppressed"),
        ("proposed", "suppressed"), ("suppressed", "open"), ("closed", "open"),
    }  # fmt: skip
    if (current.value, wanted.value) in legal:
        assert move_gap("g", current, wanted)[1]["props"] == {"status": wanted.value}
    else:
        with pytest.raises(IllegalMove, match=f"{current.value}.*{wanted.value}"):
            check_move(current, wanted)


def test_every_state_has_a_row() -> None:
    """The table names every state, so that none can raise a KeyError."""
    assert set(MOVES) == set(GapStatus)


@given(st.lists(st.text(min_size=1, max_size=4), min_size=1, max_size=6))
def test_the_same_blocks_are_the_same_gap(related: list[str]) -> None:
    """Identity is the rule and the blocks, whatever order the others were found in; the first stays the first."""
    found = Found.of("rule", related)
    turned = Found.of("rule", [related[0], *reversed(related[1:])])
    assert found == turned
    assert found.id == turned.id
    assert found.block_id == related[0]
    assert Found.of("other", related).id != found.id


def test_a_rule_says_what_is_missing_in_plain_words() -> None:
    """The sentence names the block and at most three others; a title's braces and line breaks do no harm."""
    rule = Rule.read("odd", HEADER | {"says_others": "{title} needs {others}"}, {"kinds": "Task, Evidence"})
    assert rule.describe(Facts("a {b}\nc")) == '"a {b} c" is odd.'
    assert rule.describe(Facts("x"), ["1", "2", "3", "4", "5"]) == 'x needs "1", "2", "3" and 2 more'
    assert rule.describe(Facts("x"), ["1", "2"]) == 'x needs "1" and "2"'
    assert len(rule.describe(Facts("word " * 100))) < 200


def test_a_rule_is_touched_by_its_kinds() -> None:
    """A rule that names kinds is run for changes of those only; one that names none for any."""
    assert Rule.read("odd", HEADER, {"kinds": "Task"}).is_touched_by({"Task", "Decision"})
    assert not Rule.read("odd", HEADER, {"kinds": "Task"}).is_touched_by({"Decision"})
    assert Rule.read("odd", HEADER, {"kinds": "any"}).is_touched_by(set())


@pytest.mark.parametrize(
    ("line", "text", "words"),
    [
        ("gap", "odd_task", "base severity"),
        ("gap", "odd_task, base severity dreadful", "base severity"),
        ("says", "", "needs this header line"),
        ("says", "{name} is odd", "can be filled in"),
        ("action", "", "needs this header line"),
    ],
)
def test_a_rule_with_a_wrong_header_is_refused(line: str, text: str, words: str) -> None:
    """The message names the file and the line of the header, and says what is wanted."""
    with pytest.raises(BadInput, match=words) as refused:
        Rule.read("odd", HEADER | {line: text}, {})
    assert refused.value.file == "cypher/gaps/odd/test.cypher"
    assert refused.value.field == line


def test_the_shipped_rules_can_be_read() -> None:
    """The five rules of SPEC section 2 are there, their types are their names, and they start as severe as they do."""
    catalog = Catalog()
    rules = {
        name: Rule.read(name, catalog.query(f"gaps/{name}/test").header, catalog.query(f"gaps/{name}/touched").header)
        for name in catalog.rules
    }
    assert {name: (rule.type, rule.base.value) for name, rule in rules.items()} == {
        "blocked_task": ("blocked_task", "high"),
        "contradicted": ("contradicted", "critical"),
        "missing_capability": ("missing_capability", "medium"),
        "unvalidated_assumption": ("unvalidated_assumption", "medium"),
        "unvalidated_decision": ("unvalidated_decision", "high"),
    }


def test_a_gap_is_described_from_its_rule() -> None:
    """Description, action, type, plan and severity of a gap come from rule and block."""
    rule = Rule.read("odd", HEADER, {})
    props = described(rule, Facts("X", plan="p", grade="High", created_at=NOW), [], NOW)
    assert props == {
        "type": "odd_task",
        "description": '"X" is odd.',
        "suggestedAction": "Do it.",
        "plan": "p",
        "score": 60,
        "severity": "high",
        "olderMs": int((NOW + timedelta(days=30)).timestamp() * 1000),
    }
