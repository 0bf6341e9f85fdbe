"""What is committed runs anywhere: it names no registry's host and no path of the machine it was written on."""

import re
import tomllib

from tests.meta.sources import ROOT, committed, shown

REGISTRY = re.compile(
    r"https?://[^/\s\"')]*(?:npm|pypi|pythonhosted|maven|crates|golang|debian|docker)\w*[.]", re.IGNORECASE
)
MACHINE = re.compile(r"/wor[k]/|/roo[t]/|[.]library\b|/home/(?!neo4j)[a-z]+/\w")
NAME_AND_VERSION = re.compile(r"^[A-Za-z0-9._-]+==[A-Za-z0-9.!+]+$")


def findings(pattern: re.Pattern[str]) -> list[str]:
    """Every line of a committed text file that a pattern finds."""
    found = []
    for path in committed():
        try:
            lines = path.read_text().splitlines()
        except UnicodeDecodeError:
            continue
        found += [
            f"{shown(path)}:{number}: {line[:100]}" for number, line in enumerate(lines, 1) if pattern.search(line)
        ]
    return found


def test_no_registry_host_is_named() -> None:
    """Packages are named, never the address they come from."""
    assert findings(REGISTRY) == []


def test_no_path_of_a_machine_is_named() -> None:
    """Nothing depends on where somebody keeps their checkout."""
    assert findings(MACHINE) == []


def test_constraints_are_names_and_versions() -> None:
    """The constraints pin versions and carry no address."""
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert pins
    assert [line for line in pins if not NAME_AND_VERSION.match(line)] == []


def test_every_dependency_is_pinned() -> None:
    """Whatever pyproject.toml asks for has its tested version in the constraints."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    names = {re.split(r"[\[<>=!~; ]", one, maxsplit=1)[0].lower().replace("_", "-") for one in wanted}
    pins = (ROOT / "constraints.txt").read_text().lower().replace("_", "-").splitlines()
    assert names - {pin.partition("==")[0] for pin in pins} == set()


def test_nothing_big_is_committed() -> None:
    """Jars, stores and test data of some size stay out of the repository."""
    assert [shown(path) for path in committed() if path.stat().st_size > 2_000_000] == []
