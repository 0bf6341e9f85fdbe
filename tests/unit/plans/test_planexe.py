"""A PlanExe run becomes blocks and links, each with its exact line; what is broken is named and left out."""

import os
from collections import Counter
from pathlib import Path

import pytest

from tests.unit.plans.small_runs import (
    ASSUMPTIONS,
    DECISIONS,
    DEPENDENCIES,
    PREMORTEM,
    SCHEDULE,
    TREE,
    real_run,
    small_run,
)
from vibe.domain.blocks import Block, Kind, LinkType
from vibe.domain.canonical import sha256_of
from vibe.domain.errors import BadInput
from vibe.domain.plans import PlanReading
from vibe.plans.formats import read_plan


def only(reading: PlanReading, kind: Kind, title: str) -> Block:
    """The one block of this kind whose title begins so."""
    found = [block for block in reading.blocks if block.kind is kind and block.title.startswith(title)]
    assert len(found) == 1, [block.title for block in reading.blocks if block.kind is kind]
    return found[0]


def links(reading: PlanReading, kind: LinkType) -> set[tuple[str, str]]:
    """Links of one type as pairs of titles."""
    titles = {block.id: block.title for block in reading.blocks}
    return {(titles[link.source], titles[link.target]) for link in reading.links if link.type is kind}


def told(reading: PlanReading) -> str:
    """All remarks, one a line."""
    return "\n".join(str(remark) for remark in reading.remarks)


def test_a_whole_run_is_read_without_a_warning(tmp_path: Path) -> None:
    """A run with all its files gives every kind of block; the only warnings are the two references it gets wrong."""
    reading = read_plan(small_run(tmp_path))
    assert reading.counts == {
        "Decision": 2,
        "Assumption": 4,
        "Knowledge": 5,
        "Question": 1,
        "Task": 5,
        "NorthStar": 1,
    }
    assert (reading.plan, reading.title, reading.source) == ("20260101_bakery", "Bakery", "planexe")
    assert [remark.line for remark in reading.warnings] == [21, 17]
    assert "33333333" in reading.warnings[0].what
    assert "A9" in reading.warnings[1].what


def test_decisions_keep_their_words(tmp_path: Path) -> None:
    """A decision keeps text, choices, lever id, grade, trade-off; its grade is its priority."""
    decision = only(read_plan(small_run(tmp_path)), Kind.DECISION, "Bread Range Strategy")
    assert decision.content == "The Bread Range Strategy dictates what is baked. Success is bread sold by noon."
    assert decision.priority == "P0"
    assert decision.place is not None
    assert (decision.place.file, decision.place.line) == ("002-14-strategic_decisions.md", 4)
    assert decision.place.sha256 == sha256_of(DECISIONS)
    assert decision.properties["choices"] == ["Bake one bread.", "Bake ten breads, each on its day."]
    assert decision.properties["leverId"] == "11111111-1111-4111-8111-111111111111"
    assert decision.properties["grade"] == "Critical"
    assert decision.properties["rank"] == "primary"
    assert decision.properties["chosenPath"] == "Baker's Morning"
    assert decision.properties["chosenPathAt"] == "027-2-questions_and_answers.md:3"


def test_levers_are_found_by_code_plain_and_shortened_name(tmp_path: Path) -> None:
    """Synergy is SUPPORTS, conflict CONTRADICTS, with the sentence that says it."""
    reading = read_plan(small_run(tmp_path))
    assert links(reading, LinkType.SUPPORTS) == {("Bread Range Strategy", "Opening Hours Model")}
    assert links(reading, LinkType.CONTRADICTS) == {
        ("Bread Range Strategy", "Opening Hours Model"),
        ("Opening Hours Model", "Bread Range Strategy"),
    }
    why = {link.why for link in reading.links if link.type is LinkType.CONTRADICTS}
    assert "A wide range conflicts with Opening Hours when the night is short." in why


