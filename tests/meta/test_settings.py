"""Every setting stands in the file, in the class and in the documentation."""

import re
import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from tests.meta.sources import ROOT, once_whole
from vibe.domain.errors import BadInput
from vibe.settings import Settings, read_settings

DEFAULTS = ROOT / "config" / "default.toml"


def in_file() -> set[str]:
    """Every `section.key` of the defaults."""
    values = tomllib.loads(DEFAULTS.read_text())
    return {f"{section}.{key}" for section, keys in values.items() for key in keys}


def in_class() -> set[str]:
    """Every `section.key` of the settings class."""
    names = set()
    for section, field in Settings.model_fields.items():
        assert isinstance(field.annotation, type)
        assert issubclass(field.annotation, BaseModel)
        names |= {f"{section}.{key}" for key in field.annotation.model_fields}
    return names


def test_file_and_class_name_the_same_settings() -> None:
    """No default without a field, no field without a default."""
    assert in_file() == in_class()


@once_whole
def test_every_setting_is_read_somewhere() -> None:
    """A setting nothing reads is a promise nobody keeps."""
    code = "\n".join(path.read_text() for path in (ROOT / "vibe").rglob("*.py") if path.name != "settings.py")
    unread = {name for name in in_file() if not re.search(rf"\.{name.partition('.')[2]}\b", code)}
    assert unread == set()


@once_whole
def test_every_setting_is_documented() -> None:
    """Each key is explained where it is set or in the guides; the guides name each section."""
    documented = "\n".join(path.read_text() for path in (ROOT / "docs").rglob("*.md"))
    bare = {
        line.partition(" ")[0]
        for line in DEFAULTS.read_text().splitlines()
        if re.match(r"[a-z_]+ = ", line) and "#" not in line
    }
    assert {key for key in bare if not re.search(rf"\b{key}\b", documented)} == set()


def test_an_unknown_key_is_an_error_that_says_where(tmp_path: Path) -> None:
    """A misspelt setting must not be ignored in silence."""
    (tmp_path / "config.toml").write_text("[http]\nprot = 1\n")
    with pytest.raises(BadInput) as refused:
        read_settings(tmp_path)
    assert refused.value.field == "http.prot"


def test_the_environment_overrides_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Defaults, then the home's file, then the environment."""
    (tmp_path / "config.toml").write_text("[http]\nport = 1111\n")
    monkeypatch.setenv("VIBE_HTTP__PORT", "2222")
    assert read_settings(tmp_path).http.port == 2222
