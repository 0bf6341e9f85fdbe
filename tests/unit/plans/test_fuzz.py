"""Whatever bytes a file holds, reading ends with a reading or with BadInput, and what was read hangs together."""

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.plans.small_runs import FILES, small_run
from vibe.domain.blocks import RESERVED
from vibe.domain.canonical import to_json
from vibe.domain.errors import BadInput
from vibe.domain.plans import PlanReading
from vibe.plans.formats import read_plan

PLAN_WORDS = """# ~## Question 1 - ~### Decision 1: ~**Synergy:** ~**Assumptions:** ~| ~|---|~- [ ] ~- ~FM1 - ~A1~1. ~
Goal~Tasks~(depends on: ~)~P1~**~`~3/12/2026~-1~1e999~null~"~{~}~[~]~:~,~ ~{"id": "a"~"task_children": [~\\ud800
{"block": "Task", "id": "a", "title": "b"}~{"link": "DEPENDS_ON", "from": "a", "to": "b"}"""
ODD_MARKS = ("\n", "\n\n", "\r\n", "\ufeff", "\u2028", "\x0b", "\x00", "é", "`")
PIECES = st.sampled_from((*PLAN_WORDS.replace("\n", "~").split("~"), *ODD_MARKS))
TEXTS = st.one_of(
    st.binary(max_size=200),
    st.lists(PIECES, max_size=40).map(lambda parts: "".join(parts).encode()),
    st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass")),
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()
)
KEY_WORDS = """id title description task_children subtasks wbs_project extra_fields resources_needed task_id days_min
dependent_task_id depends_on_task_id_list task_dependency_details tasks goal children depends_on status priority
properties block link from to decisions kind"""
KEYS = st.sampled_from(KEY_WORDS.split())
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=20
)
UNHURRIED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def sound(path: Path) -> PlanReading | None:
    """Read; check what must hold of every reading."""
    try:
        reading = read_plan(path)
    except BadInput:
        return None
    ids = {block.id for block in reading.blocks}
    assert len(ids) == len(reading.blocks)
    for block in reading.blocks:
        assert block.title.strip()
        assert not RESERVED & block.properties.keys()
        assert block.place is not None
        assert block.place.line >= 1
        to_json(dict(block.properties))
        block.title.encode()
        block.content.encode()
    ends = {end for link in reading.links for end in (link.source, link.target)}
    assert ends <= ids | reading.outside
    assert all(remark.what and (remark.line is None or remark.line >= 1) for remark in reading.remarks)
    return reading


@UNHURRIED
@given(st.sampled_from(sorted(FILES)), TEXTS)
def test_any_bytes_in_any_file_of_a_run(name: str, data: bytes) -> None:
    """One file of a run holds anything at all: the others are still read."""
    with tempfile.TemporaryDirectory() as folder:
        run = small_run(Path(folder))
        (run / name).write_bytes(data)
        assert sound(run) is not None


@UNHURRIED
@given(st.sampled_from([name for name in sorted(FILES) if name.endswith("json")]), VALUES)
def test_any_json_in_any_file_of_a_run(name: str, value: Any) -> None:
    """A file of a run is JSON of another shape: the others are still read."""
    with tempfile.TemporaryDirectory() as folder:
        run = small_run(Path(folder))
        (run / name).write_text(json.dumps(value))
        assert sound(run) is not None


@UNHURRIED
@given(st.sampled_from(sorted(FILES)), st.data())
def test_a_run_cut_and_pasted(name: str, data: st.DataObject) -> None:
    """A file is cut off, or a part of it repeated, anywhere."""
    text = FILES[name]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(0, len(text)))
    with tempfile.TemporaryDirectory() as folder:
        run = small_run(Path(folder))
        (run / name).write_text(text[:end] + text[start:])
        assert sound(run) is not None


@UNHURRIED
@given(st.sampled_from(["plan.md", "plan.json", "plan.jsonl", "plan.txt", "plan"]), TEXTS)
def test_any_bytes_in_a_single_file(name: str, data: bytes) -> None:
    """A single file holds anything at all."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        reading = sound(path)
    assert reading is None or reading.plan


@UNHURRIED
@given(st.sampled_from(["plan.json", "plan.jsonl"]), VALUES)
def test_any_json_in_a_single_file(name: str, value: Any) -> None:
    """A single file is JSON of any shape."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text(json.dumps(value))
        reading = sound(path)
    assert reading is None or reading.plan