def test_assumptions_stand_at_the_line_of_their_words(tmp_path: Path) -> None:
    """One Assumption a question, placed at the line that states it, with question and assessment."""
    cost = only(read_plan(small_run(tmp_path)), Kind.ASSUMPTION, "The oven costs")
    assert cost.title == "The oven costs 20,000 EUR"
    assert cost.content == "The oven costs 20,000 EUR. It is paid at once."
    assert cost.place is not None
    assert cost.place.line == 5
    assert cost.properties["question"] == "What does the oven cost?"
    assert cost.properties["assessment"].startswith("Title: Cost Assessment")


def test_assumptions_to_kill_keep_method_and_trigger(tmp_path: Path) -> None:
    """A row of the table keeps its code, validation method, failure trigger and line."""
    oven = only(read_plan(small_run(tmp_path)), Kind.ASSUMPTION, "The oven fits")
    assert oven.place is not None
    assert oven.place.line == 5
    assert oven.properties == {
        "sourceId": "A1",
        "code": "A1",
        "validationMethod": "Measure it.",
        "failureTrigger": "It is wider than the door.",
    }


def test_failure_modes_of_one_title_stay_two(tmp_path: Path) -> None:
    """A failure mode is known by its code, so a repeated title is no duplicate; each concerns its root cause."""
    reading = read_plan(small_run(tmp_path))
    modes = [block for block in reading.blocks if block.title == "The Wide Oven"]
    assert [mode.properties["code"] for mode in modes] == ["FM1", "FM2"]
    assert [mode.content for mode in modes] == ["The oven stood in the street.", "It rained on it."]
    assert modes[0].properties["tripwires"] == ["The oven is 1 m wide."]
    assert modes[0].properties["stopRule"] == "The wall may not be opened."
    oven = only(reading, Kind.ASSUMPTION, "The oven fits")
    causes = {(link.source, link.target) for link in reading.links if link.target == oven.id}
    assert causes == {(mode.id, oven.id) for mode in modes}


def test_a_failure_mode_that_only_the_summary_has_is_kept(tmp_path: Path) -> None:
    """A mode without its own section is taken from the summary table."""
    mode = only(read_plan(small_run(tmp_path)), Kind.KNOWLEDGE, "The Empty Bench")
    assert mode.properties["owner"] == "Bob"
    assert mode.place is not None
    assert mode.place.line == 17


def test_risks_answers_and_data_concern_the_decisions_they_name(tmp_path: Path) -> None:
    """Risk, answer and data to collect are linked to the decision they name."""
    reading = read_plan(small_run(tmp_path))
    assert {
        ("Supply Chain", "Bread Range Strategy"),
        ("The 'Baker's Morning' strategy was chosen. What is it?", "Opening Hours Model"),
        ("Oven Width", "Bread Range Strategy"),
    } <= links(reading, LinkType.CONCERNS)
    risk = only(reading, Kind.KNOWLEDGE, "Supply Chain")
    assert risk.content == "Flour may be late, which hurts the Bread Range Strategy."
    assert risk.properties["impact"] == "No bread for 2 days."
    assert risk.properties["severity"] == "High"


def test_data_to_collect_is_a_question(tmp_path: Path) -> None:
    """Data to collect keeps its lists; grades of assumptions are words, not marks."""
    question = only(read_plan(small_run(tmp_path)), Kind.QUESTION, "Oven Width")
    assert question.content == "To know whether the Bread Range Strategy can be baked."
    assert question.properties["dataToCollect"] == ["Width of the oven.", "Width of the door."]
    assert question.properties["responsible"] == ["Ann"]
    assert question.properties["assumptions"] == ["High: The plans of the house are right."]
    assert question.properties["objective"] == "By May the width is known."
    assert question.properties["notes"] == ["The door may be widened."]


