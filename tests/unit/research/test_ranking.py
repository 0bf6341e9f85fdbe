"""What is written, what is a candidate, and what is nothing."""

from __future__ import annotations

from tests.unit.research.plans import assumption, corpus, decision, findings, written
from vibe.domain.research import Stance
from vibe.research.ranking import Examiner

CRITICISM = "016-2-expert_criticism.md"
OVEN = assumption("The brick oven will be fired with birch wood for 12 years without repair.", name="oven")
YEAST = assumption("Wild yeast from the orchard will raise every sourdough loaf overnight.", name="yeast")
JUDGED = "The plan lacks proof that the brick oven can be fired with birch wood without repair."


def issue(text: str) -> dict[str, str]:
    """A critic's issue."""
    return {CRITICISM: f"# 1 Expert: Baker\n\n## 1.4.A Issue - Something\n\n{text}\n"}


def test_a_judging_sentence_beside_rare_words_is_written() -> None:
    """It contradicts the claim it speaks of, and only that one, with reasons in plain words."""
    found = findings([OVEN, YEAST], issue(JUDGED))
    assert [(one.claim_id, one.written, one.stance) for one in found] == [("oven", True, Stance.CONTRADICTS)]
    assert found[0].reasons[0].startswith("“lacks” stands beside ")
    assert "a reviewer judges here" in found[0].reasons


def test_the_sentence_before_is_quoted_with_this() -> None:
    """A sentence like "This is unrealistic" is written with what it is about, as one piece of the line."""
    text = "The brick oven is to be fired with birch wood without repair. This is highly optimistic."
    assert written([OVEN], issue(text)) == [text]


def test_the_same_words_elsewhere_are_never_written() -> None:
    """Recommendations, consequences, risks and failure stories don't write, whatever they say."""
    for file, text in (
        (CRITICISM, f"## 1.4.C Mitigation\n{JUDGED}\n"),
        (CRITICISM, f"## 1.4.D Consequence\n{JUDGED}\n"),
        ("003-2-identify_risks.md", f"## Risk 1\n{JUDGED}\n"),
        ("028-2-premortem.md", f"##### Failure Story\n{JUDGED}\n"),
        ("001-2-plan.txt", f"Plan:\n{JUDGED}\n"),
    ):
        assert written([OVEN, YEAST], {file: text}) == []


def test_risks_are_candidates_and_say_so() -> None:
    """A risk line about the claim waits for a person."""
    (found,) = findings(
        [OVEN], {"003-2-identify_risks.md": "## Risk 1\nThe brick oven fired with birch wood may crack.\n"}
    )
    assert (found.written, found.stance) == (False, Stance.CONTRADICTS)
    assert "a risk is named here" in found.reasons


def test_agreement_is_never_written() -> None:
    """Nothing in the plan, nor in an own document, is written as a support."""
    text = "The brick oven was fired with birch wood for 12 years without repair."
    found = findings(
        [OVEN], {"025-2-executive_summary.md": f"## Goals\n{text}\n", "_own/log.md": text.replace("was", "is")}
    )
    assert [one for one in found if one.written] == []


def test_a_section_is_no_evidence_for_what_came_from_it() -> None:
    """A claim's own section is left out, and so is its copy in a compilation."""
    text = f"## Question 1 - Which oven?\n\n**Assumptions:** {OVEN.text}\n\n**Assessments:** {JUDGED}\n"
    claim = assumption(OVEN.text, file="003-5-make_assumptions.md", line=3)
    copy = {"003-10-consolidate_assumptions_full.md": f"# Review Assumptions\n## Issue 1\n{OVEN.text}\n"}
    assert findings([claim], {"003-5-make_assumptions.md": text, **copy}) == []


def test_the_title_of_a_plan_in_one_document_is_no_section() -> None:
    """What another section of the same Markdown file says is looked at; the claim's own section still is not."""
    text = (
        "# Bakery\n\n## Assumptions\n- Organic flour stays below 9 DKK a kilo\n- Organic flour is 9 DKK a kilo today\n"
    )
    text += (
        "\n## Risks\nThe mill wrote that organic flour will cost 12 DKK a kilo, so prices below 9 DKK cannot hold.\n"
    )
    claim = assumption("Organic flour stays below 9 DKK a kilo", file="plan.md", line=4)
    found = [finding.passage.quotes[0].line for finding in findings([claim], {"plan.md": text})]
    assert found == [8]


def test_a_decision_is_judged_by_name() -> None:
    """A sentence that names one lever is written for it, not for its neighbour that shares other words."""
    named = decision("Dough Rising Protocol", "Dictates how dough rises in baskets and cellars.", name="rise")
    other = decision("Basket Cellar Scheme", "Dictates which baskets stand in which cellars at night.", name="cellar")
    text = "The Dough Rising Protocol lacks any rule for baskets in damp cellars at night."
    found = [one for one in findings([named, other], issue(text)) if one.written]
    assert [one.claim_id for one in found] == ["rise"]


def test_own_documents_write_only_where_they_judge() -> None:
    """Under a telling heading they write like a critic; elsewhere only where they name the claim's figure."""
    silent = "The brick oven cannot be fired with birch wood without repair; the promise is unrealistic."
    figure = "Firing the brick oven with birch wood for 12 years without repair is unrealistic."
    assert written([OVEN, YEAST], {"_own/report.md": f"# Findings\n{silent}\n"}) == [silent]
    assert written([OVEN, YEAST], {"_own/report.md": f"# Ovens\n{silent}\n"}) == []
    assert written([OVEN, YEAST], {"_own/report.md": f"# Ovens\n{figure}\n"}) == [figure]


def test_a_prohibition_of_the_prompt_is_a_candidate() -> None:
    """What the order forbids is shown at the claim that does it."""
    claim = assumption("Growers will deliver spelt on credit all winter.")
    found = findings(
        [claim], {"001-2-plan.txt": "Plan:\nBuild a bakery. Do not assume that growers deliver spelt on credit.\n"}
    )
    assert [(one.written, one.reasons[0]) for one in found] == [(False, "the plan's order forbids this")]


def test_batches_change_nothing() -> None:
    """Examined in any batches, the same pairs are found with the same scores."""
    files = {**issue(JUDGED), "003-2-identify_risks.md": "## Risk 1\nThe brick oven fired with birch wood may crack.\n"}
    passages = corpus(files)
    examiner = Examiner([OVEN, YEAST], passages)
    at_once = {(one.id, one.score, one.written) for one in examiner.examine(passages)}
    one_by_one = {(one.id, one.score, one.written) for passage in passages for one in examiner.examine([passage])}
    assert at_once == one_by_one != set()
