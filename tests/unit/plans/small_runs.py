"""A small PlanExe run made by hand, to be broken in every way; and where the real runs are found."""

import os
from pathlib import Path

import pytest

DECISIONS = """\
## Primary Decisions
The vital few.

### Decision 1: Bread Range Strategy
**Lever ID:** `11111111-1111-4111-8111-111111111111`

**The Core Decision:** The Bread Range Strategy dictates what is baked. Success is bread sold by noon.

**Why It Matters:** A wide range costs flour.

**Strategic Choices:**

1. Bake one bread.
2. Bake ten breads,
   each on its day.

**Trade-Off / Risk:** Controls Cost vs. Choice.

**Strategic Connections:**

**Synergy:** Works with `Opening Hours Model`. It also helps the Hiring Plan (33333333-3333-4333-8333-333333333333).

**Conflict:** A wide range conflicts with Opening Hours when the night is short.

**Justification:** *Critical*, Critical because bread is all there is.

---
## Secondary Decisions

### Decision 2: Opening Hours Model
**Lever ID:** `22222222-2222-4222-8222-222222222222`

**The Core Decision:** The Opening Hours Model sets the day.

**Synergy:** None.

**Conflict:** Conflicts with Bread Range Strategy.

**Justification:** *Medium*, Medium because it can change.
"""

ASSUMPTIONS = """

## Question 1 - What does the oven cost?

**Assumptions:** Assumption: The oven costs 20,000 EUR. It is paid at once.

**Assessments:** Title: Cost Assessment
Description: Whether it can be paid.

## Question 2 - Who bakes?

**Assumptions:** Assumption: Two bakers are hired by April.
"""

PREMORTEM = """\
## Assumptions to Kill

| ID | Assumption | Validation Method | Failure Trigger |
|----|------------|-------------------|-----------------|
| A1 | The oven fits through the door. | Measure it. | It is wider than the door. |
| A2 | Bakers can be found. | Ask three. | None says yes. |


## Failure Scenarios and Mitigation Plans

### Summary of Failure Modes

| ID | Title | Archetype | Root Cause | Owner | Risk Level |
|----|-------|-----------|------------|-------|------------|
| FM1 | The Wide Oven | Technical | A1 | Ann | HIGH (12/25) |
| FM2 | The Wide Oven | Technical | A1 | Ann | HIGH (12/25) |
| FM3 | The Empty Bench | Human | A9 | Bob | LOW (2/25) |

### Failure Modes

#### FM1 - The Wide Oven

- **Archetype**: Technical
- **Root Cause**: Assumption A1
- **Owner**: Ann
- **Risk Level:** HIGH 12/25

##### Failure Story
The oven stood in the street.

##### Early Warning Signs
- The door looks small.

##### Tripwires
- The oven is 1 m wide.

##### Response Playbook
- Contain: Cover it.

**STOP RULE:** The wall may not be opened.

---

#### FM2 - The Wide Oven

- **Root Cause**: Assumption A1

##### Failure Story
It rained on it.
"""

RISKS = """
## Risk 1 - Supply Chain
Flour may be late, which hurts the Bread Range Strategy.

**Impact:** No bread for 2 days.

**Likelihood:** Medium

**Severity:** High

**Action:** Keep flour for a week.

## Risk summary
All is well.
"""

ANSWERS = """
## Question Answer Pair 1
**Question**: The 'Baker's Morning' strategy was chosen. What is it?
**Answer**: It opens early, as the Opening Hours Model says.
**Rationale**: It is new to most.
"""

DATA = """\
## 1. Oven Width

To know whether the Bread Range Strategy can be baked.

### Data to Collect

- Width of the oven.
- Width of the door.

### Responsible Parties

- Ann

### Assumptions

- **High:** The plans of the house are right.

### SMART Validation Objective

By May the width is known.

### Notes

- The door may be widened.

## Summary

One thing to measure.
"""

GOAL = """\
**Goal Statement:** Bake bread for the quarter. Open by May.

## SMART Criteria

- **Specific:** One shop.
- **Time-bound:** By May.
"""