def test_the_goal_is_the_north_star_with_the_plans_own_dates(tmp_path: Path) -> None:
    """The NorthStar has the goal statement, its criteria and the first and last day of the schedule."""
    goal = only(read_plan(small_run(tmp_path)), Kind.NORTH_STAR, "Bake bread for the quarter")
    assert goal.content == "Bake bread for the quarter. Open by May."
    assert goal.properties["timeBound"] == "By May."
    assert goal.properties["plannedStart"] == "2026-03-12"
    assert goal.properties["plannedEnd"] == "2026-05-01"
    assert goal.properties["finalDeliverable"] == "Open shop"


def test_without_a_goal_statement_the_title_or_the_prompt_stands_for_it(tmp_path: Path) -> None:
    """The NorthStar falls back to the project's title, then to the prompt."""
    by_title = read_plan(small_run(tmp_path, f005=None))
    assert only(by_title, Kind.NORTH_STAR, "Bakery").content == "Bakery: Open shop"
    (tmp_path / "other").mkdir()
    by_prompt = read_plan(small_run(tmp_path / "other", f005=None, f018_2=None, f018_5=None, f023=None))
    goal = only(by_prompt, Kind.NORTH_STAR, "Open a bakery at the corner")
    assert goal.place is not None
    assert (goal.place.file, goal.place.line) == ("001-2-plan.txt", 2)


def test_tasks_have_parents_days_dates_and_dependencies(tmp_path: Path) -> None:
    """The tree gives PART_OF, the other files days, delays, dates and DEPENDS_ON; the root is no task."""
    reading = read_plan(small_run(tmp_path))
    order = only(reading, Kind.TASK, "Order oven")
    assert order.status == "pending"
    assert order.place is not None
    assert (order.place.file[:5], order.place.line) == ("023-3", 10)
    assert order.properties == {
        "sourceId": "t1",
        "level": 2,
        "position": 1,
        "daysMin": 1,
        "daysRealistic": 2.5,
        "daysMax": 5,
        "delayRisks": "Late answer.",
        "mitigation": "Call twice.",
        "plannedStart": "2026-03-12",
        "plannedEnd": "2026-03-14",
    }
    leaf = only(reading, Kind.TASK, "Call the maker")
    assert leaf.content == "Call at noon."
    assert leaf.properties["resourcesNeeded"] == ["Phone", "Ann"]
    assert links(reading, LinkType.PART_OF) == {
        ("Order oven", "Build"),
        ("Build oven in", "Build"),
        ("Call the maker", "Order oven"),
        ("Only here", "Build"),
    }
    assert links(reading, LinkType.DEPENDS_ON) == {("Build oven in", "Order oven")}
    assert {link.why for link in reading.links if link.type is LinkType.DEPENDS_ON} == {
        "What is not there cannot be built in."
    }


def test_ids_are_the_same_at_every_reading_and_differ_between_plans(tmp_path: Path) -> None:
    """The same run gives the same ids, under another plan's name none of them."""
    run = small_run(tmp_path)
    first, again, other = read_plan(run), read_plan(run), read_plan(run, plan="other")
    assert first == again
    assert len({block.id for block in first.blocks}) == len(first.blocks)
    assert not {block.id for block in first.blocks} & {block.id for block in other.blocks}


def test_every_document_is_kept_byte_for_byte(tmp_path: Path) -> None:
    """Documents hold the files as they are, also with byte order mark and CRLF, and have their hashes."""
    crlf = b"\xef\xbb\xbf" + ASSUMPTIONS.replace("\n", "\r\n").encode()
    run = small_run(tmp_path, f003_5=crlf)
    reading = read_plan(run)
    assert {document.name: document.text.encode() for document in reading.documents} == {
        file.name: file.read_bytes() for file in run.iterdir()
    }
    assert all(sha256_of(document.text) == document.sha256 for document in reading.documents)
    cost = only(reading, Kind.ASSUMPTION, "The oven costs")
    assert cost.place is not None
    assert (cost.place.line, cost.place.sha256) == (5, sha256_of(crlf))
    assert cost.content == "The oven costs 20,000 EUR. It is paid at once."


