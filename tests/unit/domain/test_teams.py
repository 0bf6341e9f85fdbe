"""Teams: roles are read from a plan's documents, and work goes to whoever does such work."""

from __future__ import annotations

from pathlib import Path

import pytest

from vibe.domain.teams import Member, read_kept, read_team, responsible_for, team_text

LISTED = """# Plan
## Team
- Anna: calls the breeders by phone
- **Ben**: writes contracts and signs them
## Tasks
- Sign: nothing
"""


def test_a_list_below_a_teams_heading_names_its_roles() -> None:
    """The list ends with its section."""
    team = read_team([LISTED])
    assert [member.role for member in team] == ["Anna", "Ben"]
    assert team[1].says == "writes contracts and signs them"


@pytest.mark.parametrize(
    ("work", "who"), [("Sign the contract", "Ben"), ("Call three breeders", "Anna"), ("Dig a hole", "owner")]
)
def test_work_goes_to_who_does_such_work(work: str, who: str) -> None:
    """By the words they share; nobody of the team means the owner."""
    assert responsible_for(work, read_team([LISTED])) == who


def test_who_has_a_role_keeps_it_when_the_plan_comes_again() -> None:
    """The person is not the plan's to take away."""
    before = team_text([Member("Ben", "writes", "Carla")])
    again = read_kept(team_text(read_team([LISTED]), before))
    assert [(member.role, member.called) for member in again] == [("Anna", "Anna"), ("Ben", "Carla")]


def test_the_team_of_a_real_run_is_read(planexe_runs: Path) -> None:
    """Eight roles, each with what it does; what the team lacks is none of them."""
    team = read_team([(planexe_runs / "20250321_silo" / "013-team.md").read_text(encoding="utf-8")])
    assert len(team) == 8
    assert team[4].role == "Construction and Engineering Manager"
    assert all(member.says for member in team)
