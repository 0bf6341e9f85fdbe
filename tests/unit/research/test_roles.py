"""A passage's role follows from its section."""

from __future__ import annotations

import pytest

from vibe.domain.research import Role
from vibe.research.roles import file_kind, role_of


@pytest.mark.parametrize(
    ("file", "headings", "role"),
    [
        ("016-2-expert_criticism.md", ("1 Expert: Baker", "1.4.A Issue - Oven Validation Plan"), Role.JUDGING),
        ("016-2-expert_criticism.md", ("1 Expert: Baker", "1.4.C Mitigation"), Role.INTENTION),
        ("016-2-expert_criticism.md", ("1 Expert: Baker", "1.4.D Consequence"), Role.HYPOTHETICAL),
        ("016-2-expert_criticism.md", ("The following experts did not provide feedback:", "Issue"), Role.INTENTION),
        ("003-10-consolidate_assumptions_full.md", ("Identify Risks", "Risk 1 - Flour"), Role.COPY),
        ("003-10-consolidate_assumptions_full.md", ("Review Assumptions", "Issue 1 - Flour"), Role.JUDGING),
        ("003-10-consolidate_assumptions_full.md", ("Review Assumptions", "Issue 1", "Sensitivity"), Role.HYPOTHETICAL),
        ("014-2-swot_analysis.md", ("Weaknesses 👎",), Role.JUDGING),
        ("014-2-swot_analysis.md", ("Threats ☠",), Role.RISK),
        ("013-team.md", ("Potential Improvements", "1. Clarify Risk Roles"), Role.JUDGING),
        ("013-team.md", ("Potential Improvements", "1. Clarify Risk Roles", "Recommendation"), Role.INTENTION),
        ("028-2-premortem.md", ("Failure Modes", "FM1", "Failure Story"), Role.HYPOTHETICAL),
        ("028-2-premortem.md", ("Assumptions to Kill", "Assumption"), Role.CLAIM),
        ("001-2-plan.txt", ("Plan",), Role.PROMPT),
        ("030-9-swot_analysis.md", ("Weaknesses",), Role.JUDGING),
        ("014-2-renamed.md", ("Weaknesses",), Role.JUDGING),
    ],
)
def test_sections_of_known_files_have_their_roles(file: str, headings: tuple[str, ...], role: Role) -> None:
    """PlanExe files are known by name, renumbered or not, or by number where they were renamed."""
    assert role_of(file, headings) is role


@pytest.mark.parametrize(
    ("headings", "role"),
    [
        (("Our bakery", "Weaknesses"), Role.JUDGING),
        (("2. Findings", "Oven"), Role.JUDGING),
        (("Audit 2025", "Recommendations"), Role.INTENTION),
        (("Risks",), Role.RISK),
        (("Open questions",), Role.QUESTION),
        (("Scenario: the flood",), Role.HYPOTHETICAL),
        (("How we bake and why our methods are without weaknesses",), Role.STATEMENT),
        (("Oven - problems with doors",), Role.STATEMENT),
        ((), Role.STATEMENT),
    ],
)
def test_other_documents_are_read_by_their_headings(headings: tuple[str, ...], role: Role) -> None:
    """The innermost telling heading decides; a long heading names a subject and tells nothing."""
    assert role_of("report.md", headings) is role


def test_the_owners_files_are_never_taken_for_planexe_files() -> None:
    """An own document that happens to be called like one is read by its headings."""
    assert (file_kind("_own/016-2-expert_criticism.md"), file_kind("016-2-expert_criticism.md")) == (
        "",
        "expert_criticism",
    )