@pytest.mark.parametrize("number", ["f002", "f003_2", "f003_5", "f005", "f017", "f018_2", "f018_5", "f021", "f022"])
def test_a_missing_file_is_named_and_the_rest_is_read(tmp_path: Path, number: str) -> None:
    """Each file may be missing: a remark names it, the others are read."""
    reading = read_plan(small_run(tmp_path, **{number: None}))
    missing = [remark for remark in reading.warnings if "missing" in remark.what]
    assert [remark.file[: len(number) - 1].replace("-", "_") for remark in missing] == [number[1:]]
    assert len(reading.blocks) >= 12


def test_bad_json_says_line_and_column(tmp_path: Path) -> None:
    """A file that is not JSON is left out, with the line and column where it stops being JSON."""
    reading = read_plan(small_run(tmp_path, f021='{\n  "a": [1,\n    oops]\n}'))
    assert "021-task_dependencies_raw.json:3: not JSON at line 3, column 5" in told(reading)
    assert not links(reading, LinkType.DEPENDS_ON)


def test_ids_that_point_at_nothing_are_named(tmp_path: Path) -> None:
    """A dependency, duration or scheduled row of an unknown task is left out with its line."""
    dangling = DEPENDENCIES.replace('"t1"', '"gone"')
    schedule = SCHEDULE.replace("t1,Order", "nobody,Order")
    reading = read_plan(small_run(tmp_path, f021=dangling, f026=schedule, f022='[\n{"task_id": "lost"}]'))
    assert "021-task_dependencies_raw.json:6: a dependency names task 'gone'" in told(reading)
    assert "022-2-task_durations.json:2: a duration for task 'lost'" in told(reading)
    assert "026-3-schedule_gantt_machai.csv:6: the schedule names task 'nobody'" in told(reading)


def test_a_circle_of_dependencies_is_opened_and_shown(tmp_path: Path) -> None:
    """Of t2 -> t1 -> t9 -> t2 the link that closes the circle is left out and the whole circle named."""
    entries = [("t2", "t1"), ("t1", "t9"), ("t9", "t2"), ("t2", "t2")]
    details = ",".join(
        f'{{"dependent_task_id": "{one}", "depends_on_task_id_list": ["{other}"]}}' for one, other in entries
    )
    reading = read_plan(small_run(tmp_path, f021=f'{{"task_dependency_details": [{details}]}}'))
    assert links(reading, LinkType.DEPENDS_ON) == {("Build oven in", "Order oven"), ("Order oven", "Only here")}
    circle = "('Build oven in' -> 'Order oven' -> 'Only here' -> 'Build oven in')"
    assert circle in told(reading)
    assert "to itself" in told(reading)


def test_a_task_cannot_wait_for_what_it_is_part_of(tmp_path: Path) -> None:
    """Dependencies between levels are written, but not between a task and its own parent."""
    levels = DEPENDENCIES.replace('"t1"', '"p1", "l1"')
    reading = read_plan(small_run(tmp_path, f021=levels))
    assert links(reading, LinkType.DEPENDS_ON) == {("Build oven in", "Call the maker")}
    assert "one of which is part of the other" in told(reading)


@pytest.mark.parametrize(
    ("number", "text", "where"),
    [
        ("f018_5", '{"a": 1}', "018-5-wbs_level2.json:1"),
        ("f022", '{"a": 1}', "022-2-task_durations.json:1"),
        ("f022", '[\n17,\n{"task_id": "t1", "days_min": "soon"}]', "022-2-task_durations.json:3"),
        ("f021", '{"task_dependency_details": {"a": 1}}', "021-task_dependencies_raw.json:1"),
        ("f021", '{"task_dependency_details": [\n\n{"dependent_task_id": "t1"}]}', "021-task_dependencies_raw.json:3"),
        ("f023", "[1]", "023-3-wbs_project_level1_and_level2_and_level3.json:1"),
        ("f023", TREE.replace('"id": "t2", ', ""), "023-3-wbs_project_level1_and_level2_and_level3.json:21"),
        ("f026", "a,b\n1,2\n", "026-3-schedule_gantt_machai.csv:1"),
        ("f026", SCHEDULE.replace("3/14/2026", "14/3/2026"), "026-3-schedule_gantt_machai.csv:6"),
        ("f002", "# Nothing here\n", "002-14-strategic_decisions.md:1"),
        ("f028", PREMORTEM.replace("| A1 |", "| one |"), "028-2-premortem.md:5"),
        ("f003_5", "## Question 1 - What?\n\nNothing.\n", "003-5-make_assumptions.md:1"),
        ("f003_5", "", "003-5-make_assumptions.md"),
        ("f003_5", b"\n\xff\xfe", "003-5-make_assumptions.md:2"),
    ],
)
def test_wrong_types_are_named_with_their_line(tmp_path: Path, number: str, text: str | bytes, where: str) -> None:
    """What has the wrong type, form or encoding is left out with file and line; nothing raises."""
    reading = read_plan(small_run(tmp_path, **{number: text}))
    assert where in [str(remark).split(": ")[0] for remark in reading.warnings]