LEVEL_1 = '{"id": "root", "project_title": "Bakery", "final_deliverable": "Open shop"}'
LEVEL_2 = """\
[
  {"id": "p1", "major_phase_title": "Build", "subtasks": [
    {"id": "t1", "description": "Order oven"},
    {"id": "t9", "description": "Only here"}
  ]}
]"""
TREE = """\
{
  "wbs_project": {
    "id": "root",
    "description": "Bakery",
    "task_children": [
      {
        "id": "p1",
        "description": "Build",
        "task_children": [
          {
            "id": "t1",
            "description": "Order oven",
            "task_children": [
              {
                "id": "l1",
                "description": "Call the maker",
                "extra_fields": {"detailed_description": "Call at noon.", "resources_needed": ["Phone", "Ann"]}
              }
            ]
          },
          {"id": "t2", "description": "Build oven in"}
        ]
      }
    ]
  }
}"""
DURATIONS = """\
[
  {"task_id": "t1", "delay_risks": "Late answer.", "mitigation_strategy": "Call twice.",
   "days_min": 1, "days_max": "5", "days_realistic": 2.5},
  {"task_id": "t2", "days_min": -1, "days_max": -1, "days_realistic": -1}
]"""
DEPENDENCIES = """\
{
  "task_dependency_details": [
    {
      "dependent_task_id": "t2",
      "depends_on_task_id_list": [
        "t1"
      ],
      "depends_on_task_explanation_list": ["What is not there cannot be built in."]
    }
  ]
}"""
SCHEDULE = """\
project_key,project_name,project_description,project_start_date,project_end_date,project_progress,project_parent,by
root,Bakery,"Bakery

Final deliverable:
Open shop",3/12/2026,5/1/2026,0,,PlanExe
t1,Order oven,,3/12/2026,3/14/2026,0,p1,PlanExe
"""

FILES = {
    "001-2-plan.txt": "Plan:\nOpen a bakery at the corner.\n",
    "002-14-strategic_decisions.md": DECISIONS,
    "003-2-identify_risks.md": RISKS,
    "003-5-make_assumptions.md": ASSUMPTIONS,
    "005-2-project_plan.md": GOAL,
    "017-2-data_collection.md": DATA,
    "018-2-wbs_level1.json": LEVEL_1,
    "018-5-wbs_level2.json": LEVEL_2,
    "021-task_dependencies_raw.json": DEPENDENCIES,
    "022-2-task_durations.json": DURATIONS,
    "023-3-wbs_project_level1_and_level2_and_level3.json": TREE,
    "026-3-schedule_gantt_machai.csv": SCHEDULE,
    "027-2-questions_and_answers.md": ANSWERS,
    "028-2-premortem.md": PREMORTEM,
}


def small_run(folder: Path, /, **changes: str | bytes | None) -> Path:
    """Write the run into a folder; `changes` name files by number (`f021=...`), None leaves the file out."""
    run = folder / "20260101_bakery"
    run.mkdir(exist_ok=True)
    given = dict(changes)
    for name, text in FILES.items():
        number = "f" + name[:5].rstrip("-").replace("-", "_") if "f" + name[:3] not in given else "f" + name[:3]
        content = given.pop(number, text)
        if content is not None:
            (run / name).write_bytes(content.encode() if isinstance(content, str) else content)
    assert not given, f"no files for {given.keys()}"
    return run


def real_runs() -> Path:
    """The folder of the real runs; skips loudly where there is none."""
    beside = Path(__file__).parents[4] / "shared" / "data" / "planexe"
    folder = Path(os.environ.get("VIBE_TEST_PLANEXE", beside))
    if not folder.is_dir():
        pytest.skip("planexe data absent")
    return folder


def real_run(name: str) -> Path:
    """One real run by the end of its name."""
    found = [run for run in real_runs().iterdir() if run.name.endswith(name)]
    if not found:
        pytest.skip("planexe data absent")
    return found[0]