def test_an_id_used_twice(tmp_path: Path) -> None:
    """The same words again are left out; other words under a used id are kept under an id of their own."""
    twice = PREMORTEM.replace(
        "| A2 | Bakers can be found.", "| A1 | The oven fits through the door. | | |\n| A1 | Bakers can be found."
    )
    reading = read_plan(small_run(tmp_path, f028=twice))
    assert "stands here again" in told(reading)
    assert "kept under an id of its own" in told(reading)
    assert reading.counts["Assumption"] == 4


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    """A symbolic link that leads out is refused, one within the folder is followed, a broken one is named."""
    secret = tmp_path / "secret.md"
    secret.write_text("## Risk 1 - Stolen\nNo.\n")
    run = small_run(tmp_path, f003_2=None, f017=None, f021=None)
    (run / "003-2-identify_risks.md").symlink_to(secret)
    (run / "kept.md").write_text("## 1. Kept\n\nYes.\n")
    (run / "017-2-data_collection.md").symlink_to(run / "kept.md")
    (run / "021-task_dependencies_raw.json").symlink_to(run / "nowhere.json")
    reading = read_plan(run)
    assert "003-2-identify_risks.md: a symbolic link that leads out of the folder; refused" in told(reading)
    assert "021-task_dependencies_raw.json: a symbolic link that points at nothing" in told(reading)
    assert "Stolen" not in {block.title for block in reading.blocks}
    assert only(reading, Kind.QUESTION, "Kept").content == "Yes."


def test_a_file_over_the_limit_is_not_even_opened(tmp_path: Path) -> None:
    """More than 100 MB is left out by its size alone."""
    run = small_run(tmp_path, f027=None)
    with (run / "027-2-questions_and_answers.md").open("wb") as sparse:
        sparse.truncate(100_000_001)
    reading = read_plan(run)
    assert "027-2-questions_and_answers.md: 100000001 bytes, at most 100000000 are read; left out" in told(reading)


def test_a_pipe_in_the_folder_does_not_hold_the_reading_up(tmp_path: Path) -> None:
    """What is no regular file is left out and never opened."""
    run = small_run(tmp_path, f027=None)
    os.mkfifo(run / "027-2-questions_and_answers.md")
    assert "027-2-questions_and_answers.md: not a regular file" in told(read_plan(run))


def test_nothing_understood_says_what_is(tmp_path: Path) -> None:
    """No path, an empty folder and a file of another kind all name the forms that are understood."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n")
    (tmp_path / "letters.md").write_text("Dear all,\n\nnothing to plan.\n")
    for path in ("absent", "empty", "picture.png", "letters.md"):
        with pytest.raises(BadInput, match="understood are: a PlanExe run folder"):
            read_plan(tmp_path / path)


def test_a_file_that_is_only_wrongly_encoded_names_no_forms(tmp_path: Path) -> None:
    """What is wrong and where is enough; the form was right."""
    (tmp_path / "plan.md").write_bytes("# Plan\n\n- K\xf8b".encode("latin-1"))
    with pytest.raises(BadInput, match="not UTF-8") as refused:
        read_plan(tmp_path / "plan.md")
    assert "understood are" not in str(refused.value)
    assert refused.value.line == 3


def test_one_file_of_a_run_can_be_read_alone(tmp_path: Path) -> None:
    """A path to one file of a run reads that file, without missing the others."""
    reading = read_plan(small_run(tmp_path) / "028-2-premortem.md")
    assert reading.counts == {"Assumption": 2, "Knowledge": 3}
    assert not [remark for remark in reading.remarks if "missing" in remark.what]


def test_raw_records_and_pictures_are_no_documents(tmp_path: Path) -> None:
    """Files that only record how others were made, and those that are no text, are passed over with one note."""
    run = small_run(tmp_path)
    (run / "003-1-identify_risks_raw.json").write_text("{}")
    (run / "030-report.html").write_text("<p>")
    (run / "013-team.md").write_text("# Team\n")
    (run / ".DS_Store").write_bytes(b"\x00")
    (run / "more").mkdir()
    reading = read_plan(run)
    assert len(reading.documents) == 15
    notes = [remark.what for remark in reading.remarks if "not read" in remark.what]
    assert notes == [
        "not read, being raw records or no text: 003-1-identify_risks_raw.json, 030-report.html (2 in all)"
    ]


def test_progress_counts_the_files(tmp_path: Path) -> None:
    """Progress ends at the number of files."""
    steps: list[tuple[int, int]] = []
    read_plan(small_run(tmp_path), progress=lambda done, total: steps.append((done, total)))
    assert steps == [(number, 14) for number in range(1, 15)]


@pytest.mark.parametrize(
    ("name", "counts", "stated", "path"),
    [
        (
            "silo",
            {"Decision": 7, "Assumption": 17, "Knowledge": 31, "Question": 4, "Task": 251, "NorthStar": 1},
            {"PART_OF": 244, "DEPENDS_ON": 18, "SUPPORTS": 14, "CONTRADICTS": 14, "CONCERNS": 18},
            "Consolidator's Fortress",
        ),
        (
            "sovereign_identity",
            {"Decision": 5, "Assumption": 17, "Knowledge": 29, "Question": 5, "Task": 118, "NorthStar": 1},
            {"PART_OF": 113, "DEPENDS_ON": 22, "SUPPORTS": 10, "CONTRADICTS": 5, "CONCERNS": 10},
            None,
        ),
        (
            "parasomnia_research_unit",
            {"Decision": 8, "Assumption": 17, "Knowledge": 31, "Question": 5, "Task": 161, "NorthStar": 1},
            {"PART_OF": 155, "DEPENDS_ON": 16, "SUPPORTS": 11, "CONTRADICTS": 10, "CONCERNS": 18},
            "Builder's Foundation",
        ),
    ],
)
def test_real_runs(name: str, counts: dict[str, int], stated: dict[str, int], path: str | None) -> None:
    """The three real runs are read whole, without a warning; 24, 22 and 25 decisions and assumptions."""
    reading = read_plan(real_run(name))
    assert reading.counts == counts
    assert Counter(link.type.value for link in reading.links) == stated
    assert reading.warnings == ()
    decision = next(block for block in reading.blocks if block.kind is Kind.DECISION)
    assert decision.properties.get("chosenPath") == path


@pytest.mark.parametrize("name", ["silo", "sovereign_identity", "parasomnia_research_unit"])
def test_real_runs_stand_where_their_places_say(name: str) -> None:
    """Every block's line holds its title, text or source id, word for word."""
    reading = read_plan(real_run(name))
    texts = {document.name: document.text.split("\n") for document in reading.documents}
    for block in reading.blocks:
        assert block.place is not None
        lines = " ".join(texts[block.place.file][block.place.line - 1 : block.place.line + 1])
        words = (block.title.rstrip("…"), str(block.properties.get("sourceId", block.title)), block.content[:60])
        assert any(word and word in lines for word in words), block
